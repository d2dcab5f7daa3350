import { describe, expect, it } from 'vitest'
import { planImport } from '../../src/import/plan-import.ts'
import type { LocalFile } from '../../src/import/product.ts'
import { sortFiles } from '../../src/import/sort-files.ts'
import { recogniseStacDocument } from '../../src/import/stac-items.ts'

const SHAPE = {
  'proj:shape': [10980, 10980],
  'proj:transform': [10, 0, 499_980, 0, -10, 5_200_020],
}

function item(id: string, more: Record<string, unknown> = {}, base = ''): Record<string, unknown> {
  const asset = (name: string): object => ({
    href: `${base}${name}.tif`,
    type: 'image/tiff; application=geotiff',
    'raster:bands': [{ nodata: 0, scale: 0.0001, offset: -0.1 }],
    ...SHAPE,
  })
  return {
    type: 'Feature',
    stac_version: '1.0.0',
    id,
    geometry: {
      type: 'Polygon',
      coordinates: [[[15, 46], [16, 46], [16, 47], [15, 47], [15, 46]]], // prettier-ignore
    },
    properties: {
      datetime: '2023-08-15T09:57:57.246Z',
      platform: 'sentinel-2a',
      'proj:epsg': 32633,
      'grid:code': 'MGRS-33TWM',
      's2:processing_baseline': '05.09',
      'earthsearch:boa_offset_applied': true,
      ...more,
    },
    assets: { red: asset('B04'), nir: asset('B08'), scl: asset('SCL') },
  }
}

function filesIn(folder: string, names = ['B04.tif', 'B08.tif', 'SCL.tif']): LocalFile[] {
  return names.map((name) => ({
    path: `${folder}/${name}`,
    sizeBytes: 1,
    modifiedMs: 0,
    named: false,
  }))
}

describe('recogniseStacDocument', () => {
  it('finds assets beside the item, with grids and facts that its metadata state', () => {
    const { products } = recogniseStacDocument(
      '/d/x/item.json',
      JSON.stringify(item('S2A_33TWM_20230815_0_L2A')),
      filesIn('/d/x'),
    )
    expect(products[0]).toMatchObject({
      kind: 'stac',
      platform: 'S2A',
      processingBaseline: '05.09',
      bands: { red: { path: '/d/x/B04.tif' }, nir: { path: '/d/x/B08.tif' } },
      classification: { kind: 'scl', file: { path: '/d/x/SCL.tif' } },
      scaling: { scale: 0.0001, offset: 0, nodataDn: 0 },
      offsetFacts: { processingBaseline: '05.09', boaOffsetApplied: true, rasterOffset: -0.1 },
      statedGrids: { red: { epsg: 32633, width: 10980, transform: SHAPE['proj:transform'] } },
    })
  })

  it('finds the files of https links by their names', () => {
    const text = JSON.stringify(item('a', {}, 'https://example.org/tiles/33/'))
    const { products } = recogniseStacDocument('/d/x/item.json', text, filesIn('/d/x/a'))
    expect(products[0]?.bands.red?.path).toBe('/d/x/a/B04.tif')
  })

  it('says which item has nothing beside it, and passes over other JSON', () => {
    const none = recogniseStacDocument('/d/item.json', JSON.stringify(item('a')), [])
    expect(none.skipped).toMatchObject([
      { severity: 'refused', reason: 'a: none of its assets lies beside item.json' },
    ])
    const other = recogniseStacDocument('/d/collection.json', '{"type":"Collection"}', [])
    expect(other.skipped).toMatchObject([{ severity: 'ignored' }])
    const broken = recogniseStacDocument('/d/item.json', '{"type":', [])
    expect(broken.skipped).toMatchObject([{ severity: 'refused' }])
  })

  it('reduces twins of one tile to the newest processing', () => {
    const collection = {
      type: 'FeatureCollection',
      features: [
        item('S2A_33TWM_20230815_0_L2A', { 's2:processing_baseline': '04.00' }),
        item('S2A_33TWM_20230815_1_L2A', { 's2:processing_baseline': '05.10' }),
      ],
    }
    const documents = new Map([['/d/items.json', JSON.stringify(collection)]])
    const sorted = sortFiles([...filesIn('/d', ['items.json']), ...filesIn('/d')], documents)
    const plan = planImport(sorted, new Map())
    expect(plan.products.map(({ itemId }) => itemId)).toEqual(['S2A_33TWM_20230815_1_L2A'])
    expect(plan.superseded['S2A_33TWM_20230815_1_L2A']).toEqual(['S2A_33TWM_20230815_0_L2A'])
  })
})
