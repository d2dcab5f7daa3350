import { describe, expect, it } from 'vitest'
import { changeSinceLastSeen, nothingSeen } from '../../src/analysis/change.ts'
import { findFragments, linkFragments } from '../../src/analysis/components.ts'
import { registrationResidualM, registrationSpread } from '../../src/analysis/registration.ts'
import {
  type DatedArea,
  sameSeasonPairs,
  seasonOf,
  seasonalAreas,
} from '../../src/analysis/seasons.ts'
import type { Grid } from '../../src/model/grid.ts'
import type { SceneShift } from '../../src/model/scene.ts'

const grid: Grid = { epsg: 32647, transform: [10, 0, 500, 0, -10, 900], width: 6, height: 3 }
const pixels = (text: string): Uint8Array => Uint8Array.from(text.replace(/\s/g, ''), Number)

describe('changeSinceLastSeen', () => {
  it('counts gains and losses when they come into sight, never under cloud', () => {
    const lastSeen = nothingSeen(grid)
    const clear = pixels('111111 111111 111111')
    const cloudLeft = pixels('222111 222111 222111')
    const first = pixels('110000 110000 000000')
    const second = pixels('111100 111100 000000')
    expect(changeSinceLastSeen(grid, first, clear, lastSeen)).toEqual({
      gainedM2: 0,
      lostM2: 0,
      comparedFraction: 0,
    })
    expect(changeSinceLastSeen(grid, second, cloudLeft, lastSeen)).toEqual({
      gainedM2: 200,
      lostM2: 0,
      comparedFraction: 0.5,
    })
    expect(changeSinceLastSeen(grid, second, clear, lastSeen)).toEqual({
      gainedM2: 200,
      lostM2: 0,
      comparedFraction: 1,
    })
    expect(changeSinceLastSeen(grid, first, clear, lastSeen)).toMatchObject({ lostM2: 400 })
  })
})

describe('findFragments', () => {
  it('ranks fragments by area with centre and perimeter, and counts specks', () => {
    const found = findFragments(pixels('110000 110011 000000'), grid, 150)
    expect(found.fragments.map(({ rank, areaM2 }) => [rank, areaM2])).toEqual([
      [1, 400],
      [2, 200],
    ])
    expect(found.fragments[0]?.centroid).toEqual([510, 890])
    // Four edges lie within the grid; those on its rim are no boundary.
    expect(found.fragments[0]?.perimeterM).toBeCloseTo((Math.PI / 4) * 40, 9)
    expect(findFragments(pixels('110000 110001 000000'), grid, 150)).toMatchObject({
      specks: 1,
      specksM2: 100,
    })
  })

  it('tells merged, split, new and continued fragments', () => {
    const apart = findFragments(pixels('110011 110011 000000'), grid, 100)
    const joined = findFragments(pixels('111111 110011 000000'), grid, 100)
    expect(linkFragments(apart, joined)).toEqual([{ rank: 1, from: [1, 2], kind: 'merged' }])
    expect(linkFragments(joined, apart).map(({ kind }) => kind)).toEqual(['split', 'split'])
    expect(linkFragments(apart, apart).map(({ kind }) => kind)).toEqual(['continued', 'continued'])
    const born = findFragments(pixels('110000 110000 000011'), grid, 100)
    const old = findFragments(pixels('110000 110000 000000'), grid, 100)
    expect(linkFragments(old, born).map(({ kind }) => kind)).toEqual(['continued', 'new'])
  })
})

describe('seasons', () => {
  it('tells June to October from November to May', () => {
    expect(seasonOf('2018-06-01T00:00:00Z').label).toBe('Jun-Oct 2018')
    expect(seasonOf('2018-10-31T23:59:59Z').label).toBe('Jun-Oct 2018')
    expect(seasonOf('2018-11-01T00:00:00Z').label).toBe('Nov-May 2018/19')
    expect(seasonOf('2019-05-31T00:00:00Z').label).toBe('Nov-May 2018/19')
    expect(seasonOf('2000-01-01T00:00:00Z').label).toBe('Nov-May 1999/00')
  })

  it('compares medians of the same season over the years as worked out by hand', () => {
    const at = (capturedAt: string, areaM2: number): DatedArea => ({
      capturedAt,
      areaM2,
      lowM2: areaM2 - 50,
      highM2: areaM2 + 50,
      validInside: 1,
    })
    const seasons = seasonalAreas([
      at('2017-07-01T00:00:00Z', 100),
      at('2017-09-01T00:00:00Z', 120),
      at('2017-08-01T00:00:00Z', 400),
      at('2017-12-01T00:00:00Z', 150),
      at('2019-07-01T00:00:00Z', 300),
      at('2018-12-01T00:00:00Z', 200),
    ])
    expect(seasons.map(({ season, medianM2 }) => [season.label, medianM2])).toEqual([
      ['Jun-Oct 2017', 120],
      ['Nov-May 2017/18', 150],
      ['Nov-May 2018/19', 200],
      ['Jun-Oct 2019', 300],
    ])
    expect(seasons[0]).toMatchObject({ lowM2: 70, highM2: 170 })
    expect(sameSeasonPairs(seasons)).toMatchObject([
      {
        years: 2,
        changeM2: 180,
        changeFraction: 1.5,
        changePerYearM2: 90,
        beyondUncertainty: true,
      },
      { years: 1, changeM2: 50, beyondUncertainty: false },
    ])
  })
})

describe('registration residual', () => {
  const shift = (xM: number, yM: number, change: Partial<SceneShift> = {}): SceneShift => ({
    xM,
    yM,
    quality: 1,
    applied: true,
    ...change,
  })

  it('runs from a tenth of a sensor pixel to the spread of the measured shifts', () => {
    const shifts = [shift(4, 0), shift(-4, 0), shift(0, 4), shift(0, -4), shift(0, 0)]
    const spread = registrationSpread(shifts)
    // Variance of (4, -4, 0, 0, 0) is 32 / 4 = 8 along both axes.
    expect(spread).toEqual({ unregisteredM: Math.sqrt(8), source: 'measured' })
    expect(registrationResidualM(shift(4, 0), spread, 10)).toBe(1)
    expect(registrationResidualM(shift(4, 0, { quality: 0.5 }), spread, 10)).toBeCloseTo(
      (1 + Math.sqrt(8)) / 2,
      12,
    )
    expect(registrationResidualM(shift(0, 0, { applied: false }), spread, 10)).toBe(Math.sqrt(8))
    expect(registrationResidualM(null, spread, 10)).toBe(Math.sqrt(8))
  })

  it('falls back on the figure of the mission, and says so, where too few were measured', () => {
    expect(registrationSpread([shift(1, 1), null])).toEqual({
      unregisteredM: 12 / 2.45,
      source: 'specified',
    })
  })
})
