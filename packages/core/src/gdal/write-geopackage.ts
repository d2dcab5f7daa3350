import type { MultiPolygon, Point, Polygon } from 'geojson'
import { withGdal } from './gdal-session.ts'

/** Types of a column; dates and times are ISO 8601 texts in UTC. */
export type ColumnType = 'text' | 'integer' | 'real' | 'date' | 'datetime' | 'boolean'

/** One feature to write. */
export interface OutputFeature {
  geometry: Polygon | MultiPolygon | Point
  properties: Record<string, string | number | boolean | null>
}

/** One layer to write. */
export interface OutputLayer {
  name: string
  /** EPSG code of the geometries. */
  epsg: number
  /** Columns by name, in order. */
  columns: Record<string, ColumnType>
  features: readonly OutputFeature[]
}

/** Settings of {@link encodeGeoPackage}. */
export interface GeoPackageOptions {
  /** UTC ISO 8601, stored as the layer's last change: equal input gives equal bytes. */
  changedAt: string
}

const CASTS: Record<ColumnType, string> = {
  text: 'character',
  integer: 'bigint',
  real: 'float',
  date: 'date',
  datetime: 'timestamp',
  boolean: 'boolean',
}

/** A GeoPackage of one layer, as bytes. */
export async function encodeGeoPackage(
  layer: OutputLayer,
  options: GeoPackageOptions,
): Promise<Uint8Array> {
  const input = {
    type: 'FeatureCollection',
    name: layer.name,
    crs: { type: 'name', properties: { name: `urn:ogc:def:crs:EPSG::${layer.epsg}` } },
    features: layer.features.map(({ geometry, properties }) => ({
      type: 'Feature',
      properties: Object.fromEntries(
        Object.keys(layer.columns).map((column) => [column, properties[column] ?? null]),
      ),
      geometry,
    })),
  }
  const bytes = new TextEncoder().encode(JSON.stringify(input))
  return withGdal(`layer ${layer.name}`, [{ name: 'in.geojson', bytes }], (session) => {
    session.configure('OGR_CURRENT_DATE', options.changedAt)
    const columns = Object.entries(layer.columns).map(
      ([column, type]) => `CAST("${column}" AS ${CASTS[type]}) AS "${column}"`,
    )
    const out = session.vectorTranslate(session.open('in.geojson', 'vector'), 'out.gpkg', [
      ...['-f', 'GPKG'],
      ...['-dialect', 'OGRSQL'],
      ...['-sql', `SELECT ${columns.join(', ')} FROM "${layer.name}"`],
      ...['-nln', layer.name],
      ...['-nlt', layer.features[0]?.geometry.type === 'Point' ? 'POINT' : 'MULTIPOLYGON'],
      ...['-a_srs', `EPSG:${layer.epsg}`],
    ])
    return session.readFile(out).slice()
  })
}
