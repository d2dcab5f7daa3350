import { pixelSizeM } from '../geo/affine.ts'
import { SECTORS, type Sector } from '../model/analysis-growth.ts'
import type { ZonePlace } from '../model/analysis-zones.ts'
import type { Grid } from '../model/grid.ts'
import { squaredDistances } from '../raster/morphology.ts'
import { type NewZone } from './new-zones.ts'
import { gridConvergenceDeg, scarCentroid, sectorIndex, trueAzimuthDeg } from './sectors.ts'

/** Gap beyond which a zone is detached, sensor pixels: the edge of a resolution cell. */
const DETACHED_SENSOR_PIXELS = 2

/** Parts of a scar's range of elevation that are its crown and its toe. */
const CROWN_FROM = 0.75
const TOE_TO = 0.25

/**
 * Where a new zone lies.
 *
 * @param earlierMask the scar before the zone opened (its mask at `sinceAfterAt`), 0/1; the zone's own
 * pixels in it are left aside
 * @param elevationM elevations on the grid, m, NaN where unknown; null without a DEM
 */
export function placeNewZone(
  zone: Pick<NewZone, 'pixels' | 'centroid'>,
  earlierMask: Uint8Array,
  grid: Grid,
  sensorPixelM: number,
  elevationM: Float32Array | null = null,
): ZonePlace {
  const scar = Uint8Array.from(earlierMask)
  for (const pixel of zone.pixels) scar[pixel] = 0
  const centre = scarCentroid(scar, grid)
  if (centre === null) {
    return { sector: null, azimuthDeg: null, relation: 'first', gapM: null, relativeHeight: null }
  }
  const azimuthDeg = trueAzimuthDeg(centre, zone.centroid, gridConvergenceDeg(grid.epsg, centre))
  const squared = squaredDistances(scar, grid.width, grid.height)
  let nearest = Infinity
  for (const pixel of zone.pixels) nearest = Math.min(nearest, squared[pixel] as number)
  const gapM = Math.max(0, Math.sqrt(nearest) - 1) * pixelSizeM(grid)[0]
  const relativeHeight = elevationM === null ? null : heightInScar(zone.pixels, scar, elevationM)
  const detached = gapM > DETACHED_SENSOR_PIXELS * sensorPixelM
  return {
    sector: SECTORS[sectorIndex(azimuthDeg)] as Sector,
    azimuthDeg,
    relation: detached ? 'detached' : adjoining(relativeHeight),
    gapM,
    relativeHeight,
  }
}

function adjoining(relativeHeight: number | null): 'crown' | 'flank' | 'toe' | 'beside' {
  if (relativeHeight === null) return 'beside'
  if (relativeHeight >= CROWN_FROM) return 'crown'
  return relativeHeight <= TOE_TO ? 'toe' : 'flank'
}

function heightInScar(
  pixels: Int32Array,
  scar: Uint8Array,
  elevationM: Float32Array,
): number | null {
  const heights = elevationM.filter((value, i) => scar[i] === 1 && Number.isFinite(value)).sort()
  const own = [...pixels].map((pixel) => elevationM[pixel] as number).filter(Number.isFinite)
  const low = heights[Math.floor(0.05 * (heights.length - 1))]
  const high = heights[Math.ceil(0.95 * (heights.length - 1))]
  if (low === undefined || high === undefined || !(high > low) || own.length === 0) return null
  return (own.reduce((sum, value) => sum + value, 0) / own.length - low) / (high - low)
}
