import { pixelAreaM2, pixelToMap } from '../geo/affine.ts'
import { projectionOf } from '../geo/projection.ts'
import type { Grid, LngLat } from '../model/grid.ts'
import { squaredDistances } from '../raster/morphology.ts'
import { planSampling, resampleBilinear, resampleNearest } from '../raster/resample.ts'
import { findFragments } from './components.ts'
import { type Terrain, aspectDeg, slopeDeg } from './plausibility-terrain.ts'
import type { SlopePosition, UnitTerrain } from './plausibility-types.ts'

/** Least share of a unit's pixels that the DEM must know. */
const MIN_COVERED = 0.5

/** The ground on the masks' grid, as a DEM and a river tell of it. */
export interface Ground {
  grid: Grid
  /** Null without a DEM. */
  terrain: GroundTerrain | null
  /** Null without a river. */
  river: GroundRiver | null
}

/** A DEM's {@link Terrain}, sampled bilinearly onto the masks' grid. */
export interface GroundTerrain {
  east: Float32Array
  north: Float32Array
  positionSd: Float32Array
  heightAboveM: Float32Array
}

/** Where the river is. */
export interface GroundRiver {
  mask: Uint8Array
  /** From each pixel to the nearest of the river, pixels². */
  squaredDistancePx: Float64Array
  /** `given`: drawn by a person; `drainage`: channels of the DEM, one DEM pixel wide. */
  source: 'given' | 'drainage'
}

/**
 * Brings terrain and river onto the masks' grid. Slope, position and height above drainage are found
 * on the DEM's own pixels and then sampled: differences of an upsampled DEM would only show its
 * interpolation.
 *
 * @param river 0/1 on `grid`; null takes the DEM's channels
 */
export function groundOn(grid: Grid, terrain: Terrain | null, river: Uint8Array | null): Ground {
  const plan = terrain && planSampling(terrain.grid, grid)
  const mask =
    river ?? (terrain && plan ? resampleNearest(terrain.drainage.channels, plan, 0) : null)
  return {
    grid,
    terrain:
      terrain && plan
        ? {
            east: resampleBilinear(terrain.eastGradient, plan),
            north: resampleBilinear(terrain.northGradient, plan),
            positionSd: resampleBilinear(terrain.positionSd, plan),
            heightAboveM: resampleBilinear(terrain.drainage.heightAboveM, plan),
          }
        : null,
    river: mask?.includes(1)
      ? {
          mask,
          squaredDistancePx: squaredDistances(mask, grid.width, grid.height),
          source: river ? 'given' : 'drainage',
        }
      : null,
  }
}

/** A piece of ground: its pixels and where it is. */
export interface Piece {
  pixels: Int32Array
  areaM2: number
  lngLat: LngLat
}

/** The piece of the set pixels of a mask; null for an empty one. */
export function pieceOf(mask: Uint8Array, grid: Grid): Piece | null {
  const pixels: number[] = []
  for (let i = 0; i < mask.length; i++) if (mask[i]) pixels.push(i)
  return pixels.length === 0 ? null : pieceOfPixels(Int32Array.from(pixels), grid)
}

/** The connected pieces of a mask of at least `minAreaM2`, largest first. */
export function piecesOf(mask: Uint8Array, grid: Grid, minAreaM2: number): Piece[] {
  const { fragments, ranks } = findFragments(mask, grid, minAreaM2)
  const pixels = fragments.map((): number[] => [])
  for (let i = 0; i < ranks.length; i++) {
    const rank = ranks[i] as number
    if (rank > 0) pixels[rank - 1]?.push(i)
  }
  return pixels.map((own) => pieceOfPixels(Int32Array.from(own), grid))
}

function pieceOfPixels(pixels: Int32Array, grid: Grid): Piece {
  const { width } = grid
  let colSum = 0
  let rowSum = 0
  for (const i of pixels) {
    colSum += i % width
    rowSum += Math.floor(i / width)
  }
  const [col, row] = [colSum / pixels.length, rowSum / pixels.length]
  let nearest = pixels[0] as number
  let least = Infinity
  for (const i of pixels) {
    const distance = ((i % width) - col) ** 2 + (Math.floor(i / width) - row) ** 2
    if (distance >= least) continue
    least = distance
    nearest = i
  }
  const centre = pixelToMap(
    grid.transform,
    (nearest % width) + 0.5,
    Math.floor(nearest / width) + 0.5,
  )
  return {
    pixels,
    areaM2: pixels.length * pixelAreaM2(grid),
    lngLat: projectionOf(grid.epsg).inverse(centre),
  }
}

