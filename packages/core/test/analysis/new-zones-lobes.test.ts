import { describe, expect, it } from 'vitest'
import { findLobes, measureReach, outlineLengthPx } from '../../src/analysis/new-zones-lobes.ts'
import { squaredDistances } from '../../src/raster/morphology.ts'
import { gridOf, paint } from './geometry-scenes.ts'

const grid = gridOf(60, 40)
const RULES = { stepPx: 1, apartPx: 2, frontPx: 20, minPixels: 4 }

type Ground = (col: number, row: number) => boolean
const box =
  (left: number, top: number, width: number, height: number): Ground =>
  (col, row) =>
    col >= left && col < left + width && row >= top && row < top + height

/** Rows 20 and below are scar: its outline is a straight line of 600 m. */
const scar: Ground = (_, row) => row >= 20
const squaredPx = squaredDistances(paint(grid, scar), grid.width, grid.height)
const pixelsOf = (...grounds: Ground[]): number[] => {
  const mask = paint(grid, (col, row) => grounds.some((isSet) => isSet(col, row)))
  return [...mask.keys()].filter((pixel) => mask[pixel] === 1)
}
const sizes = (...grounds: Ground[]): number[] =>
  findLobes(pixelsOf(...grounds), squaredPx, grid, RULES).map(({ pixels }) => pixels.length)

describe('measureReach', () => {
  it('by hand: 8 by 5 pixels on a straight outline have 8 of contact and reach 5', () => {
    const reach = measureReach(pixelsOf(box(10, 15, 8, 5)), squaredPx, 1)
    expect(reach).toEqual({ levelPx: 0, contactPx: 8, reachPx: 5 })
  })
})

describe('findLobes', () => {
  it('by hand: on 8 pixels of contact a reach of 4 is a lobe, of 3 growth along the edge', () => {
    expect(sizes(box(10, 16, 8, 4))).toEqual([32])
    expect(sizes(box(10, 17, 8, 3))).toEqual([])
  })

  it('by hand: two bits with 40 m of contact and a reach of 30 m each are one front where up to 200 m part them', () => {
    const bits = (stepPx: number): Ground[] => [0, 1].map((i) => box(10 + i * stepPx, 17, 4, 3))
    expect(sizes(box(10, 17, 4, 3))).toEqual([12])
    expect(sizes(...bits(24))).toEqual([])
    expect(sizes(...bits(25))).toEqual([12, 12])
  })

  it('leaves out growth all along, and takes the lobe upon it from the line where it stands out', () => {
    const belt = box(0, 17, 60, 3)
    expect(sizes(belt)).toEqual([])
    // Beyond 3 pixels: 6 of contact, a reach of 5.
    expect(sizes(belt, box(20, 12, 6, 5))).toEqual([30])
    // The same with a reach of 2: within a resolution cell.
    expect(sizes(belt, box(20, 15, 6, 2))).toEqual([])
  })

  it('by hand: 7 of 60 pixels of outline with a reach of 3 are one place, 8 of 60 are not', () => {
    const local = (width: number): number =>
      findLobes(pixelsOf(box(10, 17, width, 3)), squaredPx, grid, RULES, 60).length
    expect(outlineLengthPx(squaredPx, 1)).toBe(60)
    expect(local(7)).toBe(1)
    expect(local(8)).toBe(0)
  })

  it('takes ground farther than a resolution cell from the scar whatever its shape', () => {
    // Row 17 is the third from the scar: a gap of 2; row 16 has one of 3.
    expect(sizes(box(10, 17, 30, 1))).toEqual([])
    expect(sizes(box(10, 16, 30, 1))).toEqual([30])
  })

  it('takes all ground where there was no scar', () => {
    const nowhere = new Float64Array(grid.width * grid.height).fill(Infinity)
    const pixels = pixelsOf(box(10, 10, 30, 2))
    const lobes = findLobes(pixels, nowhere, grid, RULES)
    expect(lobes.map(({ pixels: { length }, levelPx }) => [length, levelPx])).toEqual([[60, null]])
  })
})
