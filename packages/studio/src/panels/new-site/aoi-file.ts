import type { MultiPolygon, Polygon, Position } from 'geojson'
import KML from 'ol/format/KML'
import GeoJSON from 'ol/format/GeoJSON'
import type { Words } from '../../words/use-words.ts'

/** An area read in the page; or one that only the server can read (a GeoPackage, another projection). */
export type ReadArea = { area: Polygon | MultiPolygon; file: null } | { area: null; file: File }

/** Says in words why a file gives no area. */
export class AoiFileFault extends Error {}

const MAX_BYTES = 20_000_000

/**
 * The area in a GeoJSON, KML or GeoPackage file.
 * @throws AoiFileFault
 */
export async function readAoiFile(file: File, words: Words): Promise<ReadArea> {
  const { faults } = words.newSite
  if (/\.gpkg$/i.test(file.name)) return { area: null, file }
  if (file.size > MAX_BYTES) throw new AoiFileFault(faults.tooBigFile(file.name))
  const text = await file.text()
  const isKml = /\.kml$/i.test(file.name)
  const value: unknown = isKml
    ? kmlAsGeoJson(text, file.name, words)
    : parseJson(text, file.name, words)
  if (!isKml && isProjected(value)) return { area: null, file }
  const polygons = [...polygonsIn(value)]
  const [first] = polygons
  if (!first) throw new AoiFileFault(faults.noPolygon(file.name))
  const isDegrees = polygons.every((rings) =>
    rings.every((ring) =>
      ring.every(([lng = NaN, lat = NaN]) => Math.abs(lng) <= 360 && Math.abs(lat) <= 90),
    ),
  )
  if (!isDegrees) throw new AoiFileFault(faults.notDegrees(file.name))
  return {
    area:
      polygons.length === 1
        ? { type: 'Polygon', coordinates: first }
        : { type: 'MultiPolygon', coordinates: polygons },
    file: null,
  }
}

function parseJson(text: string, name: string, words: Words): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new AoiFileFault(words.newSite.faults.notJson(name))
  }
}

function kmlAsGeoJson(text: string, name: string, words: Words): unknown {
  const document = new DOMParser().parseFromString(text, 'application/xml')
  if (document.querySelector('parsererror') || document.documentElement.localName !== 'kml') {
    throw new AoiFileFault(words.newSite.faults.notXml(name))
  }
  const features = new KML({ extractStyles: false }).readFeatures(document)
  return new GeoJSON().writeFeaturesObject(features)
}

function isProjected(value: unknown): boolean {
  const name = (value as { crs?: { properties?: { name?: unknown } } } | null)?.crs?.properties
    ?.name
  return typeof name === 'string' && !/CRS84|EPSG:+(4326|4979)$/i.test(name)
}

/** Every polygon of any GeoJSON thing, rings closed, without heights. */
export function* polygonsIn(value: unknown): Generator<Position[][]> {
  if (typeof value !== 'object' || value === null) return
  const { type, coordinates, geometry, geometries, features } = value as Record<string, unknown>
  if (type === 'Polygon' && isRings(coordinates)) yield coordinates.map(closed)
  else if (type === 'MultiPolygon' && Array.isArray(coordinates)) {
    for (const rings of coordinates) if (isRings(rings)) yield rings.map(closed)
  } else if (Array.isArray(features)) for (const one of features) yield* polygonsIn(one)
  else if (Array.isArray(geometries)) for (const one of geometries) yield* polygonsIn(one)
  else yield* polygonsIn(geometry)
}

function isRings(value: unknown): value is Position[][] {
  const isPosition = (one: unknown): boolean =>
    Array.isArray(one) && one.length >= 2 && one.every((n) => Number.isFinite(n))
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((ring) => Array.isArray(ring) && ring.length >= 3 && ring.every(isPosition))
  )
}

function closed(ring: readonly Position[]): Position[] {
  const positions = ring.map(([lng = 0, lat = 0]): Position => [lng, lat])
  const [first, last] = [positions[0] as Position, positions.at(-1) as Position]
  if (first[0] !== last[0] || first[1] !== last[1]) positions.push([...first])
  return positions
}
