import { basename, dirname } from 'node:path'
import { geodesicAreaM2 } from '../analysis/geodesic-area.ts'
import { ScarlineError } from '../errors.ts'
import { isSidecar } from '../gdal/gdal-source.ts'
import { readVector, type VectorFeature } from '../gdal/read-vector.ts'
import { dayInProperties, dayInText } from '../verification/dates.ts'
import { isVectorName, listDataFiles } from './truth.ts'

/** Areas of the hand-made outlines of one day in one file, on the WGS 84 ellipsoid. */
export interface OutlineArea {
  file: string
  /** YYYY-MM-DD, from the attributes, the layer's or the file's name; null where none of them tells. */
  day: string | null
  polygons: number
  totalM2: number
  /** m². */
  largestM2: number
  /** Coordinate system of the file. */
  crs: string
}

/** What {@link analyseOutlines} found. */
export interface OutlineReport {
  /** By day, then by file. */
  areas: OutlineArea[]
  /** Files that could not be read and why, one line each. */
  problems: { file: string; message: string; hint: string | null }[]
}

/**
 * Areas in m² of outlines drawn by hand, per file and day, whatever coordinate system each file is in.
 * Needs no site.
 *
 * @param paths vector files and folders of them
 * @throws ScarlineError where none can be read: `not-found`, `corrupt-file`, `invalid-input` (no
 * polygons, no coordinate system)
 */
export async function analyseOutlines(
  paths: readonly string[],
  options: { signal?: AbortSignal } = {},
): Promise<OutlineReport> {
  const areas: OutlineArea[] = []
  const problems: OutlineReport['problems'] = []
  let first: ScarlineError | null = null
  for (const file of await outlineFiles(paths)) {
    options.signal?.throwIfAborted()
    try {
      areas.push(...(await areasOfFile(file)))
    } catch (error) {
      if (!(error instanceof ScarlineError)) throw error
      first ??= error
      problems.push({ file, message: error.message, hint: error.hint ?? null })
    }
  }
  if (areas.length === 0 && first !== null) throw first
  areas.sort((a, b) => (a.day ?? '').localeCompare(b.day ?? '') || a.file.localeCompare(b.file))
  return { areas, problems }
}

async function outlineFiles(paths: readonly string[]): Promise<string[]> {
  const files: string[] = []
  for (const path of paths) {
    const found = await listDataFiles(path)
    const isFile = found.length === 1 && found[0] === path
    files.push(...found.filter((file) => (isFile ? !isSidecar(file) : isVectorName(file))))
  }
  if (files.length > 0) return files
  throw new ScarlineError(`got ${paths.join(', ')} without a vector file, expected outlines`, {
    code: 'invalid-input',
    hint: 'Give Shapefiles, GeoPackages, KML or GeoJSON files with polygons.',
  })
}

async function areasOfFile(file: string): Promise<OutlineArea[]> {
  // An area is the same in both hemispheres, so the one that flat geocentric data leaves open may be any.
  const { features, storedCrs } = await readVector(file, { flatGeocentric: 'north' })
  const fileDay = dayInText(basename(file)) ?? dayInText(basename(dirname(file)))
  const groups = new Map<string | null, VectorFeature[]>()
  for (const feature of features) {
    const day = dayInProperties(feature.properties) ?? dayInText(feature.layer) ?? fileDay
    groups.set(day, [...(groups.get(day) ?? []), feature])
  }
  if (groups.size === 0) groups.set(fileDay, [])
  return [...groups].map(([day, members]) => {
    const areas = members.map(({ geometry }) => geodesicAreaM2(geometry))
    return {
      file,
      day,
      polygons: members.length,
      totalM2: areas.reduce((sum, area) => sum + area, 0),
      largestM2: areas.reduce((largest, area) => Math.max(largest, area), 0),
      crs: storedCrs.epsg === null ? storedCrs.name : `EPSG:${storedCrs.epsg} ${storedCrs.name}`,
    }
  })
}
