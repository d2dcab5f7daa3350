import { pixelSizeM } from '../geo/affine.ts'
import type { Grid } from '../model/grid.ts'
import { dilateByDiscs } from '../raster/disc-dilation.ts'
import { medianInPlace } from '../raster/local-contrast.ts'

/** What a positive velocity means along the line of sight. */
export type InsarSign = 'toward' | 'away'

/** Width of the ring around the scar, m. */
export const RING_M = 100

/** Ground farther than this from the scar is far ground, m. */
export const FAR_M = 300

/** Standard deviations of far ground beyond which a pixel moves: as in Barra et al. (2017). */
const MOVING_SD = 2

/** Fewer pixels tell no share. */
const MIN_PIXELS = 10

/** Other places that the shape is put to, at most. */
const MAX_PLACES = 400

/** Turns a median absolute deviation into a standard deviation of a normal distribution. */
const MAD_TO_SD = 1.4826

/** How the ground under a mask and around it moves by an InSAR velocity raster. */
export interface InsarMotion {
  sign: InsarSign
  /** Share of the mask, and of the ring around it, that the raster has values for, 0..1. */
  coveredFraction: number
  ringCoveredFraction: number
  /** Median and standard deviation (1.4826 median absolute deviation) of far ground, mm/yr. */
  farMedianMmPerYear: number
  farSdMmPerYear: number
  /** A pixel moves where it departs from the far median by more than this, mm/yr: 2 sd. */
  movingMmPerYear: number
  /** Share of the covered pixels that move, 0..1; null where fewer than 10 are covered. */
  movingFraction: number | null
  ringMovingFraction: number | null
  farMovingFraction: number
  /** Median velocity of the mask less far ground's, mm/yr, positive toward the satellite. */
  medianTowardMmPerYear: number | null
  /** Other places that the mask's shape was put to. */
  places: number
  /** Share of places where at least as much moves: (1 + more) / (1 + places); null without places. */
  pValue: number | null
  /** The same for the ring's shape. */
  ringPlaces: number
  ringPValue: number | null
}

/** What {@link insarMotion} looks at; all arrays on `grid`. */
export interface InsarInput {
  grid: Grid
  /** mm/yr; NaN where the raster has no value. */
  velocityMmPerYear: Float32Array
  sign: InsarSign
  /** The mask looked at, 0/1. */
  mask: Uint8Array
  /** All objects' masks together: no far ground. */
  scars: Uint8Array
}

/**
 * How much of a mask and of a ring of 100 m around it moves, against far ground (more than 300 m from
 * any scar). A pixel moves where its velocity departs from far ground's median by more than two of its
 * standard deviations. Neighbouring velocities err together, so the share is tested by putting the
 * mask's shape to other places of far ground, where at least half as much of it is covered, and
 * counting those where no less moves: a random-shift test (Lotwick and Silverman, 1982), exact where
 * the raster's noise is alike everywhere.
 *
 * @returns null where there is too little far ground to tell noise from
 */
export function insarMotion(input: InsarInput): InsarMotion | null {
  const { grid, velocityMmPerYear: velocity, mask, scars, sign } = input
  const { width, height } = grid
  const pixelM = Math.max(...pixelSizeM(grid))
  const near = dilateByDiscs(scars, width, height, Math.ceil(FAR_M / pixelM))
  const wide = dilateByDiscs(mask, width, height, RING_M / pixelM)
  const ring = wide.map((value, i) => (value && !scars[i] && !mask[i] ? 1 : 0))
  const isFar = (i: number): boolean => !near[i] && !Number.isNaN(velocity[i])
  const far = velocity.filter((_, i) => isFar(i))
  if (far.length < MIN_PIXELS) return null
  const median = medianInPlace(Float32Array.from(far))
  const sd = MAD_TO_SD * medianInPlace(far.map((value) => Math.abs(value - median)))
  const limit = MOVING_SD * sd
  const moves = Uint8Array.from(velocity, (value) =>
    Number.isNaN(value) ? 2 : Math.abs(value - median) > limit ? 1 : 0,
  )
  const own = shareOf(indicesOf(mask), moves)
  const around = shareOf(indicesOf(ring), moves)
  const values = velocity.filter((value, i) => mask[i] === 1 && !Number.isNaN(value))
  const shift = sign === 'toward' ? 1 : -1
  const test = testShare(grid, mask, near, moves)
  const ringTest = testShare(grid, ring, near, moves)
  return {
    sign,
    coveredFraction: own.covered / Math.max(1, own.all),
    ringCoveredFraction: around.covered / Math.max(1, around.all),
    farMedianMmPerYear: median,
    farSdMmPerYear: sd,
    movingMmPerYear: limit,
    movingFraction: own.covered < MIN_PIXELS ? null : own.moving / own.covered,
    ringMovingFraction: around.covered < MIN_PIXELS ? null : around.moving / around.covered,
    farMovingFraction: far.filter((value) => Math.abs(value - median) > limit).length / far.length,
    medianTowardMmPerYear:
      own.covered < MIN_PIXELS ? null : shift * (medianInPlace(values) - median),
    places: test.places,
    pValue: test.pValue,
    ringPlaces: ringTest.places,
    ringPValue: ringTest.pValue,
  }
}

interface Share {
  all: number
  covered: number
  moving: number
}

function indicesOf(mask: Uint8Array): number[] {
  const indices: number[] = []
  for (let i = 0; i < mask.length; i++) if (mask[i]) indices.push(i)
  return indices
}

/** @param moves 1 moves, 0 does not, 2 unknown */
function shareOf(indices: readonly number[], moves: Uint8Array, offset = 0): Share {
  let covered = 0
  let moving = 0
  for (const i of indices) {
    const state = moves[i + offset] as number
    if (state === 2) continue
    covered++
    moving += state
  }
  return { all: indices.length, covered, moving }
}

function testShare(
  { width, height }: Grid,
  mask: Uint8Array,
  near: Uint8Array,
  moves: Uint8Array,
): { places: number; pValue: number | null } {
  const indices = indicesOf(mask)
  const own = shareOf(indices, moves)
  if (own.covered < MIN_PIXELS) return { places: 0, pValue: null }
  const cols = indices.map((i) => i % width)
  const rows = indices.map((i) => Math.floor(i / width))
  const reach = {
    left: -cols.reduce((a, b) => Math.min(a, b), width),
    right: width - 1 - cols.reduce((a, b) => Math.max(a, b), 0),
    up: -rows.reduce((a, b) => Math.min(a, b), height),
    down: height - 1 - rows.reduce((a, b) => Math.max(a, b), 0),
  }
  const shifts = (reach.right - reach.left + 1) * (reach.down - reach.up + 1)
  const step = Math.max(1, Math.ceil(Math.sqrt(shifts / MAX_PLACES)))
  const share = own.moving / own.covered
  let places = 0
  let asMuch = 0
  for (let dr = reach.up; dr <= reach.down; dr += step) {
    for (let dc = reach.left; dc <= reach.right; dc += step) {
      const offset = dr * width + dc
      if (indices.some((i) => near[i + offset])) continue
      const there = shareOf(indices, moves, offset)
      if (2 * there.covered < own.covered) continue
      places++
      if (there.moving / there.covered >= share) asMuch++
    }
  }
  return { places, pValue: places === 0 ? null : (1 + asMuch) / (1 + places) }
}
