import { basename } from 'node:path'
import { type ObjectPlausibility, LEAST_SLOPE_DEG, judgeObject } from '../analysis/plausibility.ts'
import { type InsarMotion, type InsarSign, insarMotion } from '../analysis/plausibility-insar.ts'
import { describeTerrain } from '../analysis/plausibility-terrain.ts'
import type { PlausibilityFlag } from '../analysis/plausibility-types.ts'
import { groundOn } from '../analysis/plausibility-units.ts'
import type { RangeClient } from '../cog/range-client.ts'
import { ScarlineError } from '../errors.ts'
import { rasterPixelM, readRasterOnGrid } from '../gdal/read-raster.ts'
import { readWater } from '../gdal/read-water.ts'
import { mapToPixel } from '../geo/affine.ts'
import { rasterizePolygon } from '../geo/rasterize.ts'
import type { Grid } from '../model/grid.ts'
import type { Run } from '../model/run-event.ts'
import { planSampling, resampleNearest } from '../raster/resample.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { toCsv } from './csv.ts'
import { findFrame } from './find-frame.ts'
import { type ElevationSource, type Elevations, findElevations, gridAround } from './find-dem.ts'
import {
  FLAG_COLUMNS,
  PLAUSIBILITY_NOTES,
  UNIT_COLUMNS,
  flagCells,
  unitCells,
} from './plausibility-tables.ts'
import { sensorPixelOf } from './sensor-pixel.ts'
import { RASTER_EXTENSIONS } from './shape-files.ts'
import { type TrackedSeries, readByteRaster, requireTrack } from './tracked-series.ts'

/** What {@link plausibility} is told. */
export interface PlausibilityOptions {
  /** A DEM of any GDAL raster format, m; else the archive's is looked for. */
  dem?: string
  /** An InSAR velocity raster of any GDAL format, mm/yr along the line of sight. */
  insar?: string
  /** What its positive values mean; `toward` the satellite by default. */
  insarSign?: InsarSign
  /** The river as lines, polygons or a raster (non-zero is water); else channels of the DEM. */
  river?: string
  /** Judge the masks of this frame (date or index) instead of the one chosen. */
  frame?: string
  /** Least slope that landslides need, degrees; {@link LEAST_SLOPE_DEG} by default. */
  leastSlopeDeg?: number
  signal?: AbortSignal
  /** Reads an archive's DEM; a client with default manners otherwise. */
  client?: RangeClient
}

/** analysis/plausibility.json */
export interface Plausibility {
  formatVersion: 1
  /** Null where there is no DEM. */
  dem: (ElevationSource & { words: string }) | null
  river: { source: 'given' | 'drainage'; name: string | null } | null
  insar: { name: string; sign: InsarSign; pixelM: number } | null
  leastSlopeDeg: number
  /** How it is judged, one sentence each. */
  method: string[]
  objects: (ObjectPlausibility & {
    /** The frame whose mask is judged, and the one that gained ground is told against. */
    frame: JudgedFrame
    earlierFrame: JudgedFrame | null
  })[]
}

/** A frame that was chosen for its mask, and why. */
export interface JudgedFrame {
  sceneId: string
  /** UTC ISO 8601. */
  capturedAt: string
  why: string
}

/** What came of it, in short. */
export interface PlausibilitySummary {
  /** In words: which DEM was used, or that there is none. */
  dem: string
  units: number
  flags: PlausibilityFlag[]
  files: string[]
}

const STAGE = 'plausibility'
const FILES = {
  document: 'analysis/plausibility.json',
  units: 'analysis/plausibility.csv',
  flags: 'analysis/plausibility-flags.csv',
}
/** Frames at each end of a series among which the mask judged is chosen. */
const CANDIDATES = 6
/** Ground around the site that InSAR noise is told from, m. */
const INSAR_MARGIN_M = 3000
const INSAR_LEAST_PIXEL_M = 10

/**
 * Judges each object's masks by what is known of the ground: slope, topographic position, river,
 * aspect, InSAR. Writes `analysis/plausibility.json` and two tables. The mask judged is the latest
 * locked one of the last six frames, else the most confident of them; gained ground is told against
 * the mask of the first six frames chosen likewise (of a short series: its later and earlier half).
 *
 * @throws ScarlineError `missing-step` before `track`; `not-found` where there is neither a DEM nor a
 * velocity raster nor a river; errors of the files named
 */
