import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type LngLat,
  type Plausibility,
  type PlausibilitySummary,
  type Run,
  acquire,
  addPrompts,
  createNdviSegmenter,
  encodeCog,
  frames,
  initSite,
  openSiteFolder,
  plausibility,
  readRaster,
  simulate,
  track,
} from '@scarline/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startArchiveServer } from '../packages/scarline/src/server/archive-server.ts'
import { resultOf, scarline } from './command-line.ts'

const SPAN = { from: '2018-06-01', to: '2018-12-31' }

let dir: string
let archive: string
let site: string

async function finish<Summary>(run: Run<Summary>): Promise<Summary> {
  for (;;) {
    const step = await run.next()
    if (step.done) return step.value
  }
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scarline-plausibility-'))
  archive = join(dir, 'archive')
  site = join(dir, 'site')
  await finish(
    simulate(archive, { scenario: 'baige', seed: 11, sizeM: 600, sceneCount: 12, ...SPAN }),
  )
  const valley = JSON.parse(await readFile(join(archive, 'site.json'), 'utf8')) as {
    bbox: number[]
    prompts: { frame_date: string; positive: LngLat[]; negative: LngLat[] }
  }
  const folder = await initSite(site, {
    bbox: valley.bbox.join(','),
    ...SPAN,
    pixelSizeM: 4,
    stac: join(archive, 'items.json'),
  })
  try {
    await finish(acquire(folder))
    await finish(frames(folder, { video: false }))
    const { frame_date: frame, positive, negative } = valley.prompts
    await addPrompts(folder, { frame, positive, negative })
    await finish(track(folder, { segmenter: createNdviSegmenter() }))
  } finally {
    await folder.close()
  }
}, 120_000)

afterAll(() => rm(dir, { recursive: true, force: true }))

it('judges a simulated scar by the DEM beside its archive: on a slope, nothing unlikely', async () => {
  const result = await scarline('plausibility', site, '--json')
  expect(result.stderr).toContain("DEM beside the archive's items")
  const { flags, dem } = resultOf<PlausibilitySummary>(result)
  expect(dem).toContain('dem.tif')
  expect(flags.filter(({ level }) => level === 'unlikely')).toEqual([])
  const document = JSON.parse(
    await readFile(join(site, 'analysis/plausibility.json'), 'utf8'),
  ) as Plausibility
  const [unit] = document.objects[0]?.units ?? []
  expect(unit?.terrain?.coveredFraction).toBe(1)
  // The simulated bank rises 0.56 m a metre: 29°.
  expect(unit?.terrain?.slopeMedianDeg).toBeGreaterThan(20)
  expect(unit?.terrain?.slopeMedianDeg).toBeLessThan(40)
}, 60_000)

it('reads the Copernicus DEM of the same STAC API by ranges, two tiles put together', async () => {
  const path = join(archive, 'dem.tif')
  const dem = await readRaster(await readFile(path), path)
  const { data, grid } = dem
  const half = Math.floor(grid.width / 2)
  const tiles = [0, half].map((col, i) => {
    const width = i === 0 ? half : grid.width - half
    const own = Float32Array.from({ length: width * grid.height }, (_, at) => {
      const row = Math.floor(at / width)
      return data[row * grid.width + col + (at % width)] as number
    })
    const [a, b, c, d, e, f] = grid.transform
    return {
      data: own,
      grid: { ...grid, width, transform: [a, b, c + col * a, d, e, f] as typeof grid.transform },
    }
  })
  for (const [i, tile] of tiles.entries()) {
    await writeFile(join(archive, 'assets', `dem-${i}.tif`), await encodeCog(tile))
  }
  const items = JSON.parse(await readFile(join(archive, 'items.json'), 'utf8')) as {
    features: Record<string, unknown>[]
  }
  const demItems = tiles.map((_, i) => ({
    ...items.features[0],
    id: `Copernicus_DSM_COG_10_N30_00_E09${i}_00_DEM`,
    collection: 'cop-dem-glo-30',
    properties: { datetime: '2021-04-22T00:00:00Z' },
    assets: { data: { href: `assets/dem-${i}.tif`, type: 'image/tiff; application=geotiff' } },
  }))
  const before = await readFile(join(archive, 'items.json'))
  await writeFile(
    join(archive, 'items.json'),
    JSON.stringify({ ...items, features: [...items.features, ...demItems] }),
  )
  const server = await startArchiveServer({ dir: archive })
  const folder = await openSiteFolder(site)
  const original = await folder.readSite()
  try {
    await folder.writeSite({
      ...original,
      source: { kind: 'stac', url: server.url, collection: 'sentinel-2-l2a' },
    })
    const beside = await finish(plausibility(folder, { dem: path }))
    const wanted = await folder.files.read('analysis/plausibility.csv')
    const { dem: words } = await finish(plausibility(folder))
    expect(beside.dem).not.toBe(words)
    expect(words).toMatch(/^Copernicus DEM GLO-30 of the archive \(.*dem-0\.tif, .*dem-1\.tif\)/)
    const slopes = (csv: Uint8Array): number[] =>
      new TextDecoder()
        .decode(csv)
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => Number(line.split(',')[10]))
    const found = slopes(await folder.files.read('analysis/plausibility.csv'))
    for (const [i, slope] of slopes(wanted).entries()) expect(found[i]).toBeCloseTo(slope, 0)
    expect(server.requests.ranges).toBeGreaterThan(0)
    await writeFile(join(archive, 'items.json'), before)
    await expect(finish(plausibility(folder))).rejects.toMatchObject({ code: 'not-found' })
  } finally {
    await folder.writeSite(original)
    await folder.close()
    await server.close()
  }
}, 60_000)
