import { traceBoundaries } from '../analysis/boundaries.ts'
import { readVector } from '../gdal/read-vector.ts'
import { pixelSizeM } from '../geo/affine.ts'
import type { SeasonName } from '../model/analysis-areas.ts'
import type { Frame } from '../model/frame.ts'
import type { Grid } from '../model/grid.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { BOUNDARIES_FILE, readBoundaries } from './export-boundaries.ts'
import { ringsOf } from './map-rings.ts'
import { type TrackedSeries, readByteRaster } from './tracked-series.ts'

/** Closed rings in pixels of the site grid, flat `[x0, y0, x1, y1, ...]`. */
export type PixelRings = number[][]

/** The boundary of an object in one season: the majority of its frames. */
export interface SeasonOutline {
  objectId: number
  season: SeasonName
  /** Year that the season begins in. */
  year: number
  label: string
  areaM2: number
  rings: PixelRings
}

/** The outline of a new zone of events.json. */
export interface ZoneOutline {
  objectId: number
  zoneId: number
  rings: PixelRings
}

/** Part of the site grid, in whole pixels of it. */
export interface MapWindow {
  col: number
  row: number
  width: number
  height: number
}

/** What a report's maps are drawn from. */
export interface ReportMaps {
  grid: Grid
  window: MapWindow
  /** The frame picture below the lines, cut to the window; null where there are no frames. */
  ground: { capturedAt: string; widthPx: number; heightPx: number; webp: Uint8Array } | null
  seasons: SeasonOutline[]
  newZones: ZoneOutline[]
  /** The boundary on the first and the last date. */
  ends: { objectId: number; capturedAt: string; rings: PixelRings }[]
}

/** Share of the site that a frame must have seen to stand below a map. */
const WELL_SEEN = 0.95

/** Room around everything that maps show: share of its longer side, and least, m. */
const ROOM = 0.08
const LEAST_ROOM_M = 60

/** Longest side of the picture, pixels, and its WebP quality. */
const GROUND_PX = 1100
const GROUND_QUALITY = 80

/**
 * Boundaries of seasons and new zones from boundaries.gpkg, and the picture to draw them on: the latest
 * frame that saw nearly all of the site, else the one that saw most of it.
 */
export async function readReportMaps(
  folder: SiteFolder,
  grid: Grid,
  frames: readonly Frame[],
  series: readonly TrackedSeries[],
): Promise<ReportMaps | null> {
  if (series.every(({ entries }) => entries.every(({ tracked }) => tracked.areaM2 === 0)))
    return null
  const ends = await endOutlines(folder, grid, series)
  const { seasons, newZones } = await readLayers(folder, grid)
  const everything = [...seasons, ...newZones, ...ends].flatMap(({ rings }) => rings)
  const below =
    frames.findLast(({ validFraction }) => validFraction >= WELL_SEEN) ??
    frames.toSorted((a, b) => b.validFraction - a.validFraction)[0]
  if (below === undefined || everything.length === 0) return null
  const window = windowAround(grid, everything)
  const { default: sharp } = await import('sharp')
  const { data, info } = await sharp(await folder.files.read(below.files.picture))
    .extract({ left: window.col, top: window.row, width: window.width, height: window.height })
    .resize({ width: GROUND_PX, height: GROUND_PX, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: GROUND_QUALITY, effort: 4 })
    .toBuffer({ resolveWithObject: true })
  const { capturedAt } = below
  const ground = { capturedAt, widthPx: info.width, heightPx: info.height, webp: data }
  return { grid, window, ground, seasons, newZones, ends }
}

async function endOutlines(
  folder: SiteFolder,
  grid: Grid,
  series: readonly TrackedSeries[],
): Promise<ReportMaps['ends']> {
  const ends: ReportMaps['ends'] = []
  for (const { objectId, entries } of series) {
    const [first, last] = [entries[0], entries.at(-1)]
    for (const entry of new Set([first, last])) {
      if (entry === undefined) continue
      const mask = await readByteRaster(folder, entry.tracked.mask, grid)
      const { capturedAt } = entry.frame
      ends.push({ objectId, capturedAt, rings: ringsOf(grid, traceBoundaries(mask, grid)) })
    }
  }
  return ends
}

/** The layers are there only where they hold something. */
async function readLayers(
  folder: SiteFolder,
  grid: Grid,
): Promise<Pick<ReportMaps, 'seasons' | 'newZones'>> {
  const source = { name: BOUNDARIES_FILE, bytes: await readBoundaries(folder) }
  const { features } = await readVector(source, {
    epsg: grid.epsg,
    layers: MAP_LAYERS,
  })
  const seasons: SeasonOutline[] = []
  const newZones: ZoneOutline[] = []
  for (const { layer, properties, geometry } of features) {
    const rings = ringsOf(grid, geometry)
    const objectId = Number(properties['object'])
    if (layer === 'new_zones') {
      newZones.push({ objectId, zoneId: Number(properties['zone']), rings })
      continue
    }
    seasons.push({
      objectId,
      season: properties['season'] === 'june-october' ? 'june-october' : 'november-may',
      year: Number(properties['year']),
      label: String(properties['label']),
      areaM2: Number(properties['area_m2']),
      rings,
    })
  }
  return { seasons, newZones }
}

const MAP_LAYERS = ['seasons', 'new_zones'] as const

/** The smallest part of the grid that holds all rings with some room around. */
function windowAround(grid: Grid, rings: PixelRings): MapWindow {
  const bounds = [Infinity, Infinity, -Infinity, -Infinity] as [number, number, number, number]
  for (const ring of rings) {
    for (let i = 0; i + 1 < ring.length; i += 2) {
      const [x, y] = [ring[i] as number, ring[i + 1] as number]
      bounds[0] = Math.min(bounds[0], x)
      bounds[1] = Math.min(bounds[1], y)
      bounds[2] = Math.max(bounds[2], x)
      bounds[3] = Math.max(bounds[3], y)
    }
  }
  const [left, top, right, bottom] = bounds
  const longer = Math.max(right - left, bottom - top)
  const room = Math.max(ROOM * longer, LEAST_ROOM_M / pixelSizeM(grid)[0])
  const halfX = Math.max((right - left) / 2, longer / 3) + room
  const halfY = Math.max((bottom - top) / 2, longer / 3) + room
  const clamp = (value: number, max: number): number =>
    Math.round(Math.max(0, Math.min(max, value)))
  const col = clamp((left + right) / 2 - halfX, grid.width - 1)
  const row = clamp((top + bottom) / 2 - halfY, grid.height - 1)
  return {
    col,
    row,
    width: Math.max(1, clamp((left + right) / 2 + halfX, grid.width) - col),
    height: Math.max(1, clamp((top + bottom) / 2 + halfY, grid.height) - row),
  }
}
