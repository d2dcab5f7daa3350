import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromArrayBuffer } from 'geotiff'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ScarlineError } from '../../src/errors.ts'
import type { RunEvent } from '../../src/model/run-event.ts'
import { type SimulateSummary, simulate } from '../../src/runs/simulate.ts'
import type { SimulateOptions } from '../../src/simulate/valley-plan.ts'

const SMALL: SimulateOptions = {
  sizeM: 600,
  sceneCount: 5,
  from: '2018-09-01',
  to: '2022-12-31',
  seed: 4,
}

let parent = ''
let dir = ''
let events: RunEvent<SimulateSummary>[] = []

async function collect(
  into: string,
  options: SimulateOptions & { signal?: AbortSignal },
): Promise<RunEvent<SimulateSummary>[]> {
  const seen: RunEvent<SimulateSummary>[] = []
  for await (const event of simulate(into, options)) seen.push(event)
  return seen
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}

function hasGdal(): boolean {
  try {
    execFileSync('gdalinfo', ['--version'])
    return true
  } catch {
    return false
  }
}

interface Item {
  id: string
  properties: Record<string, string | number | boolean>
  assets: Record<string, { href: string; 'proj:transform': number[]; 'proj:shape': number[] }>
}
interface SiteJson {
  bbox: number[]
  bbox_utm: number[]
  first_date: string
  prompts: { frame_date: string; positive: number[][]; negative: number[][] }
  true_area_m2: Record<string, number>
}
const read = <T>(name: string): T => JSON.parse(readFileSync(join(dir, name), 'utf8')) as T

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'scarline-simulate-'))
  dir = join(parent, 'archive')
  events = await collect(dir, SMALL)
})
afterAll(() => rmSync(parent, { recursive: true, force: true }))

describe('simulate', () => {
  it('reports what it does, scene by scene', () => {
    expect(events.map(({ type }) => type)).toEqual([
      'started',
      ...Array.from({ length: 5 }, () => 'progress'),
      'done',
    ])
    const last = events.at(-1)
    expect(last?.type === 'done' && last.summary.scenes).toBe(5)
  })

  it('writes an archive of items, assets, truth, elevations and the site', () => {
    const { features } = read<{ features: Item[] }>('items.json')
    const site = read<SiteJson>('site.json')
    const expected = [
      'dem.tif',
      'items.json',
      'site.json',
      ...Object.keys(site.true_area_m2).map((date) => `truth/${date}.tif`),
      ...features.flatMap(({ assets }) => Object.values(assets).map(({ href }) => href)),
    ].sort()
    expect(filesIn(dir)).toEqual(expected)
    expect(Object.keys(features[0]?.assets ?? {}).sort()).toEqual([
      'blue',
      'green',
      'nir',
      'red',
      'scl',
    ])
    expect(features[0]?.assets['red']?.['proj:shape']).toEqual([10980, 10980])
    expect(site.prompts.frame_date).toBe(site.first_date)
    expect(site.prompts.positive.length).toBeGreaterThan(1)
    const [west = 0, south = 0, east = 0, north = 0] = site.bbox
    for (const [lng = 0, lat = 0] of [...site.prompts.positive, ...site.prompts.negative]) {
      expect(lng > west && lng < east && lat > south && lat < north).toBe(true)
    }
  })

  it('says the area that its truth has', async () => {
    const { true_area_m2: areas } = read<SiteJson>('site.json')
    for (const [date, areaM2] of Object.entries(areas)) {
      const bytes = readFileSync(join(dir, `truth/${date}.tif`))
      const image = await (await fromArrayBuffer(new Uint8Array(bytes).buffer)).getImage()
      const [data] = (await image.readRasters()) as unknown as [Uint8Array]
      expect(4 * data.reduce((sum, bit) => sum + bit, 0)).toBe(areaM2)
    }
  })

  it('gives equal bytes for equal options, and other bytes for another seed', async () => {
    const again = join(parent, 'again')
    await collect(again, SMALL)
    expect(filesIn(again)).toEqual(filesIn(dir))
    for (const name of filesIn(dir)) {
      expect(readFileSync(join(again, name)).equals(readFileSync(join(dir, name))), name).toBe(true)
    }
    await collect(again, { ...SMALL, seed: 5, sceneCount: 2 })
    expect(readFileSync(join(again, 'dem.tif')).equals(readFileSync(join(dir, 'dem.tif')))).toBe(
      false,
    )
    expect(
      Object.keys(
        (JSON.parse(readFileSync(join(again, 'site.json'), 'utf8')) as SiteJson).true_area_m2,
      ),
    ).toHaveLength(2)
    expect(readdirSync(join(again, 'truth'))).toHaveLength(2)
  })

  it('refuses a folder with other files and leaves them alone', async () => {
    const foreign = join(parent, 'foreign')
    mkdirSync(foreign)
    writeFileSync(join(foreign, 'thesis.txt'), 'years of work')
    await expect(collect(foreign, SMALL)).rejects.toThrow(ScarlineError)
    expect(readdirSync(foreign)).toEqual(['thesis.txt'])
    await expect(collect(join(foreign, 'thesis.txt'), SMALL)).rejects.toThrow('expected a folder')
  })

  it('stops when told, and can be run again', async () => {
    const broken = join(parent, 'broken')
    const controller = new AbortController()
    const run = simulate(broken, { ...SMALL, signal: controller.signal })
    await expect(async () => {
      for await (const event of run) if (event.type === 'progress') controller.abort()
    }).rejects.toThrow('aborted')
    expect(existsSync(join(broken, 'items.json'))).toBe(false)
    await collect(broken, { ...SMALL, sceneCount: 1 })
    expect(existsSync(join(broken, 'items.json'))).toBe(true)
  })
})

describe.skipIf(!hasGdal())(
  'GDAL on a simulated archive (needs gdalinfo of Debian gdal-bin)',
  () => {
    it('opens everything where it belongs', () => {
      const site = read<SiteJson>('site.json')
      const first = read<{ features: Item[] }>('items.json').features[0] as Item
      const names = [
        'dem.tif',
        `truth/${site.first_date}.tif`,
        ...Object.values(first.assets).map(({ href }) => href),
      ]
      for (const name of names) {
        const info = JSON.parse(
          execFileSync('gdalinfo', ['-json', join(dir, name)], { encoding: 'utf8' }),
        ) as {
          geoTransform: number[]
          size: number[]
          metadata: Record<string, Record<string, string>>
        }
        expect(info.metadata['IMAGE_STRUCTURE']?.['LAYOUT']).toBe('COG')
        expect(JSON.stringify(info)).toContain('UTM zone 47N')
        if (name.startsWith('truth')) {
          expect(info.geoTransform).toEqual([site.bbox_utm[0], 2, 0, site.bbox_utm[3], 0, -2])
          expect(info.size).toEqual([300, 300])
        }
      }
    })
  },
)
