import { STEPS } from './bare-chain.ts'
import { dilateSquare, gaussianBlur } from './blur.ts'
import { type FrameLevels, bareFractionAt } from './frame-levels.ts'
import type { FrameScaling } from './frame-scaling.ts'
import { HIDDEN, NATIVE_PIXEL_M, NDVI_SCALE, type WorkingGrid, pixelsOf } from './working-grid.ts'

/** Share of observations that mean nothing (undetected cloud, haze, shadow): one frame cannot say more than this. */
const OUTLIERS = 0.05
/** Spread of the bare fraction about 0 and 1 in a noiseless frame: mixed pixels, uneven ground. */
const FRACTION_SPREAD = 0.3
/** Water: NDVI below that of bare ground by this much, or by six spreads of the frame if that is more. */
const WATER_DROP = 0.1
const WATER_SPREADS = 6
/** Width of the sensor's blur and the interpolation together, native pixels. */
export const BLUR_SIGMA = 0.7

const TABLE_RANGE = 12
const TABLE_STEPS = 64

/** Log-likelihood ratio after allowing for outliers, in {@link STEPS}, by raw ratio. */
const SATURATION: Int8Array = saturationTable()

function saturationTable(): Int8Array {
  const table = new Int8Array(2 * TABLE_RANGE * TABLE_STEPS + 1)
  for (let i = 0; i < table.length; i++) {
    const odds = Math.exp(i / TABLE_STEPS - TABLE_RANGE)
    const mixed = ((1 - OUTLIERS) * odds + OUTLIERS) / (OUTLIERS * odds + 1 - OUTLIERS)
    table[i] = Math.round(Math.log(mixed) * STEPS)
  }
  return table
}

/** A log-likelihood ratio as evidence: capped, because any frame may be an outlier. */
export function evidenceOfRatio(ratio: number): number {
  const bounded = ratio > TABLE_RANGE ? TABLE_RANGE : ratio < -TABLE_RANGE ? -TABLE_RANGE : ratio
  return SATURATION[Math.round((bounded + TABLE_RANGE) * TABLE_STEPS)] as number
}

/** Evidence against bare ground that water gives. */
const AGAINST: number = -Math.round(Math.log((1 - OUTLIERS) / OUTLIERS) * STEPS)

/** One frame and what is known of it. */
export interface EvidenceInput {
  /** Stored NDVI on the working grid. */
  ndvi: Int16Array
  scaling: FrameScaling
  /** Vigour that counts as bare. */
  bareVigour: number
  /** Vigour of bare soil on this site: what lies far below it is water. */
  soilVigour: number
  /** Vigour of each pixel's own vegetation; null: 0 everywhere. */
  vegetation: Float32Array | null
  /** Where the frame itself shows bare and covered ground on that scale. */
  levels: FrameLevels
  /** Bare fraction that each pixel shows under sparse growth; null: 0 everywhere. */
  sparse: Float32Array | null
  /** Bare fraction at which a pixel is as likely bare as not. */
  splitFraction: number
  /** Undo the sensor's blur (edges and slender shapes keep their place). */
  sharpen: boolean
}

/**
 * What a frame says of each pixel being bare: log-likelihood ratio in {@link STEPS}, 0 where hidden.
 *
 * The bare fraction is the linear mixture between the pixel's vegetation and bare ground. Water is
 * darker than both in NDVI, and its shore would pass for bare ground: near water a pixel takes the
 * fraction of the nearest land.
 */
