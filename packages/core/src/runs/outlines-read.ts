import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { MultiPolygon, Polygon } from 'geojson'
import { geodesicAreaM2 } from '../analysis/geodesic-area.ts'
import { ScarlineError } from '../errors.ts'
import { isSidecar } from '../gdal/gdal-source.ts'
import { type VectorData, type VectorFeature, readVector } from '../gdal/read-vector.ts'
import { dayInProperties, dayInText } from '../verification/dates.ts'
import { isVectorName } from './truth.ts'

/** The outlines of one day in one file. */
export interface OutlineSheet {
  file: string
  /** YYYY-MM-DD, from the attributes, the layer's, the file's or the folder's name; null where none tells. */
  day: string | null
  /** In degrees, WGS 84. */
  features: { properties: Record<string, unknown>; geometry: Polygon | MultiPolygon }[]
  /** On the WGS 84 ellipsoid, m². */
  totalM2: number
  largestM2: number
  /** Coordinate system of the file. */
  crs: string
}

/** A file that could not be read, and why. */
export interface OutlineProblem {
  file: string
  message: string
  hint: string | null
}

/** What {@link readOutlines} found. */
export interface OutlineSheets {
  /** By day, then by file; those without a day first. */
  sheets: OutlineSheet[]
  problems: OutlineProblem[]
  /** What had to be assumed, one sentence each. */
  notes: string[]
}

/**
 * Outlines drawn by hand, by file and day, whatever coordinate system each file is in.
 *
 * @param paths vector files and folders of them, read with the folders in them
 * @throws ScarlineError where none can be read: `not-found`, `corrupt-file`, `invalid-input` (no
 * polygons, no coordinate system)
 */
export async function readOutlines(
  paths: readonly string[],
  options: { signal?: AbortSignal | undefined } = {},
): Promise<OutlineSheets> {
  const { signal } = options
  const files = await outlineFiles(paths)
  const sheets: OutlineSheet[] = []
  const problems: OutlineProblem[] = []
  const notes: string[] = []
  const flat: string[] = []
  let first: ScarlineError | null = null
  const take = async (file: string, flatGeocentric?: 'north' | 'south'): Promise<void> => {
    signal?.throwIfAborted()
    try {
      const data = await readVector(file, flatGeocentric === undefined ? {} : { flatGeocentric })
      sheets.push(...sheetsOf(file, data))
    } catch (error) {
      if (!(error instanceof ScarlineError)) throw error
      if (flatGeocentric === undefined && error.details['epsg'] === 4978) {
        flat.push(file)
        return
      }
      first ??= error
      problems.push({ file, message: error.message, hint: error.hint ?? null })
    }
  }
  for (const file of files) await take(file)
  const hemisphere = hemisphereOf(sheets)
  for (const file of flat) await take(file, hemisphere ?? 'north')
  if (flat.length > 0) {
    const why =
      hemisphere === null
        ? 'the northern hemisphere is taken; areas do not depend on it, places do'
        : `the ${hemisphere}ern hemisphere is taken, as in the other files`
    notes.push(
      `${flat.map((file) => basename(file)).join(', ')}: geocentric without heights, ${why}`,
    )
  }
  if (sheets.length === 0 && first !== null) throw first
  sheets.sort((a, b) => (a.day ?? '').localeCompare(b.day ?? '') || a.file.localeCompare(b.file))
  return { sheets, problems, notes }
}

/** Files with outlines among what the user named. */
async function outlineFiles(paths: readonly string[]): Promise<string[]> {
  const files: string[] = []
  for (const path of paths) {
    const info = await stat(path).catch((cause: unknown) => {
      throw new ScarlineError(`got ${path}, which is not there, expected a file or a folder`, {
        code: 'not-found',
        hint: 'Check the path.',
        cause,
      })
    })
    if (info.isDirectory() && !isGeodatabase(path)) files.push(...(await filesUnder(path)))
    else if (!isSidecar(path)) files.push(path)
  }
  const once = [...new Set(files)]
  if (once.length > 0) return once
  throw new ScarlineError(`got ${paths.join(', ')} without a vector file, expected outlines`, {
    code: 'invalid-input',
    hint: 'Give Shapefiles, GeoPackages, KML or GeoJSON files with polygons.',
  })
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const found: string[] = []
  for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name))) {
    if (entry.name.startsWith('.')) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory() && !isGeodatabase(path)) found.push(...(await filesUnder(path)))
    else if (isVectorName(entry.name) && !isSidecar(entry.name)) found.push(path)
  }
  return found
}

function isGeodatabase(path: string): boolean {
  return path.toLowerCase().endsWith('.gdb')
}

function sheetsOf(file: string, { features, storedCrs }: VectorData): OutlineSheet[] {
  const fileDay = dayInText(basename(file)) ?? dayInText(basename(dirname(file)))
  const groups = new Map<string | null, VectorFeature[]>()
  for (const feature of features) {
    const day = dayInProperties(feature.properties) ?? dayInText(feature.layer) ?? fileDay
    groups.set(day, [...(groups.get(day) ?? []), feature])
  }
  if (groups.size === 0) groups.set(fileDay, [])
  return [...groups].map(([day, members]): OutlineSheet => {
    const areas = members.map(({ geometry }) => geodesicAreaM2(geometry))
    return {
      file,
      day,
      features: members.map(({ properties, geometry }) => ({ properties, geometry })),
      totalM2: areas.reduce((sum, area) => sum + area, 0),
      largestM2: areas.reduce((largest, area) => Math.max(largest, area), 0),
      crs: storedCrs.epsg === null ? storedCrs.name : `EPSG:${storedCrs.epsg} ${storedCrs.name}`,
    }
  })
}

/** The hemisphere that outlines lie in; null where there are none. */
function hemisphereOf(sheets: readonly OutlineSheet[]): 'north' | 'south' | null {
  const latitudes = sheets.flatMap(({ features }) =>
    features.map(({ geometry }) => Number(geometry.coordinates.flat(Infinity)[1])),
  )
  if (latitudes.length === 0) return null
  return latitudes.filter((lat) => lat < 0).length * 2 > latitudes.length ? 'south' : 'north'
}
