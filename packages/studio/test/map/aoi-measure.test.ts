import { describe, expect, it } from 'vitest'
import { aoiAreaM2, aoiBbox, bboxArea, gridSizePx } from '../../src/map/aoi-measure.ts'
import { isTileUrl, originsOf } from '../../src/map/basemap.ts'

describe('aoiAreaM2', () => {
  it('is within half a per cent of the ellipsoid', () => {
    // One degree square from the equator on: 12,308.8 km² on WGS 84 (Karney's geodesics).
    expect(aoiAreaM2(bboxArea([0, 0, 1, 1])) / 12_308.778e6).toBeCloseTo(1, 2)
  })

  it('takes holes off and does not mind the direction of rings', () => {
    const [outer = []] = bboxArea([0, 0, 2, 2]).coordinates
    const [hole = []] = bboxArea([0.5, 0.5, 1.5, 1.5]).coordinates
    const whole = aoiAreaM2({ type: 'Polygon', coordinates: [outer] })
    const holed = aoiAreaM2({ type: 'Polygon', coordinates: [outer, hole] })
    const turned = aoiAreaM2({ type: 'Polygon', coordinates: [[...outer].reverse(), hole] })
    expect(holed).toBeCloseTo(whole - aoiAreaM2({ type: 'Polygon', coordinates: [hole] }), 0)
    expect(turned).toBeCloseTo(holed, 0)
  })

  it('goes across the antimeridian', () => {
    const across = aoiAreaM2(bboxArea([179.9, 0, -179.9, 0.2]))
    expect(across).toBeCloseTo(aoiAreaM2(bboxArea([10, 0, 10.2, 0.2])), 0)
  })
})

describe('gridSizePx', () => {
  it('is about the size of the frames', () => {
    const { width, height } = gridSizePx(bboxArea([98.68, 31.07, 98.72, 31.1]), 2)
    expect(width).toBeGreaterThan(1880)
    expect(width).toBeLessThan(1930)
    expect(height).toBeGreaterThan(1650)
    expect(height).toBeLessThan(1690)
    expect(aoiBbox(bboxArea([98.68, 31.07, 98.72, 31.1]))).toEqual([98.68, 31.07, 98.72, 31.1])
  })
})

describe('a basemap', () => {
  it('is an address with places for z, x and y', () => {
    expect(isTileUrl('https://tile.openstreetmap.org/{z}/{x}/{y}.png')).toBe(true)
    expect(isTileUrl('https://{a-c}.tile.org/{z}/{x}/{-y}.png')).toBe(true)
    for (const url of ['', 'tile.org/{z}/{x}/{y}', 'https://tile.org/', 'javascript:{z}{x}{y}']) {
      expect(isTileUrl(url)).toBe(false)
    }
  })

  it('names the hosts that it comes from', () => {
    expect(originsOf('https://t.org:8080/{z}/{x}/{y}.png')).toEqual(['https://t.org:8080'])
    expect(originsOf('https://{a-c}.t.org/{z}/{x}/{y}')).toEqual([
      'https://a.t.org',
      'https://b.t.org',
      'https://c.t.org',
    ])
  })
})
