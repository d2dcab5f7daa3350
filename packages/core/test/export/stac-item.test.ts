import { describe, expect, it } from 'vitest'
import { gridFootprint } from '../../src/export/grid-footprint.ts'
import { hrefTo } from '../../src/export/stac-documents.ts'
import { type FrameItemInputs, planFrameItem } from '../../src/export/stac-item.ts'
import { modelItemId, modelName } from '../../src/export/stac-model.ts'
import type { Scene } from '../../src/model/scene.ts'
import { siteGrid } from '../runs/tracked-site.ts'

function scene(href: string): Scene {
  return {
    id: 'S2A_20170107',
    platform: 'S2A',
    capturedAt: '2017-01-07T04:00:00Z',
    status: 'read',
    kept: true,
    decidedBy: 'rule',
    reason: null,
    validFraction: 1,
    validityFractions: {},
    flags: [],
    offset: {
      decision: 'subtract',
      offsetReflectance: -0.1,
      evidence: {},
      contradiction: null,
    },
    shift: { xM: 4.5, yM: -1.5, quality: 0.9, applied: true },
    parts: [
      {
        itemId: 'S2A_47RMP_20170107_0_L2A',
        processingBaseline: '04.00',
        bands: {
          red: {
            file: 'scenes/S2A_20170107/a b/red.tif',
            grid: { ...siteGrid, transform: [10, 0, 453_000, 0, -10, 3_438_000] },
            scaling: { scale: 1e-4, offset: -0.1, nodataDn: 0 },
            href,
          },
        },
      },
    ],
    supersededItemIds: [],
    sunElevationDeg: 30,
  }
}

function inputs(href: string, source: FrameItemInputs['source']): FrameItemInputs {
  return {
    frame: {
      index: 3,
      capturedAt: '2017-01-07T04:00:00Z',
      sceneId: 'S2A_20170107',
      threshold: { value: 0.2, method: 'otsu', seasonalRaise: 0 },
      validFraction: 1,
      flags: [],
      files: {
        picture: 'frames/x.png',
        ndvi: 'ndvi/x.tif',
        validity: 'validity/x.tif',
        trueColour: null,
        falseColour: null,
      },
      inputHash: 'i',
    },
    tracked: [],
    scene: scene(href),
    grid: siteGrid,
    footprint: gridFootprint(siteGrid),
    source,
    collectionId: 'site',
    neighbours: { previous: null, next: null },
    software: { scarline: '0.1.0' },
    lookup: () => null,
  }
}

const sources = (input: FrameItemInputs): string[] =>
  planFrameItem(input)
    .links.filter(({ rel }) => rel === 'derived_from')
    .map(({ href }) => href)

describe('planFrameItem', () => {
  const api = { kind: 'stac', url: 'https://a.example/v1/', collection: 'sentinel-2-l2a' } as const

  it('links the item of an API and the files read', () => {
    expect(sources(inputs('https://a.example/red.tif', api))).toEqual([
      'https://a.example/v1/collections/sentinel-2-l2a/items/S2A_47RMP_20170107_0_L2A',
      'https://a.example/red.tif',
    ])
  })

  it('links no item of a static catalogue, whose address is not known', () => {
    const source = { ...api, url: 'https://a.example/catalog.json' }
    expect(sources(inputs('https://a.example/red.tif', source))).toEqual([
      'https://a.example/red.tif',
    ])
  })

  it('passes no signature on', () => {
    const href = 'https://x.blob.core.windows.net/red.tif?st=2026&sig=secret'
    expect(sources(inputs(href, api)).join()).not.toContain('secret')
  })

  it('links the stored windows where the source was a file of some disk', () => {
    expect(sources(inputs('/home/someone/red.tif', { kind: 'import' }))).toEqual([
      '../../scenes/S2A_20170107/a%20b/red.tif',
    ])
  })

  it('says how the frame was made', () => {
    const { properties } = planFrameItem(inputs('https://a.example/red.tif', api))
    expect(properties).toMatchObject({
      datetime: '2017-01-07T04:00:00Z',
      platform: 'sentinel-2a',
      gsd: 10,
      'proj:code': 'EPSG:32647',
      'proj:shape': [50, 60],
      'proj:bbox': [453_000, 3_437_900, 453_120, 3_438_000],
    })
    expect(properties['processing:lineage']).toBe(
      'Made from S2A_47RMP_20170107_0_L2A. Offset of processing baseline 04.00: subtract, -0.1 added to reflectance. ' +
        'Registered by 4.5 m east and -1.5 m north (quality 0.9 of 1). Resampled once, bilinear, to 2 m. ' +
        'NDVI of 0.2 or less counts as bare (otsu).',
    )
  })
})

describe('names of models', () => {
  it('are what MLM and file systems take', () => {
    expect(modelItemId({ segmenter: 'sam2.1-hiera-tiny', modelHash: 'sam2-1:0a' })).toBe(
      'model-sam2.1-hiera-tiny-sam2-1-0a',
    )
    for (const segmenter of ['ndvi', 'sam2.1-hiera-tiny', '2024 mine', 'ä', 'x_']) {
      expect(modelName({ segmenter, modelHash: '' })).toMatch(
        /^[a-zA-Z][a-zA-Z0-9_.\-\s]+[a-zA-Z0-9]$/,
      )
    }
  })
})

it('escapes names in references', () => {
  expect(hrefTo('a b/c#d.tif', 2)).toBe('../../a%20b/c%23d.tif')
})
