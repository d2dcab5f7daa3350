import { describe, expect, it } from 'vitest'
import type { Polygon, Position } from 'geojson'
import {
  geodesicAreaM2,
  geodesicPerimeterM,
  gridAreaScale,
} from '../../src/analysis/geodesic-area.ts'
import { projectionOf } from '../../src/geo/projection.ts'

const box = (w: number, s: number, e: number, n: number): Position[] => [
  [w, s],
  [e, s],
  [e, n],
  [w, n],
  [w, s],
]

describe('geodesicAreaM2', () => {
  it('gives the area of one degree at the equator on WGS 84', () => {
    // 12308778361.469 m² after Karney's GeographicLib (Planimeter).
    const area = geodesicAreaM2({ type: 'Polygon', coordinates: [box(0, 0, 1, 1)] })
    expect(area / 12_308_778_361.469).toBeCloseTo(1, 9)
  })

  it('takes holes out and adds parts, whatever way rings run', () => {
    const shell = box(98, 31, 98.1, 31.1)
    const hole = box(98.02, 31.02, 98.04, 31.04)
    const whole = geodesicAreaM2({ type: 'Polygon', coordinates: [shell] })
    const part = geodesicAreaM2({ type: 'Polygon', coordinates: [hole] })
    const holed: Polygon = { type: 'Polygon', coordinates: [shell, hole] }
    expect(geodesicAreaM2(holed)).toBeCloseTo(whole - part, 3)
    const turned: Polygon = { type: 'Polygon', coordinates: [shell.toReversed(), hole] }
    expect(geodesicAreaM2(turned)).toBeCloseTo(whole - part, 3)
    const both = geodesicAreaM2({
      type: 'MultiPolygon',
      coordinates: [[shell], [box(99, 31, 99.1, 31.1)]],
    })
    expect(both).toBeCloseTo(2 * whole, 1)
  })

  it('is right across the antimeridian', () => {
    const across = geodesicAreaM2({
      type: 'Polygon',
      coordinates: [box(179.95, -17, -179.95, -16.9)],
    })
    const beside = geodesicAreaM2({ type: 'Polygon', coordinates: [box(10, -17, 10.1, -16.9)] })
    expect(across).toBeCloseTo(beside, 0)
  })

  it('is what a 100 m square in UTM measures, freed of the projection scale', () => {
    const { inverse } = projectionOf(32647)
    const square = box(500_000, 3_437_000, 500_100, 3_437_100).map(([x = 0, y = 0]) =>
      inverse([x, y]),
    )
    // On the central meridian the scale is 0.9996.
    const polygon: Polygon = { type: 'Polygon', coordinates: [square] }
    expect(geodesicAreaM2(polygon)).toBeCloseTo(10_000 / 0.9996 ** 2, 1)
    expect(geodesicPerimeterM(polygon)).toBeCloseTo(400 / 0.9996, 2)
  })
})

describe('gridAreaScale', () => {
  it('is 0.9996² on the central meridian and above 1 at the edge of a zone', () => {
    const at = (x: number): number =>
      gridAreaScale({
        epsg: 32647,
        transform: [10, 0, x, 0, -10, 3_438_000],
        width: 100,
        height: 100,
      })
    expect(at(499_500)).toBeCloseTo(0.9996 ** 2, 6)
    expect(at(780_000)).toBeGreaterThan(1)
  })
})
