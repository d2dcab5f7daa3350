import type { Feature, FeatureCollection, Geometry, MultiPolygon, Polygon, Position } from 'geojson'
import { ScarlineError } from '../errors.ts'
import { withGdal, type GdalDataset, type GdalSession } from './gdal-session.ts'
import { featuresOfFlatGeocentric } from './geocentric.ts'
import { loadSource, type GdalSource } from './gdal-source.ts'

/** A coordinate system as a file states it. */
export interface SourceCrs {
  name: string
  /** EPSG code; null where it has none. */
  epsg: number | null
  wkt: string
}

/** One polygon feature of a vector file. */
export interface VectorFeature {
  layer: string
  properties: Record<string, unknown>
  geometry: Polygon | MultiPolygon
}

/** The polygons of a vector file in one coordinate system. */
export interface VectorData {
  /** Path or name as given. */
  source: string
  /** GDAL's name of the format. */
  driver: string
  /** Coordinate system of the first layer as stored. */
  storedCrs: SourceCrs
  /** EPSG code that the geometries are in; 4326 means longitude, latitude. */
  epsg: number
  layers: string[]
  features: VectorFeature[]
  /** Features left out because they hold no polygon. */
  withoutPolygon: number
}

/** Settings of {@link readVector}. */
export interface ReadVectorOptions {
  /** EPSG code that the geometries are wanted in; 4326 (longitude, latitude) by default. */
  epsg?: number
  /**
   * Flat geocentric coordinates (EPSG:4978 without Z) leave the hemisphere open. They are refused
   * unless this says which one to take; only with `epsg` 4326.
   */
  flatGeocentric?: 'north' | 'south'
  /** Layers that are wanted; all by default. */
  layers?: readonly string[]
}

/** Longest edge before reprojection, so that straight edges follow the ground: metres and degrees. */
const DENSIFY_M = 100
const DENSIFY_DEG = 0.001
/** Upper bound of the vertices that densifying adds along the width of a layer. */
const DENSIFY_STEPS = 2000

interface LayerInfo {
  name: string
  geometryFields?: {
    type?: string
    extent?: number[]
    coordinateSystem?: { wkt?: string; projjson?: CrsJson } | null
  }[]
}

interface CrsJson {
  type?: string
  name?: string
  id?: { authority?: string; code?: number }
  source_crs?: CrsJson
  components?: CrsJson[]
  coordinate_system?: {
    axis?: { direction?: string; unit?: string | { conversion_factor?: number } }[]
  }
}

/**
 * The polygons of any vector file that GDAL reads (Shapefile with its sidecars, GeoPackage, KML,
 * GeoJSON, FlatGeobuf, ...), reprojected. Edges are densified before they are reprojected.
 *
 * @throws ScarlineError `not-found`, `corrupt-file` (GDAL cannot read it) or `invalid-input` (no
 * polygons, no coordinate system, or one that has no place on the ground)
 */
export async function readVector(
  source: GdalSource,
  options: ReadVectorOptions = {},
): Promise<VectorData> {
  const loaded = await loadSource(source)
  const epsg = options.epsg ?? 4326
  const hemisphere = epsg === 4326 ? (options.flatGeocentric ?? null) : null
  return withGdal(loaded.label, loaded.files, (session) => {
    const dataset = openVector(session, loaded.entry, loaded.label)
    const info = session.vectorInfo(dataset) as { driverShortName?: string; layers?: LayerInfo[] }
    const spatial = (info.layers ?? []).filter((layer) => (layer.geometryFields ?? []).length > 0)
    const features: VectorFeature[] = []
    let withoutPolygon = 0
    let storedCrs: SourceCrs | null = null
    for (const layer of spatial) {
      storedCrs ??= crsOf(layer)
      if (options.layers?.includes(layer.name) === false) continue
      const read = readLayer(session, dataset, layer, { label: loaded.label, epsg, hemisphere })
      for (const feature of read) {
        const geometry = polygonsOf(feature.geometry)
        if (geometry === null) withoutPolygon += 1
        else features.push({ layer: layer.name, properties: feature.properties ?? {}, geometry })
      }
    }
    if (storedCrs === null || (features.length === 0 && withoutPolygon > 0)) {
      throw new ScarlineError(
        `got ${loaded.label} with ${withoutPolygon} features and no polygon, expected polygons`,
        {
          code: 'invalid-input',
          hint: 'Give a file whose features are polygons.',
          details: { source: loaded.label, withoutPolygon },
        },
      )
    }
    return {
      source: loaded.label,
      driver: info.driverShortName ?? 'unknown',
      storedCrs,
      epsg,
      layers: spatial.map((layer) => layer.name),
      features,
      withoutPolygon,
    }
  })
}

/** Opens a vector file: archives by their content, Shapefiles only whole. */
export function openVector(session: GdalSession, entry: string, label: string): GdalDataset {
  const lower = entry.toLowerCase()
  if (lower.endsWith('.kmz'))
    return session.open(`/vsizip/${session.path(entry)}/doc.kml`, 'vector')
  if (lower.endsWith('.zip')) return session.open(`/vsizip/${session.path(entry)}`, 'vector')
  if (lower.endsWith('.shp')) requireShapefileParts(session, entry, label)
  return session.open(entry, 'vector')
}

