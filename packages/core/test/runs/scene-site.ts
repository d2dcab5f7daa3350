import { encodeCog } from '../../src/cog/write-cog.ts'
import { projectionOf } from '../../src/geo/projection.ts'
import type { Grid } from '../../src/model/grid.ts'
import type { BandName, BandWindow, Scene } from '../../src/model/scene.ts'
import { DEFAULT_SETTINGS } from '../../src/model/site.ts'
import { type SiteFolder, createSiteFolder } from '../../src/site/site-folder.ts'
import { disc, sample, seeded, texture } from '../raster/ground.ts'

/** 480 m at 5 m. */
export const SITE_GRID: Grid = {
  epsg: 32647,
  transform: [5, 0, 452_000, 0, -5, 3_437_000],
  width: 96,
  height: 96,
}
/** Native windows with a margin of 12 pixels of 10 m. */
const NATIVE: Grid = {
  epsg: 32647,
  transform: [10, 0, 451_880, 0, -10, 3_437_120],
  width: 72,
  height: 72,
}
const SIZE = NATIVE.width * NATIVE.height

/** What is special about a scene. */
export interface SceneScript {
  date: string
  /** Native pixels to the right and down. */
  shift?: [colPx: number, rowPx: number]
  /** Radius in native pixels of a cloud over the middle that the classification knows. */
  cloudRadius?: number
  /** The same for one that it misses, up left. */
  missedRadius?: number
  colour?: boolean
}

/** A site of read scenes over a meadow with a scar in the middle. */
export async function sceneSite(dir: string, scripts: readonly SceneScript[]): Promise<SiteFolder> {
  const { inverse } = projectionOf(SITE_GRID.epsg)
  const corners = [
    [0, 0],
    [480, 0],
    [480, 480],
    [0, 480],
    [0, 0],
  ].map(([x = 0, y = 0]) => inverse([452_000 + x, 3_436_520 + y]))
  const folder = await createSiteFolder(dir, {
    formatVersion: 1,
    name: 'meadow',
    aoi: { type: 'Polygon', coordinates: [corners] },
    from: '2020-01-01',
    to: '2022-12-31',
    grid: SITE_GRID,
    source: { kind: 'import' },
    settings: DEFAULT_SETTINGS,
    createdAt: '2020-01-01T00:00:00.000Z',
  })
  await folder.writeScenes(await Promise.all(scripts.map((s, i) => writeScene(folder, s, i))))
  return folder
}

const relief = texture(41)
const scarAt = (x: number, y: number): boolean => Math.hypot(x - 36, y - 36) < 12

async function writeScene(folder: SiteFolder, script: SceneScript, seed: number): Promise<Scene> {
  const random = seeded(seed + 100)
  const id = `S2A_${script.date.replaceAll('-', '')}`
  const [colPx, rowPx] = script.shift ?? [0, 0]
  const day = (Date.parse(script.date) / 86_400_000) % 365.25
  const green = 0.5 - 0.5 * Math.cos((day / 365.25) * 2 * Math.PI)
  const ground = (bare: number, meadow: number): Float32Array =>
    sample(
      (x, y) => (scarAt(x, y) ? bare : meadow) * (1 + 0.1 * relief(x, y)),
      NATIVE.width,
      NATIVE.height,
      { colPx, rowPx },
    ).map((value) => value + 0.004 * (random() - 0.5))
  const red = ground(0.18, 0.14 - 0.07 * green)
  const nir = ground(0.22, 0.24 + 0.04 * green)
  const scl = new Uint8Array(SIZE).fill(4)
  const cover = (radius: number, x: number, y: number, code: number): void => {
    const mask = disc(NATIVE.width, NATIVE.height, x, y, radius)
    for (let i = 0; i < SIZE; i++)
      if (mask[i]) {
        red[i] = 0.5
        nir[i] = 0.52
        if (code) scl[i] = code
      }
  }
  if (script.cloudRadius) cover(script.cloudRadius, 36, 36, 9)
  if (script.missedRadius) cover(script.missedRadius, 22, 22, 0)
  const bands: Partial<Record<BandName, BandWindow>> = {}
  const write = async (name: BandName, data: Uint16Array | Uint8Array): Promise<void> => {
    const file = `scenes/${id}/${id}/${name}.tif`
    await folder.files.write(file, await encodeCog({ grid: NATIVE, data }, { nodata: 0 }))
    const scaling = { scale: name === 'scl' ? 1 : 1e-4, offset: 0, nodataDn: 0 }
    bands[name] = { file, grid: NATIVE, scaling, href: file }
  }
  const counts = (data: Float32Array): Uint16Array =>
    Uint16Array.from(data, (value) => Math.max(1, Math.round(value * 10_000)))
  await write('red', counts(red))
  await write('nir', counts(nir))
  await write('scl', scl)
  if (script.colour) {
    await write('green', counts(red.map((value) => 0.9 * value)))
    await write('blue', counts(red.map((value) => 0.8 * value)))
  }
  return {
    id,
    platform: 'S2A',
    capturedAt: `${script.date}T04:00:00.000Z`,
    status: 'read',
    kept: false,
    decidedBy: 'rule',
    reason: null,
    validFraction: null,
    validityFractions: {},
    flags: ['from-archive'],
    offset: null,
    shift: null,
    parts: [{ itemId: id, bands, processingBaseline: '02.04' }],
    supersededItemIds: [],
    sunElevationDeg: null,
  }
}

/** Monthly scenes from January 2020 on. */
export function monthly(count: number): SceneScript[] {
  return Array.from({ length: count }, (_, i) => ({
    date: new Date(Date.UTC(2020, i, 15)).toISOString().slice(0, 10),
  }))
}

/** Runs a job to its end, gives its summary. */
export async function finish<Summary>(run: AsyncGenerator<unknown, Summary>): Promise<Summary> {
  for (;;) {
    const step = await run.next()
    if (step.done) return step.value
  }
}
