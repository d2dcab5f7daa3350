import type { BboxLngLat, Grid, LngLat } from '@scarline/core/model'
import { type Projection, get, transform } from 'ol/proj'
import { register } from 'ol/proj/proj4'
import proj4 from 'proj4'

/** proj4's words for the coordinate systems that a site can be in. */
export function projectionWords(epsg: number): string {
  const zone = epsg % 100
  if (epsg >= 32601 && epsg <= 32660) {
    return `+proj=utm +zone=${zone} +datum=WGS84 +units=m +no_defs`
  }
  if (epsg >= 32701 && epsg <= 32760) {
    return `+proj=utm +zone=${zone} +south +datum=WGS84 +units=m +no_defs`
  }
  if (epsg >= 25828 && epsg <= 25838) {
    return `+proj=utm +zone=${zone} +ellps=GRS80 +units=m +no_defs`
  }
  if (epsg === 3035) {
    return '+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +ellps=GRS80 +units=m +no_defs'
  }
  if (epsg === 2154) {
    return '+proj=lcc +lat_0=46.5 +lon_0=3 +lat_1=49 +lat_2=44 +x_0=700000 +y_0=6600000 +ellps=GRS80 +units=m +no_defs'
  }
  throw new Error(
    `got EPSG:${epsg}, expected WGS 84 UTM (326zz, 327zz) or another system of a site`,
  )
}

/** The projection of a site, known to OpenLayers from then on. */
export function siteProjection(epsg: number): Projection {
  const code = `EPSG:${epsg}`
  const known = get(code)
  if (known) return known
  proj4.defs(code, projectionWords(epsg))
  register(proj4)
  const made = get(code)
  if (!made) throw new Error(`got no projection for ${code}, expected OpenLayers to know it now`)
  return made
}

/** A place on the site's map, metres (its coordinate system's units). */
export type MapPoint = [x: number, y: number]

/** Degrees of a place on the map. */
export function lngLatOf(epsg: number, point: MapPoint): LngLat {
  const [lng = 0, lat = 0] = transform(point, siteProjection(epsg), 'EPSG:4326')
  return [lng, lat]
}

/** Place on the map of a position in degrees. */
export function mapPointOf(epsg: number, lngLat: LngLat): MapPoint {
  const [x = 0, y = 0] = transform(lngLat, 'EPSG:4326', siteProjection(epsg))
  return [x, y]
}

/** The box in degrees around a rectangle on the map, given by two corners. */
export function bboxOfCorners(epsg: number, a: MapPoint, b: MapPoint): BboxLngLat {
  const corners = [a, b, [a[0], b[1]] as MapPoint, [b[0], a[1]] as MapPoint].map((corner) =>
    lngLatOf(epsg, corner),
  )
  const lngs = corners.map(([lng]) => lng)
  const lats = corners.map(([, lat]) => lat)
  return [Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)]
}

/** West, south, east, north of a grid, metres. */
export function gridExtent({
  transform: [a, , c, , e, f],
  width,
  height,
}: Grid): [number, number, number, number] {
  const [x1, y1] = [c + a * width, f + e * height]
  return [Math.min(c, x1), Math.min(f, y1), Math.max(c, x1), Math.max(f, y1)]
}

/** Where on the grid a place is, pixels; (0, 0) is the outer corner of the first one. */
export function gridPixelOf({ transform: [a, , c, , e, f] }: Grid, [x, y]: MapPoint): MapPoint {
  return [(x - c) / a, (y - f) / e]
}

/** Where a pixel's corner lies on the map. */
export function gridPointOf({ transform: [a, , c, , e, f] }: Grid, [x, y]: MapPoint): MapPoint {
  return [c + a * x, f + e * y]
}

/** Whether a place lies on the grid. */
export function isOnGrid(grid: Grid, point: MapPoint): boolean {
  const [x, y] = gridPixelOf(grid, point)
  return x >= 0 && y >= 0 && x < grid.width && y < grid.height
}
