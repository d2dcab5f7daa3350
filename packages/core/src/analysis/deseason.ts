import type { DeseasonedMeasure, DeseasonedSeries } from '../model/analysis-events.ts'
import { type FittedTrend, noiseOf } from './change-points.ts'
import type { DatedMeasure } from './dated-measure.ts'
import { areaWords } from './event-words.ts'
import { Z90 } from './normal-quantile.ts'
import { YEAR_DAYS } from './trend-design.ts'
import { dayNumber } from './trend-fit.ts'
import { candidateOf } from './trend-search.ts'
import { seasonAt } from './trend-values.ts'

/**
 * Growth with the season taken out. The season is a harmonic one (annual, or annual and semi-annual),
 * fitted jointly with the trend's level, rates and steps, so that growth is not taken for a season
 * (harmonic regression with breaks as in BFAST, Verbesselt et al. 2010). It is asked for in no series
 * below two years or 16 frames, must pay ln n per coefficient in likelihood (BIC), and is then shrunk
 * by max(0, 1 - q / W), W the Wald statistic of its q coefficients (positive-part shrinkage, Efron and
 * Morris 1973).
 */
export function deseason(
  measures: readonly DatedMeasure[],
  trend: FittedTrend | null,
): DeseasonedSeries {
  const sorted = [...measures].sort((a, b) => dayNumber(a.capturedAt) - dayNumber(b.capturedAt))
  const term = trend?.candidate.structure.season ?? null
  if (trend === null || term === null) {
    const isShort = trend === null || trend.series.seasons.length === 0
    return {
      season: null,
      frames: sorted.map(({ capturedAt, areaM2, lowM2, highM2 }) => ({
        capturedAt,
        seasonM2: 0,
        deseasonedM2: areaM2,
        lowM2,
        highM2,
      })),
      words: isShort
        ? 'The series is too short to tell a season (16 clear frames over two years are needed): none is taken out.'
        : 'No season stands out of the series: none is taken out.',
    }
  }
  const shrinkage = shrinkageOf(trend, 2 * term.harmonics)
  const noise = noiseOf(trend.series, trend.candidate)
  const frames = sorted.map(({ capturedAt, areaM2, lowM2, highM2 }): DeseasonedMeasure => {
    const at = seasonAt(trend, dayNumber(capturedAt))
    if (at === null) return { capturedAt, seasonM2: 0, deseasonedM2: areaM2, lowM2, highM2 }
    const seasonM2 = shrinkage * at.valueM2
    const seasonHalf =
      Z90 * shrinkage * noise * Math.sqrt(trend.candidate.fit.varianceOf(at.weights))
    const deseasonedM2 = areaM2 - seasonM2
    return {
      capturedAt,
      seasonM2,
      deseasonedM2,
      lowM2: deseasonedM2 - Math.hypot(areaM2 - lowM2, seasonHalf),
      highM2: deseasonedM2 + Math.hypot(highM2 - areaM2, seasonHalf),
    }
  })
  const amplitudeM2 = shrinkage * amplitudeOf(trend)
  const how = term.scaling === 'additive' ? 'of constant size' : "in proportion to the scar's area"
  return {
    season: { ...term, amplitudeM2, shrinkage },
    frames,
    words: `A season ${how} with an amplitude of ${areaWords(amplitudeM2)} (last year) is taken out.`,
  }
}

/** With W = (RSS without the season - RSS with it) / s². */
function shrinkageOf(trend: FittedTrend, coefficients: number): number {
  const { series, candidate } = trend
  const bare = candidateOf(series, candidate.noise, { ...candidate.structure, season: null })
  if (bare === null) return 1
  const wald = (bare.fit.rss - candidate.fit.rss) / noiseOf(series, candidate) ** 2
  return shrinkageFor(wald, coefficients)
}

/** max(0, 1 - q / W): what q coefficients with the Wald statistic W are multiplied by. */
export function shrinkageFor(wald: number, coefficients: number): number {
  return wald > 0 ? Math.max(0, 1 - coefficients / wald) : 0
}

function amplitudeOf(trend: FittedTrend): number {
  const last = trend.series.days.at(-1) as number
  let least = Infinity
  let most = -Infinity
  for (let back = 0; back < YEAR_DAYS; back += 5) {
    const value = seasonAt(trend, last - back)?.valueM2 ?? 0
    least = Math.min(least, value)
    most = Math.max(most, value)
  }
  return (most - least) / 2
}
