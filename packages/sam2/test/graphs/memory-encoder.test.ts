import { describe, expect, it } from 'vitest'
import { type Weights, weightOf } from '../../src/checkpoint/weights.ts'
import { buildMemoryEncoder, memoryEncoderTensors } from '../../src/graphs/memory-encoder.ts'
import type { NamedTensors } from '../../src/runtime/runtime.ts'
import { floats } from '../../src/runtime/tensor.ts'
import {
  type Rows,
  bilinear,
  conv2d,
  gelu,
  layerNorm,
  linear,
  planesOf,
  plus,
  rowsOf,
  sigmoid,
  tokensOf,
} from './plain-layers.ts'
import {
  largestDifference,
  replaced,
  runGraph,
  seededValues,
  seededWeights,
  smallConfig,
} from './small-model.ts'

const SIZE = 4
const CHANNELS = 32
const LOW_RES = 4 * SIZE
const config = smallConfig()
const weights = seededWeights(config, memoryEncoderTensors)
const pixFeat = seededValues(SIZE * SIZE * CHANNELS, 21)
const logits = seededValues(LOW_RES * LOW_RES, 22, 4)

function feeds(binarize: 0 | 1, scoreLogit: number): NamedTensors {
  return {
    pix_feat: floats([SIZE * SIZE, CHANNELS], pixFeat),
    low_res_masks: floats([1, 1, LOW_RES, LOW_RES], logits),
    binarize: floats([1], Float32Array.of(binarize)),
    object_score_logits: floats([1], Float32Array.of(scoreLogit)),
  }
}

/** The memory encoder in double precision, step by step as upstream's; the object is there. */
function plainMemoryEncoder(weights: Weights, binarize: boolean): number[] {
  const encoder = 'memory_encoder'
  const highRes = bilinear(rowsOf(logits, LOW_RES), 4)
  const mask = highRes.map((row) =>
    row.map((value) => 20 * (binarize ? Number(value > 0) : sigmoid(value)) - 10),
  )
  let planes = [mask]
  for (let stage = 0; stage < 4; stage++) {
    const name = `${encoder}.mask_downsampler.encoder.${3 * stage}`
    const norm = `${encoder}.mask_downsampler.encoder.${3 * stage + 1}`
    const strided = conv2d(weights, name, planes, { stride: 2, padding: 1 })
    const tokens = gelu(layerNorm(weights, norm, tokensOf(strided), 1e-6))
    planes = planesOf(tokens, (strided[0] as Rows).length)
  }
  const down = linear(weights, `${encoder}.mask_downsampler.encoder.12`, tokensOf(planes))
  let x = plus(linear(weights, `${encoder}.pix_feat_proj`, rowsOf(pixFeat, CHANNELS)), down)
  for (let i = 0; weights.has(`${encoder}.fuser.layers.${i}.norm.weight`); i++) {
    const layer = `${encoder}.fuser.layers.${i}`
    const options = { padding: 3, depthwise: true }
    const mixed = tokensOf(conv2d(weights, `${layer}.dwconv`, planesOf(x, SIZE), options))
    const norm = layerNorm(weights, `${layer}.norm`, mixed, 1e-6)
    const hidden = gelu(linear(weights, `${layer}.pwconv1`, norm))
    const gamma = weights.get(`${layer}.gamma`)?.data
    const added = linear(weights, `${layer}.pwconv2`, hidden).map((row) =>
      row.map((value, channel) => value * (gamma?.[channel] ?? 1)),
    )
    x = plus(x, added)
  }
  return linear(weights, `${encoder}.out_proj`, x).flat()
}

