import { readFile, readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import type { MultiPolygon, Polygon } from 'geojson'
import { readRaster } from '../cog/read-geotiff.ts'
import { ScarlineError } from '../errors.ts'
import { isSidecar } from '../gdal/gdal-source.ts'
import { readRasterOnGrid } from '../gdal/read-raster.ts'
import { readVector, type VectorFeature } from '../gdal/read-vector.ts'
import { mapToPixel } from '../geo/affine.ts'
import { rasterizePolygon } from '../geo/rasterize.ts'
import type { Grid } from '../model/grid.ts'
import { dayInProperties, dayInText } from '../verification/dates.ts'

/** The truth of one day, on the site grid. */
export interface TruthMask {
  /** 0/1. */
  mask: Uint8Array
  /** 1 where the truth tells of the ground. */
  known: Uint8Array
}

/** The truth of one day, still to be read. */
export interface TruthDay {
  /** YYYY-MM-DD. */
  day: string
  /** Names of the files (and attributes) it comes from. */
  source: string
  read(): Promise<TruthMask>
}

/** All truth that was found. */
export interface Truth {
  /** In time order, one per day. */
  days: TruthDay[]
  notes: string[]
}

const VECTOR_ENDINGS = new Set([
  '.fgb',
  '.gdb',
  '.geojson',
  '.geojsonl',
  '.gml',
  '.gpkg',
  '.gpx',
  '.json',
  '.kml',
  '.kmz',
  '.mif',
  '.shp',
  '.sqlite',
  '.tab',
  '.topojson',
  '.zip',
])

const RASTER_ENDINGS = new Set([
  '.asc',
  '.bil',
  '.bip',
  '.bsq',
  '.dat',
  '.gif',
  '.grd',
  '.img',
  '.jp2',
  '.jpg',
  '.jpeg',
  '.kea',
  '.png',
  '.rst',
  '.sdat',
  '.tif',
  '.tiff',
  '.vrt',
  '.webp',
])

/** Whether a file name ends as vector formats do. */
export function isVectorName(name: string): boolean {
  return VECTOR_ENDINGS.has(extname(name).toLowerCase())
}

/**
 * Data files among what the user named: a file stands for itself, a folder for the raster and vector
 * files in it, in order of name. Files that accompany others are left out.
 *
 * @throws ScarlineError `not-found`
 */
export async function listDataFiles(path: string): Promise<string[]> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new ScarlineError(`got ${path}, which is not there, expected a file or a folder`, {
      code: 'not-found',
      hint: 'Check the path.',
      cause,
    })
  })
  if (!info.isDirectory() || path.toLowerCase().endsWith('.gdb')) return [path]
  const names = (await readdir(path)).sort()
  return names
    .filter((name) => {
      const ending = extname(name).toLowerCase()
      return !isSidecar(name) && (VECTOR_ENDINGS.has(ending) || RASTER_ENDINGS.has(ending))
    })
    .map((name) => join(path, name))
}

/**
 * Finds the truth in a file or folder: a raster per date (date in its name) or polygons (date in the
 * attributes of each, or in the name of layer or file). Several sources of one day are put together.
 * A raster's pixels above 0 are scar; outside of it and at its nodata nothing is known. Polygons tell
 * of all ground.
 *
 * @throws ScarlineError `not-found`, `invalid-input` (no dates, unreadable)
 */
export async function findTruth(path: string, grid: Grid): Promise<Truth> {
  const files = await listDataFiles(path)
  const notes: string[] = []
  const byDay = new Map<string, { sources: string[]; parts: (() => Promise<TruthMask>)[] }>()
  const add = (day: string, source: string, part: () => Promise<TruthMask>): void => {
    const entry = byDay.get(day) ?? { sources: [], parts: [] }
    entry.sources.push(source)
    entry.parts.push(part)
    byDay.set(day, entry)
  }
  const undated: string[] = []
  for (const file of files) {
    const name = basename(file)
    const nameDay = dayInText(name) ?? dayInText(basename(dirname(file)))
    if (!isVectorName(name)) {
      if (nameDay === null) undated.push(name)
      else add(nameDay, name, () => readRasterTruth(file, grid))
      continue
    }
    const { features } = await readVector(file, { epsg: grid.epsg })
    const groups = featuresByDay(features, nameDay)
    const without = groups.get(null)
    if (without !== undefined) undated.push(`${name} (${without.length} features)`)
    groups.delete(null)
    if (features.length === 0 && nameDay !== null) groups.set(nameDay, [])
    for (const [day, members] of groups) {
      if (day !== null) add(day, name, () => Promise.resolve(burn(members, grid)))
    }
  }
  if (undated.length > 0) notes.push(`without a date and left out: ${undated.join(', ')}`)
  if (byDay.size === 0) {
    throw new ScarlineError(
      files.length === 0
        ? `got ${path} without a raster or vector file, expected truth per date`
        : `got ${path} without a date, expected dates in file names or attributes`,
      {
        code: 'invalid-input',
        hint: 'Name the files after their day, for example 2018-10-12.tif, or give polygons a date attribute.',
        details: { files: files.length, undated },
      },
    )
  }
  const days = [...byDay.entries()]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([day, { sources, parts }]) => ({
      day,
      source: sources.join(' + '),
      read: () => unite(parts),
    }))
  return { days, notes }
}

