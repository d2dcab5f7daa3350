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
  const lngs = unwrapped.map(([lng]) => lng)
  const lats = unwrapped.map(([, lat]) => lat)
  const centre: LngLat = [
    (Math.min(...lngs) + Math.max(...lngs)) / 2,
    (Math.min(...lats) + Math.max(...lats)) / 2,
  ]
  const epsg = utmEpsgOf(centre)
  const { forward } = projectionOf(epsg)
  const points = unwrapped.map((lngLat) => forward(lngLat))
  const step = pixelSizeM >= 10 ? pixelSizeM : Math.ceil(10 / pixelSizeM - 1e-9) * pixelSizeM
  // A hundredth of a metre forgives degrees that were rounded from exact metres.
  const slackM = 0.01
  const minX = Math.floor((Math.min(...points.map(([x]) => x)) + slackM) / step) * step
  const maxX = Math.ceil((Math.max(...points.map(([x]) => x)) - slackM) / step) * step
  const minY = Math.floor((Math.min(...points.map(([, y]) => y)) + slackM) / step) * step
  const maxY = Math.ceil((Math.max(...points.map(([, y]) => y)) - slackM) / step) * step
  return {
    epsg,
    transform: [pixelSizeM, 0, minX, 0, -pixelSizeM, maxY],
    width: Math.max(1, Math.round((maxX - minX) / pixelSizeM)),
    height: Math.max(1, Math.round((maxY - minY) / pixelSizeM)),
  }
}