export async function* plausibility(
  folder: SiteFolder,
  options: PlausibilityOptions = {},
): Run<PlausibilitySummary> {
  const { signal } = options
  const { list, series } = await requireTrack(folder)
  const { grid } = list
  const site = await folder.readSite()
  yield { type: 'started', stage: STAGE, total: series.length, message: 'looking for a DEM' }
  const lastDay = list.frames.at(-1)?.capturedAt.slice(0, 10) ?? null
  const elevations = await findElevations(site, lastDay, options).catch((error: unknown) => {
    throw outOfReach(error, options)
  })
  signal?.throwIfAborted()
  if (elevations === null) yield noDem(options)
  const river = options.river === undefined ? null : await readRiver(options.river, grid)
  const insar = options.insar === undefined ? null : await readInsar(options.insar, grid)
  signal?.throwIfAborted()
  const terrain = elevations && describeTerrain(elevations.grid, elevations.elevationM)
  const ground = groundOn(grid, terrain, river)
  const sensorPixelM = sensorPixelOf(await folder.readScenes(), grid)
  const judged: { one: TrackedSeries; now: Chosen; earlier: Chosen | null; mask: Uint8Array }[] = []
  const asked = options.frame === undefined ? null : findFrame(list, options.frame)
  const scars = new Uint8Array(grid.width * grid.height)
  for (const one of series) {
    const now = asked ? namedOf(one, asked.sceneId) : chosenOf(halves(one).late)
    if (now === null) continue
    const mask = await readByteRaster(folder, now.entry.tracked.mask, grid)
    for (let i = 0; i < mask.length; i++) if (mask[i]) scars[i] = 1
    const early = halves(one).early.filter(({ frame }) => frame.index < now.entry.frame.index)
    judged.push({ one, now, mask, earlier: early.length === 0 ? null : chosenOf(early) })
  }
  const sign = options.insarSign ?? 'toward'
  const motionOf = insar && motionReader(insar, grid, scars, sign)
  const leastSlopeDeg = options.leastSlopeDeg ?? LEAST_SLOPE_DEG
  const objects: Plausibility['objects'] = []
  for (const [i, { one, now, earlier, mask }] of judged.entries()) {
    signal?.throwIfAborted()
    const object = judgeObject({
      grid,
      objectId: one.objectId,
      mask,
      earlier: earlier && (await readByteRaster(folder, earlier.entry.tracked.mask, grid)),
      ground,
      sensorPixelM,
      leastSlopeDeg,
      ...(motionOf ? { motionOf } : {}),
    })
    objects.push({ ...object, frame: frameOf(now), earlierFrame: earlier && frameOf(earlier) })
    const item = `object ${one.objectId}`
    yield { type: 'progress', stage: STAGE, done: i + 1, total: series.length, item }
  }
  const dem = elevations && { ...elevations.source, words: wordsOf(elevations) }
  const document: Plausibility = {
    formatVersion: 1,
    dem,
    river: ground.river && { source: ground.river.source, name: options.river ?? null },
    insar: insar && { name: options.insar as string, sign, pixelM: insar.pixelM },
    leastSlopeDeg,
    method: PLAUSIBILITY_NOTES,
    objects,
  }
  const units = objects.flatMap((object) => object.units)
  const flags = objects.flatMap((object) => object.flags)
  const { files } = folder
  await files.write(FILES.units, toCsv(UNIT_COLUMNS, units.map(unitCells)))
  await files.write(FILES.flags, toCsv(FLAG_COLUMNS, flags.map(flagCells)))
  await files.write(FILES.document, `${JSON.stringify(document, null, 1)}\n`)
  const summary: PlausibilitySummary = {
    dem: dem?.words ?? 'no DEM',
    units: units.length,
    flags,
    files: Object.values(FILES),
  }
  const message = `${units.length} pieces of ground judged, ${flags.length} remarks; ${summary.dem}`
  yield { type: 'done', stage: STAGE, message, summary }
  return summary
}

function noDem({ insar, river }: PlausibilityOptions): {
  type: 'warning'
  stage: string
  message: string
  item: null
} {
  if (insar === undefined && river === undefined) {
    throw new ScarlineError('the archive has no DEM of the site, expected one to judge by', {
      code: 'not-found',
      hint: 'Give a DEM with --dem FILE, for example a Copernicus DEM tile.',
    })
  }
  const message =
    'the archive has no DEM: slope, position and aspect are not judged; give --dem FILE'
  return { type: 'warning', stage: STAGE, message, item: null }
}

/** An archive that cannot be reached is no archive without a DEM. */
function outOfReach(error: unknown, { dem }: PlausibilityOptions): unknown {
  if (!(error instanceof ScarlineError) || error.code !== 'network' || dem !== undefined)
    return error
  return new ScarlineError(`looked for the archive's DEM: ${error.message}`, {
    code: 'network',
    hint: 'Give a DEM with --dem FILE, or run the command again with the archive in reach.',
    details: error.details,
    cause: error,
  })
}

interface Chosen {
  entry: TrackedSeries['entries'][number]
  why: string
}

