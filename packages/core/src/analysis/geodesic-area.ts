import type { MultiPolygon, Polygon, Position } from 'geojson'
import geographiclib from 'geographiclib-geodesic'
import { gridBounds, pixelAreaM2 } from '../geo/affine.ts'
import { projectionOf } from '../geo/projection.ts'
import type { Grid } from '../model/grid.ts'

/**
 * Area of a polygon on the WGS 84 ellipsoid, m², holes taken out (Karney, 2013, "Algorithms for
 * geodesics"). Whatever map projection the outline was drawn in, this is its area on the ground at
 * ellipsoid height.
 *
 * @param polygon in degrees; edges are geodesics, so long edges of other origin are to be densified
 */
export function geodesicAreaM2(polygon: Polygon | MultiPolygon): number {
  const parts = polygon.type === 'Polygon' ? [polygon.coordinates] : polygon.coordinates
  let areaM2 = 0
  for (const [shell, ...holes] of parts) {
    if (shell === undefined) continue
    areaM2 += ringM2(shell) - holes.reduce((sum, hole) => sum + ringM2(hole), 0)
  }
  return areaM2
}

/** Length of all rings of a polygon on the WGS 84 ellipsoid, m. */
export function geodesicPerimeterM(polygon: Polygon | MultiPolygon): number {
  const parts = polygon.type === 'Polygon' ? [polygon.coordinates] : polygon.coordinates
  return parts.flat().reduce((sum, ring) => sum + compute(ring).perimeter, 0)
}

/**
 * How many m² on a grid are one m² on the ellipsoid, at the grid's middle: 0.9992 on the central
 * meridian of a UTM zone, up to 1.002 at its edge. Divide an area counted in pixels by it.
 */
export function gridAreaScale(grid: Grid): number {
  const { inverse } = projectionOf(grid.epsg)
  const [minX, minY, maxX, maxY] = gridBounds(grid)
  const corners: [number, number][] = []
  const steps = 16
  for (let i = 0; i < steps; i++) corners.push([minX + ((maxX - minX) * i) / steps, minY])
  for (let i = 0; i < steps; i++) corners.push([maxX, minY + ((maxY - minY) * i) / steps])
  for (let i = 0; i < steps; i++) corners.push([maxX - ((maxX - minX) * i) / steps, maxY])
  for (let i = 0; i < steps; i++) corners.push([minX, maxY - ((maxY - minY) * i) / steps])
  const footprintM2 = geodesicAreaM2({
    type: 'Polygon',
    coordinates: [corners.map((corner) => inverse(corner))],
  })
  return (pixelAreaM2(grid) * grid.width * grid.height) / footprintM2
}

function ringM2(ring: readonly Position[]): number {
  return Math.abs(compute(ring).area ?? 0)
}

function compute(ring: readonly Position[]): { perimeter: number; area?: number } {
  const polygon = geographiclib.Geodesic.WGS84.Polygon(false)
  const last = ring.length - 1
  const closed = ring[0]?.[0] === ring[last]?.[0] && ring[0]?.[1] === ring[last]?.[1]
  for (let i = 0; i < (closed ? last : ring.length); i++) {
    const [lng = 0, lat = 0] = ring[i] ?? []
    polygon.AddPoint(lat, lng)
  }
  return polygon.Compute(false, true)
}
