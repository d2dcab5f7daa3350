import { describe, expect, it } from 'vitest'
import { meanScore, scoreMask } from '../../src/verification/metrics.ts'
import type { Grid } from '../../src/model/grid.ts'

const grid = (width: number, height: number): Grid => ({
  epsg: 32647,
  transform: [2, 0, 0, 0, -2, 0],
  width,
  height,
})
const pixels = (text: string): Uint8Array => Uint8Array.from(text.replace(/\s/g, ''), Number)

describe('scoreMask', () => {
  it('counts hits, false alarms and misses', () => {
    const truth = pixels('1100 1100 0000')
    const mask = pixels('0110 0110 0110')
    // 2 hits, 4 false alarms, 2 misses.
    const score = scoreMask(grid(4, 3), mask, truth)
    expect(score).toMatchObject({
      pixels: 12,
      iou: 2 / 8,
      precision: 2 / 6,
      recall: 2 / 4,
      areaM2: 24,
      truthAreaM2: 16,
      areaErrorM2: 8,
      areaErrorFraction: 0.5,
    })
    expect(score?.jAndF).toBe(((score?.iou ?? 0) + (score?.boundaryF ?? 0)) / 2)
  })

  it('counts empty against empty as 1', () => {
    const none = pixels('0000')
    expect(scoreMask(grid(2, 2), none, none)).toMatchObject({
      iou: 1,
      precision: 1,
      recall: 1,
      boundaryF: 1,
      jAndF: 1,
      areaErrorM2: 0,
      areaErrorFraction: null,
    })
  })

  it('counts a mask where nothing is true, and nothing where something is, as 0', () => {
    const none = pixels('0000 0000 0000 0000')
    const some = pixels('0000 0110 0110 0000')
    const zeros = { iou: 0, precision: 0, recall: 0, boundaryF: 0 }
    expect(scoreMask(grid(4, 4), some, none)).toMatchObject({ ...zeros, areaErrorFraction: null })
    expect(scoreMask(grid(4, 4), none, some)).toMatchObject({ ...zeros, areaErrorFraction: -1 })
  })

  it('leaves out pixels that were not observed', () => {
    const truth = pixels('1100')
    const mask = pixels('1011')
    const score = scoreMask(grid(4, 1), mask, truth, pixels('1001'))
    expect(score).toMatchObject({ pixels: 2, iou: 0.5, precision: 0.5, recall: 1, areaM2: 8 })
    expect(scoreMask(grid(4, 1), mask, truth, pixels('0000'))).toBeNull()
  })
})

describe('meanScore', () => {
  it('is the plain mean over frames; area errors as absolutes, the bias with its sign', () => {
    const truth = pixels('1100')
    const scores = [pixels('1110'), pixels('1000')].map((mask) =>
      scoreMask(grid(4, 1), mask, truth),
    )
    const mean = meanScore(scores.filter((score) => score !== null))
    expect(mean?.frames).toBe(2)
    expect(mean?.iou).toBeCloseTo((2 / 3 + 1 / 2) / 2, 12)
    expect(mean).toMatchObject({ absAreaErrorM2: 4, absAreaErrorFraction: 0.5, biasM2: 0 })
    expect(meanScore([])).toBeNull()
  })
})
