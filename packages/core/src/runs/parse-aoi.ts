import type { MultiPolygon, Polygon, Position } from 'geojson'
import { ScarlineError } from '../errors.ts'
import type { BboxLngLat } from '../model/grid.ts'

/** Collections in collections: more than any program writes. */
const MAX_DEPTH = 32

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

function* polygonsIn(value: unknown, depth = 0): Generator<Position[][]> {
  if (typeof value !== 'object' || value === null) return
  if (depth > MAX_DEPTH) throw notAnAoi(`GeoJSON nested more than ${MAX_DEPTH} deep`)
  const { type, coordinates, geometry, geometries, features } = value as Record<string, unknown>
  if (type === 'Polygon' && isPolygon(coordinates)) yield coordinates.map(closed)
  else if (type === 'MultiPolygon' && isListOf(coordinates, isPolygon)) {
    for (const rings of coordinates) yield rings.map(closed)
  } else if (Array.isArray(features)) {
    for (const feature of features) yield* polygonsIn(feature, depth + 1)
  } else if (Array.isArray(geometries)) {
    for (const part of geometries) yield* polygonsIn(part, depth + 1)
  } else yield* polygonsIn(geometry, depth + 1)
}

// By hand: outlines may have a million positions, and a schema gathers an issue for each bad one.
function isListOf<T>(value: unknown, is: (one: unknown) => one is T, least = 1): value is T[] {
  return Array.isArray(value) && value.length >= least && value.every(is)
}

function isPolygon(value: unknown): value is Position[][] {
  return isListOf(value, isRing)
}

function isRing(value: unknown): value is Position[] {
  return isListOf(value, isPosition, 3)
}

function isPosition(value: unknown): value is Position {
  return Array.isArray(value) && value.length >= 2 && value.every(Number.isFinite)
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
