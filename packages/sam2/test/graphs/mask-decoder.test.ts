import { beforeAll, describe, expect, it } from 'vitest'
import { Sam2Error } from '../../src/errors.ts'
import { type Weights, weightOf } from '../../src/checkpoint/weights.ts'
import { buildMaskDecoder, maskDecoderTensors } from '../../src/graphs/mask-decoder.ts'
import type { NamedTensors } from '../../src/runtime/runtime.ts'
import { type Tensor, floats, ints } from '../../src/runtime/tensor.ts'
import { type Rows, rowsOf } from './plain-layers.ts'
import { type PlainPrompt, plainMaskDecoder } from './plain-mask-decoder.ts'
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
const weights: Weights = seededWeights(config, maskDecoderTensors)

const pixFeat = seededValues(SIZE * SIZE * CHANNELS, 11)
const highRes0 = seededValues(LOW_RES * LOW_RES * (CHANNELS / 8), 12)
const highRes1 = seededValues(4 * SIZE * SIZE * (CHANNELS / 4), 13)
const maskLogits = seededValues(LOW_RES * LOW_RES, 14, 8)

function feeds({ points, labels, mask }: PlainPrompt): NamedTensors {
  return {
    pix_feat: floats([SIZE * SIZE, CHANNELS], pixFeat),
    high_res_0: floats([LOW_RES * LOW_RES, CHANNELS / 8], highRes0),
    high_res_1: floats([4 * SIZE * SIZE, CHANNELS / 4], highRes1),
    point_coords: floats([points.length, 2], Float32Array.from(points.flat())),
    point_labels: ints([labels.length], Int32Array.from(labels)),
    mask_input: floats(
      [1, 1, LOW_RES, LOW_RES],
      Float32Array.from(mask?.flat() ?? new Float32Array(LOW_RES * LOW_RES)),
    ),
    has_mask_input: floats([1], Float32Array.of(mask ? 1 : 0)),
  }
}

const mask: Rows = rowsOf(maskLogits, LOW_RES)
const PROMPTS: Record<string, PlainPrompt> = {
  'a click': { points: [[20, 41]], labels: [1] },
  'a box and two clicks': {
    points: [
      [3, 9],
      [50, 44],
      [20, 41],
      [60, 2],
    ],
    labels: [2, 3, 1, 0],
  },
  'two clicks and a mask': {
    points: [
      [20, 41],
      [33.5, 7],
    ],
    labels: [1, 0],
    mask,
  },
  'nothing, as on a tracked frame': { points: [[0, 0]], labels: [-1] },
  'a mask alone': { points: [[0, 0]], labels: [-1], mask },
}

