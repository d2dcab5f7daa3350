/** Counts of values in bins of equal width; values beyond the ends fall into the end bins. */
export interface Histogram {
  /** Left edge of the first bin. */
  start: number
  binWidth: number
  counts: number[]
}

/** An empty histogram over start..end. */
export function createHistogram(start: number, end: number, bins: number): Histogram {
  return { start, binWidth: (end - start) / bins, counts: Array.from({ length: bins }, () => 0) }
}

/** Counts values (NaN left out), each less `offset`, where `mask` is set or absent. */
export function addToHistogram(
  histogram: Histogram,
  values: Float32Array,
  mask: Uint8Array | null = null,
  offset = 0,
): void {
  const { start, binWidth, counts } = histogram
  const last = counts.length - 1
  for (let i = 0; i < values.length; i++) {
    if (mask && !mask[i]) continue
    const value = (values[i] as number) - offset
    if (Number.isNaN(value)) continue
    const bin = Math.min(last, Math.max(0, Math.floor((value - start) / binWidth)))
    counts[bin] = (counts[bin] as number) + 1
  }
}

/**
 * The value below which a share of the counts lies, linear within its bin; NaN for an empty histogram.
 *
 * @param share 0..1
 */
export function histogramQuantile(histogram: Histogram, share: number): number {
  const total = histogram.counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return NaN
  let before = 0
  for (let bin = 0; bin < histogram.counts.length; bin++) {
    const count = histogram.counts[bin] as number
    if (count > 0 && before + count >= share * total) {
      const within = Math.max(0, (share * total - before) / count)
      return histogram.start + (bin + within) * histogram.binWidth
    }
    before += count
  }
  return histogram.start + histogram.counts.length * histogram.binWidth
}

interface Split {
  weight: [number, number]
  mean: [number, number]
  variance: [number, number]
}

/** Share, mean and variance (in bins) on both sides of every inner bin edge. */
function* splits(counts: readonly number[]): Generator<[edge: number, split: Split]> {
  let n = 0
  let sum = 0
  let squares = 0
  counts.forEach((count, bin) => {
    n += count
    sum += count * bin
    squares += count * bin * bin
  })
  let n0 = 0
  let sum0 = 0
  let squares0 = 0
  for (let bin = 0; bin + 1 < counts.length; bin++) {
    const count = counts[bin] as number
    n0 += count
    sum0 += count * bin
    squares0 += count * bin * bin
    const n1 = n - n0
    if (n0 === 0 || n1 === 0) continue
    const mean0 = sum0 / n0
    const mean1 = (sum - sum0) / n1
    yield [
      bin + 1,
      {
        weight: [n0 / n, n1 / n],
        mean: [mean0, mean1],
        variance: [squares0 / n0 - mean0 * mean0, (squares - squares0) / n1 - mean1 * mean1],
      },
    ]
  }
}

/**
 * The two-class split with the greatest variance between classes (Otsu, 1979). Null where all
 * values are in one bin. Equally good neighbouring edges are averaged.
 */
export function otsuThreshold(histogram: Histogram): number | null {
  let best = 0
  let edgeSum = 0
  let edges = 0
  for (const [edge, { weight, mean }] of splits(histogram.counts)) {
    const between = weight[0] * weight[1] * (mean[1] - mean[0]) ** 2
    if (between > best * (1 + 1e-12)) {
      best = between
      edgeSum = edge
      edges = 1
    } else if (edges > 0 && Math.abs(between - best) <= best * 1e-12) {
      edgeSum += edge
      edges++
    }
  }
  return edges === 0 ? null : histogram.start + (edgeSum / edges) * histogram.binWidth
}

/**
 * The two-class split with the smallest classification error if both classes are normal
 * (Kittler & Illingworth, 1986): J = 1 + 2 Σ p ln σ - 2 Σ p ln p at an inner local minimum. Unlike
 * Otsu's it does not drift towards the larger class. Null where J has no local minimum with both
 * classes wider than a bin: the histogram does not fall into two.
 */
export function minimumErrorThreshold(histogram: Histogram): number | null {
  const { counts, start, binWidth } = histogram
  const criterion = new Float64Array(counts.length + 1).fill(Infinity)
  // Width of a bin itself (1/12) keeps narrow classes finite.
  for (const [edge, { weight, variance }] of splits(counts)) {
    const [s0, s1] = [Math.sqrt(variance[0] + 1 / 12), Math.sqrt(variance[1] + 1 / 12)]
    criterion[edge] =
      1 +
      2 * (weight[0] * Math.log(s0) + weight[1] * Math.log(s1)) -
      2 * (weight[0] * Math.log(weight[0]) + weight[1] * Math.log(weight[1]))
  }
  let best: number | null = null
  let bestValue = Infinity
  const finite = (edge: number): number => criterion[edge] ?? Infinity
  for (let edge = 1; edge < counts.length; edge++) {
    const value = finite(edge)
    if (!Number.isFinite(value) || value >= bestValue) continue
    // A minimum counts only if J rises by a hundredth on both sides of it: no sampling ripple.
    const rises = (step: 1 | -1): boolean => {
      for (let e = edge + step; Number.isFinite(finite(e)); e += step) {
        if (finite(e) < value) return false
        if (finite(e) > value + 0.01) return true
      }
      return false
    }
    if (!rises(1) || !rises(-1)) continue
    best = edge
    bestValue = value
  }
  return best === null ? null : start + best * binWidth
}

/**
 * How much the threshold rises with the growing season: half of what the vegetation of a frame
 * stands above its dormant level. Bare ground keeps its NDVI the year round, so the NDVI of a pixel
 * that is half bare and half covered moves by half of what the vegetation does.
 *
 * @param vegetationNdvi NDVI of vegetated ground in the frame
 * @param dormantNdvi the same in the dormant season
 */
export function seasonalRaise(vegetationNdvi: number, dormantNdvi: number): number {
  const raise = (vegetationNdvi - dormantNdvi) / 2
  return raise > 0 ? raise : 0
}
