import type { TrendSeries } from './trend-choice.ts'
import { type TrendTerm, YEAR_DAYS } from './trend-design.ts'

/** Fewest frames of a line. */
const LINE_FRAMES = 3

/**
 * Cuts a series into straight lines, each with its own level and rate, so that the weighted squared
 * residuals plus a penalty for each cut are least: optimal partitioning by dynamic programming (Jackson
 * et al. 2005), exact in O(n²). Errors count as independent here; it is where a search starts from, not
 * where it ends.
 *
 * @param left frames to leave out: those known to be off
 * @param unitVariance variance of an error over that of the frame's interval
 * @param penalty what a cut costs, in squared residuals over their variance
 * @returns a step and a kink for each cut
 */
export function partitionTerms(
  series: TrendSeries,
  left: ReadonlySet<number>,
  unitVariance: number,
  penalty: number,
): TrendTerm[] {
  const frames = [...series.days.keys()].filter((frame) => !left.has(frame))
  const n = frames.length
  if (n < 2 * LINE_FRAMES) return []
  const costOf = lineCosts(series, frames, unitVariance)
  const best = new Float64Array(n + 1).fill(Infinity)
  const cut = new Int32Array(n + 1)
  best[0] = -penalty
  for (let end = LINE_FRAMES; end <= n; end++) {
    for (let start = 0; start + LINE_FRAMES <= end; start++) {
      if (best[start] === Infinity) continue
      const cost = (best[start] as number) + costOf(start, end) + penalty
      if (cost < (best[end] as number)) {
        best[end] = cost
        cut[end] = start
      }
    }
  }
  const terms: TrendTerm[] = []
  for (let end = cut[n] as number; end > 0; end = cut[end] as number) {
    const frame = frames[end] as number
    const before = series.days[frames[end - 1] as number] as number
    terms.push({ kind: 'step', frame })
    terms.push({ kind: 'kink', day: (before + (series.days[frame] as number)) / 2 })
  }
  return terms
}

/** Weighted squared residuals of the best line through frames [start, end), by running sums. */
function lineCosts(
  { days, areas, sigmas }: TrendSeries,
  frames: readonly number[],
  unitVariance: number,
): (start: number, end: number) => number {
  const middleDay = days[days.length >> 1] as number
  const middleArea = areas[areas.length >> 1] as number
  const sums = Array.from({ length: 6 }, () => new Float64Array(frames.length + 1))
  for (const [i, frame] of frames.entries()) {
    const weight = 1 / (unitVariance * (sigmas[frame] as number) ** 2)
    const t = ((days[frame] as number) - middleDay) / YEAR_DAYS
    const y = (areas[frame] as number) - middleArea
    for (const [k, value] of [1, t, t * t, y, t * y, y * y].entries()) {
      const sum = sums[k] as Float64Array
      sum[i + 1] = (sum[i] as number) + weight * value
    }
  }
  return (start, end) => {
    const [w, t, tt, y, ty, yy] = sums.map(
      (sum) => (sum[end] as number) - (sum[start] as number),
    ) as [number, number, number, number, number, number]
    const spread = tt - (t * t) / w
    const slant = ty - (t * y) / w
    const total = yy - (y * y) / w
    return Math.max(0, spread > 1e-9 * w ? total - (slant * slant) / spread : total)
  }
}
