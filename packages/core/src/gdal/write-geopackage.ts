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
  readonly layer: OutputLayer
  /** Features taken so far, each as GeoJSON. */
  readonly features: readonly Uint8Array[]
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
  const writer: GeoPackageWriter = {
    layer,
    features,
    get count() {
      return features.length
    },
    add({ geometry, properties }) {
      const chosen = Object.fromEntries(names.map((name) => [name, properties[name] ?? null]))
      features.push(
        encoder.encode(JSON.stringify({ type: 'Feature', properties: chosen, geometry })),
      )
    },
    finish: () => finishGeoPackage([writer]),
  }
  return writer
}

/** One GeoPackage of several layers, in order; later layers without features are left out. */
export async function finishGeoPackage(writers: readonly GeoPackageWriter[]): Promise<Uint8Array> {
  const filled = writers.filter(({ count }, i) => i === 0 || count > 0)
  const names = filled.map(({ layer }) => layer.name).join(', ')
  const inputs = filled.map(({ layer, features }) => ({
    name: `${layer.name}.geojson`,
    bytes: featureCollection(layer, features),
  }))
  return withGdal(`layers ${names}`, inputs, (session) => {
    session.configure('OGR_GEOJSON_MAX_OBJ_SIZE', '0')
    for (const [i, { layer }] of filled.entries()) {
      session.configure('OGR_CURRENT_DATE', layer.changedAt)
      const columns = Object.entries(layer.columns).map(
        ([column, type]) => `CAST("${column}" AS ${CASTS[type]}) AS "${column}"`,
      )
      const input = session.open(`${layer.name}.geojson`, 'vector')
      session.vectorTranslate(input, 'out.gpkg', [
        ['-f', 'GPKG'],
        i === 0 ? [] : ['-update'],
        ['-dialect', 'OGRSQL'],
        ['-sql', `SELECT ${columns.join(', ')} FROM "in"`],
        ['-nln', layer.name],
        ['-nlt', layer.geometry],
        ['-a_srs', `EPSG:${layer.epsg}`],
      ])
    }
    return session.readFile('out.gpkg').slice()
  })
}

function featureCollection(layer: OutputLayer, features: readonly Uint8Array[]): Uint8Array {
  const crs = `urn:ogc:def:crs:EPSG::${layer.epsg}`
  const head = `{"type":"FeatureCollection","name":"in","crs":{"type":"name","properties":{"name":"${crs}"}},"features":[`
  return Buffer.concat([
    Buffer.from(head),
    ...features.flatMap((feature, i) => (i === 0 ? [feature] : [Buffer.from(',\n'), feature])),
    Buffer.from(']}'),
  ])
}
