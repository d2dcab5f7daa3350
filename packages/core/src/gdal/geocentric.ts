import type { Feature, Geometry, Position } from 'geojson'
import { ScarlineError } from '../errors.ts'

const SEMI_MAJOR_M = 6_378_137
const FLATTENING = 1 / 298.257223563
const ECCENTRICITY2 = FLATTENING * (2 - FLATTENING)

/** Below this latitude the distance from the axis hardly tells latitudes apart. */
const MIN_LATITUDE_DEG = 5

/**
 * Longitude and latitude (WGS 84) of geocentric X and Y without Z, for a point on the ellipsoid: from
 * p = a cos φ / √(1 - e² sin² φ) follows sin² φ = (a² - p²) / (a² - e² p²). The hemisphere is not in
 * the data. Null where no point of the ellipsoid beyond 5° of latitude has these coordinates.
 */
export function lngLatOfFlatGeocentric(
  xM: number,
  yM: number,
  hemisphere: 'north' | 'south',
): Position | null {
  const p2 = xM * xM + yM * yM
  const a2 = SEMI_MAJOR_M ** 2
  const sine2 = (a2 - p2) / (a2 - ECCENTRICITY2 * p2)
  if (!(sine2 >= Math.sin((MIN_LATITUDE_DEG * Math.PI) / 180) ** 2 && sine2 <= 1)) return null
  const latitude = (Math.asin(Math.sqrt(sine2)) * 180) / Math.PI
  const longitude = (Math.atan2(yM, xM) * 180) / Math.PI
  return [longitude, hemisphere === 'north' ? latitude : -latitude]
}

/**
 * Features in flat geocentric coordinates, in longitude and latitude.
 * @throws ScarlineError `invalid-input` where positions lie off the ellipsoid or near the equator
 */
export function featuresOfFlatGeocentric(
  features: readonly Feature[],
  hemisphere: 'north' | 'south',
  label: string,
): Feature[] {
  const convert = (position: Position): Position => {
    const found = lngLatOfFlatGeocentric(position[0] ?? NaN, position[1] ?? NaN, hemisphere)
    if (found !== null) return found
    throw new ScarlineError(
      `got ${label} with a geocentric position (${position.join(', ')}) off the ellipsoid, expected metres from the centre of the Earth`,
      { code: 'invalid-input', hint: 'Export the outlines again in EPSG:4326 or a UTM zone.' },
    )
  }
  return features.map((feature) => ({
    ...feature,
    geometry: convertGeometry(feature.geometry, convert),
  }))
}

function convertGeometry(geometry: Geometry, convert: (p: Position) => Position): Geometry {
  if (geometry === null) return geometry
  if (geometry.type === 'Polygon') {
    return { type: 'Polygon', coordinates: geometry.coordinates.map((ring) => ring.map(convert)) }
  }
  if (geometry.type === 'MultiPolygon') {
    return {
      type: 'MultiPolygon',
      coordinates: geometry.coordinates.map((rings) => rings.map((ring) => ring.map(convert))),
    }
  }
  return geometry
}
