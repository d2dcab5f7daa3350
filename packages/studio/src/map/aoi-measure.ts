import type { BboxLngLat } from '@scarline/core/model'
import type { MultiPolygon, Polygon, Position } from 'geojson'

const EARTH_RADIUS_M = 6_371_007.2
const radians = (degrees: number): number => (degrees * Math.PI) / 180

/**
 * Area of a polygon in degrees on the authalic sphere, m² (within 0.5 % of the ellipsoid: for a person to
 * see; the server measures anew). After Chamberlain and Duquette, JPL 07-03 (2007).
 */
export function aoiAreaM2(area: Polygon | MultiPolygon): number {
  const polygons = area.type === 'Polygon' ? [area.coordinates] : area.coordinates
  return polygons.reduce(
    (sum, [outer = [], ...holes]) =>
      sum + ringAreaM2(outer) - holes.reduce((hole, ring) => hole + ringAreaM2(ring), 0),
    0,
  )
}

function ringAreaM2(ring: readonly Position[]): number {
  let sum = 0
  for (let i = 0; i + 1 < ring.length; i++) {
    const [lngA = 0, latA = 0] = ring[i] as Position
    const [lngB = 0, latB = 0] = ring[i + 1] as Position
    sum += radians(lngB - lngA) * (2 + Math.sin(radians(latA)) + Math.sin(radians(latB)))
  }
  return Math.abs((sum * EARTH_RADIUS_M ** 2) / 2)
}

/** West, south, east, north of an area, degrees; as far around the globe as it was drawn. */
export function aoiBbox(area: Polygon | MultiPolygon): BboxLngLat {
  const positions = (area.type === 'Polygon' ? [area.coordinates] : area.coordinates).flat(2)
  const lngs = positions.map(([lng = 0]) => lng)
  const lats = positions.map(([, lat = 0]) => lat)
  return [Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)]
}

/** A box as a polygon; west > east goes across the antimeridian. */
export function bboxArea([west, south, east, north]: BboxLngLat): Polygon {
  const right = west > east ? east + 360 : east
  return {
    type: 'Polygon',
    coordinates: [
      [
        [west, south],
        [right, south],
        [right, north],
        [west, north],
        [west, south],
      ],
    ],
  }
}

/** About how many pixels the frames of an area have. */
export function gridSizePx(
  area: Polygon | MultiPolygon,
  pixelSizeM: number,
): { width: number; height: number } {
  const [west, south, east, north] = aoiBbox(area)
  const metresPerDegree = radians(1) * EARTH_RADIUS_M
  const widthM = (east - west) * metresPerDegree * Math.cos(radians((south + north) / 2))
  const heightM = (north - south) * metresPerDegree
  return { width: Math.ceil(widthM / pixelSizeM), height: Math.ceil(heightM / pixelSizeM) }
}
