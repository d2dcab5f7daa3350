import { measureWindows } from './window-shifts.ts'
import { voteOfWindows, type Vote } from './window-vote.ts'

/** One feature image of a scene and what the reference knows of it; all on one grid, NaN where not seen. */
export interface RegistrationLayer {
  scene: Float32Array
  /** One or more composites, e.g. of the dormant and of the growing season: the scene is explained by a mix of them. */
  references: readonly Float32Array[]
}

/** How far a scene lies off the reference. */
export interface ShiftMeasurement {
  /** Pixels that the scene's content lies to the right of / below the reference's. */
  colPx: number
  rowPx: number
  /** Share (by information) of the windows that agree within half a pixel with the vote, 0..1. */
  quality: number
  /** One standard error per axis, pixels, from the scatter of the agreeing windows. */
  standardErrorPx: number
  /** Windows that could tell anything at all. */
  windows: number
  /** Null where the measurement is good; else why it is not to be used. */
  implausible: string | null
}

export interface RegistrationOptions {
  /** Largest shift looked for, whole pixels. */
  searchPx: number
  /** Side of a voting window, pixels; at most a quarter of the image is used. */
  windowPx: number
}

export const DEFAULT_REGISTRATION: RegistrationOptions = { searchPx: 4, windowPx: 48 }

const MIN_QUALITY = 0.5
const MAX_STANDARD_ERROR_PX = 0.25
const MIN_WINDOWS = 4

/**
 * Measures the shift of a scene against a reference: whole pixels by masked normalised
 * cross-correlation of all layers together, then fractions by least squares in overlapping windows
 * (each explains the scene by a mix of the reference's composites and their gradients), and a robust
 * vote of the windows weighted by what each can tell. Contrast may differ in size and, through the
 * mix, in pattern; only where things lie matters.
 *
 * @param layers feature images such as {@link localContrast} of NDVI, red, near infrared
 */
export function measureShift(
  layers: readonly RegistrationLayer[],
  width: number,
  height: number,
  options: RegistrationOptions = DEFAULT_REGISTRATION,
): ShiftMeasurement {
  // Small sites get smaller windows, so that there are enough of them to vote.
  const windowPx = Math.max(12, Math.min(options.windowPx, Math.min(width, height) >> 2))
  const coarse = coarseShift(layers, width, height, options.searchPx)
  let estimate = { colPx: coarse.colPx, rowPx: coarse.rowPx }
  let vote: Vote | null = null
  for (let step = 0; step < 4; step++) {
    vote = voteOfWindows(measureWindows(layers, width, height, estimate, windowPx))
    if (!vote) break
    const [dx, dy] = [vote.colPx, vote.rowPx].map((d) => Math.max(-1, Math.min(1, d))) as [
      number,
      number,
    ]
    estimate = { colPx: estimate.colPx + dx, rowPx: estimate.rowPx + dy }
    // Each step leaves about a tenth of the error: a step this small has done its work.
    if (Math.hypot(dx, dy) < 0.05) break
  }
  const result: ShiftMeasurement = {
    ...estimate,
    quality: vote?.quality ?? 0,
    standardErrorPx: vote?.standardErrorPx ?? Infinity,
    windows: vote?.windows ?? 0,
    implausible: null,
  }
  const length = Math.max(Math.abs(result.colPx), Math.abs(result.rowPx))
  if (result.windows < MIN_WINDOWS)
    result.implausible = `only ${result.windows} windows show structure, ${MIN_WINDOWS} are needed`
  else if (length > options.searchPx - 0.5)
    result.implausible = `${length.toFixed(1)} px is beyond the search range`
  else if (result.quality < MIN_QUALITY)
    result.implausible = `only ${Math.round(result.quality * 100)} % of the windows agree`
  else if (result.standardErrorPx > MAX_STANDARD_ERROR_PX)
    result.implausible = `the windows scatter by ${result.standardErrorPx.toFixed(2)} px`
  return result
}

/** Masked normalised cross-correlation at whole-pixel shifts on every fourth pixel, all layers pooled. */
function coarseShift(
  layers: readonly RegistrationLayer[],
  width: number,
  height: number,
  searchPx: number,
): { colPx: number; rowPx: number } {
  let best = { colPx: 0, rowPx: 0, score: -Infinity }
  const pooled = layers.map(({ scene, references }) => ({ scene, reference: sumOf(references) }))
  for (let dy = -searchPx; dy <= searchPx; dy++) {
    for (let dx = -searchPx; dx <= searchPx; dx++) {
      let score = 0
      for (const { scene, reference } of pooled) {
        const r = correlation(scene, reference, width, height, dx, dy)
        score += r * Math.abs(r)
      }
      // Shorter shifts win ties (images without structure).
      score -= 1e-9 * (dx * dx + dy * dy)
      if (score > best.score) best = { colPx: dx, rowPx: dy, score }
    }
  }
  return best
}

function sumOf(references: readonly Float32Array[]): Float32Array {
  const [first, ...others] = references
  if (!first || others.length === 0) return first ?? new Float32Array(0)
  return first.map((value, i) =>
    others.reduce((sum, reference) => sum + (reference[i] as number), value),
  )
}

function correlation(
  scene: Float32Array,
  reference: Float32Array,
  width: number,
  height: number,
  dx: number,
  dy: number,
): number {
  let n = 0
  let a = 0
  let b = 0
  let aa = 0
  let bb = 0
  let ab = 0
  const [left, right] = [Math.max(0, dx), Math.min(width, width + dx)]
  const [top, bottom] = [Math.max(0, dy), Math.min(height, height + dy)]
  for (let row = top; row < bottom; row += 2) {
    const back = -dy * width - dx
    for (let i = row * width + left; i < row * width + right; i += 2) {
      const s = scene[i] as number
      const t = reference[i + back] as number
      const product = s * t
      if (product !== product) continue
      n++
      a += s
      b += t
      aa += s * s
      bb += t * t
      ab += product
    }
  }
  if (n < 64) return 0
  const variance = (aa - (a * a) / n) * (bb - (b * b) / n)
  return variance > 0 ? (ab - (a * b) / n) / Math.sqrt(variance) : 0
}
