import { describe, expect, it } from 'vitest'
import {
  axialRopeTables,
  densePositionEncoding,
  sine1d,
  sine2d,
} from '../../src/graphs/position-encoding.ts'
import { hasReference, readReference } from '../predictor/reference.ts'
import { generatedWeight, referenceWeights } from './generated-weights.ts'

/** Two float32 steps below 1: what two libraries' sines may differ by. */
const ROUNDING = 1.2e-7
/** fnv1a32 of `s157:` and that name. */
const SEED = 1649843717
const GAUSSIAN = 'sam_prompt_encoder.pe_layer.positional_encoding_gaussian_matrix'

// Expected figures are from the official code on a 16 x 16 map of 64 channels.
describe('position encodings', () => {
  it.each([
    { row: 0, column: 0, channel: 0, value: 0.3826833963394165 },
    { row: 0, column: 0, channel: 1, value: 0.9238795638084412 },
    { row: 7, column: 4, channel: 10, value: 0.17574718594551086 },
    { row: 2, column: 5, channel: 32, value: 0.7071069478988647 },
    { row: 2, column: 5, channel: 33, value: -0.7071065902709961 },
    { row: 7, column: 11, channel: 45, value: 0.9889172315597534 },
  ])(
    'encodes rows then columns: channel $channel at ($row, $column)',
    ({ row, column, channel, value }) => {
      const at = (row * 16 + column) * 64 + channel
      expect(differs(sine2d(64, 16, 16)[at], value)).toBeLessThan(ROUNDING)
    },
  )

  it('encodes maps that are not square', () => {
    const wide = sine2d(8, 2, 3)
    expect(wide).toHaveLength(2 * 3 * 8)
    expect(wide[(1 * 3 + 0) * 8 + 0]).toBeCloseTo(Math.sin(2 * Math.PI), 5)
    expect(wide[(0 * 3 + 2) * 8 + 5]).toBeCloseTo(Math.cos(2 * Math.PI), 5)
    expect(wide[(0 * 3 + 0) * 8 + 4]).toBeCloseTo(Math.sin((2 * Math.PI) / 3), 5)
  })

  it.each([
    { time: 0, channel: 0, value: 0 },
    { time: 0, channel: 63, value: 1 },
    { time: 1 / 3, channel: 0, value: 0.3271947205066681 },
    { time: 1 / 3, channel: 31, value: 0.000059275982494000345 },
    { time: 1 / 3, channel: 33, value: 0.9449569582939148 },
    { time: -7 / 3, channel: 1, value: -0.7230859398841858 },
    { time: -7 / 3, channel: 32, value: -0.6907581090927124 },
  ])('encodes the time $time, channel $channel', ({ time, channel, value }) => {
    expect(differs(sine1d([9, time], 64)[64 + channel], value)).toBeLessThan(ROUNDING)
  })

  it.each([
    { token: 1, pair: 0, cos: 0.5403022766113281, sin: 0.8414709568023682 },
    { token: 17, pair: 16, cos: 0.5403022766113281, sin: 0.8414709568023682 },
    { token: 37, pair: 20, cos: 0.9800665974617004, sin: 0.19866932928562164 },
    { token: 255, pair: 3, cos: -0.8896704316139221, sin: 0.4566032588481903 },
    { token: 250, pair: 31, cos: 0.9999964237213135, sin: 0.002667415887117386 },
  ])('turns pair $pair of token $token by its column, then by its row', (expected) => {
    const tables = axialRopeTables(64, 16, 16, 10_000)
    const at = expected.token * 32 + expected.pair
    expect(differs(tables.cos[at], expected.cos)).toBeLessThan(ROUNDING)
    expect(differs(tables.sin[at], expected.sin)).toBeLessThan(ROUNDING)
  })

  it.each([
    { row: 0, column: 0, channel: 0, value: 0.8069828152656555 },
    { row: 3, column: 9, channel: 5, value: -0.6179198026657104 },
    { row: 12, column: 2, channel: 40, value: -0.9533632397651672 },
    { row: 15, column: 15, channel: 63, value: 0.2798156440258026 },
  ])(
    'projects cell centres: channel $channel at ($row, $column)',
    ({ row, column, channel, value }) => {
      const gaussian = generatedWeight({ shape: [2, 32], seed: SEED, scale: 1, offset: 0 })
      const at = (row * 16 + column) * 64 + channel
      expect(differs(densePositionEncoding(gaussian, 16)[at], value)).toBeLessThan(ROUNDING)
    },
  )

  it('says how many channels it can encode', () => {
    expect(() => sine2d(6, 2, 2)).toThrow('got 6 channels of a two-dimensional sine encoding')
    expect(() => sine1d([1], 3)).toThrow('expected a positive multiple of 2')
    expect(() => axialRopeTables(0, 2, 2, 10_000)).toThrow('expected a positive multiple of 4')
    const wrong = { shape: [3, 4], data: new Float32Array(12) }
    expect(() => densePositionEncoding(wrong, 2)).toThrow('of shape [3, 4], expected [2, channels')
  })
})

describe.skipIf(!hasReference)('position encodings of the reference', () => {
  it.each([
    { model: 'nano21', size: 16, channels: 64, memDim: 16 },
    { model: 'nano20', size: 16, channels: 64, memDim: 16 },
    { model: 'tiny21', size: 64, channels: 256, memDim: 64 },
  ])('are those of $model', ({ model, size, channels, memDim }) => {
    const gaussian = referenceWeights(model, (name) => name === GAUSSIAN).get(GAUSSIAN)
    if (!gaussian) throw new Error(`no ${GAUSSIAN}`)
    const dense = channelsFirst(densePositionEncoding(gaussian, size), channels)
    expect(largest(dense, reference(model, 'dense_pe'))).toBeLessThan(ROUNDING)
    const memory = channelsFirst(sine2d(memDim, size, size), memDim)
    expect(largest(memory, reference(model, 'me_pos'))).toBeLessThan(ROUNDING)
    if (model === 'nano20') return
    const features = channelsFirst(sine2d(channels, size, size), channels)
    expect(largest(features, reference(model, 'fpn_pos2'))).toBeLessThan(ROUNDING)
  })

  it('are those of every rotation and every time of nano21', () => {
    const { cos, sin } = axialRopeTables(64, 16, 16, 10_000)
    const pairs = Float32Array.from(
      { length: cos.length * 2 },
      (_, i) => (i % 2 === 0 ? cos : sin)[i >> 1] as number,
    )
    expect(largest(pairs, reference('nano21', 'rope_table'))).toBeLessThan(ROUNDING)
    const times = sine1d([...reference('nano21', 'sine1d_pos')], 64)
    expect(largest(times, reference('nano21', 'sine1d'))).toBeLessThan(ROUNDING)
  })
})

function reference(model: string, name: string): Float32Array {
  return readReference(`${model}/modules/${name}.npy`) as Float32Array
}

/** [tokens, channels] -> [channels, tokens]. */
function channelsFirst(tokens: Float32Array, channels: number): Float32Array {
  const count = tokens.length / channels
  return tokens.map((_, i) => tokens[(i % count) * channels + Math.floor(i / count)] as number)
}

/** Largest difference; where only samples are stored, of those. */
function largest(actual: Float32Array, expected: Float32Array): number {
  return expected.reduce((worst, value, i) => {
    const at = Math.floor((i * actual.length) / expected.length)
    return Math.max(worst, differs(actual[at], value))
  }, 0)
}

function differs(actual: number | undefined, expected: number): number {
  return Math.abs((actual ?? Number.NaN) - expected)
}
