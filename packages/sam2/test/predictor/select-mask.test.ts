import { describe, expect, it } from 'vitest'
import { selectMask, stabilityScore, usesMultimask } from '../../src/predictor/select-mask.ts'
import { CONFIG } from './fake-model.ts'

const IOUS = Float32Array.of(0.9, 0.2, 0.7, 0.7)

/** Four masks of 4 pixels; the single one as given. */
function masksWith(single: readonly number[]): Float32Array {
  return Float32Array.from([...single, ...Array.from({ length: 12 }, () => 1)])
}

describe('usesMultimask', () => {
  it('asks for three masks with no point or one, on tracked frames too', () => {
    expect([0, 1, 2, 3].map((count) => usesMultimask(CONFIG, true, count))).toEqual([
      true,
      true,
      false,
      false,
    ])
    expect(usesMultimask(CONFIG, false, 0)).toBe(true)
    expect(usesMultimask({ ...CONFIG, multimaskOutputForTracking: false }, false, 0)).toBe(false)
  })
})

describe('selectMask', () => {
  it('takes the first of the best among three, pointer included', () => {
    const selection = selectMask(CONFIG, { masks: masksWith([1, 1, 1, 1]), ious: IOUS }, true)
    expect(selection).toMatchObject({ maskIndex: 2, pointerIndex: 2, bestIndex: 1 })
    expect(selection.ious).toHaveLength(3)
  })

  it('keeps a stable single mask', () => {
    const masks = masksWith([1, 1, -1, -1])
    expect(selectMask(CONFIG, { masks, ious: IOUS }, false)).toMatchObject({
      maskIndex: 0,
      pointerIndex: 0,
      stability: 1,
      stabilityFallback: false,
    })
  })

  it('falls back to the best of three where the single mask is unstable, but not with the pointer', () => {
    const masks = masksWith([1, 0, -1, -1])
    expect(selectMask(CONFIG, { masks, ious: IOUS }, false)).toMatchObject({
      maskIndex: 2,
      pointerIndex: 0,
      stability: 0.5,
      stabilityFallback: true,
      predictedIou: Math.fround(0.7),
    })
  })

  it('never falls back where the rule is off', () => {
    const config = { ...CONFIG, dynamicMultimaskViaStability: false }
    const masks = masksWith([1, 0, -1, -1])
    expect(selectMask(config, { masks, ious: IOUS }, false).maskIndex).toBe(0)
  })
})

describe('stabilityScore', () => {
  it('is 1 where nothing is above the lower limit', () => {
    expect(stabilityScore(Float32Array.of(-1, -2), 0.05)).toBe(1)
  })

  it('compares strictly with the limits', () => {
    const delta = Math.fround(0.05)
    expect(stabilityScore(Float32Array.of(delta, -delta, 1), 0.05)).toBe(0.5)
  })
})