/**
 * What the DEM says of a piece: distribution of slopes, position, height above drainage, and the mean
 * direction straight down with its resultant length (Mardia and Jupp, 2000).
 *
 * @param flatDeg ground flatter than this is flat
 */
export function terrainOf(piece: Piece, ground: Ground, flatDeg: number): UnitTerrain | null {
  const { terrain } = ground
  if (terrain === null) return null
  const slopes: number[] = []
  let flat = 0
  let [down, across, sloping] = [0, 0, 0]
  for (const i of piece.pixels) {
    const [east, north] = [terrain.east[i] as number, terrain.north[i] as number]
    const steepness = Math.hypot(east, north)
    if (Number.isNaN(steepness)) continue
    const degrees = slopeDeg(east, north)
    slopes.push(degrees)
    if (degrees < flatDeg) flat++
    if (steepness === 0) continue
    across -= east / steepness
    down -= north / steepness
    sloping++
  }
  const coveredFraction = slopes.length / piece.pixels.length
  if (slopes.length === 0) return null
  slopes.sort((a, b) => a - b)
  const positionSd = medianOf(piece, terrain.positionSd)
  const slopeMedianDeg = quantile(slopes, 0.5)
  return {
    coveredFraction,
    slopeP10Deg: quantile(slopes, 0.1),
    slopeMedianDeg,
    slopeP90Deg: quantile(slopes, 0.9),
    flatFraction: flat / slopes.length,
    positionSd,
    position: positionSd === null ? null : slopePosition(positionSd, slopeMedianDeg),
    heightAboveDrainageM: medianOf(piece, terrain.heightAboveM),
    aspectDeg: sloping === 0 ? null : aspectDeg(-across, -down),
    aspectConcentration: sloping === 0 ? 0 : Math.hypot(across, down) / sloping,
  }
}

/** Whether the DEM knows enough of a piece to judge it. */
export function isCovered(terrain: UnitTerrain | null): terrain is UnitTerrain {
  return terrain !== null && terrain.coveredFraction >= MIN_COVERED
}

/** Weiss (2001): classes by standard deviations of the position index; 5° parts flats from slopes. */
export function slopePosition(positionSd: number, slopeMedianDeg: number): SlopePosition {
  if (positionSd > 1) return 'ridge'
  if (positionSd > 0.5) return 'upper slope'
  if (positionSd >= -0.5) return slopeMedianDeg > 5 ? 'middle slope' : 'flat'
  return positionSd >= -1 ? 'lower slope' : 'valley'
}

/** How far a piece is from the river, and how much of it lies on it. */
export function riverOf(
  piece: Piece,
  { river, grid }: Ground,
): { distanceM: number; shareOnRiver: number } | null {
  if (river === null) return null
  let least = Infinity
  let on = 0
  for (const i of piece.pixels) {
    least = Math.min(least, river.squaredDistancePx[i] as number)
    on += river.mask[i] as number
  }
  return {
    distanceM: Math.sqrt(least * pixelAreaM2(grid)),
    shareOnRiver: on / piece.pixels.length,
  }
}

/** Value below which a share of sorted values lies, linear between neighbours (Hyndman and Fan's type 7). */
export function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1)
  const below = Math.floor(at)
  const low = sorted[below] ?? NaN
  return low + (at - below) * ((sorted[below + 1] ?? low) - low)
}

/** Null where less than half of the piece has a value. */
function medianOf(piece: Piece, values: Float32Array): number | null {
  const known: number[] = []
  for (const i of piece.pixels) {
    const value = values[i] as number
    if (!Number.isNaN(value)) known.push(value)
  }
  if (known.length < MIN_COVERED * piece.pixels.length) return null
  return quantile(
    known.sort((a, b) => a - b),
    0.5,
  )
}