function requireShapefileParts(session: GdalSession, entry: string, label: string): void {
  session.configure('SHAPE_RESTORE_SHX', 'YES')
  const bytes = session.readFile(entry)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const statedBytes = bytes.byteLength >= 28 ? view.getInt32(24) * 2 : -1
  if (statedBytes !== bytes.byteLength) {
    throw new ScarlineError(
      `got ${label} of ${bytes.byteLength} bytes, expected ${statedBytes < 0 ? 'a Shapefile' : `the ${statedBytes} bytes that its header states`}`,
      { code: 'corrupt-file', hint: 'Copy the Shapefile again, with its .shx, .dbf and .prj.' },
    )
  }
}

function readLayer(
  session: GdalSession,
  dataset: GdalDataset,
  layer: LayerInfo,
  {
    label,
    epsg,
    hemisphere,
  }: { label: string; epsg: number; hemisphere: 'north' | 'south' | null },
): Feature[] {
  const field = layer.geometryFields?.[0]
  const wkt = field?.coordinateSystem?.wkt
  const stored = field?.coordinateSystem?.projjson
  if (wkt === undefined || stored === undefined) {
    throw new ScarlineError(
      `got ${label} without a coordinate system, expected one that GDAL understands`,
      {
        code: 'invalid-input',
        hint: 'Add the .prj file, or set the coordinate system in QGIS (Layer CRS) and save again.',
        details: { layer: layer.name },
      },
    )
  }
  const horizontal = horizontalPart(stored)
  const crs = crsOf(layer) as SourceCrs
  const axis = horizontal.coordinate_system?.axis?.[0]
  const isFlatGeocentric =
    axis?.direction?.startsWith('geocentric') === true && !/Z/i.test(field?.type ?? '')
  if (isFlatGeocentric && hemisphere === null) {
    throw new ScarlineError(
      `got ${label} in geocentric coordinates (${crs.name}) without heights, expected a map projection or longitude and latitude`,
      {
        code: 'invalid-input',
        hint: 'Export the outlines again in EPSG:4326 or a UTM zone.',
        details: { layer: layer.name, epsg: crs.epsg },
      },
    )
  }
  const out = session.vectorTranslate(dataset, 'layer.json', [
    '-f',
    'GeoJSON',
    ['-lco', 'RFC7946=NO'],
    isFlatGeocentric ? [] : ['-t_srs', `EPSG:${epsg}`],
    ['-nlt', 'CONVERT_TO_LINEAR'],
    ['-segmentize', String(densifyStep(horizontal, field?.extent))],
    layer.name,
  ])
  const text = new TextDecoder().decode(session.readFile(out))
  const { features } = JSON.parse(text) as FeatureCollection
  if (!isFlatGeocentric || hemisphere === null) return features
  return featuresOfFlatGeocentric(features, hemisphere, label)
}

/** A layer's coordinate system as stored; null where it has none. */
function crsOf({ geometryFields }: LayerInfo): SourceCrs | null {
  const { wkt, projjson } = geometryFields?.[0]?.coordinateSystem ?? {}
  if (wkt === undefined || projjson === undefined) return null
  return {
    name: projjson.name ?? 'unnamed',
    epsg: projjson.id?.authority === 'EPSG' ? (projjson.id.code ?? null) : null,
    wkt,
  }
}

/** The horizontal system inside a compound or bound one. */
function horizontalPart(crs: CrsJson): CrsJson {
  if (crs.source_crs) return horizontalPart(crs.source_crs)
  const first = crs.components?.[0]
  return first ? horizontalPart(first) : crs
}

/** Longest edge in units of the layer. */
function densifyStep(crs: CrsJson, extent: readonly number[] | undefined): number {
  const unit = crs.coordinate_system?.axis?.[0]?.unit
  const metresPerUnit = typeof unit === 'object' ? (unit.conversion_factor ?? 1) : 1
  const step = crs.type === 'GeographicCRS' ? DENSIFY_DEG : DENSIFY_M / metresPerUnit
  const [minX = 0, minY = 0, maxX = 0, maxY = 0] = extent ?? []
  return Math.max(step, Math.max(maxX - minX, maxY - minY) / DENSIFY_STEPS)
}

function polygonsOf(geometry: Geometry | null): Polygon | MultiPolygon | null {
  if (geometry === null) return null
  if (geometry.type === 'Polygon' || geometry.type === 'MultiPolygon') {
    return geometry.coordinates.length === 0 ? null : geometry
  }
  if (geometry.type !== 'GeometryCollection') return null
  const parts: Position[][][] = []
  for (const member of geometry.geometries) {
    const polygon = polygonsOf(member)
    if (polygon?.type === 'Polygon') parts.push(polygon.coordinates)
    else if (polygon?.type === 'MultiPolygon') parts.push(...polygon.coordinates)
  }
  return parts.length === 0 ? null : { type: 'MultiPolygon', coordinates: parts }
}