export function bareEvidence(input: EvidenceInput, working: WorkingGrid): Int8Array {
  const { ndvi, scaling, bareVigour, vegetation, sparse } = input
  const { width, height } = working
  const result = new Int8Array(ndvi.length)
  if (scaling.gain <= 0) return result
  const { gain, offset, noise } = scaling
  const { bare, covered } = input.levels
  const contrast = bare - covered
  const level = offset + gain * Math.min(bareVigour, input.soilVigour)
  const waterBelow = level - Math.max(WATER_DROP, WATER_SPREADS * gain * noise)
  const fraction = new Float32Array(ndvi.length)
  const seen = new Float32Array(ndvi.length)
  const water = new Uint8Array(ndvi.length)
  let hasWater = false
  for (let i = 0; i < ndvi.length; i++) {
    const stored = ndvi[i] as number
    if (stored === HIDDEN) continue
    const value = stored / NDVI_SCALE
    seen[i] = 1
    if (value < waterBelow) {
      water[i] = 1
      hasWater = true
    }
    const own = vegetation ? (vegetation[i] as number) : 0
    const share = (own - (value - offset) / gain) / (own - bareVigour)
    const f = beyondSparse(bareFractionAt(share, input.levels), sparse?.[i] ?? 0)
    fraction[i] = f < -0.25 ? -0.25 : f > 1.25 ? 1.25 : f
  }
  let sure = seen
  if (hasWater) {
    const shore = dilateSquare(water, width, height, pixelsOf(working, 1.5 * NATIVE_PIXEL_M))
    takeNearestLand(fraction, shore, seen, width, height)
    sure = seen.map((s, i) => (shore[i] ? 0 : s))
  }
  if (input.sharpen) sharpenFraction(fraction, sure, working)
  for (let i = 0; i < ndvi.length; i++) {
    if (!seen[i]) continue
    if (water[i]) {
      result[i] = AGAINST
      continue
    }
    const own = vegetation ? (vegetation[i] as number) : 0
    const spread = noise / (own - bareVigour) / contrast / (1 - (sparse?.[i] ?? 0))
    const f = fraction[i] as number
    const clipped = f < 0 ? 0 : f > 1 ? 1 : f
    const ratio =
      (clipped - input.splitFraction) / (FRACTION_SPREAD * FRACTION_SPREAD + spread * spread)
    result[i] = evidenceOfRatio(ratio)
  }
  return result
}

/** A bare fraction between what a pixel shows under sparse growth, as a bare fraction, and bare ground. */
export function beyondSparse(fraction: number, sparse: number): number {
  return (fraction - sparse) / (1 - sparse)
}

/** Fills `shore` pixels of `fraction` from the nearest observed pixel outside it, ring by ring. */
function takeNearestLand(
  fraction: Float32Array,
  shore: Uint8Array,
  seen: Float32Array,
  width: number,
  height: number,
): void {
  const done = new Uint8Array(shore.length)
  let ring: number[] = []
  for (let i = 0; i < shore.length; i++) if (!shore[i] && seen[i]) done[i] = 1
  for (let i = 0; i < shore.length; i++) {
    if (shore[i] && touches(done, i, width, height) >= 0) ring.push(i)
  }
  while (ring.length > 0) {
    const values = ring.map((i) => fraction[touches(done, i, width, height)] as number)
    ring.forEach((i, k) => {
      fraction[i] = values[k] as number
    })
    for (const i of ring) done[i] = 1
    const next = new Set<number>()
    for (const i of ring) {
      const row = Math.floor(i / width)
      const col = i - row * width
      for (let r = Math.max(0, row - 1); r <= Math.min(height - 1, row + 1); r++) {
        for (let c = Math.max(0, col - 1); c <= Math.min(width - 1, col + 1); c++) {
          const j = r * width + c
          if (shore[j] && !done[j]) next.add(j)
        }
      }
    }
    ring = [...next]
  }
}

/** A set neighbour of a pixel, those sharing an edge first; -1 for none. */
function touches(mask: Uint8Array, i: number, width: number, height: number): number {
  const row = Math.floor(i / width)
  const col = i - row * width
  const up = row > 0
  const down = row < height - 1
  const west = col > 0
  const east = col < width - 1
  if (up && mask[i - width]) return i - width
  if (west && mask[i - 1]) return i - 1
  if (east && mask[i + 1]) return i + 1
  if (down && mask[i + width]) return i + width
  if (up && west && mask[i - width - 1]) return i - width - 1
  if (up && east && mask[i - width + 1]) return i - width + 1
  if (down && west && mask[i + width - 1]) return i + width - 1
  if (down && east && mask[i + width + 1]) return i + width + 1
  return -1
}

/** Unsharp masking with the sensor's blur, `f + (f - blurred f)`: the first step of Van Cittert's iteration. */
function sharpenFraction(fraction: Float32Array, seen: Float32Array, working: WorkingGrid): void {
  const { width, height } = working
  const sigmaPx = (BLUR_SIGMA * NATIVE_PIXEL_M) / working.pixelM
  const weights = gaussianBlur(seen, width, height, sigmaPx)
  const masked = new Float32Array(fraction.length)
  for (let i = 0; i < masked.length; i++) masked[i] = (fraction[i] as number) * (seen[i] as number)
  const blurred = gaussianBlur(masked, width, height, sigmaPx)
  for (let i = 0; i < fraction.length; i++) {
    const weight = weights[i] as number
    if (!seen[i] || weight < 0.9) continue
    fraction[i] = 2 * (fraction[i] as number) - (blurred[i] as number) / weight
  }
}
