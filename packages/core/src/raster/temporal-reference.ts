import { medianInPlace } from './local-contrast.ts'

/** Bands that the temporal tests look at: both reflectances, or NDVI alone. */
export type TestBand = 'red' | 'nir' | 'ndvi'

/** A scene moved onto the registered grid. */
export interface RegisteredObservation {
  id: string
  /** Days since 1970-01-01 UTC. */
  timeDays: number
  /** All that was measured, NaN elsewhere. */
  bands: Partial<Record<TestBand, Float32Array>>
  /** 0/1: observed and clear by the scene's own classification. */
  clear: Uint8Array
}

/** What a scene may be compared with, each list nearest first. */
export interface TemporalNeighbours {
  past: readonly RegisteredObservation[]
  future: readonly RegisteredObservation[]
  /** The same season of other years. */
  season: readonly RegisteredObservation[]
}

/** How many clear looks a reference is the median of. */
export const LOOKS = { past: 3, future: 3, season: 7 } as const

/**
 * Median, per pixel, of the first `looks` clear values in a list of observations; NaN where there is
 * none.
 */
export function medianOfLooks(
  observations: readonly RegisteredObservation[],
  band: TestBand,
  looks: number,
  length: number,
): Float32Array {
  const present = observations.filter((o) => o.bands[band])
  const data = present.map((o) => o.bands[band] as Float32Array)
  const clear = present.map((o) => o.clear)
  const result = new Float32Array(length).fill(NaN)
  const values = new Float32Array(looks)
  for (let i = 0; i < length; i++) {
    let n = 0
    for (let k = 0; k < data.length && n < looks; k++) {
      if (!(clear[k] as Uint8Array)[i]) continue
      const value = (data[k] as Float32Array)[i] as number
      if (value === value) values[n++] = value
    }
    if (n === 0) continue
    if (n === 1) result[i] = values[0] as number
    else if (n === 3) result[i] = middleOf(values)
    else {
      values.fill(NaN, n)
      result[i] = medianInPlace(values)
    }
  }
  return result
}

function middleOf(values: Float32Array): number {
  const [a, b, c] = [values[0] as number, values[1] as number, values[2] as number]
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}

/** observed ≈ gain * reference + offset over a scene's clear ground. */
export interface Calibration {
  gain: number
  offset: number
  /** Robust spread (1.4826 × median of absolute differences) of what remains. */
  spread: number
}

const MIN_CALIBRATION_PIXELS = 200
/** Pixels looked at, spread over the scene. */
const CALIBRATION_PIXELS = 25_000

/**
 * Robust line between a reference and a scene (least squares, trimmed at 2.5 times the median
 * absolute difference, six rounds): takes out what light, haze and season do to the whole scene.
 * Looks at about 25,000 pixels. Gain is held within 0.3..1.7. Null where too few clear pixels have a reference.
 */
export function calibrate(
  observed: Float32Array,
  reference: Float32Array,
  clear: Uint8Array | null,
): Calibration | null {
  const stride = Math.max(1, Math.ceil(observed.length / CALIBRATION_PIXELS) | 1)
  const x = new Float32Array(Math.ceil(observed.length / stride))
  const y = new Float32Array(x.length)
  let count = 0
  for (let i = 0; i < observed.length; i += stride) {
    const r = reference[i] as number
    const o = observed[i] as number
    if ((clear && !clear[i]) || r !== r || o !== o) continue
    x[count] = r
    y[count++] = o
  }
  if (count < MIN_CALIBRATION_PIXELS) return null
  let gain = 1
  let offset = 0
  let middle = 0
  const differences = new Float32Array(count)
  const reordered = new Float32Array(count)
  for (let round = 0; round < 6; round++) {
    for (let i = 0; i < count; i++)
      differences[i] = Math.abs((y[i] as number) - gain * (x[i] as number) - offset)
    reordered.set(differences)
    middle = medianInPlace(reordered)
    const cut = 2.5 * middle + 1e-4
    let [n, sx, sy, sxx, sxy] = [0, 0, 0, 0, 0]
    for (let i = 0; i < count; i++) {
      if ((differences[i] as number) > cut) continue
      const [r, o] = [x[i] as number, y[i] as number]
      n++
      sx += r
      sy += o
      sxx += r * r
      sxy += r * o
    }
    const variance = sxx - (sx * sx) / n
    gain = variance > 1e-6 * n ? Math.max(0.3, Math.min(1.7, (sxy - (sx * sy) / n) / variance)) : 1
    offset = (sy - gain * sx) / n
  }
  return { gain, offset, spread: 1.4826 * middle }
}

/** What no reference can explain of a band. */
export interface Deviation {
  /**
   * Smallest difference to any reference where all of them lie on the same side, 0 where the value is
   * among them, NaN where fewer than two references saw the pixel.
   */
  deviation: Float32Array
  /** Robust spread of the scene against its best reference. */
  spread: number
}

/**
 * How far each pixel of a band lies outside everything that was seen before, after and in the same
 * season of other years. A change that stays is explained by what follows, one that a season brings
 * by other years; what is left came and went.
 */
export function deviationOf(
  scene: RegisteredObservation,
  band: TestBand,
  references: readonly Float32Array[],
): Deviation {
  const observed = scene.bands[band] as Float32Array
  const lines = references.map(
    (reference) =>
      calibrate(observed, reference, scene.clear) ?? { gain: 1, offset: 0, spread: Infinity },
  )
  const deviation = new Float32Array(observed.length).fill(NaN)
  for (let i = 0; i < observed.length; i++) {
    const value = observed[i] as number
    let low = Infinity
    let high = -Infinity
    let n = 0
    for (let k = 0; k < references.length; k++) {
      const reference = (references[k] as Float32Array)[i] as number
      if (reference !== reference) continue
      const { gain, offset } = lines[k] as Calibration
      const difference = value - gain * reference - offset
      n++
      if (difference < low) low = difference
      if (difference > high) high = difference
    }
    if (n < 2 || value !== value) continue
    deviation[i] = low > 0 ? low : high < 0 ? high : 0
  }
  const spread = Math.min(...lines.map((line) => line.spread))
  return { deviation, spread: Number.isFinite(spread) ? spread : 0 }
}