describe('buildMemoryEncoder', () => {
  it('equals the step-by-step encoder for soft and for binary masks', async () => {
    const [soft, binary] = await runGraph(
      buildMemoryEncoder(config, weights),
      feeds(0, 3),
      feeds(1, 3),
    )
    expect(soft?.['memory']?.dims).toEqual([SIZE * SIZE, 8])
    expect(largestDifference(soft?.['memory'], plainMemoryEncoder(weights, false))).toBeLessThan(
      5e-5,
    )
    expect(largestDifference(binary?.['memory'], plainMemoryEncoder(weights, true))).toBeLessThan(
      5e-5,
    )
  })

  it('upscales logits as torch does, borders and all', async () => {
    const [got] = await runGraph(
      buildMemoryEncoder(config, weights, { taps: ['high_res'] }),
      feeds(0, 3),
    )
    const expected = bilinear(rowsOf(logits, LOW_RES), 4).flat()
    expect(largestDifference(got?.['high_res'], expected)).toBeLessThan(1e-6)
  })

  it('marks an absent object by its embedding and nothing else', async () => {
    const [present, absent, even] = await runGraph(
      buildMemoryEncoder(config, weights),
      feeds(0, 0.1),
      feeds(0, -0.1),
      feeds(0, 0),
    )
    const { data } = weightOf(weights, 'no_obj_embed_spatial')
    const expected = Float32Array.from(
      present?.['memory']?.data ?? [],
      (value, i) => value + (data[i % data.length] as number),
    )
    expect(largestDifference(absent?.['memory'], expected)).toBeLessThan(2e-6)
    expect(even?.['memory']?.data).toEqual(absent?.['memory']?.data)
  })

  it('does not mark an absent object in SAM 2.0', async () => {
    const sam20 = smallConfig({ noObjEmbedSpatial: false })
    const without = replaced(weights, { no_obj_embed_spatial: null })
    const [present, absent] = await runGraph(
      buildMemoryEncoder(sam20, without),
      feeds(0, 5),
      feeds(0, -5),
    )
    expect(absent?.['memory']?.data).toEqual(present?.['memory']?.data)
  })

  it('builds fusers of another depth, with and without layer scale', async () => {
    const deep = smallConfig({ memoryEncoder: { outDim: 8, fuserLayers: 3 } })
    const deepWeights = replaced(seededWeights(deep, memoryEncoderTensors), {
      'memory_encoder.fuser.layers.1.gamma': null,
    })
    const [got] = await runGraph(buildMemoryEncoder(deep, deepWeights), feeds(0, 3))
    expect(largestDifference(got?.['memory'], plainMemoryEncoder(deepWeights, false))).toBeLessThan(
      5e-5,
    )
  })

  it('shows inner tensors that are asked for, in upstream shapes', async () => {
    const taps = ['mask_ds_act2', 'mask_ds_act8', 'mask_ds_act11', 'mask_ds', 'fuser1', 'features']
    const [got] = await runGraph(buildMemoryEncoder(config, weights, { taps }), feeds(0, 3))
    expect(taps.map((name) => got?.[name]?.dims)).toEqual([
      [1, 4, 32, 32],
      [1, 64, 8, 8],
      [1, 256, 4, 4],
      [1, 32, 4, 4],
      [1, 32, 4, 4],
      [1, 8, 4, 4],
    ])
  })

  it('names a tensor of another shape', () => {
    const name = 'memory_encoder.mask_downsampler.encoder.6.weight'
    const misshapen = new Map(weights)
    misshapen.set(name, { shape: [64, 8, 3, 3], data: new Float32Array(64 * 8 * 9) })
    expect(() => buildMemoryEncoder(config, misshapen)).toThrow(
      `got tensor ${name} of shape [64, 8, 3, 3], expected [64, 16, 3, 3]`,
    )
  })

  it('refuses a fuser that would change the size of its input', () => {
    const name = 'memory_encoder.fuser.layers.0.dwconv.weight'
    const even = new Map(weights)
    even.set(name, { shape: [32, 1, 4, 4], data: new Float32Array(32 * 16) })
    expect(() => buildMemoryEncoder(config, even)).toThrow(
      expect.objectContaining({ code: 'config' }),
    )
  })
})
