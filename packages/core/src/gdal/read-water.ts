import type { Feature, FeatureCollection, Geometry, Polygon, Position } from 'geojson'
import { ScarlineError } from '../errors.ts'
import { type GdalSource, loadSource } from './gdal-source.ts'
import { withGdal } from './gdal-session.ts'
import { openVector } from './read-vector.ts'

/** A river as a person drew it, in map coordinates. */
export interface DrawnWater {
  /** Areas of water. */
  polygons: Polygon[]
  /** Lines along it, whatever its width. */
  lines: Position[][]
}

/**
 * The lines and polygons of any vector file that GDAL reads, reprojected.
 *
 * @throws ScarlineError `not-found`, `corrupt-file`, `invalid-input` (neither lines nor polygons)
 */
export async function readWater(source: GdalSource, epsg: number): Promise<DrawnWater> {
  const loaded = await loadSource(source)
  const features = await withGdal(loaded.label, loaded.files, (session): Feature[] => {
    const dataset = openVector(session, loaded.entry, loaded.label)
    const { layers = [] } = session.vectorInfo(dataset) as { layers?: { name: string }[] }
    return layers.flatMap(({ name }) => {
      const out = session.vectorTranslate(dataset, 'water.json', [
        '-f',
        'GeoJSON',
        ['-lco', 'RFC7946=NO'],
        ['-t_srs', `EPSG:${epsg}`],
        ['-nlt', 'CONVERT_TO_LINEAR'],
        name,
      ])
      const text = new TextDecoder().decode(session.readFile(out))
      return (JSON.parse(text) as FeatureCollection).features
    })
  })
  const water: DrawnWater = { polygons: [], lines: [] }
  for (const { geometry } of features) take(geometry, water)
  if (water.polygons.length === 0 && water.lines.length === 0) {
    throw new ScarlineError(
      `got ${loaded.label} with ${features.length} features and no line or polygon, expected a river`,
      { code: 'invalid-input', hint: 'Draw the river as a line or as an area.' },
    )
  }
  return water
}

function take(geometry: Geometry | null, water: DrawnWater): void {
  if (geometry === null) return
  if (geometry.type === 'Polygon') water.polygons.push(geometry)
  else if (geometry.type === 'MultiPolygon') {
    for (const coordinates of geometry.coordinates) {
      water.polygons.push({ type: 'Polygon', coordinates })
    }
  } else if (geometry.type === 'LineString') water.lines.push(geometry.coordinates)
  else if (geometry.type === 'MultiLineString') water.lines.push(...geometry.coordinates)
  else if (geometry.type === 'GeometryCollection') {
    for (const member of geometry.geometries) take(member, water)
  }
}
