import { labelComponents, open } from '../../raster/morphology.ts'
import { BLUR_SIGMA } from './bare-evidence.ts'
import { gaussianBlur } from './blur.ts'
import { SURROUNDED } from './ground-parts.ts'
import { spreadLabels } from './spread-labels.ts'
import { NATIVE_PIXEL_M, type WorkingGrid, pixelsOf } from './working-grid.ts'

/** Frames of so many days are taken together, a whole year of seasons. */
const YEAR_DAYS = 365
/** Ground is as bare as bare ground is from this share of it on. */
const WHOLLY_BARE = 0.9
/** Less than half bare is covered ground, whatever grows there. */
const HALF_BARE = 0.5
/** A year in which a pixel's bare fractions spread more than this is one in which the ground changed. */
const STEADY_SPREAD = 0.2
/** Spread of a frame's bare fractions about the truth where its noise is none. */
const LEAST_SPREAD = 0.05
/** A year's mean counts for a pixel from this weight on: a standard error of 0.05. */
const LEAST_WEIGHT = 1 / 0.05 ** 2
/** Sparse growth is told from the rim of bare ground where it is twice as wide as this, native pixels. */
const RIM_NATIVE_PIXELS = 0.7
/** Smallest stand of sparse growth, native pixels: three resolution cells of 2 by 2. */
const LEAST_STAND_NATIVE_PIXELS = 12

/** Looks for sparse growth in frames that come in time order. */
export interface SparseGrowthSearch {
  /**
   * @param fraction bare fraction by working pixel, NaN where hidden
   * @param spread standard deviation that the frame's noise gives it; infinite where it tells nothing
   */
  add(day: number, fraction: Float32Array, spread: number): void
  /**
   * Bare fraction that each pixel shows while what grows there stands: above 0 only where that is sparse, that is
   * where more than half of the ground is bare, but less of it than of bare ground.
   */
  find(): Float32Array
}

/** Of a pixel nothing is known yet, it is as it was at first, or what came first is settled. */
const UNKNOWN = 0
const AS_AT_FIRST = 1
const SETTLED = 2

/**
 * Sparse growth: ground that looks bare on each frame, but in its green seasons less so than bare ground does. A
 * scar that takes it is told only against what it was before.
 *
 * Frames of a year give a mean bare fraction, weighted by the inverse square of what their noise is as a
 * fraction, so that green seasons tell; years in which the ground changed are left out. The sensor's blur mixes what lies beside it into all ground near an edge: the
 * year's mean is divided by the share of the blur that falls on ground more than half bare. A pixel's growth is
 * the mean of its first years, until one that is nearer to wholly bare ground; it is sparse where
 * that is below {@link WHOLLY_BARE}. Of ground more than half bare, what is too slender to be told
 * (the rim of the scar, of the sparse growth itself) goes with the nearest that is.
 */