/** The frames at both ends that a mask is chosen from. */
function halves({ entries }: TrackedSeries): Record<'early' | 'late', TrackedSeries['entries']> {
  const half = Math.floor(entries.length / 2)
  return {
    early: entries.slice(0, Math.min(CANDIDATES, half)),
    late: entries.slice(-Math.min(CANDIDATES, entries.length - half)),
  }
}

/** @param entries in time order, at least one */
function chosenOf(entries: TrackedSeries['entries']): Chosen {
  const locked = entries.findLast(({ tracked }) => tracked.locked)
  if (locked) return { entry: locked, why: 'the latest locked one' }
  const best = entries.reduce((a, b) =>
    b.tracked.confidence.score >= a.tracked.confidence.score ? b : a,
  )
  const score = best.tracked.confidence.score.toFixed(2)
  return { entry: best, why: `the most confident (${score}) of ${entries.length} frames` }
}

/** Null where the object has no mask on that frame. */
function namedOf({ entries }: TrackedSeries, sceneId: string): Chosen | null {
  const entry = entries.find(({ frame }) => frame.sceneId === sceneId)
  return entry ? { entry, why: 'the one asked for' } : null
}

function frameOf({ entry: { frame }, why }: Chosen): JudgedFrame {
  return { sceneId: frame.sceneId, capturedAt: frame.capturedAt, why }
}

function wordsOf({ source, grid }: Elevations): string {
  const what = {
    file: 'DEM',
    'beside-archive': "DEM beside the archive's items",
    asset: "DEM of the archive's items",
    collection: 'Copernicus DEM GLO-30 of the archive',
  }[source.kind]
  const coarse =
    grid.transform[0] > 45 ? '; slopes shorter than two of its pixels are not seen' : ''
  const names = source.names.map((name) => basename(name))
  return `${what} (${names.join(', ')}), pixels of ${source.pixelM.toFixed(1)} m${coarse}`
}

/** The river on the site grid, 0/1. */
async function readRiver(path: string, grid: Grid): Promise<Uint8Array> {
  const mask = new Uint8Array(grid.width * grid.height)
  if (RASTER_EXTENSIONS.test(path)) {
    const { values, known } = await readRasterOnGrid(path, grid, { zeroIsData: true })
    for (let i = 0; i < mask.length; i++) mask[i] = known[i] && values[i] !== 0 ? 1 : 0
  } else {
    const { polygons, lines } = await readWater(path, grid.epsg)
    for (const polygon of polygons) rasterizePolygon(polygon, grid, mask)
    for (const line of lines) burnLine(line, grid, mask)
  }
  if (!mask.includes(1)) {
    throw new ScarlineError(`${path} covers no pixel of the site's grid, expected a river there`, {
      code: 'invalid-input',
      hint: 'Check its coordinate system, or leave --river out: channels are found on the DEM.',
    })
  }
  return mask
}

/** Sets the pixels that a line runs through, seen every half pixel. */
function burnLine(line: readonly number[][], grid: Grid, mask: Uint8Array): void {
  for (let i = 1; i < line.length; i++) {
    const from = mapToPixel(grid.transform, line[i - 1]?.[0] ?? NaN, line[i - 1]?.[1] ?? NaN)
    const to = mapToPixel(grid.transform, line[i]?.[0] ?? NaN, line[i]?.[1] ?? NaN)
    const steps = Math.max(1, Math.ceil(2 * Math.hypot(to[0] - from[0], to[1] - from[1])))
    for (let step = 0; step <= steps; step++) {
      const col = Math.floor(from[0] + ((to[0] - from[0]) * step) / steps)
      const row = Math.floor(from[1] + ((to[1] - from[1]) * step) / steps)
      if (col >= 0 && row >= 0 && col < grid.width && row < grid.height) {
        mask[row * grid.width + col] = 1
      }
    }
  }
}

interface Velocity {
  grid: Grid
  pixelM: number
  velocityMmPerYear: Float32Array
}

async function readInsar(path: string, site: Grid): Promise<Velocity> {
  const pixelM = await rasterPixelM(path)
  const grid = gridAround(site, Math.max(INSAR_LEAST_PIXEL_M, pixelM), INSAR_MARGIN_M)
  const { values, known } = await readRasterOnGrid(path, grid)
  const velocityMmPerYear = values.map((value, i) => (known[i] ? value : NaN))
  return { grid, pixelM, velocityMmPerYear }
}

function motionReader(
  { grid, velocityMmPerYear }: Velocity,
  site: Grid,
  scars: Uint8Array,
  sign: InsarSign,
): (mask: Uint8Array) => InsarMotion | null {
  const plan = planSampling(site, grid)
  const allScars = resampleNearest(scars, plan, 0)
  return (mask) =>
    insarMotion({
      grid,
      velocityMmPerYear,
      sign,
      mask: resampleNearest(mask, plan, 0),
      scars: allScars,
    })
}
