import { describe, expect, it } from 'vitest'
import { boundaryAdvance } from '../../src/analysis/advance.ts'
import { NEVER_SEEN } from '../../src/analysis/change.ts'
import { slopeGradient, slopeSplit } from '../../src/analysis/slope-split.ts'
import type { BoundaryAdvance } from '../../src/model/analysis-growth.ts'
import { compared, gridOf, paint } from './geometry-scenes.ts'

const DATES = { fromAt: '2018-10-01T04:00:00Z', toAt: '2018-10-21T04:00:00Z' }

describe('boundaryAdvance', () => {
  it('is 10 m, 0.5 m a day, for a straight boundary that moves by a pixel in 20 days, by hand', () => {
    // 4000 m² over 400 m; half-width 1547.4 m² (see compareByClass) over 400 m = 3.87 m, over 20 days 0.193 m.
    const grid = gridOf(20, 40)
    const [before, after] = [paint(grid, (col) => col < 8), paint(grid, (col) => col < 9)]
    const { whole, days } = boundaryAdvance(
      compared(grid, before, after, [1, 2]),
      DATES,
    ) as BoundaryAdvance
    expect(days).toBe(20)
    expect(whole?.meanM).toBeCloseTo(10, 4)
    expect(whole?.lowM).toBeCloseTo(10 - 3.87, 2)
    expect(whole?.highM).toBeCloseTo(10 + 3.87, 2)
    expect(whole?.meanMPerDay).toBeCloseTo(0.5, 5)
    expect(whole?.highMPerDay).toBeCloseTo(0.5 + 0.193, 3)
    expect(whole?.farthestM).toBe(10)
    expect(whole?.seenFraction).toBeCloseTo(1, 9)
  })

  it('is right for a disc that grows all round, in each sector, and below 0 when it shrinks', () => {
    const grid = gridOf(121, 121, 2)
    const disc = (radiusM: number): Uint8Array =>
      paint(grid, (col, row) => 2 * Math.hypot(col - 60, row - 60) <= radiusM)
    const grown = boundaryAdvance(compared(grid, disc(60), disc(70)), DATES) as BoundaryAdvance
    expect((grown.whole?.meanM ?? 0) / 10).toBeCloseTo(1, 1)
    for (const { advance } of grown.sectors) {
      expect(advance?.meanM).toBeGreaterThan(8.5)
      expect(advance?.meanM).toBeLessThan(11.5)
      expect(Math.abs((advance?.farthestM ?? 0) - 10)).toBeLessThan(2)
    }
    const shrunk = boundaryAdvance(compared(grid, disc(70), disc(60)), DATES) as BoundaryAdvance
    expect((shrunk.whole?.meanM ?? 0) / -10).toBeCloseTo(1, 1)
    expect(shrunk.whole?.farthestM).toBeLessThan(-7)
  })

  it('leaves out patches apart, closed holes and hidden ground', () => {
    const grid = gridOf(60, 40)
    const body = (col: number, row: number): boolean => col >= 5 && col < 25 && row >= 5 && row < 25
    const hole = (col: number, row: number): boolean =>
      col >= 10 && col < 14 && row >= 10 && row < 14
    const apart = (col: number, row: number): boolean =>
      col >= 40 && col < 44 && row >= 10 && row < 14
    const before = paint(grid, (col, row) => body(col, row) && !hole(col, row))
    const after = paint(grid, (col, row) => body(col, row) || apart(col, row))
    const advance = boundaryAdvance(compared(grid, before, after), DATES)
    expect(advance?.detachedGainedM2).toBe(1600)
    expect(advance?.whole?.meanM).toBeCloseTo(0, 9)
    const hidden = after.map((state, i) => (Math.floor(i / 60) < 15 ? NEVER_SEEN : state))
    const seen = boundaryAdvance(compared(grid, before, hidden), DATES)?.whole
    expect(seen?.meanM).toBeCloseTo(0, 9)
    expect(seen?.seenFraction).toBeGreaterThan(0.5)
    expect(seen?.seenFraction).toBeLessThan(0.8)
  })

  it('refuses times out of order', () => {
    const grid = gridOf(3, 3)
    const masks = compared(grid, new Uint8Array(9).fill(1), new Uint8Array(9).fill(1))
    expect(() => boundaryAdvance(masks, { fromAt: DATES.toAt, toAt: DATES.fromAt })).toThrow(
      /expected two times in order/,
    )
  })
})

