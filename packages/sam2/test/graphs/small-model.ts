import type { Weights } from '../../src/checkpoint/weights.ts'
import { OFFICIAL_CONFIGS } from '../../src/config/official-configs.ts'
import { tensorSpec } from '../../src/config/tensor-spec.ts'
import type { Sam2Config } from '../../src/config/model-config.ts'
import type { OnnxModel } from '../../src/onnx/model.ts'
import { createNodeRuntime } from '../../src/runtime/onnxruntime-node.ts'
import type { NamedTensors } from '../../src/runtime/runtime.ts'
import type { Tensor } from '../../src/runtime/tensor.ts'

/** SAM 2.1 in small: 4 x 4 image tokens of 32 channels, memory tokens of 8. */
export function smallConfig(changes: Partial<Sam2Config> = {}): Sam2Config {
  const official = OFFICIAL_CONFIGS.find(({ noObjEmbedSpatial }) => noObjEmbedSpatial)
  if (!official) throw new Error('expected an official SAM 2.1 configuration')
  return {
    ...official,
    name: 'small',
    imageSize: 64,
    neck: { ...official.neck, dModel: 32 },
    memoryEncoder: { outDim: 8, fuserLayers: 2 },
    ...changes,
  }
}

/** Uniform numbers from -scale to scale, the same for the same seed (mulberry32). */
export function seededValues(length: number, seed: number, scale = 1): Float32Array {
  let state = seed | 0
  return Float32Array.from({ length }, () => {
    state = (state + 0x6d2b79f5) | 0
    let x = Math.imul(state ^ (state >>> 15), 1 | state)
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
    return (((x ^ (x >>> 14)) >>> 0) / 2 ** 31 - 1) * scale
  })
}

/** Weights that keep activations near 1, for the tensors of the configuration that `belongs` names. */
export function seededWeights(
  config: Sam2Config,
  belongs: (name: string) => boolean,
): Map<string, { shape: readonly number[]; data: Float32Array }> {
  const weights = new Map<string, { shape: readonly number[]; data: Float32Array }>()
  let seed = 1
  for (const [name, shape] of tensorSpec(config)) {
    seed += 1000
    if (!belongs(name)) continue
    const length = shape.reduce((product, size) => product * size, 1)
    const upscaling = /output_upscaling\.[03]\.weight$/.test(name)
    const fanIn = upscaling ? (shape[0] as number) : length / (shape[0] as number)
    const data = seededValues(length, seed, shape.length > 1 ? Math.sqrt(3 / fanIn) : 0.3)
    const isNorm = shape.length === 1 && name.endsWith('.weight')
    weights.set(name, { shape, data: isNorm ? data.map((value) => 1 + value) : data })
  }
  return weights
}

/** The weights without one tensor, or with another in its place. */
export function replaced(weights: Weights, changes: Record<string, Float32Array | null>): Weights {
  const changed = new Map(weights)
  for (const [name, data] of Object.entries(changes)) {
    if (data === null) changed.delete(name)
    else changed.set(name, { shape: weights.get(name)?.shape ?? [data.length], data })
  }
  return changed
}

/** Runs a graph over each of the feeds, in this thread. */
export async function runGraph(
  model: OnnxModel,
  ...feeds: readonly NamedTensors[]
): Promise<Record<string, Tensor>[]> {
  await using runtime = await createNodeRuntime({ threads: 1, worker: false })
  await using session = await runtime.createSession(model)
  const results: Record<string, Tensor>[] = []
  for (const feed of feeds) results.push(await session.run(feed))
  return results
}

/** The largest absolute difference; infinite where lengths differ or a value is not a number. */
export function largestDifference(
  got: Tensor | undefined,
  expected: readonly number[] | Float32Array | Float64Array,
): number {
  if (got?.data.length !== expected.length) return Infinity
  let largest = 0
  for (const [i, value] of expected.entries()) {
    const difference = Math.abs((got.data[i] as number) - value)
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference
  }
  return largest
}
