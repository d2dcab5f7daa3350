import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openGeoTiffFile, readRaster } from '../../src/cog/read-geotiff.ts'
import { encodeCog } from '../../src/cog/write-cog.ts'
import { windowGrid } from '../../src/geo/affine.ts'
import type { Grid } from '../../src/model/grid.ts'
import type { BandName, BandWindow, Scene } from '../../src/model/scene.ts'
import { DEFAULT_SETTINGS } from '../../src/model/site.ts'
import { isObserved } from '../../src/model/validity.ts'
import { screenScenes } from '../../src/runs/screen-scenes.ts'
import { createSiteFolder } from '../../src/site/site-folder.ts'
import { finish } from './scene-site.ts'

const shared = join(import.meta.dirname, '../../../../../shared/sites/baige1')
const present = existsSync(shared)
if (!present) console.warn('skipped: ../shared/sites/baige1 is not there')

const dirs: string[] = []
afterAll(() => dirs.forEach((dir) => rmSync(dir, { recursive: true })))

interface Item {
  id: string
  properties: { datetime: string; 's2:processing_baseline': string }
  assets: Record<string, { href: string }>
}

/** Native 10 m window of the site with its margin. */
const WINDOW: Grid = {
  epsg: 32647,
  transform: [10, 0, 451_910, 0, -10, 3_438_550],
  width: 264,
  height: 264,
}

async function readScene(item: Item, write: (file: string, bytes: Uint8Array) => Promise<void>) {
  const bands: Partial<Record<BandName, BandWindow>> = {}
  for (const name of ['red', 'nir', 'scl'] as const) {
    await using tiff = await openGeoTiffFile(join(shared, item.assets[name]?.href ?? ''))
    const t = tiff.grid.transform
    const col = Math.floor((WINDOW.transform[2] - t[2]) / t[0])
    const row = Math.floor((WINDOW.transform[5] - t[5]) / t[4])
    const side = Math.ceil((WINDOW.width * 10) / t[0]) + (t[0] > 10 ? 1 : 0)
    const window = { col, row, width: side, height: side }
    const [data] = await tiff.readWindow(window, { bands: [0] })
    const grid = windowGrid(tiff.grid, window)
    const file = `scenes/${item.id}/${name}.tif`
    await write(file, await encodeCog({ grid, data: data as Uint16Array }))
    const scale = name === 'scl' ? 1 : 1e-4
    bands[name] = { file, grid, scaling: { scale, offset: 0, nodataDn: 0 }, href: file }
  }
  const [platform = '', , day = ''] = item.id.split('_')
  return {
    ...{ id: `${platform}_${day}`, platform, capturedAt: item.properties.datetime },
    ...{ status: 'read', kept: false, decidedBy: 'rule', reason: null, validFraction: null },
    ...{ validityFractions: {}, flags: [], offset: null, shift: null, sunElevationDeg: null },
    parts: [
      { itemId: item.id, bands, processingBaseline: item.properties['s2:processing_baseline'] },
    ],
    supersededItemIds: [],
  } as Scene
}

describe.skipIf(!present)('screening of the shared series around its failures', () => {
  it('keeps the frame after the failure of 10 October 2018 and its new scar in sight', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'scarline-failure-'))
    dirs.push(dir)
    const site = JSON.parse(readFileSync(join(shared, 'site.json'), 'utf8')) as {
      bbox: [number, number, number, number]
    }
    const [w, s, e, n] = site.bbox
    const ring = [
      [w, s],
      [e, s],
      [e, n],
      [w, n],
      [w, s],
    ]
    await using folder = await createSiteFolder(join(dir, 'site'), {
      formatVersion: 1,
      name: 'baige1',
      aoi: { type: 'Polygon', coordinates: [ring] },
      from: '2018-08-01',
      to: '2018-12-31',
      grid: {
        epsg: 32647,
        transform: [2, 0, 452_030, 0, -2, 3_438_430],
        width: 1200,
        height: 1200,
      },
      source: { kind: 'import' },
      settings: DEFAULT_SETTINGS,
      createdAt: '2020-01-01T00:00:00.000Z',
    })
    const { features } = JSON.parse(readFileSync(join(shared, 'items.json'), 'utf8')) as {
      features: Item[]
    }
    const items = features.filter(({ id, properties }) => {
      const day = properties.datetime.slice(0, 10)
      return id.includes('_0_') && day >= '2018-08-01' && day < '2018-12-31'
    })
    const scenes: Scene[] = []
    for (const item of items) scenes.push(await readScene(item, (f, b) => folder.files.write(f, b)))
    await folder.writeScenes(scenes)
    await finish(screenScenes(folder))

    const after = await folder.readScenes()
    const failed = after.find((scene) => scene.id === 'S2B_20181012') as Scene
    expect(failed.kept).toBe(true)
    const file = `scenes/${failed.id}/validity.tif`
    const codes = await readRaster(await folder.files.read(file), file)
    const truthFile = join(shared, 'truth/2018-10-12.tif')
    const truth = await readRaster(readFileSync(truthFile), truthFile)
    let scar = 0
    let seen = 0
    for (let row = 0; row < 240; row++)
      for (let col = 0; col < 240; col++) {
        if (!truth.data[(row * 5 + 2) * 1200 + col * 5 + 2]) continue
        scar++
        if (isObserved(codes.data[(row + 12) * codes.grid.width + col + 12] as number)) seen++
      }
    expect(scar).toBeGreaterThan(5000)
    expect(seen / scar).toBeGreaterThan(0.999)

    const cloudy = after.find((scene) => scene.id === 'S2A_20181107') as Scene
    expect(cloudy.kept).toBe(false)
    for (const scene of after)
      expect(Math.hypot(scene.shift?.xM ?? 0, scene.shift?.yM ?? 0)).toBeLessThan(15)
  })
})
