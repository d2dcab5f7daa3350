import { describe, expect, it } from 'vitest'
import { type PlacedDoubt, scarCentre } from '../../src/analysis/scar-centre.ts'
import { scarCentroid } from '../../src/analysis/sectors.ts'
import { gridOf, paint } from './geometry-scenes.ts'

const grid = gridOf(41, 41)
const square = (col: number, row: number): boolean =>
  Math.max(Math.abs(col - 10), Math.abs(row - 10)) <= 2
/** One column of the square's rows, 60 m east of its middle. */
const piece = (col: number, row: number): boolean => col === 16 && Math.abs(row - 10) <= 2
const middle = scarCentroid(paint(grid, square), grid)!

const none: [number, number] = [0, 0]
function errors(
  boundaryM2: number,
  membership = none,
): { uncertainty: Parameters<typeof scarCentre>[2]['uncertainty'] } {
  const others = { level: none, registration: none, mixedPixels: none, hidden: none }
  return { uncertainty: { boundary: [boundaryM2, boundaryM2], ...others, membership } }
}

const doubt = (isTakenIn: boolean): PlacedDoubt => ({
  isTakenIn,
  areaM2: 500,
  at: [middle[0] + 60, middle[1]],
})

describe('scarCentre', () => {
  it('knows the centre of a square of 2500 m² ± 300 m² to 2.4 m, by hand', () => {
    // rho² = 2 (0 + 1 + 1 + 4 + 4) / 5 * 100 m²: 20 m; 300 / 2500 * 20 m.
    const { at, sdM } = scarCentre(paint(grid, square), grid, errors(300 * 1.6448536), [])!
    expect(at).toEqual(middle)
    expect(sdM).toBeCloseTo(2.4, 10)
  })

  it('leaves out a piece of 500 m² in doubt 60 m away, which would move it by 10 m: 5 m, by hand', () => {
    // 500 * 60 / 3000 = 10 m, squared over 4.
    const membership: [number, number] = [500, 0]
    const states = paint(grid, (col, row) => square(col, row) || piece(col, row))
    const { at, sdM } = scarCentre(states, grid, errors(0, membership), [doubt(true)])!
    expect(at[0]).toBeCloseTo(middle[0], 6)
    expect(at[1]).toBeCloseTo(middle[1], 6)
    expect(sdM).toBeCloseTo(5, 10)
  })

  it('knows it no better where the piece was left out of the mask', () => {
    const { at, sdM } = scarCentre(paint(grid, square), grid, errors(0, [0, 500]), [doubt(false)])!
    expect(at).toEqual(middle)
    expect(sdM).toBeCloseTo(5, 10)
  })

  it('takes what is in doubt at places unknown for anywhere at the boundary', () => {
    const { sdM } = scarCentre(paint(grid, square), grid, errors(0, [600, 600]), [])!
    expect(sdM).toBeCloseTo((600 / 1.6448536 / 2500) * 20, 8)
  })

  it('is that of the mask where all of it is in doubt, and of nothing where it is empty', () => {
    const all = { ...doubt(true), areaM2: 2500, at: middle }
    expect(scarCentre(paint(grid, square), grid, errors(0), [all])?.at).toEqual(middle)
    expect(scarCentre(new Uint8Array(41 * 41), grid, errors(0), [])).toBe(null)
  })
})
