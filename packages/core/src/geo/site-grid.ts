import type { MultiPolygon, Polygon, Position } from 'geojson'
import type { Grid, LngLat } from '../model/grid.ts'
import { projectionOf, utmEpsgOf } from './projection.ts'

/** Outer and inner rings of an AOI, degrees. */
export function ringsOf(aoi: Polygon | MultiPolygon): Position[][] {
  return aoi.type === 'Polygon' ? aoi.coordinates : aoi.coordinates.flat()
}

/**
 * The site grid of an AOI: UTM zone of its centre, edges on multiples of the pixel size (and of
 * 10 m, so that Sentinel-2 pixels nest), rows from north to south.
 *
 * @param pixelSizeM metres, > 0
 */
export function planSiteGrid(aoi: Polygon | MultiPolygon, pixelSizeM: number): Grid {
  const positions = ringsOf(aoi).flat()
  const first = positions[0]
  if (!first) throw new RangeError('an AOI needs at least one ring')
  const unwrapped = positions.map(([lng = 0, lat = 0]): LngLat => {
    const reference = first[0] ?? 0
    return [lng - Math.round((lng - reference) / 360) * 360, lat]
  })
  const degrees = extentOf(unwrapped)
  const centre: LngLat = [(degrees.minX + degrees.maxX) / 2, (degrees.minY + degrees.maxY) / 2]
  const epsg = utmEpsgOf(centre)
  const { forward } = projectionOf(epsg)
  const metres = extentOf(unwrapped.map((lngLat) => forward(lngLat)))
  const step = pixelSizeM >= 10 ? pixelSizeM : Math.ceil(10 / pixelSizeM - 1e-9) * pixelSizeM
  // A hundredth of a metre forgives degrees that were rounded from exact metres.
  const slackM = 0.01
  const minX = Math.floor((metres.minX + slackM) / step) * step
  const maxX = Math.ceil((metres.maxX - slackM) / step) * step
  const minY = Math.floor((metres.minY + slackM) / step) * step
  const maxY = Math.ceil((metres.maxY - slackM) / step) * step
  return {
    epsg,
    transform: [pixelSizeM, 0, minX, 0, -pixelSizeM, maxY],
    width: Math.max(1, Math.round((maxX - minX) / pixelSizeM)),
    height: Math.max(1, Math.round((maxY - minY) / pixelSizeM)),
  }
}

/** In a loop: an outline may have more positions than a call may have arguments. */
function extentOf(points: readonly (readonly [number, number])[]): {
  minX: number
  maxX: number
  minY: number
  maxY: number
} {
  const extent = { minX: Infinity, maxX: -Infinity, minY: Infinity, maxY: -Infinity }
  for (const [x, y] of points) {
    extent.minX = Math.min(extent.minX, x)
    extent.maxX = Math.max(extent.maxX, x)
    extent.minY = Math.min(extent.minY, y)
    extent.maxY = Math.max(extent.maxY, y)
  }
  return extent
}
