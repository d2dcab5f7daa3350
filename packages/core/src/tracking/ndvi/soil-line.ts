import { type FrameScaling, robustLine } from './frame-scaling.ts'
import { middleOf } from './middle.ts'

/** Where bare ground lies on the scale of vigour. */
export interface BareLevel {
  /** Vigour of bare ground, negative (vegetation in the middle is 0). */
  vigour: number
  /** How it was found: the peak of bare ground near the soil line, the soil line, or a textbook NDVI of soil. */
  method: 'peak' | 'soil-line' | 'prior'
}

/** NDVI of bare soil where the series cannot tell (0.05 to 0.2 in the literature on fractional cover). */
const SOIL_NDVI = 0.1
const SOIL_NDVI_RANGE: readonly [number, number] = [0, 0.25]
/** A frame whose spread about the common picture is larger than this, in units of vigour, does not follow it. */
const LARGEST_NOISE = 1
/** Vigour given to bare ground where the common picture means nothing. */
const NOMINAL_VIGOUR = -3
const BIN = 0.04
const LOWEST = -12
const BINS = 400

/**
 * Bare ground does not green up. With `ndvi = offset + gain * vigour` a pixel whose NDVI is the same
 * in every season has `offset = ndvi - vigour * gain`: offsets against gains lie on a line whose slope
 * is minus the vigour of soil. The answer is then moved to the nearest peak of the sample's vigour.
 *
 * @param samples NDVI of the same pixels in each frame, NaN where hidden
 */
export function findBareLevel(
  samples: readonly Float32Array[],
  scalings: readonly FrameScaling[],
): BareLevel {
  const start = soilLineVigour(scalings)
  const peak = bareGroundPeak(samples, scalings, start.vigour)
  return peak === null ? start : { vigour: peak, method: 'peak' }
}

/**
 * Frames that do not follow the common picture (evergreen or deciduous forest, where texture changes
 * with the season) are scaled by the two-part mixture of fractional cover instead: bare soil at its
 * textbook NDVI, the frame's middle pixel vegetated. Where most frames fail, all are scaled so.
 *
 * @param scalings changed in place
 * @returns the level of bare ground, if all frames were rescaled
 */
export function rescaleByCover(
  samples: readonly Float32Array[],
  scalings: FrameScaling[],
): BareLevel | null {
  const seen = scalings.map((_, t) => t).filter((t) => (scalings[t] as FrameScaling).observed > 0)
  const failed = seen.filter((t) => {
    const { gain, noise } = scalings[t] as FrameScaling
    return gain <= 0 || noise > LARGEST_NOISE
  })
  if (2 * failed.length <= seen.length) return null
  const pixels = samples[0]?.length ?? 0
  const middles = samples.map((sample) => middleOf(sample.filter((value) => value === value)))
  const typical = new Float32Array(pixels)
  for (let i = 0; i < pixels; i++) {
    const values = samples.map((sample, t) => (sample[i] as number) - (middles[t] as number))
    const known = Float32Array.from(values.filter((value) => value === value))
    typical[i] = known.length > 0 ? middleOf(known) : 0
  }
  for (const t of seen) {
    const scaling = scalings[t] as FrameScaling
    const middle = middles[t] as number
    const residuals = (samples[t] as Float32Array)
      .map((value, i) => Math.abs(value - middle - (typical[i] as number)))
      .filter((value) => value === value)
    scaling.offset = middle
    scaling.gain = (middle - SOIL_NDVI) / -NOMINAL_VIGOUR
    if (!(scaling.gain > 0.01)) {
      scaling.gain = 0
      continue
    }
    scaling.noise = (1.4826 * middleOf(residuals)) / scaling.gain
  }
  return { vigour: NOMINAL_VIGOUR, method: 'prior' }
}

function soilLineVigour(scalings: readonly FrameScaling[]): BareLevel {
  const used = scalings.filter((scaling) => scaling.gain > 0 && scaling.observed > 0.3)
  const gains = used.map((scaling) => scaling.gain)
  const offsets = used.map((scaling) => scaling.offset)
  const weights = used.map((scaling) => scaling.observed)
  const line = used.length >= 6 ? robustLine(gains, offsets, weights, 2) : null
  const seasons = Math.max(...gains) / Math.max(1e-9, Math.min(...gains))
  if (line && seasons > 1.5 && -line.slope < -1) {
    const [low, high] = SOIL_NDVI_RANGE
    if (line.intercept >= low && line.intercept <= high) {
      return { vigour: -line.slope, method: 'soil-line' }
    }
  }
  const all = scalings.filter((scaling) => scaling.gain > 0)
  const guesses = all.map((scaling) => (SOIL_NDVI - scaling.offset) / scaling.gain)
  guesses.sort((a, b) => a - b)
  const middle = guesses[guesses.length >> 1] ?? -3
  return { vigour: Math.min(-1, middle), method: 'prior' }
}

function bareGroundPeak(
  samples: readonly Float32Array[],
  scalings: readonly FrameScaling[],
  start: number,
): number | null {
  const counts = new Float64Array(BINS)
  samples.forEach((sample, t) => {
    const { gain, offset, noise, observed } = scalings[t] as FrameScaling
    if (gain <= 0 || observed <= 0.3) return
    const weight = 1 / Math.max(noise, 0.05) ** 2
    for (let i = 0; i < sample.length; i++) {
      const value = sample[i] as number
      if (value !== value) continue
      const bin = Math.floor(((value - offset) / gain - LOWEST) / BIN)
      if (bin >= 0 && bin < BINS) counts[bin] = (counts[bin] as number) + weight
    }
  })
  const smooth = smoothed(counts, (0.04 * Math.abs(start)) / BIN)
  const first = Math.max(1, Math.ceil((1.3 * start - LOWEST) / BIN))
  const last = Math.min(BINS - 2, Math.floor((0.65 * start - LOWEST) / BIN))
  let best: number | null = null
  for (let bin = first; bin <= last; bin++) {
    const here = smooth[bin] as number
    if (here < (smooth[bin - 1] as number) || here <= (smooth[bin + 1] as number)) continue
    if (best === null || here > (smooth[best] as number)) best = bin
  }
  return best === null ? null : LOWEST + (best + 0.5) * BIN
}

function smoothed(counts: Float64Array, sigma: number): Float64Array {
  const radius = Math.max(1, Math.ceil(4 * sigma))
  const result = new Float64Array(counts.length)
  for (let i = 0; i < counts.length; i++) {
    for (let k = -radius; k <= radius; k++) {
      const from = counts[i + k]
      if (from === undefined) continue
      result[i] = (result[i] as number) + from * Math.exp((-k * k) / (2 * sigma * sigma))
    }
  }
  return result
}
