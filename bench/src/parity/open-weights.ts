import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import {
  type Checkpoint,
  type Sam2Config,
  Sam2Error,
  openCheckpoint,
  sourceOfBytes,
  tensorSpec,
} from '@scarline/sam2'
import type { WeightsFile } from './generated-files.ts'
import { type ReferenceFolder, sha256 } from './read-folder.ts'
import type { FolderResult } from './result.ts'
import { type GeneratedTensor, generateWeights, weightsByRules } from './weights.ts'

/** A model's parameters and how they compare with the published hashes. */
export interface OpenedWeights {
  readonly checkpoint: Checkpoint
  readonly result: FolderResult['weights']
}

/**
 * The parameters of a folder: made by the hash rule (by its rules alone where it lists no tensors), or read from the checkpoints that the manifest names
 * (all of them are checked, the first is used). Every tensor's SHA-256 is compared.
 * @throws Sam2Error `input` when the folder has neither; `checkpoint` for a file that cannot be read
 */
export async function openWeights(
  folder: ReferenceFolder,
  config: Sam2Config,
  useCheckpoint: boolean,
): Promise<OpenedWeights> {
  if (folder.weights && !useCheckpoint) {
    const { tensors, rules, overrides, salt } = folder.weights
    const generated =
      tensors.length > 0 ? tensors : weightsByRules(tensorSpec(config), rules, overrides, salt)
    const checkpoint = generatedCheckpoint(generated, folder.name)
    const wrong = await wrongTensors(checkpoint, folder.weights)
    const checked = tensors.length
    return { checkpoint, result: { source: 'made by the hash rule', checked, wrong } }
  }
  const files = Object.values(folder.manifest.checkpoints ?? {})
    .map((file) => join(folder.path, file))
    .filter((file) => existsSync(file))
  const opened: Checkpoint[] = []
  const wrong: string[] = []
  for (const file of files) {
    const checkpoint = await openCheckpoint(sourceOfBytes(await readFile(file), basename(file)))
    opened.push(checkpoint)
    if (folder.weights) wrong.push(...(await wrongTensors(checkpoint, folder.weights)))
  }
  const checkpoint = opened[0]
  if (!checkpoint) {
    throw new Sam2Error(`got no checkpoint in ${folder.path}, expected one named by its manifest`, {
      code: 'input',
      hint: 'Leave out --checkpoint, or give a folder with a .pt or .safetensors file.',
    })
  }
  const source = `read from ${files.map((file) => basename(file)).join(' and ')}`
  const checked = opened.reduce((count, { tensors }) => count + tensors.size, 0)
  return { checkpoint, result: { source, checked, wrong } }
}

/** A checkpoint whose tensors are generated when they are read. */
export function generatedCheckpoint(tensors: readonly GeneratedTensor[], name: string): Checkpoint {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]))
  return {
    name,
    format: 'safetensors',
    tensors: new Map(tensors.map(({ name, shape }) => [name, { shape, dtype: 'float32' }])),
    readTensor(tensor) {
      const found = byName.get(tensor)
      if (found) return Promise.resolve(generateWeights(found))
      throw new Sam2Error(`got no tensor ${tensor} in ${name}, expected one in weights.json`, {
        code: 'weights',
      })
    },
  }
}

async function wrongTensors(checkpoint: Checkpoint, weights: WeightsFile): Promise<string[]> {
  const wrong: string[] = []
  for (const tensor of weights.tensors) {
    if (!checkpoint.tensors.has(tensor.name)) {
      wrong.push(`${checkpoint.name}: no ${tensor.name}`)
      continue
    }
    const { buffer, byteOffset, byteLength } = await checkpoint.readTensor(tensor.name)
    const hash = sha256(new Uint8Array(buffer, byteOffset, byteLength))
    if (tensor.sha256 !== undefined && hash !== tensor.sha256) {
      wrong.push(`${checkpoint.name}: ${tensor.name}`)
    }
  }
  return wrong
}