export function searchSparseGrowth(working: WorkingGrid): SparseGrowthSearch {
  const { width, height } = working
  const pixels = width * height
  const zeros = (): Float32Array => new Float32Array(pixels)
  /** Weighted sums over the year: of bare fractions, and of their squares. */
  const year = { index: 0, total: zeros(), squares: zeros(), weight: zeros() }
  const state = new Uint8Array(pixels)
  const first = {
    /** Weighted sums over the first years: of bare fractions as seen, and with the blur allowed for. */
    seen: zeros(),
    unmixed: zeros(),
    weight: zeros(),
  }

  const endYear = (): void => {
    const { total, squares, weight } = year
    const halfBare = zeros()
    for (let i = 0; i < pixels; i++) {
      if ((total[i] as number) > HALF_BARE * (weight[i] as number)) halfBare[i] = 1
    }
    const sigmaPx = (BLUR_SIGMA * NATIVE_PIXEL_M) / working.pixelM
    const shown = gaussianBlur(halfBare, width, height, sigmaPx)
    for (let i = 0; i < pixels; i++) {
      const w = weight[i] as number
      if (w < LEAST_WEIGHT || state[i] === SETTLED) continue
      const seen = (total[i] as number) / w
      if ((squares[i] as number) / w - seen * seen > STEADY_SPREAD ** 2) continue
      const unmixed = halfBare[i] ? seen / (shown[i] as number) : seen
      if (state[i] === AS_AT_FIRST) {
        const before = (first.unmixed[i] as number) / (first.weight[i] as number)
        if (unmixed > (before + 1) / 2) {
          state[i] = SETTLED
          continue
        }
      }
      // What grows on a scar that was wholly bare is the scar's.
      state[i] = state[i] === UNKNOWN && unmixed >= WHOLLY_BARE ? SETTLED : AS_AT_FIRST
      first.seen[i] = (first.seen[i] as number) + w * seen
      first.unmixed[i] = (first.unmixed[i] as number) + w * unmixed
      first.weight[i] = (first.weight[i] as number) + w
    }
    for (const sums of [total, squares, weight]) sums.fill(0)
  }

  return {
    add(day, fraction, spread) {
      const index = Math.floor(day / YEAR_DAYS)
      if (index !== year.index) endYear()
      year.index = index
      const w = 1 / (spread * spread + LEAST_SPREAD * LEAST_SPREAD)
      for (let i = 0; i < pixels; i++) {
        const f = clipped(fraction[i] as number)
        if (f !== f) continue
        year.total[i] = (year.total[i] as number) + w * f
        year.squares[i] = (year.squares[i] as number) + w * f * f
        year.weight[i] = (year.weight[i] as number) + w
      }
    },
    find() {
      endYear()
      const bare = new Uint8Array(pixels)
      const sparse = new Uint8Array(pixels)
      for (let i = 0; i < pixels; i++) {
        const w = first.weight[i] as number
        if (state[i] === UNKNOWN || (first.seen[i] as number) <= HALF_BARE * w) continue
        bare[i] = 1
        if ((first.unmixed[i] as number) < WHOLLY_BARE * w) sparse[i] = 1
      }
      const level = new Float32Array(pixels)
      const stands = standsOf(splitRims(bare, sparse, working), working)
      for (let i = 0; i < pixels; i++) {
        if (stands[i]) level[i] = (first.seen[i] as number) / (first.weight[i] as number)
      }
      return level
    },
  }
}

const SPARSE = 1

/** By pixel of `bare`: {@link SPARSE}, or another label where it is not. */
function splitRims(bare: Uint8Array, sparse: Uint8Array, working: WorkingGrid): Int32Array {
  const { width, height } = working
  const rimPx = pixelsOf(working, RIM_NATIVE_PIXELS * NATIVE_PIXEL_M)
  const broad = open(sparse, width, height, rimPx)
  const others = open(
    bare.map((value, i) => (sparse[i] ? 0 : value)),
    width,
    height,
    rimPx,
  )
  const labels = Int32Array.from(broad, (value, i) => (value ? SPARSE : others[i] ? SPARSE + 1 : 0))
  spreadLabels(labels, bare, width, height)
  return labels
}

/**
 * 0/1 by pixel: sparse growth in connected stands, without small ones and those that bare ground surrounds
 * wholly: that is a patch of it which is less bare than the rest.
 */
function standsOf(kinds: Int32Array, { width, height, pixelM }: WorkingGrid): Uint8Array {
  const sparse = Uint8Array.from(kinds, (kind) => (kind === SPARSE ? 1 : 0))
  const { labels, count, sizesPx } = labelComponents(sparse, width, height)
  const around = new Uint32Array(count + 1)
  const bare = new Uint32Array(count + 1)
  for (let row = 0, i = 0; row < height; row++) {
    for (let col = 0; col < width; col++, i++) {
      if (sparse[i]) continue
      const above = row > 0 ? (labels[i - width] as number) : 0
      const below = row < height - 1 ? (labels[i + width] as number) : 0
      const west = col > 0 ? (labels[i - 1] as number) : 0
      const east = col < width - 1 ? (labels[i + 1] as number) : 0
      if (above + below + west + east === 0) continue
      for (const stand of new Set([above, below, west, east])) {
        around[stand] = (around[stand] as number) + 1
        if ((kinds[i] as number) > SPARSE) bare[stand] = (bare[stand] as number) + 1
      }
    }
  }
  const leastPx = LEAST_STAND_NATIVE_PIXELS * (NATIVE_PIXEL_M / pixelM) ** 2
  const isStand = Uint8Array.from(sizesPx, (sizePx, stand) => {
    const isPatch = (bare[stand] as number) > SURROUNDED.wholly * (around[stand] as number)
    return stand > 0 && sizePx >= leastPx && !isPatch ? 1 : 0
  })
  return Uint8Array.from(labels, (stand) => isStand[stand] as number)
}

/** Beyond covered and bare ground by more than this is cloud or water. */
function clipped(fraction: number): number {
  return fraction < -0.25 ? -0.25 : fraction > 1.25 ? 1.25 : fraction
}