describe('slopeGradient', () => {
  it('is Horn’s 0.225 east and -0.1 north for nine heights worked out by hand', () => {
    // ((4 + 2*6 + 8) - (1 + 2*2 + 1))/80 = 18/80; ((1 + 2*2 + 4) - (1 + 2*4 + 8))/80 = -8/80.
    const grid = gridOf(3, 3)
    const { east, north } = slopeGradient(Float32Array.from([1, 2, 4, 2, 3, 6, 1, 4, 8]), grid, 10)
    expect(east[4]).toBeCloseTo(0.225, 6)
    expect(north[4]).toBeCloseTo(-0.1, 6)
  })

  it('is exact on a tilted plane, at the rim too', () => {
    const grid = gridOf(12, 9)
    const plane = Float32Array.from(
      { length: 108 },
      (_, i) => 3 * (i % 12) + 4 * Math.floor(i / 12),
    )
    const { east, north } = slopeGradient(plane, grid, 50)
    for (let i = 0; i < 108; i++) {
      expect(east[i]).toBeCloseTo(0.3, 5)
      expect(north[i]).toBeCloseTo(-0.4, 5)
    }
  })
})

describe('slopeSplit', () => {
  const grid = gridOf(40, 40)
  /** Half of the grid grows eastwards by two pixels on a plane that rises by 0.5 towards `azimuthDeg`. */
  const eastwards = (azimuthDeg: number, steepness = 0.5): Record<string, number> => {
    const east = steepness * Math.sin((azimuthDeg * Math.PI) / 180)
    const north = steepness * Math.cos((azimuthDeg * Math.PI) / 180)
    const elevationM = Float32Array.from(
      { length: 1600 },
      (_, i) => 10 * (east * (i % 40) - north * Math.floor(i / 40)),
    )
    const [before, after] = [paint(grid, (col) => col < 18), paint(grid, (col) => col < 20)]
    const { shares } = slopeSplit(compared(grid, before, after), { ...DATES, elevationM })
    return Object.fromEntries(shares.map(({ direction, gainedM2 }) => [direction, gainedM2]))
  }

  it('tells upslope, downslope and lateral growth on tilted planes, and leaves flat ground undecided', () => {
    // 40 rows by 2 pixels of 100 m² = 8000 m², to the east (90°).
    const none = { upslope: 0, downslope: 0, lateral: 0, undecided: 0 }
    expect(eastwards(60)).toEqual({ ...none, upslope: 8000 })
    expect(eastwards(30)).toEqual({ ...none, lateral: 8000 })
    expect(eastwards(160)).toEqual({ ...none, lateral: 8000 })
    expect(eastwards(240)).toEqual({ ...none, downslope: 8000 })
    // 5° are a steepness of 0.0875.
    expect(eastwards(60, 0.08)).toEqual({ ...none, undecided: 8000 })
  })

  it('gives the advance of each side: 20 m up, 10 m down, none across', () => {
    const north = Float32Array.from({ length: 1600 }, (_, i) => -5 * Math.floor(i / 40))
    const box = (top: number, bottom: number): Uint8Array =>
      paint(grid, (col, row) => col >= 10 && col < 30 && row >= top && row < bottom)
    const split = slopeSplit(compared(grid, box(14, 26), box(12, 27)), {
      ...DATES,
      elevationM: north,
    })
    const of = (name: string) => split.shares.find(({ direction }) => direction === name)
    expect(of('upslope')?.gainedM2).toBeGreaterThan(3600)
    expect(of('upslope')?.advance?.meanM).toBeGreaterThan(17)
    expect(of('upslope')?.advance?.meanM).toBeLessThan(23)
    expect(of('downslope')?.advance?.meanM).toBeGreaterThan(8)
    expect(of('downslope')?.advance?.meanM).toBeLessThan(12)
    expect(Math.abs(of('lateral')?.advance?.meanM ?? 99)).toBeLessThan(3)
    expect(split.shares.reduce((sum, { gainedM2 }) => sum + gainedM2, 0)).toBe(6000)
    expect(split.infillM2).toBe(0)
  })

  it('tells closed holes apart and refuses elevations of another size', () => {
    const ring = paint(grid, (col, row) => {
      const reach = Math.max(Math.abs(col - 20), Math.abs(row - 20))
      return reach <= 8 && reach > 2
    })
    const full = paint(grid, (col, row) => Math.max(Math.abs(col - 20), Math.abs(row - 20)) <= 8)
    const masks = compared(grid, ring, full)
    const elevationM = new Float32Array(1600)
    expect(slopeSplit(masks, { ...DATES, elevationM }).infillM2).toBe(2500)
    expect(() => slopeSplit(masks, { ...DATES, elevationM: new Float32Array(9) })).toThrow(
      /got 9 elevations, expected 1600/,
    )
  })
})
