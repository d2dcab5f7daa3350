import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readRaster } from '../../src/cog/read-geotiff.ts'
import { encodeCog } from '../../src/cog/write-cog.ts'
import type { Grid } from '../../src/model/grid.ts'
import type { RunEvent } from '../../src/model/run-event.ts'
import type { Scene } from '../../src/model/scene.ts'
import type { RasterData } from '../../src/raster/raster.ts'
import { type ImportSummary, createImportSite, importRasters } from '../../src/runs/import.ts'
import { prepareImport } from '../../src/runs/plan-import.ts'
import { type SiteFolder, openSiteFolder } from '../../src/site/site-folder.ts'

const SIZE = 40
const grid: Grid = {
  epsg: 32631,
  transform: [10, 0, 670_540, 0, -10, 5_461_500],
  width: SIZE,
  height: SIZE,
}
const coarse: Grid = { ...grid, transform: [20, 0, 670_540, 0, -20, 5_461_500], width: SIZE / 2, height: SIZE / 2 } // prettier-ignore

let dir: string
let input: string
let site: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scarline-import-'))
  input = join(dir, 'input')
  site = join(dir, 'site')
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function put(
  path: string,
  on: Grid,
  data: RasterData,
  nodata: number | null = null,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, await encodeCog({ grid: on, data }, { nodata }))
}

function ground(seed: number, base: number): Int16Array {
  return Int16Array.from(
    { length: SIZE * SIZE },
    (_, i) => base + ((i * 7919 + seed * 31) % 97) * 3,
  )
}

/** A MAJA folder with a cloud in the upper left quarter of its mask. */
async function putMaja(day: string, version = 'V2-2', base = 300): Promise<string> {
  const name = `SENTINEL2A_${day}-104258-591_L2A_T31UFQ_D_${version}`
  const band = (code: string): string => join(input, name, `${name}_${code}.tif`)
  const seed = Number(day)
  await put(band('FRE_B4'), grid, ground(seed, base))
  await put(band('FRE_B8A'), coarse, ground(seed, 3000).subarray(0, (SIZE / 2) ** 2))
  const clouds = Uint8Array.from({ length: (SIZE / 2) ** 2 }, (_, i) =>
    i % (SIZE / 2) < 5 && i < 5 * (SIZE / 2) ? 3 : 0,
  )
  await put(join(input, name, 'MASKS', `${name}_CLM_R2.tif`), coarse, clouds)
  return join(input, name)
}

interface Ran {
  summary: ImportSummary
  warnings: string[]
  scenes: Scene[]
  scenesJson: string
}

async function run(
  paths: string[],
  options: { signal?: AbortSignal; bands?: ['ndvi'] } = {},
): Promise<Ran> {
  const prepared = await prepareImport({ paths, ...options })
  const folder = existsSync(join(site, 'site.json'))
    ? await openSiteFolder(site)
    : await createImportSite(site, { prepared })
  try {
    return await runIn(folder, paths, { ...options, prepared })
  } finally {
    await folder.close()
  }
}

async function runIn(
  folder: SiteFolder,
  paths: string[],
  options: Omit<Parameters<typeof importRasters>[1], 'paths'>,
): Promise<Ran> {
  const events: RunEvent<ImportSummary>[] = []
  for await (const event of importRasters(folder, { paths, ...options })) events.push(event)
  const last = events.at(-1)
  if (last?.type !== 'done') throw new Error('no done event')
  return {
    summary: last.summary,
    warnings: events.flatMap((event) => (event.type === 'warning' ? [event.message] : [])),
    scenes: await folder.readScenes(),
    scenesJson: await readFile(join(site, 'scenes.json'), 'utf8'),
  }
}

