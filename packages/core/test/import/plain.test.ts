import { describe, expect, it } from 'vitest'
import type { BandName } from '../../src/model/scene.ts'
import { type FactsResult, type PlainResult, recognisePlain } from '../../src/import/plain.ts'
import type { RasterFacts } from '../../src/import/raster-facts.ts'

const NDVI: Partial<RasterFacts> = { elementType: 'float32', ranges: [{ min: -0.2, max: 0.9 }] }

function facts(more: Partial<RasterFacts> = {}): RasterFacts {
  return {
    grid: { epsg: 32631, transform: [10, 0, 0, 0, -10, 0], width: 10, height: 10 },
    bandCount: 1,
    nodata: null,
    metadata: {},
    elementType: 'uint16',
    ranges: [{ min: 10, max: 5000 }],
    ...more,
  }
}

function recognise(
  files: Record<string, Partial<RasterFacts> | string>,
  bands?: BandName[],
): PlainResult {
  const known = new Map<string, FactsResult>(
    Object.entries(files).map(([name, more]) => [
      `/data/${name}`,
      typeof more === 'string' ? { ok: false, reason: more } : { ok: true, facts: facts(more) },
    ]),
  )
  return recognisePlain([...known.keys()], known, bands ? { bands } : {})
}

const names = (result: PlainResult): string[] => result.products.map(({ itemId }) => itemId)
const reasons = (result: PlainResult): string =>
  result.skipped.map(({ reason }) => reason).join('\n')

describe('recognisePlain', () => {
  it('puts single-band files of one capture together by their names', () => {
    const result = recognise({
      '2019-05-12_B04.tif': {},
      '2019-05-12_B08.tif': {},
      '2019-05-12_B03.tif': {},
      '2019-05-12_scl.tif': { elementType: 'uint8' },
    })
    expect(names(result)).toEqual(['2019-05-12'])
    expect(result.products[0]).toMatchObject({
      kind: 'bands',
      platform: 'LOCAL',
      time: { capturedAt: '2019-05-12T12:00:00.000Z', precision: 'day' },
      bands: {
        red: { path: '/data/2019-05-12_B04.tif' },
        nir: { path: '/data/2019-05-12_B08.tif' },
      },
      classification: { kind: 'scl', file: { path: '/data/2019-05-12_scl.tif' } },
    })
    expect(result.skipped).toEqual([])
  })

  it('reads multi-band files by band descriptions', () => {
    const metadata = { '1:DESCRIPTION': 'Blue', '2:DESCRIPTION': 'Red', '3:DESCRIPTION': 'NIR' }
    const ranges = [1, 2, 3].map(() => ({ min: 10, max: 5000 }))
    const result = recognise({ 'a_20190512.tif': { bandCount: 3, metadata, ranges } })
    expect(result.products[0]?.bands).toMatchObject({
      red: { bandIndex: 1 },
      nir: { bandIndex: 2 },
      blue: { bandIndex: 0 },
    })
  })

  it('reads multi-band files in the order that the user states', () => {
    const ranges = [1, 2].map(() => ({ min: 0.01, max: 0.5 }))
    const file = { bandCount: 2, ranges, elementType: 'float32' }
    const result = recognise({ 'a_20190512.tif': file }, ['nir', 'red'])
    expect(result.products[0]?.bands).toMatchObject({
      red: { bandIndex: 1 },
      nir: { bandIndex: 0 },
    })
    expect(reasons(recognise({ 'a_20190512.tif': file }))).toMatch(
      /say which is which with --bands/,
    )
    expect(reasons(recognise({ 'a_20190512.tif': file }, ['red', 'nir', 'blue']))).toMatch(
      /got 2 bands, expected 3 as in --bands red,nir,blue/,
    )
  })

  it('takes NDVI by name, and floats within -1..1 with a remark', () => {
    const result = recognise({ 'ndvi_2019-05-12.tif': NDVI, 'x_2019-06-01.tif': NDVI })
    expect(result.products.map(({ kind }) => kind)).toEqual(['ndvi', 'ndvi'])
    expect(result.products[0]?.remarks).toEqual([])
    expect(result.products[1]?.remarks.join()).toMatch(/taken for NDVI/)
  })

  it('leaves NDVI out where the bands themselves are there', () => {
    const result = recognise({
      '2019-05-12_red.tif': {},
      '2019-05-12_nir.tif': {},
      '2019-05-12_ndvi.tif': NDVI,
    })
    expect(result.products.map(({ kind }) => kind)).toEqual(['bands'])
    expect(result.skipped).toMatchObject([{ severity: 'ignored' }])
  })

  it('finds the mask beside a raster', () => {
    const result = recognise({
      'ndvi_2019-05-12.tif': NDVI,
      'ndvi_2019-05-12_mask.tif': { elementType: 'uint8' },
      'other_2019-05-13_mask.tif': { elementType: 'uint8' },
    })
    expect(result.products[0]?.classification).toMatchObject({
      kind: 'hidden-mask',
      file: { path: '/data/ndvi_2019-05-12_mask.tif' },
    })
    expect(reasons(result)).toMatch(/other_2019-05-13_mask\.tif: a mask without a raster/)
  })

  it('takes the date from metadata, then from the folder, where the name has none', () => {
    const result = recognise({
      'a/ndvi.tif': { ...NDVI, metadata: { ACQUISITION_DATE: '2019-05-12' } },
      '2019-06-01/ndvi.tif': NDVI,
      'c/ndvi.tif': { ...NDVI, metadata: { TIFFTAG_DATETIME: '2019:07:01 10:00:00' } },
    })
    expect(result.products.map(({ time }) => [time.capturedAt.slice(0, 10), time.source])).toEqual([
      ['2019-05-12', 'ACQUISITION_DATE'],
      ['2019-06-01', 'folder name'],
      ['2019-07-01', 'TIFFTAG_DATETIME'],
    ])
    expect(result.products[2]?.remarks.join()).toMatch(/may be that of the file/)
  })

  it('gives one clear line for each file that it refuses', () => {
    const result = recognise({
      'ndvi.tif': NDVI,
      'dem_2019-05-12.tif': { ranges: [{ min: 1, max: 3000 }] },
      '2019-05-12_B04.tif': {},
      'broken_2019-05-12.tif': '/data/broken_2019-05-12.tif: got a file that ends in its directory',
    })
    expect(result.products).toEqual([])
    expect(reasons(result).split('\n')).toHaveLength(4)
    expect(reasons(result)).toMatch(/ndvi\.tif: there is no date.*put the capture date/)
    expect(reasons(result)).toMatch(/dem_2019-05-12\.tif: got a single band of unknown meaning/)
    expect(reasons(result)).toMatch(/2019-05-12_B04\.tif: got red without near infrared/)
  })

  it('leaves the offset of plain Sentinel-2 numbers open, that of others not', () => {
    const result = recognise({
      'S2A_2023-05-12_B04.tif': {},
      'S2A_2023-05-12_B08.tif': {},
      '2019-05-12_B04.tif': {},
      '2019-05-12_B08.tif': {},
    })
    expect(result.products.map(({ offsetFacts }) => offsetFacts !== null)).toEqual([true, false])
  })
})