describe('buildMaskDecoder', () => {
  const answers = new Map<string, Record<string, Tensor>>()
  beforeAll(async () => {
    const results = await runGraph(
      buildMaskDecoder(config, weights),
      ...Object.values(PROMPTS).map(feeds),
    )
    for (const [i, name] of Object.keys(PROMPTS).entries()) {
      answers.set(name, results[i] as Record<string, Tensor>)
    }
  })

  it.each(Object.keys(PROMPTS))('equals the step-by-step decoder given %s', (name) => {
    const expected = plainMaskDecoder(
      weights,
      SIZE,
      {
        pixFeat: rowsOf(pixFeat, CHANNELS),
        highRes0: rowsOf(highRes0, CHANNELS / 8),
        highRes1: rowsOf(highRes1, CHANNELS / 4),
      },
      PROMPTS[name] as PlainPrompt,
    )
    const got = answers.get(name)
    expect(got?.['masks']?.dims).toEqual([4, LOW_RES, LOW_RES])
    expect(got?.['obj_ptrs']?.dims).toEqual([4, CHANNELS])
    expect(largestDifference(got?.['masks'], expected.masks)).toBeLessThan(5e-5)
    expect(largestDifference(got?.['ious'], expected.ious)).toBeLessThan(1e-5)
    expect(largestDifference(got?.['object_score_logits'], expected.score)).toBeLessThan(5e-5)
    expect(largestDifference(got?.['obj_ptrs'], expected.pointers)).toBeLessThan(5e-5)
  })

  it('does not look at the mask input unless told that there is one', async () => {
    const click = feeds(PROMPTS['a click'] as PlainPrompt)
    const unread = floats(
      [1, 1, LOW_RES, LOW_RES],
      maskLogits.map((_, i) => (i % 2 ? NaN : 1e30)),
    )
    const [got] = await runGraph(buildMaskDecoder(config, weights), {
      ...click,
      mask_input: unread,
    })
    expect(got?.['masks']?.data).toEqual(answers.get('a click')?.['masks']?.data)
  })

  it('does not look at the coordinates of a point labelled -1', async () => {
    const [got] = await runGraph(
      buildMaskDecoder(config, weights),
      feeds({ points: [[31, 17]], labels: [-1] }),
    )
    const expected = answers.get('nothing, as on a tracked frame')
    expect(got?.['masks']?.data).toEqual(expected?.['masks']?.data)
  })

  it('shows inner tensors that are asked for, in upstream shapes', async () => {
    const names = ['sparse', 'dense', 'layer1_keys', 'tokens_out', 'up0', 'up3', 'hyper']
    const prompt = PROMPTS['two clicks and a mask'] as PlainPrompt
    const [got] = await runGraph(buildMaskDecoder(config, weights, { taps: names }), feeds(prompt))
    expect(names.map((name) => got?.[name]?.dims)).toEqual([
      [1, 3, 32],
      [1, 32, 4, 4],
      [1, 16, 32],
      [1, 9, 32],
      [1, 8, 8, 8],
      [1, 4, 16, 16],
      [1, 4, 4],
    ])
    expect(got?.['masks']?.data.length).toBe(4 * LOW_RES * LOW_RES)
  })

  it('takes the object for present where the model predicts no scores', async () => {
    const without = replaced(weights, { 'sam_mask_decoder.obj_score_token.weight': null })
    const taps = ['tokens_out']
    const [got] = await runGraph(
      buildMaskDecoder(smallConfig({ predObjScores: false }), without, { taps }),
      feeds(PROMPTS['a click'] as PlainPrompt),
    )
    expect(Array.from(got?.['object_score_logits']?.data ?? [])).toEqual([10])
    expect(got?.['tokens_out']?.dims).toEqual([1, 7, CHANNELS])
  })

  it('gives raw qualities where the model predicts them without a sigmoid', async () => {
    const [got] = await runGraph(
      buildMaskDecoder(smallConfig({ iouPredictionUseSigmoid: false }), weights),
      feeds(PROMPTS['a click'] as PlainPrompt),
    )
    const squashed = Float32Array.from(got?.['ious']?.data ?? [], (x) => 1 / (1 + Math.exp(-x)))
    expect(largestDifference(answers.get('a click')?.['ious'], squashed)).toBeLessThan(1e-6)
  })

  it('reads a head of one linear layer', async () => {
    const { data, shape } = weightOf(weights, 'obj_ptr_proj.layers.0.weight')
    const single = new Map(weights)
    single.set('obj_ptr_proj.weight', { data, shape })
    single.set('obj_ptr_proj.bias', weightOf(weights, 'obj_ptr_proj.layers.0.bias'))
    const prompt = feeds(PROMPTS['a click'] as PlainPrompt)
    const [got] = await runGraph(buildMaskDecoder(config, single), prompt)
    expect(got?.['obj_ptrs']?.dims).toEqual([4, CHANNELS])
    expect(got?.['obj_ptrs']?.data).not.toEqual(answers.get('a click')?.['obj_ptrs']?.data)
  })

  it('gives the mask tokens themselves where pointers are not projected', async () => {
    const unused = smallConfig({ useObjPtrsInEncoder: false })
    const [got] = await runGraph(
      buildMaskDecoder(unused, weights, { taps: ['tokens_out'] }),
      feeds(PROMPTS['a click'] as PlainPrompt),
    )
    const tokens = got?.['tokens_out']?.data.slice(2 * CHANNELS, 6 * CHANNELS)
    expect(got?.['obj_ptrs']?.data).toEqual(tokens)
  })

  it.each([
    [{ imageSize: 100 }, 'got imageSize 100, expected a positive multiple of 16'],
    [
      { neck: { dModel: 36, fpnTopDownLevels: [2, 3] } },
      'got neck.dModel 36, expected a positive multiple of 8',
    ],
  ])('refuses a configuration that it cannot build: %o', (changes, message) => {
    expect(() => buildMaskDecoder(smallConfig(changes), weights)).toThrow(
      expect.objectContaining({ code: 'config', message }),
    )
  })

  it('names a tensor that is missing or has another shape', () => {
    const missing = replaced(weights, { 'sam_mask_decoder.transformer.norm_final_attn.bias': null })
    expect(() => buildMaskDecoder(config, missing)).toThrow(/norm_final_attn\.bias/)
    const name = 'sam_mask_decoder.transformer.layers.0.cross_attn_token_to_image.v_proj.weight'
    const misshapen = new Map(weights)
    misshapen.set(name, { shape: [8, 32], data: new Float32Array(256) })
    expect(() => buildMaskDecoder(config, misshapen)).toThrow(
      `got tensor ${name} of shape [8, 32], expected [16, 32]`,
    )
  })

  it('refuses an inner tensor that it does not have', () => {
    expect(() => buildMaskDecoder(config, weights, { taps: ['fuser0'] })).toThrow(Sam2Error)
  })
})
