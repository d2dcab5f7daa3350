import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import type { MultiPolygon, Polygon } from 'geojson'
import { ScarlineError } from '../errors.ts'
import { isSidecar } from '../gdal/gdal-source.ts'
import { readRasterOnGrid } from '../gdal/read-raster.ts'
import { readVector, type VectorFeature } from '../gdal/read-vector.ts'
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
  const { values, known } = await readRasterOnGrid(file, grid, { zeroIsData: true })
  const mask = new Uint8Array(values.length)
  for (let i = 0; i < mask.length; i++) mask[i] = known[i] && (values[i] as number) > 0 ? 1 : 0
  return { mask, known }
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
