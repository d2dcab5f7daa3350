import { describe, expect, it } from 'vitest'
import type { TrackedFrame } from '../../src/model/track.ts'
import {
  areaContinuity,
  observedFractionOf,
  reviewQueue,
  scoreOf,
  thresholdAgreement,
} from '../../src/tracking/confidence.ts'

describe('thresholdAgreement', () => {
  it('is the F1 score over observed pixels near the mask', () => {
    // 4x1: mask on 0,1; bare on 1,2; pixel 3 hidden. both = 1, mask 2 + bare 2 -> 2*1/4.
    const result = thresholdAgreement({
      mask: Uint8Array.from([1, 1, 0, 0]),
      ndvi: Float32Array.from([0.5, 0.05, 0.05, NaN]),
      threshold: 0.1,
      width: 4,
      height: 1,
      marginPx: 2,
    })
    expect(result).toBeCloseTo(0.5)
  })

  it('does not look beyond the margin', () => {
    const ndvi = Float32Array.from([0.05, 0.5, 0.5, 0.5, 0.05])
    const mask = Uint8Array.from([1, 0, 0, 0, 0])
    expect(
      thresholdAgreement({ mask, ndvi, threshold: 0.1, width: 5, height: 1, marginPx: 1 }),
    ).toBe(1)
  })
})

describe('areaContinuity', () => {
  it('is 1 for an area between its neighbours, also at a lasting change', () => {
    expect(areaContinuity(100, 150, 200)).toBe(1)
    expect(areaContinuity(100, 200, 200)).toBe(1)
  })
  it('tells how far a single frame sticks out', () => {
    expect(areaContinuity(100, 50, 100)).toBeCloseTo(0.5)
    expect(areaContinuity(100, 300, 150)).toBeCloseTo(0.5)
  })
})

describe('scoreOf', () => {
  it('is the geometric mean, so that one bad part is not outvoted', () => {
    expect(scoreOf({ a: 1, b: 0.25 }).score).toBeCloseTo(0.5)
    expect(scoreOf({ a: 1, b: 1, c: 0 }).score).toBe(0)
  })
})

describe('observedFractionOf', () => {
  it('is the seen share of the mask', () => {
    expect(observedFractionOf(Uint8Array.from([1, 1, 0]), Float32Array.from([NaN, 0.1, NaN]))).toBe(
      0.5,
    )
    expect(observedFractionOf(Uint8Array.from([0]), Float32Array.from([NaN]))).toBe(1)
  })
})

describe('reviewQueue', () => {
  const frame = (
    sceneId: string,
    score: number,
    more: Partial<TrackedFrame> = {},
  ): TrackedFrame => ({
    sceneId,
    objectId: 1,
    mask: '',
    probability: null,
    areaM2: 100,
    segmenter: 'ndvi',
    modelHash: '',
    confidence: { score, parts: {} },
    locked: false,
    promptHash: null,
    frameHash: '',
    flags: [],
    ...more,
  })
  it('puts first the doubtful frame whose correction reaches furthest', () => {
    const queue = reviewQueue([
      frame('a', 0.5, { promptHash: 'p' }),
      frame('b', 0.5),
      frame('c', 0.5, { locked: true }),
      frame('d', 0.5),
      frame('e', 0.9),
      frame('f', 0.5),
    ])
    expect(queue[0]?.sceneId).toBe('d')
    expect(queue[0]?.gainM2).toBeCloseTo(0.5 * 100 * 3)
    expect(queue.map(({ sceneId }) => sceneId)).not.toContain('c')
  })

  it('puts ground in doubt first, on the frame that shows most of it: one click decides it on all', () => {
    const inDoubt = (areaM2: number): Partial<TrackedFrame> => ({
      doubts: [{ isTakenIn: true, areaM2, lngLat: [98, 30] }],
    })
    const queue = reviewQueue([
      frame('a', 1, { promptHash: 'p', ...inDoubt(30) }),
      frame('b', 0.9, inDoubt(40)),
      frame('c', 0.5, { locked: true, ...inDoubt(50) }),
      frame('d', 0.5, inDoubt(40)),
    ])
    // 110 m² on the three frames that are not locked, and 0.1 * 100 m² of its own.
    expect(queue[0]).toMatchObject({ sceneId: 'b' })
    expect(queue[0]?.gainM2).toBeCloseTo(120)
    expect(queue[1]?.gainM2).toBeCloseTo(50)
  })
})
