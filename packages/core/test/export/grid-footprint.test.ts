import { describe, expect, it } from 'vitest'
import { gridFootprint } from '../../src/export/grid-footprint.ts'
import { projectionOf } from '../../src/geo/projection.ts'

describe('gridFootprint', () => {
  it('goes round the grid counter-clockwise and closes', () => {
    const { geometry, bboxLngLat } = gridFootprint({
      epsg: 32647,
      transform: [2, 0, 453_000, 0, -2, 3_438_000],
      width: 60,
      height: 50,
    })
    if (geometry.type !== 'Polygon') throw new Error(`got ${geometry.type}`)
    const ring = geometry.coordinates[0] ?? []
    expect(ring).toHaveLength(5)
    expect(ring[4]).toEqual(ring[0])
    let doubled = 0
    for (let i = 0; i < 4; i++) {
      const [[x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = []] = [ring[i], ring[i + 1]]
      doubled += x1 * y2 - x2 * y1
    }
    expect(doubled).toBeGreaterThan(0)
    const [lng, lat] = projectionOf(32647).inverse([453_000, 3_438_000])
    expect(ring[0]?.[0]).toBeCloseTo(lng, 6)
    expect(ring[0]?.[1]).toBeCloseTo(lat, 6)
    expect(bboxLngLat[0]).toBeLessThan(bboxLngLat[2])
  })

  it('cuts a grid at the antimeridian in two, and gives a bbox with west > east', () => {
    const [x] = projectionOf(32601).forward([-180, 66])
    const { geometry, bboxLngLat } = gridFootprint({
      epsg: 32601,
      transform: [10, 0, x - 1000, 0, -10, 7_330_000],
      width: 200,
      height: 100,
    })
    expect(geometry.type).toBe('MultiPolygon')
    const rings = (geometry.coordinates as number[][][][]).map(([ring]) => ring ?? [])
    expect(rings).toHaveLength(2)
    for (const ring of rings) {
      expect(ring.at(-1)).toEqual(ring[0])
      const lngs = ring.map(([lng = NaN]) => lng)
      expect(Math.max(...lngs.map(Math.abs))).toBe(180)
      expect(Math.max(...lngs) - Math.min(...lngs)).toBeLessThan(0.1)
    }
    expect(bboxLngLat[0]).toBeGreaterThan(179.9)
    expect(bboxLngLat[2]).toBeLessThan(-179.9)
  })
})
