import type { Onset, ScarEvent } from '../model/analysis-events.ts'
import type { ChangePoint, FittedTrend } from './change-points.ts'
import { rateWords } from './event-words.ts'
import { phasesOf } from './phases.ts'
import { SERIES_NOISES, type SeriesNoise } from './series-noise.ts'
import { studentT90 } from './student-quantile.ts'
import { type TrendTerm, YEAR_DAYS, isBreak, kinkIsSupported } from './trend-design.ts'
import { dateWord, dayNumber, instantOf } from './trend-fit.ts'
import { RSS_FLOOR } from './trend-scan.ts'
import { candidateOf } from './trend-search.ts'
import { cautiousErrorOf, cautiousNoiseM2, ratesAround } from './trend-values.ts'

/** How finely the likelihood of an onset's date is followed, days. */
const PROFILE_DAYS = 2

/**
 * Every date from which the scar grew faster than before: changes of rate upwards to a rate whose 90 %
 * interval is of growth, by a rise whose 90 % interval leaves 0 out.
 * The 90 % interval is the span of dates t with (RSS(t) - RSS(best)) / s² <= t90², RSS(t) that of the
 * fit with this change of rate moved to t and all sizes fitted anew (profile likelihood), s at least
 * what the frames' own intervals say, under any of the noises whose likelihood is within t90² / 2 of the
 * best one's. The onset that comes with a step lies in the bracket of the step.
 */
export function onsetsOf(trend: FittedTrend): Onset[] {
  const onsets: Onset[] = []
  const phases = phasesOf(trend)
  for (const change of trend.changes) {
    const { term, size, pValue } = change
    if (term.kind !== 'kink' || size <= 0 || pValue > trend.rateSignificance) continue
    if (size <= studentT90(trend.degrees) * cautiousErrorOf(trend, term)) continue
    const { beforeM2PerDay, afterM2PerDay } = ratesAround(trend, term.day)
    const after = phases.find(({ fromAt }) => fromAt === instantOf(term.day))
    if (after === undefined || after.lowM2PerDay <= 0) continue
    const [low, high] = profileInterval(trend, change, term.day)
    const at = instantOf(term.day)
    const lowAt = instantOf(low)
    const highAt = instantOf(high)
    const span = `${dateWord(lowAt)} to ${dateWord(highAt)}`
    const season =
      trend.series.seasons.length === 0
        ? '; the series is too short to tell a change of rate from a season'
        : ''
    onsets.push({
      at,
      lowAt,
      highAt,
      rateBeforeM2PerDay: beforeM2PerDay,
      rateAfterM2PerDay: afterM2PerDay,
      pValue,
      words: `From ${dateWord(at)} (90 % interval ${span}) the scar's area grew by ${rateWords(afterM2PerDay)} after ${rateWords(beforeM2PerDay)} before${season}.`,
    })
  }
  return onsets.sort((a, b) => a.at.localeCompare(b.at))
}

function profileInterval(
  trend: FittedTrend,
  change: ChangePoint,
  day: number,
): [low: number, high: number] {
  const { days } = trend.series
  const { terms } = trend.candidate.structure
  if (isBreak(trend.series, day, terms)) return [days.findLast((at) => at < day) ?? day, day]
  const limit = studentT90(trend.degrees) ** 2
  const readings = plausibleReadings(trend, limit)
  const walk = (direction: number): number => {
    let reached = day
    let at = day
    for (;;) {
      at += direction * PROFILE_DAYS
      const excess = excessAt(trend, change.term, at, readings)
      if (excess === Infinity) return reached
      if (excess <= limit) reached = at + direction * PROFILE_DAYS
      else if (Math.abs(at - reached) > YEAR_DAYS / 4) return reached
    }
  }
  return [walk(-1), walk(1)]
}

/** A noise that a date is judged under. */
interface NoiseReading {
  noise: SeriesNoise
  /** -2 ln likelihood of the trend as fitted. */
  deviance: number
  rss: number
  /** s², at least what the frames' own intervals say, m⁴. */
  variance: number
}

/** Every noise whose likelihood is within the limit of the best one's, the trend being the same. */
function plausibleReadings(trend: FittedTrend, limit: number): NoiseReading[] {
  const { series, candidate, degrees } = trend
  const { intervalShare } = candidate.noise
  const readings = SERIES_NOISES.flatMap((shape): NoiseReading[] => {
    const noise = { ...shape, intervalShare }
    const fitted = candidateOf(series, noise, candidate.structure)
    if (fitted === null) return []
    const { rss } = fitted.fit
    const n = series.days.length
    const deviance = n * Math.log(Math.max(rss, RSS_FLOOR * n)) + fitted.white.logDeterminant
    const variance = cautiousNoiseM2({ series, noiseM2: Math.sqrt(rss / degrees) }) ** 2
    return [{ noise, deviance, rss, variance }]
  })
  const least = Math.min(...readings.map(({ deviance }) => deviance))
  return readings.filter(({ deviance }) => deviance - least <= limit)
}

/** Growth of the squared residuals in s², smallest over the noises, with a change of rate on another day. */
function excessAt(
  { series, candidate }: FittedTrend,
  term: TrendTerm,
  day: number,
  readings: readonly NoiseReading[],
): number {
  const { structure } = candidate
  const others = structure.terms.filter((other) => other !== term)
  if (!kinkIsSupported(series, day, others)) return Infinity
  const moved = { ...structure, terms: [...others, { kind: 'kink', day } satisfies TrendTerm] }
  let least = Infinity
  for (const { noise, rss, variance } of readings) {
    const fitted = candidateOf(series, noise, moved)
    if (fitted !== null) least = Math.min(least, (fitted.fit.rss - rss) / variance)
  }
  return least
}

/**
 * The main onset before an abrupt gain: of those since the event before it, the one with the largest
 * rise of the rate; null where the scar did not grow faster beforehand.
 */
export function mainOnsetBefore(
  event: ScarEvent,
  onsets: readonly Onset[],
  events: readonly ScarEvent[],
): Onset | null {
  if (event.kind !== 'abrupt-gain') return null
  const from = events
    .filter(({ byAt }) => dayNumber(byAt) <= dayNumber(event.afterAt))
    .reduce((latest, { byAt }) => Math.max(latest, dayNumber(byAt)), -Infinity)
  let main: Onset | null = null
  for (const onset of onsets) {
    const day = dayNumber(onset.at)
    if (day < from || day >= dayNumber(event.byAt)) continue
    if (main === null || riseOf(onset) > riseOf(main)) main = onset
  }
  return main
}

function riseOf({ rateAfterM2PerDay, rateBeforeM2PerDay }: Onset): number {
  return rateAfterM2PerDay - rateBeforeM2PerDay
}
