import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ScarlineError } from '../../src/errors.ts'
import { bandAssets } from '../../src/stac/asset-bands.ts'
import { parseItem, resolveHref } from '../../src/stac/item.ts'
import { readStacDocument } from '../../src/stac/stac-document.ts'
import { planAcquisitions } from '../../src/stac/plan-acquisitions.ts'
import { box, rawItem } from './samples.ts'

const RESPONSES = new URL('../../../../../shared/data/stac-responses/', import.meta.url).pathname
const hasResponses = existsSync(RESPONSES)
if (!hasResponses)
  process.stderr.write('skipped: answers of real providers, ../shared is not here\n')

function thrownBy(run: () => unknown): ScarlineError {
  try {
    run()
  } catch (error) {
    expect(error).toBeInstanceOf(ScarlineError)
    return error as ScarlineError
  }
  throw new Error('nothing was thrown')
}

describe('reading an item', () => {
  it('resolves links against where it came from', () => {
    expect(resolveHref('assets/red.tif', 'https://a.b/c/items.json')).toBe(
      'https://a.b/c/assets/red.tif',
    )
    expect(resolveHref('../x.tif', '/data/a/b.json')).toBe('/data/x.tif')
    expect(resolveHref('s3://b/k', 'https://a.b/c')).toBe('s3://b/k')
    expect(resolveHref('./x y.tif', 'file:///a/b.json')).toBe('file:///a/x%20y.tif')
  })

  it('takes what Earth Search says', () => {
    const item = parseItem(rawItem('S2A_47RMP_20200601_1_L2A'), 'https://a.b/items.json')
    expect(item).toMatchObject({
      platform: 'S2A',
      capturedAt: '2020-06-01T04:00:00.000Z',
      tile: '47RMP',
      epsg: 32647,
      processingBaseline: '02.14',
      sequence: 1,
    })
    expect(item.assets[0]?.href).toBe('https://a.b/red.tif')
  })

  it('finds baseline, tile and platform in an ESA product name where nothing else says them', () => {
    const raw = rawItem('S2B_MSIL2A_20200705T101559_N0500_R065_T32TNT_20230530T175912')
    raw['properties'] = { datetime: null, start_datetime: '2020-07-05T10:15:59Z' }
    expect(parseItem(raw, 'x')).toMatchObject({
      platform: 'S2B',
      processingBaseline: '05.00',
      tile: '32TNT',
      createdAt: '2023-05-30T17:59:12.000Z',
      capturedAt: '2020-07-05T10:15:59.000Z',
    })
  })

  it('refuses a thing that is no item, by name', () => {
    expect(thrownBy(() => parseItem({ type: 'Feature', id: 'x7' }, 'u')).message).toContain('x7')
    const undated = { ...rawItem('x8'), properties: {} }
    expect(thrownBy(() => parseItem(undated, 'u')).message).toContain('neither datetime')
    expect(thrownBy(() => parseItem('hello', 'http://u/')).message).toContain('http://u/')
  })
})

describe('bands of an item', () => {
  const withAssets = (assets: Record<string, unknown>) =>
    parseItem({ ...rawItem('one'), assets }, 'https://a.b/')

  it('are found by key, by common name and by product band', () => {
    const tif = (extra: object = {}) => ({ href: 'x.tif', ...extra })
    const item = withAssets({
      B04: tif(),
      infrared: tif({ 'eo:bands': [{ name: 'B08', common_name: 'nir' }] }),
      classes: tif({ bands: [{ name: 'SCL' }] }),
      visual: tif({ 'eo:bands': [{ common_name: 'red' }, { common_name: 'green' }] }),
    })
    const bands = bandAssets(item, ['red', 'nir', 'scl'], ['green'])
    expect([bands.red?.key, bands.nir?.key, bands.scl?.key, bands.green]).toEqual([
      'B04',
      'infrared',
      'classes',
      undefined,
    ])
  })

  it('are taken as GeoTIFF where there is JPEG 2000 beside it', () => {
    const item = withAssets({
      'red-jp2': {
        href: 's3://b/B04.jp2',
        type: 'image/jp2',
        'eo:bands': [{ common_name: 'red' }],
      },
      red: { href: 'B04.tif', type: 'image/tiff', 'eo:bands': [{ common_name: 'red' }] },
    })
    expect(bandAssets(item, ['red']).red?.href).toBe('https://a.b/B04.tif')
  })

  it('are read from an https alternate of a bucket link', () => {
    const item = withAssets({
      red: {
        href: 's3://b/B04.tif',
        type: 'image/tiff',
        alternate: { https: { href: 'https://c.d/B04.tif' } },
      },
    })
    expect(bandAssets(item, ['red']).red?.href).toBe('https://c.d/B04.tif')
  })

  it('that are missing are named with the keys that are there', () => {
    const error = thrownBy(() => bandAssets(withAssets({ vv: { href: 'vv.tif' } }), ['red']))
    expect(error.message).toContain('no red band among its assets (vv)')
    expect(error.code).toBe('archive')
  })
})

describe.skipIf(!hasResponses)('answers of real providers', () => {
  const documents = (hasResponses ? readdirSync(RESPONSES) : []).map((name) => {
    const json = JSON.parse(readFileSync(join(RESPONSES, name), 'utf8')) as { response?: unknown }
    return { name, json: json.response ?? json }
  })
  const items = documents.flatMap(({ name, json }) => {
    const document = readStacDocument(json, name)
    const raw = document.kind === 'item' ? [json] : document.features
    return raw.flatMap((one) => {
      try {
        return [parseItem(one, name)]
      } catch (error) {
        // Collections among the features, and items asked for without geometry and assets.
        expect((error as Error).message, name).toContain('no usable STAC item')
        const isItem = (one as { type?: unknown }).type === 'Feature'
        expect(isItem && !name.includes('test_fields'), name).toBe(false)
        return []
      }
    })
  })

  it('are all understood', () => {
    expect(documents.length).toBeGreaterThan(15)
    expect(items.length).toBeGreaterThan(60)
    for (const item of items) {
      expect(item.platform).toMatch(/^S2[A-D]$/)
      expect(item.tile).toMatch(/^\d{2}[C-X][A-Z]{2}$/)
      expect(item.footprint).not.toBeNull()
    }
  })

  it('have their bands found, or say why they cannot be read', () => {
    let readable = 0
    for (const item of items) {
      try {
        const bands = bandAssets(item, ['red', 'nir', 'scl'], ['green', 'blue'])
        expect(Object.keys(bands)).toHaveLength(5)
        readable++
      } catch (error) {
        expect((error as ScarlineError).message).toMatch(/jp2|no (scl|red|nir) band/)
      }
    }
    expect(readable).toBeGreaterThan(50)
  })

  it('have their twins taken once, the newest processing of each', () => {
    const found = documents.find(({ name }) => name.includes('searchable_catalog__1.json'))
    const document = readStacDocument(found?.json, 'x')
    const some = document.features.map((one) => parseItem(one, 'x'))
    const planned = planAcquisitions(some, { aoi: box(9.2, 47.3, 9.25, 47.35), siteEpsg: 32632 })
    expect(planned.length).toBeGreaterThan(0)
    for (const acquisition of planned) {
      const tiles = acquisition.parts.map(({ tile }) => tile)
      expect(new Set(tiles).size).toBe(tiles.length)
      for (const part of acquisition.parts) expect(part.processingBaseline).toBe('05.00')
    }
  })
})
