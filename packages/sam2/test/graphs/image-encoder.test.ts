import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { Sam2Error } from '../../src/errors.ts'
import type { Sam2Config, TrunkConfig } from '../../src/config/model-config.ts'
import { parseConfig } from '../../src/config/parse-config.ts'
import { buildImageEncoder, imageEncoderTensors } from '../../src/graphs/image-encoder.ts'
import { foldLinear } from '../../src/graphs/image-encoder-neck.ts'
import { preprocessFrame } from '../../src/predictor/preprocess.ts'
import { floats } from '../../src/runtime/tensor.ts'
import { hasReference, readReference, referencePath } from '../predictor/reference.ts'
import { referenceWeights } from './generated-weights.ts'
import { plainImageEncoder } from './plain-image-encoder.ts'
import {
  largestDifference,
  replaced,
  runGraph,
  seededValues,
  seededWeights,
  smallConfig,
} from './small-model.ts'

const TRUNK: TrunkConfig = {
  embedDim: 8,
  numHeads: 1,
  stages: [1, 2, 3, 2],
  globalAttBlocks: [4],
  windowPosEmbedBkgSpatialSize: [7, 7],
  windowSpec: [8, 4, 14, 7],
}

function encoderConfig(
  imageSize: number,
  trunk: Partial<TrunkConfig> = {},
  fpnTopDownLevels: readonly number[] = [2, 3],
): Sam2Config {
  const neck = { dModel: 32, fpnTopDownLevels }
  return smallConfig({ imageSize, trunk: { ...TRUNK, ...trunk }, neck })
}

const CASES: [string, Sam2Config][] = [
  ['windows larger than the frame', encoderConfig(64)],
  ['windows cut at the right and bottom edge', encoderConfig(288)],
  ['windows that divide the frame', encoderConfig(64, { windowSpec: [8, 4, 2, 2] })],
  ['a window that changes at every stage', encoderConfig(96, { windowSpec: [4, 6, 4, 5] })],
  ['several heads', encoderConfig(96, { numHeads: 2, stages: [2, 1, 2, 1] })],
  [
    'a global block that pools after odd windows',
    encoderConfig(96, {
      stages: [1, 1, 2, 1],
      windowSpec: [8, 3, 3, 3],
      globalAttBlocks: [2, 4],
    }),
  ],
  ['a global block on the finest grid', encoderConfig(64, { globalAttBlocks: [0, 1] })],
  [
    'more tokens than go through the finest blocks together',
    encoderConfig(384, {
      embedDim: 4,
      stages: [1, 1, 1, 1],
      globalAttBlocks: [],
    }),
  ],
  ['every level in the top-down path', encoderConfig(64, {}, [0, 1, 2, 3])],
]

