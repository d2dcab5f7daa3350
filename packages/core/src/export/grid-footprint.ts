import type { MultiPolygon, Polygon, Position } from 'geojson'
import { pixelToMap } from '../geo/affine.ts'
import { projectionOf } from '../geo/projection.ts'
import type { BboxLngLat, Grid, LngLat } from '../model/grid.ts'

/** Where a grid lies, for catalogues: degrees, WGS 84. */
export interface GridFootprint {
  geometry: Polygon | MultiPolygon
  /** West > east where the grid crosses the antimeridian (RFC 7946, 5.2). */
  bboxLngLat: BboxLngLat
}

/** A ten-millionth of a degree is a centimetre. */
const DECIMALS = 7

/**
 * The outline of a grid in degrees, counter-clockwise for a north-up grid. One that crosses the
 * antimeridian is cut there in two, as RFC 7946 (3.1.9) wants it.
 */
export function gridFootprint(grid: Grid): GridFootprint {
  const { inverse } = projectionOf(grid.epsg)
  const corners = [
    [0, 0],
    [0, grid.height],
    [grid.width, grid.height],
    [grid.width, 0],
  ].map(([col = 0, row = 0]) => inverse(pixelToMap(grid.transform, col, row)))
  const near = corners[0]?.[0] ?? 0
  const ring = corners.map(([lng, lat]): LngLat => [
    lng - 360 * Math.round((lng - near) / 360),
    lat,
  ])
  const lngs = ring.map(([lng]) => lng)
  const lats = ring.map(([, lat]) => lat)
  const [west, east] = [Math.min(...lngs), Math.max(...lngs)]
  const bboxLngLat: BboxLngLat = [
    round(wrap(west)),
    round(Math.min(...lats)),
    round(wrap(east)),
    round(Math.max(...lats)),
  ]
  const seam = east > 180 ? 180 : west < -180 ? -180 : null
  if (seam === null)
    return { geometry: { type: 'Polygon', coordinates: [closed(ring)] }, bboxLngLat }
  const sides = [cutAt(ring, seam, -1), cutAt(ring, seam, 1)]
  const coordinates = sides.map((side) => {
    const shift = Math.max(...side.map(([lng]) => lng)) > 180 ? -360 : 0
    const back = Math.min(...side.map(([lng]) => lng)) < -180 ? 360 : 0
    return [closed(side.map(([lng, lat]): LngLat => [lng + shift + back, lat]))]
  })
  return { geometry: { type: 'MultiPolygon', coordinates }, bboxLngLat }
}

/** The part of a convex ring on one side of a meridian (Sutherland & Hodgman, 1974). */
function cutAt(ring: readonly LngLat[], seam: number, side: -1 | 1): LngLat[] {
  const isIn = ([lng]: LngLat): boolean => side * (lng - seam) >= 0
  return ring.flatMap((here, i) => {
    const next = ring[(i + 1) % ring.length] as LngLat
    const kept = isIn(here) ? [here] : []
    if (isIn(here) === isIn(next)) return kept
    const share = (seam - here[0]) / (next[0] - here[0])
    return [...kept, [seam, here[1] + share * (next[1] - here[1])] as LngLat]
  })
}

function wrap(lng: number): number {
  return lng > 180 ? lng - 360 : lng < -180 ? lng + 360 : lng
}

function closed(ring: readonly LngLat[]): Position[] {
  return [...ring, ring[0] as LngLat].map(([lng, lat]) => [round(lng), round(lat)])
}

function round(value: number): number {
  return Math.round(value * 10 ** DECIMALS) / 10 ** DECIMALS
}