describe('importRasters', () => {
  it('makes a site from MAJA folders and stores what acquire would store', async () => {
    await putMaja('20190502')
    await putMaja('20190512')
    const { summary, scenes, warnings } = await run([input])
    expect(summary).toMatchObject({ read: 2, failed: 0, scenes: 2, refused: [] })
    expect(warnings).toEqual([])
    const [scene] = scenes
    expect(scene).toMatchObject({ id: 'S2A_20190502', platform: 'S2A', status: 'read' })
    expect(scene?.validFraction).toBeGreaterThan(0.8)
    const bands = scene?.parts[0]?.bands
    expect(bands?.red).toMatchObject({
      grid,
      scaling: { scale: 0.0001, offset: 0, nodataDn: -10000 },
    })
    expect(bands?.nir?.grid).toEqual(coarse)
    const red = await readRaster(await readFile(join(site, bands?.red?.file ?? '')), 'red')
    expect(red.data).toEqual(ground(20190502, 300))
    expect(red.nodata).toBe(-10000)
    const scl = await readRaster(await readFile(join(site, bands?.scl?.file ?? '')), 'scl')
    expect([scl.data[0], scl.data[5]]).toEqual([8, 7])
  })

  it('does nothing the second time, and appends what is new', async () => {
    await putMaja('20190502')
    const first = await run([input])
    const again = await run([input])
    expect(again.summary).toMatchObject({ read: 0, unchanged: 1 })
    expect(again.scenesJson).toBe(first.scenesJson)
    await putMaja('20200601')
    const more = await run([input])
    expect(more.summary).toMatchObject({ read: 1, unchanged: 1, scenes: 2 })
    const folder = await openSiteFolder(site, { lock: false })
    expect(await folder.readSite()).toMatchObject({ from: '2019-05-02', to: '2020-06-01' })
  })

  it('reads files again that have changed', async () => {
    const folder = await putMaja('20190502')
    await run([input])
    await putMaja('20190502', 'V2-2', 900)
    const name = folder.slice(folder.lastIndexOf('/') + 1)
    await utimes(join(folder, `${name}_FRE_B4.tif`), new Date(), new Date(Date.now() + 5000))
    const { summary, scenes } = await run([input])
    expect(summary).toMatchObject({ read: 1, unchanged: 0 })
    const file = scenes[0]?.parts[0]?.bands.red?.file ?? ''
    expect(
      (await readRaster(await readFile(join(site, file)), file)).data[0],
    ).toBeGreaterThanOrEqual(900)
  })

  it('replaces an older processing that was imported before, never the other way round', async () => {
    const old = await putMaja('20190502', 'V1-4')
    await run([old])
    const newer = await putMaja('20190502', 'V2-2')
    const { scenes } = await run([newer])
    expect(scenes[0]?.parts.map(({ itemId }) => itemId)).toEqual([newer.split('/').at(-1)])
    expect(existsSync(join(site, 'scenes/S2A_20190502', old.split('/').at(-1) ?? ''))).toBe(false)
    const back = await run([old])
    expect(back.summary).toMatchObject({ read: 0, superseded: 1, scenes: 1 })
    expect(back.scenes[0]?.supersededItemIds).toEqual([old.split('/').at(-1)])
  })

  it('goes on after a bad file, says so once and records why', async () => {
    await putMaja('20190502')
    const bad = await putMaja('20190512')
    const red = join(bad, `${bad.split('/').at(-1)}_FRE_B4.tif`)
    const bytes = await readFile(red)
    await writeFile(red, bytes.subarray(0, bytes.length - 500))
    const { summary, warnings, scenes } = await run([input])
    expect(summary).toMatchObject({ read: 1, failed: 1, scenes: 2 })
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/20190512.*FRE_B4\.tif: got .*expected a whole GeoTIFF/)
    expect(scenes[1]).toMatchObject({ id: 'S2A_20190512', status: 'failed', kept: false })
    expect(scenes[1]?.reason).toBe(warnings[0])
  })

  it('reads plain NDVI rasters with a mask beside them', async () => {
    const ndvi = Int16Array.from({ length: SIZE * SIZE }, (_, i) => 1000 + ((i * 37) % 8000))
    const mask = Uint8Array.from({ length: SIZE * SIZE }, (_, i) => (i < 20 ? 1 : 0))
    await put(join(input, 'ndvi_2019-05-12.tif'), grid, ndvi)
    await put(join(input, 'ndvi_2019-05-12_mask.tif'), grid, mask)
    await put(join(input, 'ndvi_2019-06-12.tif'), grid, ndvi)
    const { scenes } = await run([input])
    expect(scenes.map(({ id }) => id)).toEqual(['LOCAL_20190512', 'LOCAL_20190612'])
    expect(scenes[0]?.parts[0]?.bands.ndvi?.scaling.scale).toBe(0.0001)
    expect(scenes[0]?.offset?.evidence['units']).toMatch(/int16 from .*: NDVI times 10000/)
    expect(Object.keys(scenes[1]?.parts[0]?.bands ?? {})).toEqual(['ndvi'])
  })

  it('ends with one clear line where nothing can be read', async () => {
    await expect(run([join(dir, 'nowhere')])).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/nowhere: no such file or folder/),
    })
    await mkdir(input)
    await expect(run([input])).rejects.toMatchObject({
      code: 'no-scenes',
      message: expect.stringMatching(/got 0 files .* none of them a raster/),
    })
    await writeFile(join(input, 'ndvi_2019-05-12.tif'), 'this is no raster')
    await expect(run([input])).rejects.toMatchObject({
      code: 'no-scenes',
      message: expect.stringMatching(/ndvi_2019-05-12\.tif: got a file that is neither/),
    })
  })

  it('says that rasters lie outside the site, or outside its days', async () => {
    await putMaja('20190502')
    await run([input])
    const elsewhere: Grid = { ...grid, transform: [10, 0, 690_000, 0, -10, 5_461_500] }
    const ndvi = Float32Array.from({ length: SIZE * SIZE }, (_, i) => (i % 10) / 12)
    await put(join(dir, 'far', 'ndvi_2019-05-12.tif'), elsewhere, ndvi)
    await expect(run([join(dir, 'far')])).rejects.toMatchObject({
      code: 'no-scenes',
      message: expect.stringMatching(/none of the 1 products covers the site/),
    })
    const folder = await openSiteFolder(site)
    const stac = { kind: 'stac', url: 'x', collection: 'y' } as const
    await folder.writeSite({ ...(await folder.readSite()), source: stac })
    await folder.close()
    await putMaja('20210502')
    await expect(run([input]).then(({ summary }) => summary)).resolves.toMatchObject({
      unchanged: 1,
      outsideDates: 1,
    })
  })

  it('stops when told to, keeps what is done, and comes to the same end when run again', async () => {
    for (const day of ['20190502', '20190512', '20190522']) await putMaja(day)
    const whole = await run([input])
    await rm(site, { recursive: true })
    const prepared = await prepareImport({ paths: [input] })
    const controller = new AbortController()
    const folder = await createImportSite(site, { prepared })
    const stopped = (async () => {
      for await (const event of importRasters(folder, {
        paths: [input],
        prepared,
        signal: controller.signal,
      })) {
        if (event.type === 'progress' && event.done === 2) controller.abort()
      }
    })()
    await expect(stopped).rejects.toThrow(/abort/i)
    expect((await folder.readScenes()).map(({ id }) => id)).toEqual([
      'S2A_20190502',
      'S2A_20190512',
    ])
    await folder.close()
    const resumed = await run([input])
    expect(resumed.summary).toMatchObject({ read: 1, unchanged: 2 })
    expect(resumed.scenesJson).toBe(whole.scenesJson)
  })
})

