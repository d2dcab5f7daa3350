import { resolve } from 'node:path'
import type { MultiPolygon, Polygon } from 'geojson'
import { geodesicAreaM2 } from '../analysis/geodesic-area.ts'
import { ScarlineError } from '../errors.ts'
import { planSiteGrid, ringsOf } from '../geo/site-grid.ts'
import {
  DEFAULT_SETTINGS,
  SITE_FORMAT_VERSION,
  type Site,
  type SiteSettings,
} from '../model/site.ts'
import { type SiteFolder, createSiteFolder } from '../site/site-folder.ts'
import { bboxPolygon } from '../stac/footprint.ts'
import { DEFAULT_PROVIDER, resolveProvider } from '../stac/providers.ts'
import { parseAoi, parseBbox } from './parse-aoi.ts'

/** What a new site is made from: exactly one of `bbox` and `aoi`. */
export interface InitOptions {
  /** `W,S,E,N` in degrees; W > E goes across the antimeridian. */
  bbox?: string | undefined
  /** Parsed GeoJSON (geometry, Feature or FeatureCollection) in degrees. */
  aoi?: unknown
  /** First and last day, YYYY-MM-DD, both included. */
  from: string
  to: string
  /** Archive: short name, URL or path. Default: Earth Search. `null` for a site that imports files. */
  stac?: string | null | undefined
  collection?: string | undefined
  /** Metres; 2 by default. */
  pixelSizeM?: number | undefined
  /** The folder's name by default. */
  name?: string | undefined
  settings?: Partial<SiteSettings> | undefined
}

const MAX_AREA_KM2 = 10_000
/** A hundred Sentinel-2 pixels. */
const MIN_AREA_M2 = 10_000
/** Frames of more pixels would not fit an ordinary laptop's memory. */
const MAX_GRID_PIXELS = 2 ** 27
const DEFAULT_PIXEL_SIZE_M = 2

/**
 * Makes a site folder, open for writing.
 * @throws ScarlineError `usage` for options that make no site; `usage` where the folder holds one already
 */
export async function initSite(dir: string, options: InitOptions): Promise<SiteFolder> {
  return createSiteFolder(dir, planSite(dir, options, new Date()))
}

function planSite(dir: string, options: InitOptions, now: Date): Site {
  const aoi = aoiOf(options)
  const from = checkedDay(options.from, '--from')
  const to = checkedDay(options.to, '--to')
  if (from > to) {
    throw usage(`--from ${from} is after --to ${to}`, 'Swap the two dates.')
  }
  const pixelSizeM = options.pixelSizeM ?? DEFAULT_PIXEL_SIZE_M
  if (!(pixelSizeM >= 0.5 && pixelSizeM <= 100)) {
    throw usage(`got the pixel size ${pixelSizeM} m, expected 0.5 to 100`, 'Use --pixel-size 2.')
  }
  const areaKm2 = geodesicAreaM2(aoi) / 1e6
  if (!(areaKm2 > 0)) throw usage('the area of interest has no area', 'Draw it anew.')
  if (areaKm2 * 1e6 < MIN_AREA_M2) {
    throw usage(
      `the area of interest has ${Math.round(areaKm2 * 1e6)} m², expected at least ${MIN_AREA_M2}`,
      'Take in the slope around the scar too: stable ground is what change is told from.',
    )
  }
  if (areaKm2 > MAX_AREA_KM2) {
    throw usage(
      `the area of interest has ${Math.round(areaKm2).toLocaleString('en')} km², expected at most ${MAX_AREA_KM2.toLocaleString('en')}`,
      'Draw it around the slope: a landslide needs a few km².',
    )
  }
  const grid = planSiteGrid(aoi, pixelSizeM)
  if (grid.width * grid.height > MAX_GRID_PIXELS) {
    throw usage(
      `${grid.width} x ${grid.height} pixels of ${pixelSizeM} m are more than ${MAX_GRID_PIXELS.toLocaleString('en')}`,
      `Use --pixel-size ${Math.ceil(pixelSizeM * Math.sqrt((grid.width * grid.height) / MAX_GRID_PIXELS))} or a smaller area.`,
    )
  }
  return {
    formatVersion: SITE_FORMAT_VERSION,
    name:
      options.name ??
      (dir
        .replace(/[/\\]+$/, '')
        .split(/[/\\]/)
        .at(-1) ||
        'site'),
    aoi,
    from,
    to,
    grid,
    source: options.stac === null ? { kind: 'import' } : { kind: 'stac', ...archiveOf(options) },
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
    createdAt: now.toISOString(),
  }
}

function archiveOf({ stac, collection }: InitOptions): { url: string; collection: string } {
  const archive = resolveProvider(stac ?? DEFAULT_PROVIDER, collection)
  // The site must find a local archive again from whatever folder the next command runs in.
  const isPath = !/^[a-z][a-z0-9+.-]+:/i.test(archive.url)
  return { ...archive, url: isPath ? resolve(archive.url) : archive.url }
}

function aoiOf({ bbox, aoi }: InitOptions): Polygon | MultiPolygon {
  if ((bbox === undefined) === (aoi === undefined)) {
    throw usage(
      bbox === undefined ? 'got no area of interest' : 'got both a --bbox and an --aoi',
      'Give either --bbox W,S,E,N or --aoi file.',
    )
  }
  const polygon = bbox === undefined ? parseAoi(aoi) : bboxPolygon(parseBbox(bbox))
  for (const [lng = NaN, lat = NaN] of ringsOf(polygon).flat()) {
    if (!(Math.abs(lng) <= 360 && Math.abs(lat) <= 90)) {
      throw usage(
        `got the position ${lng},${lat}, expected degrees of longitude and latitude`,
        'Save the area in WGS 84 (EPSG:4326).',
      )
    }
    if (lat > 84 || lat < -80) {
      throw usage(
        `got the latitude ${lat}, expected -80 to 84 (UTM)`,
        'Sentinel-2 takes no pictures nearer to the poles.',
      )
    }
  }
  return polygon
}

function checkedDay(text: string, option: string): string {
  const day = text.trim()
  const time = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== day) {
    throw usage(
      `got ${option} ${text || '(nothing)'}, expected a day as 2017-01-31`,
      `Mend ${option}.`,
    )
  }
  return day
}

function usage(message: string, hint: string): ScarlineError {
  return new ScarlineError(message, { code: 'usage', hint })
}
