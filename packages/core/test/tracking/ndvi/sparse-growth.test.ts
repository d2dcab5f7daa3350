import { describe, expect, it } from 'vitest'
import { beyondSparse } from '../../../src/tracking/ndvi/bare-evidence.ts'
import { searchSparseGrowth } from '../../../src/tracking/ndvi/sparse-growth.ts'
import type { WorkingGrid } from '../../../src/tracking/ndvi/working-grid.ts'
import { inBox, PIXEL_M, sensed } from './synthetic-series.ts'

const SIDE = 60
const working: WorkingGrid = {
  ...{ width: SIDE, height: SIDE, stride: 1, pixelM: PIXEL_M },
  ...{ siteWidth: SIDE, siteHeight: SIDE },
}
const GREEN_SEASON = { count: 4, spread: 0.02 }

/** A scar with sparse growth below it, 96 x 100 m each, and a strip of scar two pixels wide. */
const scar = (col: number, row: number): boolean =>
  inBox(col, row, 8, 8, 32, 33) || inBox(col, row, 44, 4, 46, 56)
const stand = (col: number, row: number): boolean => inBox(col, row, 8, 33, 32, 58)
const at = (col: number, row: number): number => row * SIDE + col

type Bare = (col: number, row: number) => number

/** The level of sparse growth after years that look so, four clear frames each. */
function levelAfter(...years: { bare: Bare; spread?: number }[]): Float32Array {
  const search = searchSparseGrowth(working)
  for (const [year, { bare, spread = GREEN_SEASON.spread }] of years.entries()) {
    const fraction = sensed(bare, SIDE)
    for (let k = 0; k < GREEN_SEASON.count; k++) search.add(365 * year + 20 * k, fraction, spread)
  }
  return search.find()
}

const withStand =
  (share: number): Bare =>
  (col, row) =>
    scar(col, row) ? 1 : stand(col, row) ? share : 0

describe('searchSparseGrowth', () => {
  it('finds ground that is four fifths bare in its green seasons, and nothing in the scar', () => {
    const level = levelAfter({ bare: withStand(0.8) }, { bare: withStand(0.8) })
    expect(level[at(20, 46)]).toBeCloseTo(0.8, 2)
    for (let row = 8; row < 32; row++) {
      for (let col = 8; col < 32; col++) expect(level[at(col, row)], `${col} ${row}`).toBe(0)
    }
    // The strip shows no more than 0.43 of itself; so narrow a thing tells nothing of what grows on it.
    expect(level[at(44, 30)]).toBe(0)
  })

  it('takes the rim of sparse growth for sparse growth, not for scar around it', () => {
    const level = levelAfter({ bare: withStand(0.8) })
    const seen = sensed(withStand(0.8), SIDE)
    for (let row = 37; row < 58; row++) {
      for (let col = 8; col < 32; col++) {
        if ((seen[at(col, row)] as number) > 0.5) expect(level[at(col, row)]).toBeGreaterThan(0.5)
      }
    }
  })

  it('takes ground at 0.92 for bare, 0.88 for sparse growth', () => {
    expect(levelAfter({ bare: withStand(0.92) })[at(20, 46)]).toBe(0)
    expect(levelAfter({ bare: withStand(0.88) })[at(20, 46)]).toBeCloseTo(0.88, 2)
  })

  it('takes a patch that bare ground surrounds for bare ground, and a stand of less than 1200 m²', () => {
    const patch = (col: number, row: number): boolean => inBox(col, row, 15, 14, 26, 27)
    const within = levelAfter({
      bare: (col, row) => (patch(col, row) ? 0.8 : withStand(0)(col, row)),
    })
    expect(within[at(20, 20)]).toBe(0)
    const alone = (side: number): Float32Array =>
      levelAfter({ bare: (col, row) => (inBox(col, row, 10, 40, 10 + side, 40 + side) ? 0.8 : 0) })
    // 10 x 10 pixels of 16 m², less a rim below one half; 13 x 13 are 2704 m².
    expect(alone(10)[at(15, 45)]).toBe(0)
    expect(alone(13)[at(16, 46)]).toBeGreaterThan(0.7)
  })

  it('keeps what grew there before the ground failed, and says nothing of what grows on a scar', () => {
    const [before, after] = [{ bare: withStand(0.8) }, { bare: withStand(1) }]
    expect(levelAfter(before, before, after, after)[at(20, 46)]).toBeCloseTo(0.8, 2)
    expect(levelAfter(after, after, before, before)[at(20, 46)]).toBe(0)
  })

  it('goes by the frames that can tell: four with a spread of 0.2 weigh 94, less than the 400 that a year takes', () => {
    // 4 / (0.2² + 0.05²) = 94; with 0.02 4 / (0.02² + 0.05²) = 1379.
    const unclear = { bare: withStand(1), spread: 0.2 }
    expect(levelAfter(unclear, { bare: withStand(0.8) })[at(20, 46)]).toBeCloseTo(0.8, 2)
    expect(levelAfter({ bare: withStand(0.8), spread: 0.2 })[at(20, 46)]).toBe(0)
  })
})

describe('beyondSparse', () => {
  it('puts 0.9 halfway between growth at 0.8 and bare ground', () => {
    expect(beyondSparse(0.9, 0.8)).toBeCloseTo(0.5, 12)
    expect(beyondSparse(0.3, 0)).toBe(0.3)
  })
})