const shared = fileURLToPath(new URL('../../../../../shared/data', import.meta.url))
const hasShared = existsSync(join(shared, 's2-theia-clearcut'))
if (!hasShared)
  process.stderr.write('skipped: import of real products (../shared/data is not there)\n')

describe.skipIf(!hasShared)('importRasters on real products', () => {
  it('reads Theia folders of a clear-cut', async () => {
    const names = [
      'SENTINEL2A_20180717-104258-591_L2A_T31UFQ_D_V1-8',
      'SENTINEL2A_20151203-105818-575_L2A_T31UFQ_D_V1-1',
    ]
    const { summary, scenes } = await run(
      names.map((name) => join(shared, 's2-theia-clearcut', name)),
    )
    expect(summary).toMatchObject({ read: 2, failed: 0 })
    expect(scenes.map(({ id, kept }) => [id, kept])).toEqual([
      ['S2A_20151203', false],
      ['S2A_20180717', true],
    ])
    const folder = await openSiteFolder(site, { lock: false })
    expect((await folder.readSite()).grid).toMatchObject({ epsg: 32631, width: 400, height: 400 })
  })

  it('does not subtract an offset again that Earth Search has subtracted', async () => {
    const id = 'S2A_33TWM_20230815_0_L2A'
    await cp(join(shared, 's2-earthsearch-120m', id), join(input, id), { recursive: true })
    const prepared = await prepareImport({ paths: [input] })
    const ring = [[15.6, 46.2], [15.75, 46.2], [15.75, 46.3], [15.6, 46.3], [15.6, 46.2]] // prettier-ignore
    const aoi = { type: 'Polygon' as const, coordinates: [ring] }
    await using folder = await createImportSite(site, { prepared, aoi })
    const { scenes, warnings } = await runIn(folder, [input], { prepared })
    expect(scenes[0]?.offset).toMatchObject({
      decision: 'already-subtracted',
      offsetReflectance: 0,
    })
    expect(warnings.join()).toMatch(/offset -0\.1.*not to be applied again/)
    expect(scenes[0]?.parts[0]?.bands.red).toMatchObject({
      grid: { epsg: 32633 },
      scaling: { scale: 0.0001, offset: 0, nodataDn: 0 },
    })
    expect(scenes[0]?.parts[0]?.bands.red?.grid.transform[0]).toBe(120)
  })
})
