/** Shift that one window measures, with the variance of either axis, px². */
export interface WindowShift {
  colPx: number
  rowPx: number
  colVariance: number
  rowVariance: number
}

/** What the windows agree on. */
export interface Vote {
  colPx: number
  rowPx: number
  quality: number
  standardErrorPx: number
  windows: number
}

const AGREEMENT_PX = 0.5
/** A window that is sure to better than this is not believed to be: content changes too, px. */
const WINDOW_FLOOR_PX = 0.1
/** Windows less sure than this say nothing, px. */
const WINDOW_CEILING_PX = 0.7

/**
 * Robust vote: weighted median, then a weighted mean in which windows far from it (Tukey's biweight)
 * lose their say. Null where no window can tell anything.
 */
export function voteOfWindows(all: readonly WindowShift[]): Vote | null {
  const windows = all.filter(
    (w) => Math.sqrt(Math.max(w.colVariance, w.rowVariance)) < WINDOW_CEILING_PX,
  )
  if (windows.length === 0) return null
  const weights = windows.map((w) => 1 / (WINDOW_FLOOR_PX ** 2 + w.colVariance + w.rowVariance))
  let colPx = weightedMedian(
    windows.map((w) => w.colPx),
    weights,
  )
  let rowPx = weightedMedian(
    windows.map((w) => w.rowPx),
    weights,
  )
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
  const order = values
    .map((_, i) => i)
    .sort((p, q) => (values[p] as number) - (values[q] as number))
  const half = weights.reduce((sum, weight) => sum + weight, 0) / 2
  let sum = 0
  for (const i of order) {
    sum += weights[i] as number
    if (sum >= half) return values[i] as number
  }
  return values[order.at(-1) ?? 0] ?? 0
}
