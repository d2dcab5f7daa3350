import { pixelSizeM } from '../geo/affine.ts'
import type { Grid } from '../model/grid.ts'
import { type Drainage, findDrainage } from './plausibility-drainage.ts'
import { slopeGradient } from './slope-split.ts'

/** Radius of the neighbourhood that a height is compared with, m: the smaller one of Weiss (2001). */
export const POSITION_RADIUS_M = 300

/** Smallest radius, pixels: a neighbourhood of fewer says nothing. */
const MIN_RADIUS_PX = 3

/** Share of the neighbourhood's pairs of pixels that must be known. */
const MIN_KNOWN_PAIRS = 0.5

/** What a DEM says of each pixel of its grid; NaN where it says nothing. */
export interface Terrain {
  grid: Grid
  elevationM: Float32Array
  /** Rise per metre to the east and to the north of the grid: Horn (1981). */
  eastGradient: Float32Array
  northGradient: Float32Array
  /** Topographic position in standard deviations over the DEM: see {@link topographicPosition}. */
  positionSd: Float32Array
  drainage: Drainage
}

/** Slope, position and drainage of a DEM. */
export function describeTerrain(grid: Grid, elevationM: Float32Array): Terrain {
  const gradient = slopeGradient(elevationM, grid, Math.max(...pixelSizeM(grid)))
  return {
    grid,
    elevationM,
    eastGradient: gradient.east,
    northGradient: gradient.north,
    positionSd: standardised(topographicPosition(grid, elevationM, POSITION_RADIUS_M)),
    drainage: findDrainage(grid, elevationM),
  }
}

/** Slope in degrees of a gradient: the arc tangent of its length. */
export function slopeDeg(east: number, north: number): number {
  return (Math.atan(Math.hypot(east, north)) * 180) / Math.PI
}

/** The direction straight down a gradient, degrees clockwise from the grid's north, 0..360. */
export function aspectDeg(east: number, north: number): number {
  const degrees = (Math.atan2(-east, -north) * 180) / Math.PI
  return degrees < 0 ? degrees + 360 : degrees
}

/**
 * Topographic position index (Weiss, 2001): height above the mean of the ground within `radiusM`, m;
 * above 0 on ridges, below 0 in valleys, 0 on planes of whatever slope. Pixels are taken in pairs on
 * opposite sides, so that a plane has 0 at the rim of the DEM too; NaN where half the pairs are
 * unknown.
 */
export function topographicPosition(
  grid: Grid,
  elevationM: Float32Array,
  radiusM: number,
): Float32Array {
  const { width, height } = grid
  const radiusPx = Math.max(MIN_RADIUS_PX, Math.round(radiusM / Math.max(...pixelSizeM(grid))))
  const pairs: [col: number, row: number][] = []
  for (let row = 0; row <= radiusPx; row++) {
    for (let col = -radiusPx; col <= radiusPx; col++) {
      if (row === 0 && col <= 0) continue
      if (col * col + row * row <= radiusPx * radiusPx) pairs.push([col, row])
    }
  }
  const result = new Float32Array(elevationM.length).fill(NaN)
  for (let row = 0; row < height; row++) {
    for (let col = 0; col < width; col++) {
      const here = elevationM[row * width + col] as number
      if (Number.isNaN(here)) continue
      let sum = 0
      let known = 0
      for (const [dc, dr] of pairs) {
        if (row - dr < 0 || row + dr >= height) continue
        if (col - dc < 0 || col + dc < 0 || col - dc >= width || col + dc >= width) continue
        const one = elevationM[(row + dr) * width + col + dc] as number
        const other = elevationM[(row - dr) * width + col - dc] as number
        const both = one + other
        if (Number.isNaN(both)) continue
        sum += both / 2
        known++
      }
      if (known >= MIN_KNOWN_PAIRS * pairs.length) result[row * width + col] = here - sum / known
    }
  }
  return result
}

/** Values in standard deviations over all that are known. */
function standardised(values: Float32Array): Float32Array {
  let count = 0
  let sum = 0
  let squares = 0
  for (const value of values) {
    if (Number.isNaN(value)) continue
    count++
    sum += value
    squares += value * value
  }
  const sd = Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2))
  // Rounding of single precision on a plane is no relief.
  return values.map((value) => (sd > 1e-3 ? value / sd : value * 0))
}
