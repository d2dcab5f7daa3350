import type { MultiPolygon, Polygon, Position } from 'geojson'
import { z } from 'zod'
import { ScarlineError } from '../errors.ts'
import type { BboxLngLat } from '../model/grid.ts'

const ringSchema = z.array(z.array(z.number()).min(2)).min(3)
const polygonSchema = z.object({
  type: z.literal('Polygon'),
  coordinates: z.array(ringSchema).min(1),
})
const multiPolygonSchema = z.object({
  type: z.literal('MultiPolygon'),
  coordinates: z.array(z.array(ringSchema).min(1)).min(1),
})

/**
 * The polygons of any GeoJSON thing, as one geometry with closed rings.
 *
 * @param value parsed JSON: geometry, Feature, FeatureCollection or GeometryCollection, in degrees
 * @throws ScarlineError `usage` where there is no polygon, or the file says that it is not in degrees
 */
export function parseAoi(value: unknown): Polygon | MultiPolygon {
  const crs = (value as { crs?: { properties?: { name?: unknown } } } | null)?.crs?.properties?.name
  if (typeof crs === 'string' && !/CRS84|EPSG:+(4326|4979)$/i.test(crs)) {
    throw notAnAoi(`GeoJSON in ${crs}`)
  }
  const polygons = [...polygonsIn(value)]
  const first = polygons[0]
  if (!first) throw notAnAoi(typeNameOf(value))
  return polygons.length === 1
    ? { type: 'Polygon', coordinates: first }
    : { type: 'MultiPolygon', coordinates: polygons }
}

function* polygonsIn(value: unknown): Generator<Position[][]> {
  if (typeof value !== 'object' || value === null) return
  const { geometry, geometries, features } = value as Record<string, unknown>
  const polygon = polygonSchema.safeParse(value)
  const multi = multiPolygonSchema.safeParse(value)
  if (polygon.success) yield polygon.data.coordinates.map(closed)
  else if (multi.success) for (const rings of multi.data.coordinates) yield rings.map(closed)
  else if (Array.isArray(features)) for (const feature of features) yield* polygonsIn(feature)
  else if (Array.isArray(geometries)) for (const part of geometries) yield* polygonsIn(part)
  else yield* polygonsIn(geometry)
}

function closed(ring: readonly Position[]): Position[] {
  const positions = ring.map(([lng = 0, lat = 0]): Position => [lng, lat])
  const [first, last] = [positions[0] as Position, positions.at(-1) as Position]
  if (first[0] !== last[0] || first[1] !== last[1]) positions.push([...first])
  return positions
}

/**
 * A box from `W,S,E,N` in degrees; W > E goes across the antimeridian.
 * @throws ScarlineError `usage`
 */
export function parseBbox(text: string): BboxLngLat {
  const numbers = text
    .split(/[,\s]+/)
    .filter((part) => part !== '')
    .map(Number)
  const [west = NaN, south = NaN, east = NaN, north = NaN] = numbers
  if (numbers.length !== 4 || !numbers.every(Number.isFinite)) {
    throw badBbox(text, 'expected four numbers W,S,E,N in degrees')
  }
  if (
    Math.abs(west) > 180 ||
    Math.abs(east) > 180 ||
    Math.abs(south) > 90 ||
    Math.abs(north) > 90
  ) {
    throw badBbox(text, 'expected degrees: longitudes within 180, latitudes within 90')
  }
  if (south >= north) throw badBbox(text, 'expected S below N')
  if (west === east) throw badBbox(text, 'expected W and E to differ')
  return [west, south, east, north]
}

function badBbox(text: string, expected: string): ScarlineError {
  return new ScarlineError(`got --bbox ${text || '(nothing)'}, ${expected}`, {
    code: 'usage',
    hint: 'Example: --bbox 98.49,31.05,98.53,31.08.',
  })
}

function notAnAoi(got: string): ScarlineError {
  return new ScarlineError(`got ${got}, expected GeoJSON with a polygon in degrees (WGS 84)`, {
    code: 'usage',
    hint: 'Draw the area as a polygon, for example on geojson.io or in QGIS (EPSG:4326).',
  })
}

function typeNameOf(value: unknown): string {
  const type = (value as { type?: unknown } | null)?.type
  return typeof type === 'string' ? `a ${type} without a polygon` : 'no GeoJSON'
}
