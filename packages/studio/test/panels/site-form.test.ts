import { describe, expect, it } from 'vitest'
import { bboxArea } from '../../src/map/aoi-measure.ts'
import {
  type SiteDraft,
  boxFault,
  boxText,
  emptyDraft,
  faultsOf,
  parseBox,
  parseLngLat,
  requestOf,
} from '../../src/panels/new-site/site-form.ts'
import { en } from '../../src/words/en.ts'

const good: SiteDraft = {
  ...emptyDraft('2024-06-01'),
  name: ' Baige ',
  area: bboxArea([98.68, 31.07, 98.72, 31.1]),
}
const none = { areaFile: false, rasters: false }
const faults = (part: Partial<SiteDraft>, has = none): ReturnType<typeof faultsOf> =>
  faultsOf({ ...good, ...part }, has, en, 'en')

describe('faultsOf', () => {
  it('finds none in a good draft', () => {
    expect(faults({})).toEqual({})
  })

  it('wants a name, an area and days in order', () => {
    const found = faults({ name: ' ', area: null, from: '2024-01-02', to: '2024-01-01' })
    expect(found).toMatchObject({
      name: en.newSite.faults.name,
      area: en.newSite.faults.noArea,
      to: en.newSite.faults.dayOrder,
    })
    expect(faults({ from: '2024-02-30' }).from).toBe(en.newSite.faults.day)
  })

  it('says how large an area is that is too large or too small', () => {
    expect(faults({ area: bboxArea([90, 20, 100, 35]) }).area).toMatch(
      /^1,640,\d+ km² is too large/,
    )
    expect(faults({ area: bboxArea([98, 31, 98.0005, 31.0005]) }).area).toMatch(/is too small/)
  })

  it('says that pixels are too many to hold', () => {
    expect(faults({ area: bboxArea([98, 31, 98.9, 31.9]), pixelSizeM: '2' }).pixelSizeM).toMatch(
      /million pixels/,
    )
    for (const pixelSizeM of ['', 'x', '0.1', '200', '-2']) {
      expect(faults({ pixelSizeM }).pixelSizeM).toBe(en.newSite.faults.pixelSize)
    }
  })

  it('wants an address for another archive, and files for local ones', () => {
    expect(faults({ provider: 'stac', stacUrl: 'archive.org' }).source).toBeDefined()
    expect(faults({ provider: 'stac', stacUrl: 'https://archive.org/v1' })).toEqual({})
    const local = { provider: 'local', area: null, from: '', to: '' } as const
    expect(faults(local)).toEqual({ files: en.newSite.faults.files })
    expect(faults(local, { areaFile: false, rasters: true })).toEqual({})
  })

  it('takes an area that only the server can read', () => {
    expect(faults({ area: null }, { areaFile: true, rasters: false })).toEqual({})
  })
})

describe('parseBox', () => {
  it('reads four numbers, however they are separated', () => {
    for (const text of ['98, 31, 99, 32', '98 31 99 32', '98，31，99，32', '98;31;99;32']) {
      expect(parseBox(text)).toEqual([98, 31, 99, 32])
    }
  })

  it('may go across the antimeridian', () => {
    expect(parseBox('179.9, -17, -179.9, -16.9')).toEqual([179.9, -17, -179.9, -16.9])
    expect(boxText(bboxArea([179.9, -17, -179.9, -16.9]))).toBe('179.9, -17, -179.9, -16.9')
  })

  it('says what is wrong with others', () => {
    expect(boxFault('98, 31, 99', en)).toBe(en.newSite.faults.bbox('98, 31, 99'))
    expect(boxFault('a, b, c, d', en)).toBe(en.newSite.faults.bbox('a, b, c, d'))
    expect(boxFault('31, 98, 32, 99', en)).toBe(en.newSite.faults.bboxRange)
    expect(boxFault('98, 32, 99, 31', en)).toBe(en.newSite.faults.bboxOrder)
    expect(boxFault('98, 31, 98, 32', en)).toBe(en.newSite.faults.bboxOrder)
  })
})

describe('parseLngLat', () => {
  it('reads a position and refuses others', () => {
    expect(parseLngLat('98.7, 31.08')).toEqual([98.7, 31.08])
    for (const text of ['', '98.7', 'abc', '31, 98', '1 2 3']) expect(parseLngLat(text)).toBeNull()
  })
})

describe('requestOf', () => {
  it('asks for what was entered', () => {
    expect(requestOf(good)).toMatchObject({
      name: 'Baige',
      from: '2017-01-01',
      to: '2024-06-01',
      stac: 'earth-search',
      pixelSizeM: 2,
      aoi: { type: 'Polygon' },
    })
    const other = requestOf({
      ...good,
      provider: 'stac',
      stacUrl: ' https://a.b/c ',
      collection: '',
    })
    expect(other.stac).toBe('https://a.b/c')
    expect(other).not.toHaveProperty('collection')
  })
})
