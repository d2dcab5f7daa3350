import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ScarlineError } from '../../src/errors.ts'
import type { Site } from '../../src/model/site.ts'
import { type InitOptions, initSite } from '../../src/runs/init.ts'
import { parseAoi } from '../../src/runs/parse-aoi.ts'

let dir = ''
let count = 0
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'scarline-init-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const OPTIONS: InitOptions = {
  bbox: '98.49,31.05,98.53,31.08',
  from: '2017-01-01',
  to: '2018-12-31',
}

async function siteOf(changes: Partial<InitOptions>): Promise<Site> {
  const folder = await initSite(join(dir, `site${count++}`), { ...OPTIONS, ...changes })
  return folder.readSite().finally(() => folder.close())
}
async function usageError(changes: Partial<InitOptions>): Promise<ScarlineError> {
  const error = await siteOf(changes).then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ScarlineError)
  expect((error as ScarlineError).code).toBe('usage')
  expect((error as ScarlineError).hint).toBeTruthy()
  return error as ScarlineError
}

describe('a new site', () => {
  it('has the UTM grid of its area and Earth Search for its archive', async () => {
    const site = await siteOf({})
    expect(site.grid.epsg).toBe(32647)
    expect(site.grid.transform[0]).toBe(2)
    expect(site.source).toMatchObject({ kind: 'stac', collection: 'sentinel-2-l2a' })
    expect(site.name).toMatch(/^site\d+$/)
  })

  it('takes settings, pixel size, name, archive and collection', async () => {
    const site = await siteOf({
      pixelSizeM: 1,
      name: 'Baige',
      stac: 'planetary-computer',
      collection: 'x',
      settings: { colour: false },
    })
    expect(site.grid.transform[0]).toBe(1)
    expect(site).toMatchObject({ name: 'Baige', source: { collection: 'x' } })
    expect(site.settings.colour).toBe(false)
    expect((await siteOf({ stac: null })).source).toEqual({ kind: 'import' })
  })

  it('remembers a local archive wherever the next command runs', async () => {
    const { source } = await siteOf({ stac: 'archive/items.json' })
    expect(source.kind === 'stac' && isAbsolute(source.url)).toBe(true)
  })

  it('may lie across the antimeridian', async () => {
    const { grid } = await siteOf({ bbox: '179.98,-17,-179.98,-16.97' })
    expect([32701, 32760]).toContain(grid.epsg)
    expect(grid.width * 2).toBeLessThan(5000)
  })
})

describe('what makes no site', () => {
  it.each([
    [{ from: '2019-01-01' }, '--from 2019-01-01 is after --to 2018-12-31'],
    [{ from: '2017-02-30' }, '--from 2017-02-30'],
    [{ to: 'yesterday' }, '--to yesterday'],
    [{ bbox: '98.5,31,98.4' }, 'expected four numbers'],
    [{ bbox: '98.49,31.08,98.53,31.05' }, 'expected S below N'],
    [{ bbox: '31.05,98.49,31.08,98.53' }, 'latitudes within 90'],
    [{ bbox: '90,30,95,35' }, 'expected at most 10,000'],
    [{ bbox: '98,31,98.6,31.6' }, 'pixels of 2 m'],
    [{ bbox: '10,85,10.1,85.1' }, 'expected -80 to 84'],
    [{ bbox: undefined }, 'no area of interest'],
    [{ aoi: { type: 'Polygon', coordinates: [] } }, 'both a --bbox and an --aoi'],
    [{ pixelSizeM: 0 }, 'pixel size 0'],
    [{ stac: 's3://bucket' }, 'expected a URL'],
  ] satisfies [Partial<InitOptions>, string][])('%j is a usage error', async (changes, message) => {
    expect((await usageError(changes)).message).toContain(message)
  })

  it('is a folder that holds one', async () => {
    const path = join(dir, 'taken')
    await (await initSite(path, OPTIONS)).close()
    await expect(initSite(path, OPTIONS)).rejects.toThrow('already holds a site')
  })
})

describe('an area from GeoJSON', () => {
  const ring = [
    [10, 46],
    [10.01, 46],
    [10.01, 46.01],
  ]

  it('is taken from geometries, features and collections, rings closed', () => {
    const polygon = { type: 'Polygon', coordinates: [ring] }
    const feature = { type: 'Feature', properties: {}, geometry: polygon }
    expect(parseAoi(polygon)).toEqual({ type: 'Polygon', coordinates: [[...ring, ring[0]]] })
    expect(parseAoi(feature)).toEqual(parseAoi(polygon))
    const two = parseAoi({ type: 'FeatureCollection', features: [feature, feature] })
    expect(two.type).toBe('MultiPolygon')
    const point = { type: 'Point', coordinates: [10, 46] }
    expect(parseAoi({ type: 'GeometryCollection', geometries: [point, polygon] })).toEqual(
      parseAoi(polygon),
    )
  })

  it('may be as long as tracing a raster makes it', async () => {
    const many = Array.from({ length: 200_000 }, (_, i) => {
      const angle = (i / 200_000) * 2 * Math.PI
      return [98.5 + 0.01 * Math.cos(angle), 31.06 + 0.01 * Math.sin(angle)]
    })
    const aoi = { type: 'Polygon', coordinates: [many] }
    const { grid } = await siteOf({ bbox: undefined, aoi })
    expect(grid.width).toBeGreaterThan(900)
    expect(() => parseAoi({ type: 'Polygon', coordinates: [many.map(() => ['x'])] })).toThrow(
      'a Polygon without a polygon',
    )
  })

  it('is refused where collections lie in collections without end', () => {
    const deep = (depth: number): unknown =>
      depth === 0
        ? { type: 'Polygon', coordinates: [ring] }
        : { type: 'FeatureCollection', features: [deep(depth - 1)] }
    expect(parseAoi(deep(20)).type).toBe('Polygon')
    expect(() => parseAoi(deep(2000))).toThrow('nested more than 32 deep')
  })

  it('is refused without a polygon, in metres, or in another system', async () => {
    expect(() => parseAoi({ type: 'Point', coordinates: [1, 2] })).toThrow(
      'a Point without a polygon',
    )
    expect(() => parseAoi('x')).toThrow('no GeoJSON')
    const crs = { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::3857' } }
    expect(() => parseAoi({ type: 'Polygon', coordinates: [ring], crs })).toThrow('EPSG::3857')
    const metres = {
      type: 'Polygon',
      coordinates: [ring.map(([x = 0, y = 0]) => [x * 1e5, y * 1e5])],
    }
    const error = await usageError({ bbox: undefined, aoi: metres })
    expect(error.message).toContain('expected degrees')
  })
})
