import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { encodeCog } from '../../src/cog/write-cog.ts'
import { transformBounds } from '../../src/geo/projection.ts'
import type { Grid } from '../../src/model/grid.ts'
import { type Plausibility, plausibility } from '../../src/runs/plausibility.ts'
import { drain, makeTrackedSite, rectangle } from './tracked-site.ts'

/** 2 km around the site (453,000..453,120 east, 3,437,900..3,438,000 north) in 20 m pixels. */
const DEM_GRID: Grid = {
  epsg: 32647,
  transform: [20, 0, 452_060, 0, -20, 3_438_940],
  width: 100,
  height: 100,
}
const west = rectangle(5, 20, 14, 14)
const both = rectangle(5, 20, 14, 14).map(
  (value, i) => value || (rectangle(40, 20, 12, 12)[i] ?? 0),
)

let dir = ''
const cleanUp: (() => Promise<void>)[] = []
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scarline-plausibility-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))
afterEach(async () => {
  for (const dispose of cleanUp.splice(0)) await dispose()
})

async function writeRaster(
  name: string,
  value: (x: number) => number,
  grid = DEM_GRID,
): Promise<string> {
  const data = Float32Array.from({ length: grid.width * grid.height }, (_, i) =>
    value(grid.transform[2] + ((i % grid.width) + 0.5) * grid.transform[0]),
  )
  const path = join(dir, name)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, await encodeCog({ grid, data }, { nodata: -32_768 }))
  return path
}

/** A slope of 1 in 2 up to 453,060 east, a terrace behind. */
const terrace = (x: number): number => 1000 + 0.5 * Math.min(0, x - 453_060)

async function site(): Promise<Awaited<ReturnType<typeof makeTrackedSite>>> {
  const made = await makeTrackedSite([
    { day: '2018-07-01', masks: { 1: west } },
    { day: '2019-07-01', masks: { 1: both } },
  ])
  cleanUp.push(made.dispose)
  return made
}

async function documentOf(
  folder: Awaited<ReturnType<typeof site>>['folder'],
): Promise<Plausibility> {
  const bytes = await folder.files.read('analysis/plausibility.json')
  return JSON.parse(new TextDecoder().decode(bytes)) as Plausibility
}

describe('plausibility', () => {
  it('judges the latest masks by a DEM and writes flags and tables', async () => {
    const { folder } = await site()
    const dem = await writeRaster('terrace.tif', terrace)
    const { summary } = await drain(plausibility(folder, { dem }))
    expect(summary.dem).toContain('DEM (terrace.tif), pixels of 20.0 m')
    const flat = summary.flags.filter(({ kind }) => kind === 'flat-ground')
    expect(flat.map(({ unit, level }) => [unit, level])).toEqual([
      ['1.2', 'unlikely'],
      ['1+1', 'unlikely'],
    ])
    const { objects, dem: used } = await documentOf(folder)
    expect(used).toMatchObject({ kind: 'file', names: [dem], pixelM: 20 })
    expect(objects[0]?.frame).toMatchObject({ sceneId: 'S2A_20190701' })
    expect(objects[0]?.earlierFrame).toMatchObject({ sceneId: 'S2A_20180701' })
    const csv = new TextDecoder().decode(await folder.files.read('analysis/plausibility.csv'))
    expect(csv.split('\n')[0]).toMatch(/^unit,kind,object,area_m2/)
    expect(csv).toMatch(/\n1\.1,fragment,1,784,/)
  })

  it('reads a DEM in degrees from beside the archive, and says that it did', async () => {
    const { folder } = await site()
    const [minX, minY, maxX, maxY] = transformBounds(
      [452_060, 3_436_940, 454_060, 3_438_940],
      32647,
      4326,
    )
    const grid: Grid = {
      epsg: 4326,
      transform: [(maxX - minX) / 60, 0, minX, 0, -(maxY - minY) / 60, maxY],
      width: 60,
      height: 60,
    }
    // A plane that rises 1 in 5 per degree of longitude in metres: 11.3°.
    const metres = (2000 / (maxX - minX)) * 0.2
    await writeRaster('archive/dem.tif', (lng) => 500 + (lng - minX) * metres, grid)
    await writeFile(join(dir, 'archive/items.json'), '{"type":"FeatureCollection","features":[]}')
    await folder.writeSite({
      ...(await folder.readSite()),
      source: { kind: 'stac', url: join(dir, 'archive/items.json'), collection: 'sentinel-2-l2a' },
    })
    const { summary } = await drain(plausibility(folder))
    expect(summary.dem).toContain("DEM beside the archive's items")
    const [unit] = (await documentOf(folder)).objects[0]?.units ?? []
    expect(unit?.terrain?.slopeMedianDeg).toBeCloseTo((Math.atan(0.2) * 180) / Math.PI, 0)
    expect(unit?.terrain?.aspectDeg).toBeCloseTo(270, -1)
  })

  it('asks for a DEM where there is none, and goes on without where InSAR is given', async () => {
    const { folder } = await site()
    await expect(drain(plausibility(folder))).rejects.toMatchObject({
      code: 'not-found',
      hint: expect.stringContaining('--dem') as string,
    })
    const fine: Grid = {
      ...DEM_GRID,
      transform: [10, 0, 452_060, 0, -10, 3_438_940],
      width: 200,
      height: 200,
    }
    const isScar = (x: number): boolean => x > 453_000 && x < 453_120
    const insar = await writeRaster('insar.tif', (x) => (isScar(x) ? -40 : Math.sin(x)), fine)
    const { summary, events } = await drain(plausibility(folder, { insar, insarSign: 'away' }))
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'warning',
        message: expect.stringContaining('no DEM') as string,
      }),
    )
    expect(summary.dem).toBe('no DEM')
    const [unit] = (await documentOf(folder)).objects[0]?.units ?? []
    expect(unit?.insar?.movingFraction).toBe(1)
    expect(unit?.insar?.medianTowardMmPerYear).toBeCloseTo(40, 0)
  })

  it('takes a river drawn as a line, and refuses one that lies elsewhere', async () => {
    const { folder } = await site()
    const dem = await writeRaster('river-dem.tif', (x) => 1000 + 0.5 * (x - 453_000))
    const line = (x: number): string =>
      JSON.stringify({
        type: 'FeatureCollection',
        crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::32647' } },
        features: [
          {
            type: 'Feature',
            properties: {},
            geometry: {
              type: 'LineString',
              coordinates: [
                [x, 3_437_800],
                [x, 3_438_100],
              ],
            },
          },
        ],
      })
    await writeFile(join(dir, 'river.geojson'), line(453_008.5))
    const { summary } = await drain(
      plausibility(folder, { dem, river: join(dir, 'river.geojson') }),
    )
    expect(summary.flags.map(({ kind, unit }) => [kind, unit])).toContainEqual([
      'beside-river',
      '1.1',
    ])
    const { objects, river } = await documentOf(folder)
    expect(river?.source).toBe('given')
    // The mask begins at column 5, the river runs in column 4.
    expect(objects[0]?.units[0]?.river?.distanceM).toBe(2)
    await writeFile(join(dir, 'far.geojson'), line(460_000))
    await expect(
      drain(plausibility(folder, { dem, river: join(dir, 'far.geojson') })),
    ).rejects.toMatchObject({ code: 'invalid-input' })
  })
})
