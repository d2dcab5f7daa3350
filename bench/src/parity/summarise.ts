import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { packBits, sampleIndex, sampleOf, unpackBits } from './compare.ts'
import { compactScenario, rounded } from './compact-scenario.ts'
import { type Fixture, encodeArray } from './fixture.ts'
import type { Manifest } from './manifest.ts'
import { asFloats } from './npy.ts'
import { type ReferenceFolder, readFolder } from './read-folder.ts'

/*
 * Makes the figures that the ordinary tests replay (packages/sam2/test/fixtures) from a reference folder:
 *
 *   node bench/dist/parity/summarise.js <model folder> <out.json>
 *
 * All scenarios with everything decided in them; of every array a sample.
 */

/** Values kept of one row of each array. */
const ROW_SAMPLES: Readonly<Record<string, number>> = {
  low_res_logits: 24,
  obj_ptr: 8,
  object_score_logits: 1,
  memory_features: 32,
}
const VIDEO_LOGIT_SAMPLES = 64
/** Pixels kept of a mask: a multiple of 8. */
const MASK_SAMPLES = 256
/** Values kept of a module tensor. */
const MODULE_SAMPLES = 16
/** Descriptions that say what a tensor was made from. */
const TELLING = /video \w+|variant|\{.*\}|bf16|frame \d+/

async function summarise(folder: ReferenceFolder): Promise<Fixture> {
  const { name, config, manifest, weights, frames } = folder
  if (!weights) throw new Error(`got no weights.json in ${name}, expected one`)
  const arrays: Fixture['arrays'] = {}
  const rows: Fixture['rows'] = {}
  for (const [array, { file, shape }] of Object.entries(manifest.rows)) {
    rows[array] = { file, shape }
    arrays[file] = await sampleRows(folder, array, file)
  }
  const modules = await sampleModules(folder, arrays)
  const { salt, rules, overrides } = weights
  return {
    name,
    madeBy: `node bench/dist/parity/summarise.js <${name}> <out.json>`,
    config,
    weights: { salt, rules, overrides },
    frames: {
      variants: frames.variants,
      videos: Object.fromEntries(
        Object.entries(frames.videos).map(([video, { frames: all, ...described }]) => [
          video,
          { ...described, frames: all.slice(0, 1).map(({ sha256_rgb }) => ({ sha256_rgb })) },
        ]),
      ),
    },
    modules,
    rows,
    scenarios: Object.fromEntries(
      Object.entries(manifest.scenarios).map(([id, scenario]) => [id, compactScenario(scenario)]),
    ),
    arrays,
  }
}

async function sampleRows(
  folder: ReferenceFolder,
  array: string,
  file: string,
): Promise<Fixture['arrays'][string]> {
  const { shape, data } = await folder.read(file)
  const count = shape[0] ?? 0
  const size = data.length / count
  if (data instanceof Uint8Array) {
    const [, width, height] = /_(\d+)x(\d+)$/.exec(array) ?? []
    const pixels = Number(width) * Number(height)
    const bytes = Array.from({ length: count }, (_, row) => {
      const mask = unpackBits(data.subarray(row * size, (row + 1) * size), pixels)
      const sample = Uint8Array.from({ length: MASK_SAMPLES }, (_, i) => {
        return mask[sampleIndex(i, MASK_SAMPLES, pixels)] as number
      })
      return [...packBits(sample)]
    })
    return encodeArray(Uint8Array.from(bytes.flat()), [count, MASK_SAMPLES / 8])
  }
  const values = asFloats({ shape, data }, file)
  const samples = Math.min(ROW_SAMPLES[array] ?? VIDEO_LOGIT_SAMPLES, size)
  const sampled = Array.from({ length: count }, (_, row) => {
    return [...sampleOf(values.subarray(row * size, (row + 1) * size), samples)]
  })
  return encodeArray(Float32Array.from(sampled.flat()), [count, samples])
}

/** Every n-th value of a sample is a sample of the whole: both are taken at floor(i * N / samples). */
async function sampleModules(
  folder: ReferenceFolder,
  arrays: Fixture['arrays'],
): Promise<Manifest['modules']> {
  const { modules } = folder.manifest
  const tensors: Manifest['modules']['tensors'] = []
  for (const tensor of modules.tensors) {
    const { shape, data } = await folder.read(tensor.file)
    if (data instanceof Uint8Array) continue
    const values = asFloats({ shape, data }, tensor.file)
    const samples = Math.min(MODULE_SAMPLES, values.length)
    arrays[tensor.file] = encodeArray(sampleOf(values, samples), [samples])
    tensors.push({
      name: tensor.name,
      shape: tensor.shape,
      dtype: tensor.dtype,
      what: TELLING.test(tensor.what) ? tensor.what : '',
      file: tensor.file,
      noise: rounded(tensor.noise, 2) as typeof tensor.noise,
    })
  }
  return { ...modules, tensors }
}

const [path, out] = process.argv.slice(2)
if (path === undefined || out === undefined) {
  console.error('node bench/dist/parity/summarise.js <model folder> <out.json>')
  process.exitCode = 2
} else {
  const fixture = await summarise(await readFolder(path))
  const text = `${JSON.stringify(fixture)}\n`
  await writeFile(out, text)
  console.log(`${basename(out)}: ${(text.length / 1024).toFixed(0)} KiB`)
}
