import { z } from 'zod'
import type { KnownFloor } from '../analysis/deposits.ts'
import { valleyFloor } from '../analysis/deposits-valley-floor.ts'
import { type RiverCourse, planRiverCourse } from '../analysis/river-course.ts'
import { encodeCog } from '../cog/write-cog.ts'
import { readRaster } from '../cog/read-geotiff.ts'
import { ScarlineError } from '../errors.ts'
import type { Grid } from '../model/grid.ts'
import type { Site } from '../model/site.ts'
import { planSampling, resampleBilinear } from '../raster/resample.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { type Elevations, findElevations } from './find-dem.ts'

/** Ground that an analysis knows the heights of. */
export interface SiteTerrain {
  /** On the masks' grid, m; NaN where unknown. */
  elevationM: Float32Array
  /** Null where the DEM has no river. */
  floor: KnownFloor | null
  /** Null where no valley floor runs from rim to rim. */
  course: RiverCourse | null
  /** Which DEM, in words. */
  words: string
}

/** What became of the search for elevations. */
export interface TerrainSearch {
  terrain: SiteTerrain | null
  /** Which elevations, or why none. */
  words: string
  /** Whether something kept a DEM from being found. */
  isFailure: boolean
}

/** Elevations that an analysis found, kept for the next one. */
export const ELEVATION_CACHE = { raster: '.cache/elevation.tif', record: '.cache/elevation.json' }

const recordSchema = z.object({ url: z.string(), kind: z.string(), pixelM: z.number() })

/**
 * Elevations for an analysis: from the file named, else what an earlier run kept in `.cache/`, else
 * from the site's archive. An archive out of reach is no reason to fail: it is said.
 *
 * @param dem a raster of any GDAL format; `none` for no elevations
 * @throws ScarlineError errors of the file named
 */
export async function siteTerrain(
  folder: SiteFolder,
  options: {
    grid: Grid
    sensorPixelM: number
    lastDay: string | null
    dem?: string | undefined
    signal?: AbortSignal | undefined
  },
): Promise<TerrainSearch> {
  const { dem, grid, sensorPixelM, lastDay, signal } = options
  if (dem === 'none') return nothing('No elevations were wanted.')
  const site = await folder.readSite()
  const found = await findOrRecall(folder, site, lastDay, dem, signal).catch((error: unknown) => {
    if (dem !== undefined || !(error instanceof ScarlineError)) throw error
    if (error.code !== 'network' && error.code !== 'not-found') throw error
    return error
  })
  if (found instanceof ScarlineError) {
    return { ...nothing(`The archive's DEM could not be had: ${found.message}.`), isFailure: true }
  }
  if (found === null) return nothing('The archive has no DEM.')
  const terrain = terrainOn(grid, sensorPixelM, found)
  return { terrain, words: terrain.words, isFailure: false }
}

function nothing(why: string): TerrainSearch {
  const words = `${why} Directions against the slope are not told.`
  return { terrain: null, words, isFailure: false }
}

/** Terrain on the masks' grid from elevations on theirs. */
export function terrainOn(grid: Grid, sensorPixelM: number, found: Elevations): SiteTerrain {
  const dem = { grid: found.grid, data: found.elevationM }
  const onFloor = valleyFloor(dem, grid)
  const edgeErrorM = found.source.pixelM / 2
  const course = onFloor === null ? null : planRiverCourse(onFloor, grid, sensorPixelM)
  const river =
    onFloor === null
      ? '; no river was found on it'
      : course === null
        ? '; no river runs through the site from rim to rim on it'
        : ''
  return {
    elevationM: resampleBilinear(found.elevationM, planSampling(found.grid, grid)),
    floor: onFloor === null ? null : { floor: onFloor, edgeErrorM },
    course,
    words: `Elevations: ${NAMES[found.source.kind]}, pixels of ${found.source.pixelM.toFixed(1)} m${river}.`,
  }
}

const NAMES = {
  file: 'the DEM given',
  'beside-archive': "the DEM beside the archive's items",
  asset: "the DEM of the archive's items",
  collection: 'the Copernicus DEM of the archive',
} as const

async function findOrRecall(
  folder: SiteFolder,
  site: Site,
  lastDay: string | null,
  dem: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Elevations | null> {
  if (dem !== undefined || site.source.kind !== 'stac') {
    return findElevations(site, lastDay, { dem, signal })
  }
  const { url } = site.source
  const record = await folder.files.readIfExists(ELEVATION_CACHE.record)
  const raster = await folder.files.readIfExists(ELEVATION_CACHE.raster)
  if (record !== null && raster !== null) {
    const recalled = recordSchema.safeParse(JSON.parse(new TextDecoder().decode(record)))
    const { grid, data } = await readRaster(raster, ELEVATION_CACHE.raster)
    const kind = recalled.data?.kind
    if (recalled.data?.url === url && data instanceof Float32Array && isKind(kind)) {
      const source = { kind, names: [], pixelM: recalled.data.pixelM }
      return { source, grid, elevationM: data }
    }
  }
  const found = await findElevations(site, lastDay, { signal })
  if (found === null) return null
  const { kind, pixelM } = found.source
  await folder.files.write(
    ELEVATION_CACHE.raster,
    await encodeCog({ grid: found.grid, data: found.elevationM }),
  )
  await folder.files.write(ELEVATION_CACHE.record, `${JSON.stringify({ url, kind, pixelM })}\n`)
  return found
}

function isKind(kind: string | undefined): kind is keyof typeof NAMES {
  return kind !== undefined && kind in NAMES
}
