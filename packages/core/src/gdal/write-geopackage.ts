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
  geometry: 'POINT' | 'MULTIPOLYGON'
  /** Columns by name, in order. */
  columns: Record<string, ColumnType>
  /** UTC ISO 8601, stored as the layer's last change: equal input gives equal bytes. */
  changedAt: string
}

/** Takes features one by one, keeping them as compact text, and gives the file at the end. */
export interface GeoPackageWriter {
  readonly count: number
  add(feature: OutputFeature): void
  /** The GeoPackage as bytes. */
  finish(): Promise<Uint8Array>
}

const CASTS: Record<ColumnType, string> = {
  text: 'character',
  integer: 'bigint',
  real: 'float',
  date: 'date',
  datetime: 'timestamp',
  boolean: 'boolean',
}

/** Begins a GeoPackage of one layer. */
export function geoPackageWriter(layer: OutputLayer): GeoPackageWriter {
  const encoder = new TextEncoder()
  const features: Uint8Array[] = []
  const names = Object.keys(layer.columns)
  return {
    get count() {
      return features.length
    },
    add({ geometry, properties }) {
      const chosen = Object.fromEntries(names.map((name) => [name, properties[name] ?? null]))
      features.push(
        encoder.encode(JSON.stringify({ type: 'Feature', properties: chosen, geometry })),
      )
    },
    finish: () => encode(layer, features),
  }
}

async function encode(layer: OutputLayer, features: readonly Uint8Array[]): Promise<Uint8Array> {
  const crs = `urn:ogc:def:crs:EPSG::${layer.epsg}`
  const head = `{"type":"FeatureCollection","name":"in","crs":{"type":"name","properties":{"name":"${crs}"}},"features":[`
  const bytes = Buffer.concat([
    Buffer.from(head),
    ...features.flatMap((feature, i) => (i === 0 ? [feature] : [Buffer.from(',\n'), feature])),
    Buffer.from(']}'),
  ])
  return withGdal(`layer ${layer.name}`, [{ name: 'in.geojson', bytes }], (session) => {
    session.configure('OGR_CURRENT_DATE', layer.changedAt)
    session.configure('OGR_GEOJSON_MAX_OBJ_SIZE', '0')
    const columns = Object.entries(layer.columns).map(
      ([column, type]) => `CAST("${column}" AS ${CASTS[type]}) AS "${column}"`,
    )
    const out = session.vectorTranslate(session.open('in.geojson', 'vector'), 'out.gpkg', [
      ['-f', 'GPKG'],
      ['-dialect', 'OGRSQL'],
      ['-sql', `SELECT ${columns.join(', ')} FROM "in"`],
      ['-nln', layer.name],
      ['-nlt', layer.geometry],
      ['-a_srs', `EPSG:${layer.epsg}`],
    ])
    return session.readFile(out).slice()
  })
}
