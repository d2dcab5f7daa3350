import type { FuzzCase } from './fuzz-case.ts'
import {
  makePytorch,
  makePytorchArchive,
  makeSafetensors,
  makeSafetensorsFile,
  storageOf,
  type TensorInput,
  tensorOf,
  floatBytes,
} from './make-checkpoint.ts'
import { makePickle, orderedDict } from './make-pickle.ts'
import { mutate, MUTATION_NAMES, splice } from './mutate.ts'
import { createRandom, type Random } from './random.ts'

/** A file that loads, under its name. */
export interface Seed {
  readonly name: string
  readonly bytes: Uint8Array
}

const TENSORS: readonly TensorInput[] = [
  { name: 'maskmem_tpos_enc', shape: [2, 1, 1, 3], values: [1, 2, 3, 4, 5, 6] },
  { name: 'image_encoder.trunk.pos_embed', shape: [1, 2, 2, 2], values: [0, 1, 2, 3, 4, 5, 6, 7] },
  { name: 'mask_downsample.bias', shape: [1], values: [0.5] },
  { name: 'scalar', shape: [], values: [2] },
  { name: 'empty', shape: [0, 3], values: [] },
]

/** Small checkpoints of every form. */
export function smallCheckpoints(): Seed[] {
  return [
    { name: 'pt', bytes: makePytorch(TENSORS, { key: 'model', byteOrder: 'little' }) },
    { name: 'pt, protocol 4', bytes: makePytorch(TENSORS, { protocol: 4, extra: [['epoch', 3]] }) },
    { name: 'pt, compressed', bytes: makePytorch(TENSORS, { key: 'state_dict', deflate: true }) },
    { name: 'safetensors', bytes: makeSafetensors(TENSORS, { format: 'pt' }) },
  ]
}

/** A pickle with views of a shared storage and its archive, so that the pickle alone is damaged. */
function damagedPickle(mutation: string, protocol: 2 | 4, random: Random): Uint8Array {
  const shared = storageOf('0', 12)
  const pickle = makePickle(
    orderedDict(
      [
        ['plain', tensorOf(shared, 0, [3, 4], [4, 1])],
        ['transposed', tensorOf(shared, 0, [4, 3], [1, 4])],
        ['view', tensorOf(shared, 5, [2, 3], [3, 1])],
        ['half', tensorOf(storageOf('1', 4, 'HalfStorage'), 0, [2, 2], [2, 1])],
        ['epoch', 3],
      ],
      protocol,
    ),
    protocol,
  )
  const storages = new Map([
    ['0', floatBytes(Array.from({ length: 12 }, (_, i) => i))],
    ['1', floatBytes([1, 2])],
  ])
  return makePytorchArchive(mutate(pickle, mutation, random), storages)
}

function damagedHeader(mutation: string, random: Random): Uint8Array {
  const header = JSON.stringify({
    a: { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] },
    b: { dtype: 'BF16', shape: [4], data_offsets: [16, 24] },
  })
  const damaged = mutate(new TextEncoder().encode(header), mutation, random)
  return makeSafetensorsFile(new TextDecoder().decode(damaged), new Uint8Array(24))
}

/**
 * Case number `index` of a seed: a damaged copy of one of the files, a splice of two of them, or an
 * archive that is whole around a damaged pickle or header.
 */
export function damagedCase(seed: number, index: number, files: readonly Seed[]): FuzzCase {
  const random = createRandom(seed * 1_000_003 + index)
  const mutation = MUTATION_NAMES[random.index(MUTATION_NAMES.length)] as string
  const file = files[random.index(files.length)] as Seed
  switch (random.index(8)) {
    case 0:
    case 1:
    case 2: {
      const protocol = random.chance(0.5) ? 2 : 4
      const name = `${mutation} in the pickle`
      return { name, bytes: damagedPickle(mutation, protocol, random), expected: 'any' }
    }
    case 3: {
      const name = `${mutation} in the header`
      return { name, bytes: damagedHeader(mutation, random), expected: 'any' }
    }
    case 4: {
      const other = files[random.index(files.length)] as Seed
      const name = `${file.name} spliced with ${other.name}`
      return { name, bytes: splice(file.bytes, other.bytes, random), expected: 'any' }
    }
    default: {
      const name = `${mutation} in ${file.name}`
      return { name, bytes: mutate(file.bytes, mutation, random), expected: 'any' }
    }
  }
}
