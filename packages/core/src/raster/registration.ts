import { solveSymmetric } from './solve-symmetric.ts'

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
  /** Side of a voting window, pixels. */
  windowPx: number
}

export const DEFAULT_REGISTRATION: RegistrationOptions = { searchPx: 4, windowPx: 48 }

const AGREEMENT_PX = 0.5
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
  const coarse = coarseShift(layers, width, height, options.searchPx)
  let estimate = { colPx: coarse.colPx, rowPx: coarse.rowPx }
  let vote: Vote | null = null
  for (let step = 0; step < 4; step++) {
    vote = voteOfWindows(measureWindows(layers, width, height, estimate, options.windowPx))
    if (!vote) break
    const [dx, dy] = [vote.colPx, vote.rowPx].map((d) => Math.max(-1, Math.min(1, d))) as [
      number,
      number,
    ]
    estimate = { colPx: estimate.colPx + dx, rowPx: estimate.rowPx + dy }
    if (Math.hypot(dx, dy) < 0.01) break
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

/** Masked normalised cross-correlation at whole-pixel shifts, all layers and references pooled. */
function coarseShift(
  layers: readonly RegistrationLayer[],
  width: number,
  height: number,
  searchPx: number,
): { colPx: number; rowPx: number } {
  let best = { colPx: 0, rowPx: 0, score: -Infinity }
  for (let dy = -searchPx; dy <= searchPx; dy++) {
    for (let dx = -searchPx; dx <= searchPx; dx++) {
      let score = 0
      for (const { scene, references } of layers)
        for (const reference of references) {
          const r = correlation(scene, reference, width, height, dx, dy)
          score += r * Math.abs(r)
        }
      // Shorter shifts win ties (all-equal images).
      if (score > best.score + 1e-9 * (dx * dx + dy * dy)) best = { colPx: dx, rowPx: dy, score }
    }
  }
  return best
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
  let [a, b, aa, bb, ab] = [0, 0, 0, 0, 0]
  for (let row = Math.max(0, dy); row < Math.min(height, height + dy); row++) {
    const from = Math.max(0, dx)
    const to = Math.min(width, width + dx)
    for (let col = from; col < to; col++) {
      const s = scene[row * width + col] as number
      const t = reference[(row - dy) * width + col - dx] as number
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

interface WindowShift {
  colPx: number
  rowPx: number
  /** Variance of either, px². */
  colVariance: number
  rowVariance: number
}

/** Least-squares shift of each half-overlapping window relative to `estimate`, one per layer. */
function measureWindows(
  layers: readonly RegistrationLayer[],
  width: number,
  height: number,
  estimate: { colPx: number; rowPx: number },
  windowPx: number,
): WindowShift[] {
  const found: WindowShift[] = []
  const step = Math.max(1, windowPx >> 1)
  for (const { scene, references } of layers) {
    const warped = references.map((r) => warpCubic(r, width, height, estimate))
    for (let row = 0; row + step <= height; row += step)
      for (let col = 0; col + step <= width; col += step) {
        const window = {
          col,
          row,
          right: Math.min(width, col + windowPx),
          bottom: Math.min(height, row + windowPx),
        }
        const shift = measureWindow(scene, warped, width, height, window)
        if (shift) found.push(shift)
      }
  }
  return found
}

/** Reference as it would look displaced by `by`: Catmull-Rom sampling, NaN spreads. */
function warpCubic(
  data: Float32Array,
  width: number,
  height: number,
  by: { colPx: number; rowPx: number },
): Float32Array {
  const wholeCol = Math.floor(-by.colPx)
  const wholeRow = Math.floor(-by.rowPx)
  const wx = catmullRom(-by.colPx - wholeCol)
  const wy = catmullRom(-by.rowPx - wholeRow)
  const across = new Float32Array(data.length).fill(NaN)
  for (let row = 0; row < height; row++)
    for (let col = Math.max(0, 1 - wholeCol); col < Math.min(width, width - 2 - wholeCol); col++) {
      const at = row * width + col + wholeCol
      across[row * width + col] =
        wx[0] * (data[at - 1] as number) +
        wx[1] * (data[at] as number) +
        wx[2] * (data[at + 1] as number) +
        wx[3] * (data[at + 2] as number)
    }
  const result = new Float32Array(data.length).fill(NaN)
  for (let row = Math.max(0, 1 - wholeRow); row < Math.min(height, height - 2 - wholeRow); row++)
    for (let col = 0; col < width; col++) {
      const at = (row + wholeRow) * width + col
      result[row * width + col] =
        wy[0] * (across[at - width] as number) +
        wy[1] * (across[at] as number) +
        wy[2] * (across[at + width] as number) +
        wy[3] * (across[at + 2 * width] as number)
    }
  return result
}

function catmullRom(f: number): [number, number, number, number] {
  return [
    f * (-0.5 + f * (1 - 0.5 * f)),
    1 + f * f * (-2.5 + 1.5 * f),
    f * (0.5 + f * (2 - 1.5 * f)),
    f * f * (-0.5 + 0.5 * f),
  ]
}

interface PixelWindow {
  col: number
  row: number
  right: number
  bottom: number
}

/**
 * scene ≈ o + Σ gₖ Tₖ first; with P = Σ gₖ Tₖ then scene ≈ o + Σ gₖ Tₖ - dx ∂P/∂x - dy ∂P/∂y.
 */
function measureWindow(
  scene: Float32Array,
  references: readonly Float32Array[],
  width: number,
  height: number,
  window: PixelWindow,
): WindowShift | null {
  const mix = fit(scene, references, width, window)
  if (!mix) return null
  const predicted = (i: number): number => {
    let sum = 0
    for (let k = 0; k < references.length; k++)
      sum += (mix.x[k + 1] as number) * ((references[k] as Float32Array)[i] as number)
    return sum
  }
  const columns = window.right - window.col
  const size = columns * (window.bottom - window.row)
  const gx = new Float32Array(size).fill(NaN)
  const gy = new Float32Array(size).fill(NaN)
  const residual = new Float32Array(size).fill(NaN)
  const bases = references.map(() => new Float32Array(size))
  for (let row = Math.max(1, window.row); row < Math.min(height - 1, window.bottom); row++)
    for (let col = Math.max(1, window.col); col < Math.min(width - 1, window.right); col++) {
      const i = row * width + col
      const at = (row - window.row) * columns + col - window.col
      gx[at] = -(predicted(i + 1) - predicted(i - 1)) / 2
      gy[at] = -(predicted(i + width) - predicted(i - width)) / 2
      residual[at] = scene[i] as number
      for (let k = 0; k < references.length; k++)
        (bases[k] as Float32Array)[at] = (references[k] as Float32Array)[i] as number
    }
  const joint = fit(residual, [...bases, gx, gy], columns, {
    col: 0,
    row: 0,
    right: columns,
    bottom: window.bottom - window.row,
  })
  if (!joint || joint.n < size / 4) return null
  const k = references.length + 1
  return {
    colPx: joint.x[k] as number,
    rowPx: joint.x[k + 1] as number,
    colVariance: joint.variance * (joint.inverseDiagonal[k] as number),
    rowVariance: joint.variance * (joint.inverseDiagonal[k + 1] as number),
  }
}

/** Ordinary least squares of y on [1, ...regressors] over a window; pixels with any NaN are left out. */
function fit(
  y: Float32Array,
  regressors: readonly Float32Array[],
  width: number,
  window: PixelWindow,
): { x: Float64Array; inverseDiagonal: Float64Array; variance: number; n: number } | null {
  const m = regressors.length + 1
  const a = new Float64Array(m * m)
  const b = new Float64Array(m)
  const v = new Float64Array(m)
  v[0] = 1
  let n = 0
  let yy = 0
  for (let row = window.row; row < window.bottom; row++)
    for (let col = window.col; col < window.right; col++) {
      const i = row * width + col
      const value = y[i] as number
      let sum = value
      for (let k = 1; k < m; k++) {
        const r = (regressors[k - 1] as Float32Array)[i] as number
        v[k] = r
        sum += r
      }
      if (sum !== sum) continue
      n++
      yy += value * value
      for (let p = 0; p < m; p++) {
        const vp = v[p] as number
        b[p] = (b[p] as number) + vp * value
        for (let q = 0; q <= p; q++) a[p * m + q] = (a[p * m + q] as number) + vp * (v[q] as number)
      }
    }
  if (n < 4 * m) return null
  const solved = solveSymmetric(a, b)
  if (!solved) return null
  let explained = 0
  for (let p = 0; p < m; p++) explained += (solved.x[p] as number) * (b[p] as number)
  return { ...solved, variance: Math.max(1e-12, (yy - explained) / (n - m)), n }
}

interface Vote {
  colPx: number
  rowPx: number
  quality: number
  standardErrorPx: number
  windows: number
}

/** A window that is sure to better than this is not believed to be: content changes too, px. */
const WINDOW_FLOOR_PX = 0.1
/** Windows less sure than this say nothing, px. */
const WINDOW_CEILING_PX = 0.7

function voteOfWindows(all: readonly WindowShift[]): Vote | null {
  const windows = all.filter(
    (w) => Math.sqrt(Math.max(w.colVariance, w.rowVariance)) < WINDOW_CEILING_PX,
  )
  if (windows.length === 0) return null
  const weights = windows.map((w) => 1 / (WINDOW_FLOOR_PX ** 2 + w.colVariance + w.rowVariance))
  let colPx = weightedMedian(windows.map((w) => w.colPx), weights)
  let rowPx = weightedMedian(windows.map((w) => w.rowPx), weights)
  // Tukey's biweight around the median, twice: far windows lose their vote altogether.
  let quality = 0
  let standardErrorPx = Infinity
  for (let pass = 0; pass < 3; pass++) {
    let [sum, sumCol, sumRow, total, agreeing, scatter, squares] = [0, 0, 0, 0, 0, 0, 0]
    windows.forEach((w, i) => {
      const distance = Math.hypot(w.colPx - colPx, w.rowPx - rowPx)
      const weight = weights[i] as number
      total += weight
      if (distance <= AGREEMENT_PX) agreeing += weight
      const u = distance / (2 * AGREEMENT_PX)
      const kept = u < 1 ? weight * (1 - u * u) ** 2 : 0
      sum += kept
      squares += kept * kept
      sumCol += kept * w.colPx
      sumRow += kept * w.rowPx
      scatter += (kept * distance * distance) / 2
    })
    if (sum === 0) break
    colPx = sumCol / sum
    rowPx = sumRow / sum
    quality = agreeing / total
    // Half-overlapping windows and layers are not independent: a quarter of them is.
    const independent = Math.max(1, (sum * sum) / squares / 4)
    standardErrorPx = Math.sqrt(scatter / sum / independent)
  }
  return { colPx, rowPx, quality, standardErrorPx, windows: windows.length }
}

function weightedMedian(values: readonly number[], weights: readonly number[]): number {
  const order = values.map((_, i) => i).sort((p, q) => (values[p] as number) - (values[q] as number))
  const half = weights.reduce((sum, weight) => sum + weight, 0) / 2
  let sum = 0
  for (const i of order) {
    sum += weights[i] as number
    if (sum >= half) return values[i] as number
  }
  return values[order.at(-1) ?? 0] ?? 0
}
