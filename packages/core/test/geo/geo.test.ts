import { describe, expect, it } from 'vitest'
import { mapToPixel, pixelToMap, sameGrid, windowGrid } from '../../src/geo/affine.ts'
import { projectionOf, transformBounds, transformer, utmEpsgOf } from '../../src/geo/projection.ts'
import { rasterizePolygon } from '../../src/geo/rasterize.ts'
import { planSiteGrid } from '../../src/geo/site-grid.ts'
import type { Grid } from '../../src/model/grid.ts'

const grid: Grid = { epsg: 32647, transform: [2, 0, 100, 0, -2, 200], width: 8, height: 6 }

describe('affine', () => {
  it('goes to the map and back', () => {
    expect(pixelToMap(grid.transform, 0.5, 0.5)).toEqual([101, 199])
    expect(mapToPixel(grid.transform, 101, 199)).toEqual([0.5, 0.5])
  })
  it('cuts windows that keep their place', () => {
    const window = windowGrid(grid, { col: 2, row: 1, width: 3, height: 3 })
    expect(window.transform).toEqual([2, 0, 104, 0, -2, 198])
    expect(sameGrid(window, { ...window })).toBe(true)
    expect(sameGrid(window, grid)).toBe(false)
  })
})

describe('projections', () => {
  it('knows UTM zones with their exceptions and the antimeridian', () => {
    expect(utmEpsgOf([98.5, 31])).toBe(32647)
    expect(utmEpsgOf([-71, -33])).toBe(32719)
    expect(utmEpsgOf([5, 60])).toBe(32632)
    expect(utmEpsgOf([10, 78])).toBe(32633)
    expect(utmEpsgOf([180, 10])).toBe(32601)
    expect(utmEpsgOf([-180.5, 10])).toBe(32660)
  })
  it('agrees with PROJ', () => {
    // From PROJ 9: gdaltransform -s_srs EPSG:4326 -t_srs EPSG:32647
    const [x, y] = projectionOf(32647).forward([98.5, 31.06])
    expect(x).toBeCloseTo(452_296.597, 3)
    expect(y).toBeCloseTo(3_436_358.863, 3)
    const [lng, lat] = projectionOf(32647).inverse([x, y])
    expect(lng).toBeCloseTo(98.5, 9)
    expect(lat).toBeCloseTo(31.06, 9)
  })
  it('goes between neighbouring zones', () => {
    const there = transformer(32647, 32648)
    const back = transformer(32648, 32647)
    const [x, y] = back(there([700_000, 3_400_000]))
    expect(x).toBeCloseTo(700_000, 4)
    expect(y).toBeCloseTo(3_400_000, 4)
  })
  it('follows curved edges in bounds', () => {
    const [minX, minY, maxX, maxY] = transformBounds([99, 30, 105, 31], 4326, 32648)
    expect(maxX - minX).toBeGreaterThan(570_000)
    expect(maxY - minY).toBeGreaterThan(111_000)
  })
  it('refuses a system it does not know in one line', () => {
    expect(() => projectionOf(999_999)).toThrow(/EPSG:999999/)
  })
})

describe('planSiteGrid', () => {
  it('nests in the 10 m lattice in the zone of the centre', () => {
    const [west, south] = projectionOf(32647).inverse([452_033, 3_436_037])
    const [east, north] = projectionOf(32647).inverse([453_021, 3_437_012])
    const aoi = {
      type: 'Polygon' as const,
      coordinates: [
        [
          [west, south],
          [east, south],
          [east, north],
          [west, north],
          [west, south],
        ],
      ],
    }
    const planned = planSiteGrid(aoi, 2)
    expect(planned.epsg).toBe(32647)
    expect(planned.transform[2] % 10).toBe(0)
    expect(planned.transform[5] % 10).toBe(0)
    expect(planned.width % 5).toBe(0)
    expect(planned.transform[2]).toBeLessThanOrEqual(452_033)
  })
})

describe('rasterizePolygon', () => {
  it('burns pixels whose centre is inside, leaving holes', () => {
    const ring = (x0: number, y0: number, x1: number, y1: number): number[][] => [
      [x0, y0],
      [x1, y0],
      [x1, y1],
      [x0, y1],
      [x0, y0],
    ]
    const mask = rasterizePolygon(
      { type: 'Polygon', coordinates: [ring(102, 190, 112, 198), ring(106, 192, 108, 196)] },
      grid,
    )
    const rows = Array.from({ length: 6 }, (_, r) => [...mask.slice(r * 8, r * 8 + 8)].join(''))
    expect(rows).toEqual(['00000000', '01111100', '01101100', '01101100', '01111100', '00000000'])
  })
})
