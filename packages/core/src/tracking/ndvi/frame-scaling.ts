import { middleOf } from './middle.ts'

/** How a frame shows the common picture: `ndvi = offset + gain * vigour`. */
export interface FrameScaling {
  /** NDVI per unit of vigour: large in the growing season. 0 where the frame could not be scaled. */
  gain: number
  /** NDVI of the site's middling vegetation on that day. */
  offset: number
  /** Robust spread of the frame about the common picture, units of vigour. */
  noise: number
  /** Observed share of the sample, 0..1. */
  observed: number
}

/** Fewest observed sample pixels that a frame is scaled by. */
const MIN_SAMPLES = 100
/** Pixels below this vigour (water) say nothing of the season. */
const LOWEST_VIGOUR = -8

/**
 * Every frame as a scaled copy of one picture of vigour (a rank-one model fitted by alternating
 * robust least squares, Huber weights). The season is in the gain and the offset: what is bare in
 * every season has the same low vigour on every date.
 *
 * @param samples NDVI of the same pixels in each frame, NaN where hidden
 */
export function fitFrameScalings(samples: readonly Float32Array[]): FrameScaling[] {
  const pixels = samples[0]?.length ?? 0
  const scalings = samples.map(initialScaling)
  let vigour: Float64Array | null = null
  for (let round = 0; round < 5; round++) {
    vigour = commonVigour(samples, scalings, vigour, pixels)
    standardise(vigour)
    for (let t = 0; t < samples.length; t++) {
      const scaling = scalings[t] as FrameScaling
      if (scaling.gain > 0) fitFrame(samples[t] as Float32Array, vigour, scaling)
    }
  }
  return scalings
}

function initialScaling(sample: Float32Array): FrameScaling {
  const seen = sample.filter((value) => value === value)
  const observed = sample.length === 0 ? 0 : seen.length / sample.length
  if (seen.length < Math.min(MIN_SAMPLES, sample.length / 2) || seen.length === 0) {
    return { gain: 0, offset: 0, noise: 1, observed }
  }
  const offset = middleOf(seen)
  const spread = middleOf(seen.map((value) => Math.abs(value - offset)))
  return { gain: Math.max(1e-4, 1.4826 * spread), offset, noise: 1, observed }
}

function commonVigour(
  samples: readonly Float32Array[],
  scalings: readonly FrameScaling[],
  previous: Float64Array | null,
  pixels: number,
): Float64Array {
  const total = new Float64Array(pixels)
  const weights = new Float64Array(pixels)
  samples.forEach((sample, t) => {
    const { gain, offset, noise } = scalings[t] as FrameScaling
    if (gain <= 0) return
    const frameWeight = 1 / Math.max(noise, 1e-3) ** 2
    for (let i = 0; i < pixels; i++) {
      const value = sample[i] as number
      if (value !== value) continue
      const u = (value - offset) / gain
      let weight = frameWeight
      if (previous) {
        const residual = Math.abs(u - (previous[i] as number))
        if (residual > 2 * noise) weight *= (2 * noise) / residual
      }
      total[i] = (total[i] as number) + weight * u
      weights[i] = (weights[i] as number) + weight
    }
  })
  return total.map((sum, i) => ((weights[i] as number) > 0 ? sum / (weights[i] as number) : 0))
}

function standardise(vigour: Float64Array): void {
  const middle = middleOf(vigour.slice())
  const spread = 1.4826 * middleOf(vigour.map((value) => Math.abs(value - middle)))
  const scale = spread > 0 ? 1 / spread : 1
  for (let i = 0; i < vigour.length; i++) vigour[i] = ((vigour[i] as number) - middle) * scale
}

function fitFrame(sample: Float32Array, vigour: Float64Array, scaling: FrameScaling): void {
  const x: number[] = []
  const y: number[] = []
  for (let i = 0; i < sample.length; i++) {
    const value = sample[i] as number
    if (value !== value || (vigour[i] as number) <= LOWEST_VIGOUR) continue
    x.push(vigour[i] as number)
    y.push(value)
  }
  const line = robustLine(x, y, null, 1.5)
  if (!line || line.slope <= 1e-4) {
    scaling.gain = 0
    return
  }
  scaling.gain = line.slope
  scaling.offset = line.intercept
  scaling.noise = line.spread / line.slope
}

/** A straight line through points. */
export interface Line {
  slope: number
  intercept: number
  /** Robust spread of the residuals (1.4826 times their median size). */
  spread: number
}

/**
 * Straight line by iteratively reweighted least squares with Huber weights; null for fewer than two
 * points or no spread in x.
 *
 * @param limit residuals beyond `limit` spreads lose weight
 */
export function robustLine(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  weights: ArrayLike<number> | null,
  limit: number,
): Line | null {
  const count = x.length
  if (count < 2) return null
  const current = Float64Array.from({ length: count }, (_, i) => weights?.[i] ?? 1)
  const residuals = new Float64Array(count)
  let line: Line | null = null
  for (let round = 0; round < 4; round++) {
    let [sw, sx, sy] = [0, 0, 0]
    for (let i = 0; i < count; i++) {
      const w = current[i] as number
      sw += w
      sx += w * (x[i] as number)
      sy += w * (y[i] as number)
    }
    if (sw <= 0) return line
    let [sxx, sxy] = [0, 0]
    for (let i = 0; i < count; i++) {
      const dx = (x[i] as number) - sx / sw
      sxx += (current[i] as number) * dx * dx
      sxy += (current[i] as number) * dx * ((y[i] as number) - sy / sw)
    }
    if (sxx <= 1e-12 * sw) return line
    const slope = sxy / sxx
    const intercept = sy / sw - (slope * sx) / sw
    for (let i = 0; i < count; i++) {
      residuals[i] = Math.abs((y[i] as number) - intercept - slope * (x[i] as number))
    }
    const spread = 1.4826 * middleOf(residuals.slice()) + 1e-6
    line = { slope, intercept, spread }
    for (let i = 0; i < count; i++) {
      const residual = residuals[i] as number
      const base = weights?.[i] ?? 1
      current[i] = residual > limit * spread ? (base * limit * spread) / residual : base
    }
  }
  return line
}
