import type { MultiPolygon, Polygon, Position } from 'geojson'
import type { BboxLngLat, LngLat } from '../model/grid.ts'

type Rings = Position[][]

/** Points in an AOI that stand for its area; longitudes continuous around the AOI's first vertex. */
export interface AoiSamples {
  points: LngLat[]
  /** A longitude of the AOI that other geometries are brought near to, degrees. */
  nearLng: number
}

const GRID_STEPS = 24

/**
 * A lattice of points inside an AOI, with its vertices (drawn in by a millionth, so that an AOI that
 * was cut from a tile counts as inside it).
 */
export function sampleAoi(aoi: Polygon | MultiPolygon): AoiSamples {
  const nearLng =
    (aoi.type === 'Polygon' ? aoi.coordinates : aoi.coordinates[0])?.[0]?.[0]?.[0] ?? 0
  const polygons = unwrapped(aoi, nearLng)
  const vertices = polygons.flatMap((rings) => rings[0] ?? [])
  const lngs = vertices.map(([lng = 0]) => lng)
  const lats = vertices.map(([, lat = 0]) => lat)
  const [west, east] = [Math.min(...lngs), Math.max(...lngs)]
  const [south, north] = [Math.min(...lats), Math.max(...lats)]
  const centre: LngLat = [(west + east) / 2, (south + north) / 2]
  const points: LngLat[] = []
  for (let i = 0; i < GRID_STEPS; i++) {
    for (let j = 0; j < GRID_STEPS; j++) {
      const lng = west + ((i + 0.5) / GRID_STEPS) * (east - west)
      const lat = south + ((j + 0.5) / GRID_STEPS) * (north - south)
      if (polygons.some((rings) => inRings(rings, lng, lat))) points.push([lng, lat])
    }
  }
  for (const [lng = 0, lat = 0] of vertices) {
    points.push([lng + (centre[0] - lng) * 1e-6, lat + (centre[1] - lat) * 1e-6])
  }
  return { points, nearLng }
}

/**
 * Which of an AOI's samples a footprint covers, one byte each. Footprints may be multi-polygons and may
 * cross the antimeridian, cut in two or not.
 */
export function coveredSamples(
  footprint: Polygon | MultiPolygon | null,
  bboxLngLat: BboxLngLat | null,
  samples: AoiSamples,
): Uint8Array {
  const covered = new Uint8Array(samples.points.length)
  const geometry = footprint ?? (bboxLngLat ? bboxPolygon(bboxLngLat) : null)
  if (!geometry) return covered.fill(1)
  const polygons = unwrapped(geometry, samples.nearLng)
  for (const [i, [lng, lat]] of samples.points.entries()) {
    if (polygons.some((rings) => inRings(rings, lng, lat))) covered[i] = 1
  }
  return covered
}

/** Share of the smaller of two footprints that the other covers too, 0..1; 1 where one is unknown. */
export function overlapFraction(
  a: Polygon | MultiPolygon | null,
  b: Polygon | MultiPolygon | null,
): number {
  if (!a || !b) return 1
  const inA = sampleAoi(a)
  const inB = sampleAoi(b)
  const share = (samples: AoiSamples, other: Polygon | MultiPolygon): number => {
    const hit = coveredSamples(other, null, samples)
    return samples.points.length === 0 ? 0 : hit.reduce((sum, v) => sum + v, 0) / hit.length
  }
  return Math.max(share(inA, b), share(inB, a))
}

/** A box as a polygon; west > east goes across the antimeridian. */
export function bboxPolygon([west, south, east, north]: BboxLngLat): Polygon | MultiPolygon {
  const ring = (w: number, e: number): Position[] => [
    [w, south],
    [e, south],
    [e, north],
    [w, north],
    [w, south],
  ]
  if (west <= east) return { type: 'Polygon', coordinates: [ring(west, east)] }
  return { type: 'MultiPolygon', coordinates: [[ring(west, 180)], [ring(-180, east)]] }
}

/** Polygons with continuous longitudes, each moved by full turns to be nearest to `nearLng`. */
function unwrapped(geometry: Polygon | MultiPolygon, nearLng: number): Rings[] {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  return polygons.map((rings) => {
    const outer = continuous(rings[0] ?? [])
    const lngs = outer.map(([lng = 0]) => lng)
    const centre = (Math.min(...lngs) + Math.max(...lngs)) / 2
    const turn = Math.round((nearLng - centre) / 360) * 360
    return rings.map((ring) =>
      continuous(ring, outer[0]?.[0]).map(([lng = 0, lat = 0]) => [lng + turn, lat]),
    )
  })
}

function continuous(ring: readonly Position[], nearLng?: number): Position[] {
  let previous = nearLng
  return ring.map(([lng = 0, lat = 0]) => {
    const near = previous ?? lng
    const moved = lng - Math.round((lng - near) / 360) * 360
    previous = moved
    return [moved, lat]
  })
}

function inRings(rings: Rings, lng: number, lat: number): boolean {
  let inside = false
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [xi = 0, yi = 0] = ring[i] as Position
      const [xj = 0, yj = 0] = ring[j] as Position
      if (yi > lat !== yj > lat && lng < ((xj - xi) * (lat - yi)) / (yj - yi) + xi) inside = !inside
    }
  }
  return inside
}