describe('buildImageEncoder', () => {
  it.each(CASES)('equals plain arithmetic: %s', async (_, config) => {
    const weights = seededWeights(config, imageEncoderTensors)
    const image = seededValues(3 * config.imageSize ** 2, 7, 2)
    const feed = { image: floats([1, 3, config.imageSize, config.imageSize], image) }
    const [outputs] = await runGraph(buildImageEncoder(config, weights), feed)
    const expected = plainImageEncoder(config, weights, image)
    for (const name of ['pix_feat', 'high_res_0', 'high_res_1'] as const) {
      expect(largestDifference(outputs?.[name], expected[name]), name).toBeLessThan(5e-5)
    }
    const side = config.imageSize / 16
    expect(outputs?.['pix_feat']?.dims).toEqual([side ** 2, 32])
    expect(outputs?.['high_res_0']?.dims).toEqual([16 * side ** 2, 4])
    expect(outputs?.['high_res_1']?.dims).toEqual([4 * side ** 2, 8])
  })

  it.skipIf(!hasReference)('equals the reference tensors of the 2.1 nano model', async () => {
    const read = (path: string): unknown => JSON.parse(readFileSync(referencePath(path), 'utf8'))
    const config = parseConfig(read('nano21/config.json'))
    const { modules } = read('nano21/manifest.json') as {
      modules: { tensors: ReferenceTensor[] }
    }
    const stored = modules.tensors.filter(({ name }) =>
      /^(patch_embed|pos_embed|block\d+|fpn\d|fpn_pos2|conv_s\d)$/.test(name),
    )
    const weights = referenceWeights('nano21', imageEncoderTensors)
    const taps = stored.map(({ name }) => name)
    const { data, info } = await sharp(referencePath('frames/A/00000.png'))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const image = preprocessFrame({ ...info, data: new Uint8Array(data) }, config.imageSize)
    const feed = { image: floats([1, 3, config.imageSize, config.imageSize], image) }
    const [outputs] = await runGraph(buildImageEncoder(config, weights, { taps }), feed)

    expect(taps).toHaveLength(17)
    for (const { name, file, shape, noise } of stored) {
      const output = outputs?.[name]
      const values = readReference(`nano21/${file}`) as Float32Array
      const step = (output?.data.length ?? 0) / values.length
      const sampled = values.map((_, i) => output?.data[Math.floor(i * step)] as number)
      const limit = Math.max(2e-4, 10 * Math.max(noise.vs_float64_max, noise.threads_max))
      expect(output?.dims, name).toEqual(shape)
      expect(largestDifference(floats([sampled.length], sampled), values), name).toBeLessThan(limit)
    }
  })

  it('refuses sizes that do not fit each other, and says which', () => {
    const weights = seededWeights(encoderConfig(64), imageEncoderTensors)
    const build = (config: Sam2Config) => (): unknown => buildImageEncoder(config, weights)
    expect(build(encoderConfig(72))).toThrow('image size of 72, expected a positive multiple of 32')
    expect(build(encoderConfig(64, { stages: [1, 2, 3] }))).toThrow('3 stages, expected 4')
    expect(build(encoderConfig(64, { windowSpec: [8, 7, 14, 7] }))).toThrow(
      'windows of 7 in 8 x 8 tokens in block 3 of the trunk, expected even sides',
    )
    expect(build(encoderConfig(64, { numHeads: 3 }))).toThrow('8 channels in block 0')
    const odd = { shape: [1, 8, 6, 6], data: new Float32Array(288) }
    const name = 'image_encoder.trunk.pos_embed_window'
    const withOdd = new Map(weights).set(name, odd)
    expect(() => buildImageEncoder(encoderConfig(64), withOdd)).toThrow(
      'a frame of 16 x 16 tokens, expected a multiple of the window of 6',
    )
  })

  it('names a tensor that is missing, and a tap that is unknown', () => {
    const config = encoderConfig(64)
    const weights = seededWeights(config, imageEncoderTensors)
    const name = 'image_encoder.trunk.blocks.3.attn.qkv.bias'
    expect(() => buildImageEncoder(config, replaced(weights, { [name]: null }))).toThrow(name)
    expect(() => buildImageEncoder(config, weights, { taps: ['block8'] })).toThrow(Sam2Error)
    expect(() => buildImageEncoder(config, weights, { taps: ['block8'] })).toThrow('block8')
  })
})

interface ReferenceTensor {
  name: string
  file: string
  shape: number[]
  noise: { vs_float64_max: number; threads_max: number }
}

describe('foldLinear', () => {
  it('composes two linear maps', () => {
    const inner = linearValues(2, 3, [1, 2, 3, 4, 5, 6], [10, 20])
    const outer = linearValues(1, 2, [2, -1], [5])
    const folded = foldLinear(inner, outer)
    expect([...folded.weight]).toEqual([-2, -1, 0])
    expect([...folded.bias]).toEqual([5])
  })
})

function linearValues(
  rows: number,
  cols: number,
  weight: number[],
  bias: number[],
): Parameters<typeof foldLinear>[0] {
  return { rows, cols, weight: Float32Array.from(weight), bias: Float32Array.from(bias) }
}

describe('imageEncoderTensors', () => {
  it('takes the image encoder and the two convolutions that run once per frame', () => {
    const taken = [
      'image_encoder.trunk.pos_embed',
      'image_encoder.neck.convs.0.conv.bias',
      'sam_mask_decoder.conv_s0.weight',
      'sam_mask_decoder.conv_s1.bias',
    ]
    expect(taken.every(imageEncoderTensors)).toBe(true)
    expect(imageEncoderTensors('sam_mask_decoder.iou_token.weight')).toBe(false)
    expect(imageEncoderTensors('no_mem_embed')).toBe(false)
  })
})
