import type { Phase } from '../model/analysis-events.ts'
import type { FittedTrend } from './change-points.ts'
import { studentT90 } from './student-quantile.ts'
import { YEAR_DAYS } from './trend-design.ts'
import { instantOf } from './trend-fit.ts'
import { cautiousNoiseM2 } from './trend-values.ts'

/**
 * Spans of steady rate: between one change of rate and the next. A step within a phase changes the
 * level, not the rate. The rate is the sum of the first rate and the changes up to it; its 90 %
 * interval is t s sqrt(w' (X' V⁻¹ X)⁻¹ w), w one for each of these, s at least what the frames' own
 * intervals say (generalised least squares, Student's t).
 */
export function phasesOf(trend: FittedTrend): Phase[] {
  const { series, candidate, degrees, noiseM2 } = trend
  const { fit, structure } = candidate
  const kinks = structure.terms
    .flatMap((term, i) => (term.kind === 'kink' ? [{ day: term.day, at: i + 2 }] : []))
    .sort((a, b) => a.day - b.day)
  const half = studentT90(degrees) * cautiousNoiseM2({ sigmas: series.sigmas, noiseM2 })
  const ends = [
    series.days[0] as number,
    ...kinks.map(({ day }) => day),
    series.days.at(-1) as number,
  ]
  const weights = new Float64Array(fit.coefficients.length)
  const phases: Phase[] = []
  for (let i = 0; i + 1 < ends.length; i++) {
    weights[i === 0 ? 1 : (kinks[i - 1]?.at as number)] = 1
    let rate = 0
    for (const [j, weight] of weights.entries()) rate += weight * (fit.coefficients[j] as number)
    const width = half * Math.sqrt(fit.varianceOf(weights))
    phases.push({
      fromAt: instantOf(ends[i] as number),
      toAt: instantOf(ends[i + 1] as number),
      rateM2PerDay: rate / YEAR_DAYS,
      lowM2PerDay: (rate - width) / YEAR_DAYS,
      highM2PerDay: (rate + width) / YEAR_DAYS,
    })
  }
  return phases
}
