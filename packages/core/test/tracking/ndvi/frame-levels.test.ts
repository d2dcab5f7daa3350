import { describe, expect, it } from 'vitest'
import {
  type LevelSights,
  SERIES_LEVELS,
  bareFractionAt,
  seeLevels,
  settleLevels,
  shareOfHalfBare,
} from '../../../src/tracking/ndvi/frame-levels.ts'
import { planWorkingGrid } from '../../../src/tracking/ndvi/working-grid.ts'

const working = planWorkingGrid({
  epsg: 32647,
  transform: [5, 0, 500_000, 0, -5, 3_400_000],
  width: 60,
  height: 60,
})

/** Bare ground in the middle third. */
function isBare(i: number): boolean {
  const [row, col] = [Math.floor(i / working.width), i % working.width]
  return row >= 20 && row < 40 && col >= 20 && col < 40
}

describe('the levels that a frame itself shows', () => {
  it('are the middles well inside bare ground and beside it', () => {
    const bare = Int8Array.from({ length: 3600 }, (_, i) => (isBare(i) ? 40 : -40))
    const fraction = Float32Array.from(bare, (value, i) => (value > 0 ? 1.2 : 0.1) + (i % 3) * 0.01)
    const sights = seeLevels(fraction, null, bare, working)
    expect(sights.bare.value).toBeCloseTo(1.21, 5)
    expect(sights.covered.value).toBeCloseTo(0.11, 5)
    // 20 x 20 pixels of 5 m less two pixels on each side: 256, or 64 native ones.
    expect(sights.bare.error).toBeCloseTo((1.2533 * 1.4826 * 0.01) / 8, 4)
  })

  it('hold how much brighter bare ground is than the covered ground beside it, hidden ground left out', () => {
    const bare = Int8Array.from({ length: 3600 }, (_, i) => (isBare(i) ? 40 : -40))
    const fraction = Float32Array.from(bare, (value, i) => (i % 5 === 0 ? NaN : value > 0 ? 1 : 0))
    const brightness = Float32Array.from(bare, (value, i) =>
      i % 5 === 0 ? 1.5 : (value > 0 ? 0.48 : 0.32) + (i % 3) * 0.01,
    )
    const { soilBrightness } = seeLevels(fraction, brightness, bare, working)
    expect(soilBrightness.value).toBeCloseTo(0.49 / 0.33, 5)
    expect(seeLevels(fraction, null, bare, working).soilBrightness.value).toBeNaN()
  })

  it('are not known where next to nothing was seen', () => {
    const bare = Int8Array.from({ length: 3600 }, (_, i) => (isBare(i) ? 40 : -40))
    const { bare: seen } = seeLevels(new Float32Array(3600).fill(NaN), null, bare, working)
    expect(seen.value).toBeNaN()
    expect(settleLevels([{ bare: seen, covered: seen, soilBrightness: seen }])).toEqual([
      SERIES_LEVELS,
    ])
  })
})

describe('levels to reckon with', () => {
  const sights = (...values: [value: number, error: number][]): LevelSights[] =>
    values.map(([value, error]) => ({
      bare: { value, error },
      covered: { value: 0, error: 0 },
      soilBrightness: { value: NaN, error: NaN },
    }))

  it('lie between sight and series by the weight of the error', () => {
    // tau² = ((0.04 - 0.01) + (0.04 - 0.01)) / 2 = 0.03: share 0.03 / 0.04 of 0.2.
    const [first, second] = settleLevels(sights([1.2, 0.1], [0.8, 0.1]))
    expect(first?.bare).toBeCloseTo(1.15, 12)
    expect(second?.bare).toBeCloseTo(0.85, 12)
  })

  it("are the series' own where sights differ by no more than their errors", () => {
    expect(settleLevels(sights([1.05, 0.1], [0.95, 0.1]))).toEqual([SERIES_LEVELS, SERIES_LEVELS])
  })

  it("are the series' own where bare and covered ground cannot be told apart", () => {
    expect(settleLevels(sights([0.2, 0.01], [1, 0.01]))[0]).toEqual(SERIES_LEVELS)
  })
})

describe('a mixed pixel', () => {
  it('by hand: half of it bare and half as bright again shows 0.6 by NDVI alone', () => {
    const levels = { bare: 1, covered: 0, soilBrightness: 1.5 }
    expect(bareFractionAt(0.6, levels)).toBeCloseTo(0.5, 12)
    expect(shareOfHalfBare(levels)).toBeCloseTo(0.6, 12)
    // Red and near infrared 0.24 and 0.30 (bare), 0.06 and 0.30 (covered): NDVI 1/9 and 2/3, brightness 0.54 and 0.36.
    const ndvi = (0.3 - 0.15) / (0.3 + 0.15)
    const share = (2 / 3 - ndvi) / (2 / 3 - 1 / 9)
    expect(bareFractionAt(share, levels)).toBeCloseTo(0.5, 12)
  })

  it("lies between the frame's own levels", () => {
    const levels = { bare: 0.9, covered: 0.1, soilBrightness: 1 }
    expect(bareFractionAt(0.5, levels)).toBeCloseTo(0.5, 12)
    expect(bareFractionAt(shareOfHalfBare(levels), levels)).toBeCloseTo(0.5, 12)
  })

  it('is beyond both levels where NDVI is', () => {
    const levels = { bare: 1, covered: 0, soilBrightness: 1.5 }
    expect([bareFractionAt(1.2, levels), bareFractionAt(-0.1, levels)]).toEqual([1.2, -0.1])
  })
})
