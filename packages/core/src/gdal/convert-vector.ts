import { withGdal } from './gdal-session.ts'

/** Vector formats of one file that a layer can be written in. */
export const VECTOR_FORMATS = {
  flatgeobuf: { driver: 'FlatGeobuf', extension: 'fgb' },
  geojson: { driver: 'GeoJSON', extension: 'geojson' },
} as const

/** Name of a vector format. */
export type VectorFormat = keyof typeof VECTOR_FORMATS

/** One layer of a vector file, without its features. */
export interface VectorLayerInfo {
  name: string
  /** As GDAL calls it, such as `MultiPolygon`. */
  geometryType: string
  columns: string[]
  /** Coordinate system as WKT 2 on one line; null where the layer has none. */
  crsWkt: string | null
}

/**
 * The layers of a vector file.
 * @throws ScarlineError `corrupt-file`
 */
export async function describeVector(file: {
  name: string
  bytes: Uint8Array
}): Promise<VectorLayerInfo[]> {
  return withGdal(file.name, [{ name: 'in', bytes: file.bytes }], (session) => {
    const info = session.vectorInfo(session.open('in', 'vector')) as {
      layers?: {
        name: string
        geometryFields?: { type?: string; coordinateSystem?: { wkt?: string } | null }[]
        fields?: { name: string }[]
      }[]
    }
    return (info.layers ?? []).map(({ name, geometryFields = [], fields = [] }) => ({
      name,
      geometryType: geometryFields[0]?.type ?? 'None',
      columns: fields.map((field) => field.name),
      crsWkt: geometryFields[0]?.coordinateSystem?.wkt?.replaceAll(/\s*\n\s*/g, '') ?? null,
    }))
  })
}

/**
 * One layer of a vector file in another format. GeoJSON comes in degrees (RFC 7946, seven decimals:
 * a centimetre), FlatGeobuf in the layer's own coordinate system.
 *
 * @throws ScarlineError `corrupt-file` where GDAL cannot read the file
 */
export async function convertVector(
  file: { name: string; bytes: Uint8Array },
  layer: string,
  format: VectorFormat,
): Promise<Uint8Array> {
  const { driver, extension } = VECTOR_FORMATS[format]
  return withGdal(file.name, [{ name: 'in', bytes: file.bytes }], (session) => {
    const specific =
      format === 'geojson'
        ? ['-lco', 'RFC7946=YES', '-lco', 'COORDINATE_PRECISION=7', '-t_srs', 'EPSG:4326']
        : []
    const out = session.vectorTranslate(session.open('in', 'vector'), `out.${extension}`, [
      ['-f', driver],
      specific,
      ['-nln', layer],
      layer,
    ])
    return session.readFile(out).slice()
  })
}