function featuresByDay(
  features: readonly VectorFeature[],
  nameDay: string | null,
): Map<string | null, VectorFeature[]> {
  const groups = new Map<string | null, VectorFeature[]>()
  for (const feature of features) {
    const day = dayInProperties(feature.properties) ?? dayInText(feature.layer) ?? nameDay
    const group = groups.get(day) ?? []
    group.push(feature)
    groups.set(day, group)
  }
  return groups
}

async function readRasterTruth(file: string, grid: Grid): Promise<TruthMask> {
  const aligned = /\.tiff?$/i.test(file) ? await readAlignedTruth(file, grid) : null
  if (aligned !== null) return aligned
  const { values, known } = await readRasterOnGrid(file, grid, { zeroIsData: true })
  const mask = new Uint8Array(values.length)
  for (let i = 0; i < mask.length; i++) mask[i] = known[i] && (values[i] as number) > 0 ? 1 : 0
  return { mask, known }
}

/**
 * Copies a GeoTIFF whose pixels are pixels of the grid, several times faster than sampling it does.
 * Null where they are not, or where this reader does not know the file: GDAL decides then.
 */
async function readAlignedTruth(file: string, grid: Grid): Promise<TruthMask | null> {
  const raster = await readRaster(await readFile(file), file).catch((error: unknown) => {
    if (error instanceof ScarlineError) return null
    throw error
  })
  if (raster === null || !isAligned(raster.grid, grid)) return null
  const { data, nodata } = raster
  const [colPx, rowPx] = mapToPixel(
    grid.transform,
    raster.grid.transform[2],
    raster.grid.transform[5],
  )
  const [left, top] = [Math.round(colPx), Math.round(rowPx)]
  const mask = new Uint8Array(grid.width * grid.height)
  const known = new Uint8Array(mask.length)
  for (let row = Math.max(0, -top); row < Math.min(raster.grid.height, grid.height - top); row++) {
    for (
      let col = Math.max(0, -left);
      col < Math.min(raster.grid.width, grid.width - left);
      col++
    ) {
      const value = data[row * raster.grid.width + col] as number
      if (Number.isNaN(value) || (nodata !== 0 && value === nodata)) continue
      const i = (row + top) * grid.width + col + left
      known[i] = 1
      if (value > 0) mask[i] = 1
    }
  }
  return { mask, known }
}

function isAligned(one: Grid, grid: Grid): boolean {
  const [a, b, , d, e] = one.transform
  const t = grid.transform
  const slackM = 1e-6 * Math.abs(t[0])
  const sameAxes = [a - t[0], b - t[1], d - t[3], e - t[4]].every((gap) => Math.abs(gap) < slackM)
  if (one.epsg !== grid.epsg || !sameAxes) return false
  const offset = mapToPixel(t, one.transform[2], one.transform[5])
  return offset.every((px) => Math.abs(px - Math.round(px)) < 1e-3)
}

function burn(features: readonly { geometry: Polygon | MultiPolygon }[], grid: Grid): TruthMask {
  const pixels = grid.width * grid.height
  const mask = new Uint8Array(pixels)
  for (const { geometry } of features) rasterizePolygon(geometry, grid, mask)
  return { mask, known: new Uint8Array(pixels).fill(1) }
}

async function unite(parts: readonly (() => Promise<TruthMask>)[]): Promise<TruthMask> {
  const [first, ...others] = parts
  if (first === undefined) throw new RangeError('a day of truth needs a source')
  const whole = await first()
  for (const other of others) {
    const { mask, known } = await other()
    for (let i = 0; i < mask.length; i++) {
      if (mask[i]) whole.mask[i] = 1
      if (known[i]) whole.known[i] = 1
    }
  }
  return whole
}
