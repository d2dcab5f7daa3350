import type { MultiPolygon, Polygon } from 'geojson'
import { ScarlineError } from '../errors.ts'
import { gridBounds, pixelSizeM, pixelToMap } from '../geo/affine.ts'
import { bboxCentre, projectionOf, transformBounds, utmEpsgOf } from '../geo/projection.ts'
import { planSiteGrid } from '../geo/site-grid.ts'
import type { Grid, LngLat } from '../model/grid.ts'
import { DEFAULT_SETTINGS, SITE_FORMAT_VERSION, type Site } from '../model/site.ts'
import type { PlannedScene } from './arrange-scenes.ts'

/** What a user may say about a site that is made from its rasters. */
export interface ImportSiteOptions {
  name: string
  /** Default: what the rasters cover. */
  aoi?: Polygon | MultiPolygon
  /** Metres; default: a fifth of the rasters' own pixel (2 m for Sentinel-2), at least 1 m. */
  pixelSizeM?: number
  /** UTC ISO 8601, the site's time of birth. */
  createdAt: string
}

/** Most pixels of a site that nobody has drawn: 10 x 10 km at 2 m; of one that somebody has. */
const MAX_OWN_PIXELS = 25_000_000
const MAX_AOI_PIXELS = 2 ** 27

/**
 * A site that fits the rasters: their UTM zone, the extent that is usual among them (the median of
 * each edge over all scenes, so that single larger or smaller files do not matter), their days.
 *
 * @throws ScarlineError `invalid-input` where that would be too large a grid
 */
export function planImportSite(scenes: readonly PlannedScene[], options: ImportSiteOptions): Site {
  const days = scenes.map(({ capturedAt }) => capturedAt.slice(0, 10)).sort()
  const grids = scenes.flatMap(({ placed }) => placed.map(({ grid }) => grid))
  const first = grids[0]
  if (!first) throw new RangeError('a site needs at least one raster')
  const epsg = utmOf(grids)
  const ownPixelM = median(grids.map((grid) => pixelMetres(grid, epsg)))
  const pixelM = options.pixelSizeM ?? Math.max(1, Math.round(ownPixelM / 5))
  const aoi = options.aoi ?? null
  const grid = aoi ? planSiteGrid(aoi, pixelM) : usualExtent(scenes, epsg, pixelM)
  const maxPixels = aoi ? MAX_AOI_PIXELS : MAX_OWN_PIXELS
  if (grid.width * grid.height > maxPixels) {
    const km = (pixels: number): string => ((pixels * pixelM) / 1000).toFixed(1)
    throw new ScarlineError(
      `the ${aoi ? 'area of interest' : 'rasters'} would make a site of ${km(grid.width)} x ${km(grid.height)} km, ${grid.width} x ${grid.height} pixels of ${pixelM} m, expected at most ${Math.round(maxPixels / 1e6)} million pixels`,
      {
        code: 'invalid-input',
        hint: 'Name the slope with --bbox W,S,E,N or --aoi file, or choose a larger --pixel-size.',
        details: { width: grid.width, height: grid.height, pixelSizeM: pixelM },
      },
    )
  }
  return {
    formatVersion: SITE_FORMAT_VERSION,
    name: options.name,
    aoi: aoi ?? outline(grid),
    from: days[0] as string,
    to: days.at(-1) as string,
    grid,
    source: { kind: 'import' },
    settings: { ...DEFAULT_SETTINGS },
    createdAt: options.createdAt,
  }
}

function isUtm(epsg: number): boolean {
  return (epsg >= 32601 && epsg <= 32660) || (epsg >= 32701 && epsg <= 32760)
}

/** The UTM zone that most rasters are in; where none is in any, the zone of the first one's centre. */
function utmOf(grids: readonly Grid[]): number {
  const counts = new Map<number, number>()
  for (const { epsg } of grids) if (isUtm(epsg)) counts.set(epsg, (counts.get(epsg) ?? 0) + 1)
  const most = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]
  if (most) return most[0]
  const grid = grids[0] as Grid
  const [west, south, east, north] = transformBounds(gridBounds(grid), grid.epsg, 4326)
  return utmEpsgOf(bboxCentre([west, south, east, north]))
}

function pixelMetres(grid: Grid, epsg: number): number {
  if (grid.epsg === epsg) return pixelSizeM(grid)[0]
  const [minX, , maxX] = transformBounds(gridBounds(grid), grid.epsg, epsg)
  return (maxX - minX) / grid.width
}

function usualExtent(scenes: readonly PlannedScene[], epsg: number, pixelM: number): Grid {
  const extents = scenes.map(({ placed }) => {
    const bounds = placed.map(({ grid }) => transformBounds(gridBounds(grid), grid.epsg, epsg))
    return [0, 1, 2, 3].map((side) =>
      (side < 2 ? Math.min : Math.max)(...bounds.map((bound) => bound[side] as number)),
    )
  })
  const side = (i: number): number => median(extents.map((extent) => extent[i] as number))
  // On the pixels of rasters in this zone; others are snapped to whole site pixels.
  const own = scenes.some(({ placed }) => placed.some(({ grid }) => grid.epsg === epsg))
  const snap = (value: number, round: (n: number) => number): number =>
    own ? value : round(value / pixelM) * pixelM
  const minX = snap(side(0), Math.ceil)
  const minY = snap(side(1), Math.ceil)
  const maxX = snap(side(2), Math.floor)
  const maxY = snap(side(3), Math.floor)
  return {
    epsg,
    transform: [pixelM, 0, minX, 0, -pixelM, maxY],
    width: Math.max(1, Math.floor((maxX - minX) / pixelM + 1e-6)),
    height: Math.max(1, Math.floor((maxY - minY) / pixelM + 1e-6)),
  }
}

/** The lower middle value. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] as number
}

function outline(grid: Grid): Polygon {
  const { inverse } = projectionOf(grid.epsg)
  const corner = (col: number, row: number): LngLat => {
    const [lng, lat] = inverse(pixelToMap(grid.transform, col, row))
    return [Number(lng.toFixed(9)), Number(lat.toFixed(9))]
  }
  const { width, height } = grid
  const ring = [corner(0, 0), corner(0, height), corner(width, height), corner(width, 0)]
  return { type: 'Polygon', coordinates: [[...ring, ring[0] as LngLat]] }
}
