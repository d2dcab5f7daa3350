import proj4 from 'proj4'
import type { BboxLngLat, LngLat } from '../model/grid.ts'
import { ScarlineError } from '../errors.ts'

/** A pair of functions between longitude/latitude (WGS 84, degrees) and a projected system. */
export interface Projection {
  epsg: number
  forward(lngLat: LngLat): [x: number, y: number]
  inverse(xy: [x: number, y: number]): LngLat
}

const known = new Map<number, Projection>()

/** EPSG code of the WGS 84 UTM zone of a position, with Norway's and Svalbard's exceptions. */
export function utmEpsgOf([lng, lat]: LngLat): number {
  const wrapped = ((((lng + 180) % 360) + 360) % 360) - 180
  let zone = Math.min(60, Math.floor((wrapped + 180) / 6) + 1)
  if (lat >= 56 && lat < 64 && wrapped >= 3 && wrapped < 12) zone = 32
  if (lat >= 72 && lat < 84 && wrapped >= 0 && wrapped < 42) {
    zone = wrapped < 9 ? 31 : wrapped < 21 ? 33 : wrapped < 33 ? 35 : 37
  }
  return (lat >= 0 ? 32600 : 32700) + zone
}

function definitionOf(epsg: number): string {
  const zone = epsg % 100
  if (epsg >= 32601 && epsg <= 32660)
    return `+proj=utm +zone=${zone} +datum=WGS84 +units=m +no_defs`
  if (epsg >= 32701 && epsg <= 32760)
    return `+proj=utm +zone=${zone} +south +datum=WGS84 +units=m +no_defs`
  if (epsg === 4326) return '+proj=longlat +datum=WGS84 +no_defs'
  if (epsg === 3857)
    return '+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +no_defs'
  if (epsg >= 25828 && epsg <= 25838)
    return `+proj=utm +zone=${zone} +ellps=GRS80 +units=m +no_defs`
  if (epsg === 3035)
    return '+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +ellps=GRS80 +units=m +no_defs'
  if (epsg === 2154)
    return '+proj=lcc +lat_0=46.5 +lon_0=3 +lat_1=49 +lat_2=44 +x_0=700000 +y_0=6600000 +ellps=GRS80 +units=m +no_defs'
  throw new ScarlineError(`got EPSG:${epsg}, expected WGS 84 UTM (326zz, 327zz), 4326 or 3857`, {
    code: 'invalid-input',
    hint: 'Reproject the raster to its UTM zone, for example with gdalwarp -t_srs EPSG:326zz.',
    details: { epsg },
  })
}

/**
 * The projection of an EPSG code.
 * @throws ScarlineError `invalid-input` for a system that Scarline keeps no rasters in.
 */
export function projectionOf(epsg: number): Projection {
  const cached = known.get(epsg)
  if (cached) return cached
  const converter = proj4(definitionOf(epsg))
  const projection: Projection = {
    epsg,
    forward: (lngLat) => converter.forward([...lngLat]) as [number, number],
    inverse: (xy) => converter.inverse([...xy]) as LngLat,
  }
  known.set(epsg, projection)
  return projection
}

/** A function that takes map coordinates of one system to another's. */
export function transformer(
  fromEpsg: number,
  toEpsg: number,
): (xy: [x: number, y: number]) => [x: number, y: number] {
  if (fromEpsg === toEpsg) return (xy) => xy
  const from = projectionOf(fromEpsg)
  const to = projectionOf(toEpsg)
  return (xy) => to.forward(from.inverse(xy))
}

/**
 * Bounds in another system of a box, following its curved edges (21 points a side).
 * Map units of `toEpsg`.
 */
export function transformBounds(
  bounds: readonly [minX: number, minY: number, maxX: number, maxY: number],
  fromEpsg: number,
  toEpsg: number,
): [minX: number, minY: number, maxX: number, maxY: number] {
  const [minX, minY, maxX, maxY] = bounds
  const transform = transformer(fromEpsg, toEpsg)
  const result: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
  for (let i = 0; i <= 20; i++) {
    const x = minX + ((maxX - minX) * i) / 20
    const y = minY + ((maxY - minY) * i) / 20
    for (const edge of [
      [x, minY],
      [x, maxY],
      [minX, y],
      [maxX, y],
    ] as [number, number][]) {
      const [tx, ty] = transform(edge)
      result[0] = Math.min(result[0], tx)
      result[1] = Math.min(result[1], ty)
      result[2] = Math.max(result[2], tx)
      result[3] = Math.max(result[3], ty)
    }
  }
  return result
}

/** Centre of a box; understands boxes across the antimeridian (west > east). */
export function bboxCentre([west, south, east, north]: BboxLngLat): LngLat {
  const span = east >= west ? east - west : east + 360 - west
  const lng = west + span / 2
  return [lng > 180 ? lng - 360 : lng, (south + north) / 2]
}
