import type { FittedTrend } from './change-points.ts'
import { phaseRates } from './abrupt-steps.ts'
import { dot, leastSquares } from './least-squares.ts'
import { type TrendTerm, YEAR_DAYS, seasonColumns } from './trend-design.ts'
import { whiteDesign } from './trend-search.ts'

/** Level, rate, steps and kinks of a trend on a day, m²: without season and without single frames. */
export function trendAt({ series, candidate }: FittedTrend, day: number): number {
  const { coefficients } = candidate.fit
  const first = series.days[0] as number
  let value =
    (coefficients[0] as number) + ((coefficients[1] as number) * (day - first)) / YEAR_DAYS
  for (const [i, term] of candidate.structure.terms.entries()) {
    const size = coefficients[i + 2] as number
    if (term.kind === 'step' && day >= (series.days[term.frame] as number)) value += size
    if (term.kind === 'kink') value += (size * Math.max(0, day - term.day)) / YEAR_DAYS
  }
  return value
}

/**
 * Weights of a trend's season on a day over all its coefficients, and the season there, m²; a
 * proportional season goes with the running level of the nearest frame. Null without a season.
 */
export function seasonAt(
  { series, candidate }: FittedTrend,
  day: number,
): { weights: Float64Array; valueM2: number } | null {
  const { season } = candidate.structure
  if (season === null) return null
  const { coefficients } = candidate.fit
  let nearest = 0
  for (const [i, at] of series.days.entries()) {
    if (Math.abs(at - day) < Math.abs((series.days[nearest] as number) - day)) nearest = i
  }
  const here = {
    days: Float64Array.of(day),
    level: Float64Array.of(series.level[nearest] as number),
  }
  const weights = new Float64Array(coefficients.length)
  const columns = seasonColumns(here, season)
  let valueM2 = 0
  for (const [i, column] of columns.entries()) {
    const at = coefficients.length - columns.length + i
    weights[at] = column[0] as number
    valueM2 += (coefficients[at] as number) * (column[0] as number)
  }
  return { weights, valueM2 }
}

/**
 * Standard error of unit weight that rates and dates are given with, m²: that of the fit, but never
 * less than what the frames' own intervals say. The scatter of a series does not show an error that
 * drifts slowly; the intervals count it.
 *
 * @param sigmas standard errors of the frames, m²
 */
export function cautiousNoiseM2({
  sigmas,
  noiseM2,
}: {
  sigmas: Float64Array
  noiseM2: number
}): number {
  let square = 0
  for (const sigma of sigmas) square += sigma ** 2 / sigmas.length
  return Math.max(noiseM2, Math.sqrt(square))
}

/**
 * Standard error of a linear combination of a trend's coefficients, by which a change of rate is told from none: that of
 * the fit, and at least what the frames' own intervals say of errors that differ from frame to frame. The error of the
 * boundary's level is one and the same on all frames: it moves the combination by what the same fit makes of the
 * frames' half-widths, that is, a rate only where the boundary's length changes. Both add up in squares.
 */
export function cautiousErrorOf(trend: FittedTrend, weights: Float64Array): number {
  const { series, noiseM2, candidate } = trend
  const { white, fit, structure } = candidate
  const ownM2 = cautiousNoiseM2({ sigmas: series.ownSigmas, noiseM2 })
  const own = ownM2 * Math.sqrt(fit.varianceOf(weights))
  const common = leastSquares(
    whiteDesign(series, white, structure),
    white.apply(series.levelSigmas),
  )
  return Math.hypot(own, common === null ? 0 : dot(weights, common.coefficients))
}

/** Standard error of a term's size, m² (m² per year for a kink), by {@link cautiousErrorOf}. */
export function cautiousErrorOfTerm(trend: FittedTrend, term: TrendTerm): number {
  const { fit, structure } = trend.candidate
  const weights = new Float64Array(fit.coefficients.length)
  weights[structure.terms.indexOf(term) + 2] = 1
  return cautiousErrorOf(trend, weights)
}

/** Rate of a trend before and after a day, m² per day. */
export function ratesAround(
  { candidate }: FittedTrend,
  day: number,
): { beforeM2PerDay: number; afterM2PerDay: number } {
  const rates = phaseRates(candidate)
  const before = rates.findLast(({ fromDay }) => fromDay < day)
  const after = rates.findLast(({ fromDay }) => fromDay <= day)
  return {
    beforeM2PerDay: (before?.rate ?? NaN) / YEAR_DAYS,
    afterM2PerDay: (after?.rate ?? NaN) / YEAR_DAYS,
  }
}
