import { describe, expect, it } from 'vitest'
import { arrangeScenes } from '../../src/import/arrange-scenes.ts'
import { compareVersions, planImport } from '../../src/import/plan-import.ts'
import type { LocalFile, LocalProduct, SortedFiles } from '../../src/import/product.ts'
import { sortFiles } from '../../src/import/sort-files.ts'
import { madeGrid, madeProduct } from './products.ts'

function sorted(products: LocalProduct[]): SortedFiles {
  return { products, plainPaths: [], skipped: [] }
}

function localFile(path: string, named = false): LocalFile {
  return { path, sizeBytes: 1, modifiedMs: 0, named }
}

const at = (capturedAt: string, precision: 'day' | 'second' = 'second'): LocalProduct['time'] => ({
  capturedAt,
  precision,
  source: 'name',
})

describe('sortFiles', () => {
  const maja = 'SENTINEL2A_20180717-104258-591_L2A_T31UFQ_D_V1-8'

  it('gives product folders their files, and all other rasters to be looked into', () => {
    const result = sortFiles(
      [
        localFile(`/d/${maja}/${maja}_FRE_B4.tif`),
        localFile(`/d/${maja}/${maja}_FRE_B8.tif`),
        localFile(`/d/${maja}/${maja}_QKL_ALL.jpg`),
        localFile('/d/ndvi_2019-05-12.tif'),
        localFile('/d/notes.txt'),
      ],
      new Map(),
    )
    expect(result.products.map(({ itemId }) => itemId)).toEqual([maja])
    expect(result.plainPaths).toEqual(['/d/ndvi_2019-05-12.tif'])
    expect(result.skipped).toEqual([])
  })

  it('passes over no file that the user has named', () => {
    const result = sortFiles([localFile('/d/notes.txt', true)], new Map())
    expect(result.plainPaths).toEqual(['/d/notes.txt'])
  })
})

describe('planImport', () => {
  it('keeps the newest processing of twins and names the others', () => {
    const twin = { twinKey: 'maja S2A 20180717 31UFQ' }
    const plan = planImport(
      sorted([
        madeProduct('V1-4', { ...twin, version: [1, 4] }),
        madeProduct('V2-2', { ...twin, version: [2, 2] }),
        madeProduct('V1-10', { ...twin, version: [1, 10] }),
      ]),
      new Map(),
    )
    expect(plan.products.map(({ itemId }) => itemId)).toEqual(['V2-2'])
    expect(plan.superseded).toEqual({ 'V2-2': ['V1-10', 'V1-4'] })
  })

  it('makes item ids fit for folders, each once', () => {
    const plan = planImport(
      sorted([madeProduct('my scar (1)'), madeProduct('my scar/1'), madeProduct('../x')]),
      new Map(),
    )
    expect(plan.products.map(({ itemId }) => itemId).sort()).toEqual([
      'my_scar_1',
      'my_scar_1_',
      'x',
    ])
  })

  it('compares versions as numbers', () => {
    expect(compareVersions([1, 10], [1, 9])).toBeGreaterThan(0)
    expect(compareVersions([2], [2, 0])).toBe(0)
  })
})

describe('arrangeScenes', () => {
  it('makes one scene of neighbouring tiles of one pass', () => {
    const { scenes, skipped } = arrangeScenes([
      { product: madeProduct('west', { platform: 'S2A' }), grid: madeGrid(670_000) },
      { product: madeProduct('east', { platform: 'S2A' }), grid: madeGrid(670_900) },
    ])
    expect(
      scenes.map(({ id, placed }) => [id, placed.map(({ product }) => product.itemId)]),
    ).toEqual([['S2A_20190512', ['east', 'west']]])
    expect(skipped).toEqual([])
  })

  it('keeps the better of two forms of one capture and says so', () => {
    const { scenes, skipped } = arrangeScenes([
      { product: madeProduct('a-ndvi', { kind: 'ndvi' }), grid: madeGrid() },
      { product: madeProduct('b-bands'), grid: madeGrid() },
    ])
    expect(scenes[0]?.placed.map(({ product }) => product.itemId)).toEqual(['b-bands'])
    expect(scenes[0]?.superseded).toEqual(['a-ndvi'])
    expect(skipped[0]?.reason).toMatch(/same ground on 2019-05-12 as b-bands/)
  })

  it('keeps captures of one day that lie hours apart as scenes of their own', () => {
    const { scenes } = arrangeScenes([
      { product: madeProduct('a', { time: at('2019-05-12T08:00:00.000Z') }), grid: madeGrid() },
      { product: madeProduct('b', { time: at('2019-05-12T10:30:00.000Z') }), grid: madeGrid() },
    ])
    expect(scenes.map(({ id }) => id)).toEqual(['LOCAL_20190512T080000', 'LOCAL_20190512T103000'])
  })

  it('names scenes by solar day, or by the day in the name where that is all', () => {
    const fiji = madeGrid(500_000, 8_000_000, { epsg: 32701 })
    const { scenes } = arrangeScenes([
      { product: madeProduct('a', { time: at('2019-05-12T22:10:00.000Z') }), grid: fiji },
      { product: madeProduct('b', { time: at('2019-06-01T12:00:00.000Z', 'day') }), grid: fiji },
    ])
    expect(scenes.map(({ id }) => id)).toEqual(['LOCAL_20190512', 'LOCAL_20190601'])
    const east = madeGrid(500_000, 8_000_000, { epsg: 32760 })
    const { scenes: later } = arrangeScenes([
      { product: madeProduct('a', { time: at('2019-05-12T22:10:00.000Z') }), grid: east },
    ])
    expect(later.map(({ id }) => id)).toEqual(['LOCAL_20190513'])
  })

  it('keeps strips of one pass: equal twin keys that were not processed twice', () => {
    const strip = { kind: 'safe', twinKey: 'safe S2A 20190512 31UFQ', version: [5, 9] } as const
    const { scenes } = arrangeScenes([
      { product: madeProduct('a', strip), grid: madeGrid() },
      { product: madeProduct('b', strip), grid: madeGrid() },
    ])
    expect(scenes[0]?.placed).toHaveLength(2)
  })
})
