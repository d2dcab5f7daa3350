import type { Onset, ScarEvent } from '../model/analysis-events.ts'
import type { ChangePoint, FittedTrend } from './change-points.ts'
import { rateWords } from './event-words.ts'
import { phasesOf } from './phases.ts'
import { SERIES_NOISES, type SeriesNoise } from './series-noise.ts'
import { studentT90 } from './student-quantile.ts'
import { termPenalty } from './trend-choice.ts'
import { type TrendTerm, YEAR_DAYS, isBreak, kinkIsSupported } from './trend-design.ts'
import { dateWord, dayNumber, instantOf } from './trend-fit.ts'
import { RSS_FLOOR } from './trend-scan.ts'
import { candidateOf } from './trend-search.ts'
import { cautiousErrorOfTerm, cautiousNoiseM2, ratesAround } from './trend-values.ts'

/** How finely the likelihood of an onset's date is followed, days; beside another rise, at most so many dates of that. */
const PROFILE_DAYS = 2
const BESIDE_DAYS = 8
const BESIDE_DATES = 24
/** Dates of an interval whose likelihoods are compared for its middle. */
const MIDDLE_DATES = 48

/**
 * Every date from which the scar grew faster than before: changes of rate upwards to a rate whose 90 %
 * interval is of growth, by a rise whose 90 % interval leaves 0 out.
 * The 90 % interval is the span of dates t with (RSS(t) - RSS(best)) / s² <= t90², RSS(t) that of the
 * fit with this change of rate moved to t and all sizes fitted anew (profile likelihood), s at least
 * what the frames' own intervals say, under any of the noises whose likelihood is within t90² / 2 of the
 * best one's. Two rises that the series cannot tell apart are fitted as one between them, so dates count, too,
 * that are within the limit with another, smaller rise before or after. The onset that comes with a step lies in the
 * bracket of the step. The date told is the one with half of the likelihood on either side, s that of the fit: caution
 * widens an interval, but has no side. Dates count for that which leave three frames of their own on both sides, as changes
 * of rate must (a rise before the last frame fits that frame, whatever it shows). Where the series speaks for two rises (by more than what a change of rate
 * costs) of which the trend has one, that likelihood is of a wrong model, and the cautious one is taken.
 */
export function onsetsOf(trend: FittedTrend): Onset[] {
  const onsets: Onset[] = []
  const phases = phasesOf(trend)
  for (const change of trend.changes) {
    const { term, size, pValue } = change
    if (term.kind !== 'kink' || size <= 0 || pValue > trend.rateSignificance) continue
    if (size <= studentT90(trend.degrees) * cautiousErrorOfTerm(trend, term)) continue
    const { beforeM2PerDay, afterM2PerDay } = ratesAround(trend, term.day)
    const after = phases.find(({ fromAt }) => fromAt === instantOf(term.day))
    if (after === undefined || after.lowM2PerDay <= 0) continue
    const dates = profileDates(trend, change, term.day)
    const [at, lowAt, highAt] = [dates.middle, dates.low, dates.high].map(instantOf) as [
      string,
      string,
      string,
    ]
    const span = `${dateWord(lowAt)} to ${dateWord(highAt)}`
    const season =
      trend.series.seasons.length === 0
        ? '; the series is too short to tell a change of rate from a season'
        : ''
    onsets.push({
      ...{ at, lowAt, highAt },
      turnAt: instantOf(term.day),
      rateBeforeM2PerDay: beforeM2PerDay,
      rateAfterM2PerDay: afterM2PerDay,
      pValue,
      words: `From about ${dateWord(at)} (90 % interval ${span}) the scar's area grew by ${rateWords(afterM2PerDay)} after ${rateWords(beforeM2PerDay)} before${season}.`,
    })
  }
  return onsets.sort((a, b) => a.at.localeCompare(b.at))
}

interface ProfileDates {
  low: number
  middle: number
  high: number
}

function profileDates(trend: FittedTrend, change: ChangePoint, day: number): ProfileDates {
  const { days } = trend.series
  const { terms } = trend.candidate.structure
  if (isBreak(trend.series, day, terms)) {
    return { low: days.findLast((at) => at < day) ?? day, middle: day, high: day }
  }
  const limit = studentT90(trend.degrees) ** 2
  const readings = plausibleReadings(trend, limit)
  const others = terms.filter((other) => other !== change.term)
  const span = spanOf(trend, day, others)
  const inSpan = (at: number): boolean => at > span.from && at < span.to
  const walk = (start: number, stepDays: number, excessOf: (at: number) => number): number => {
    let reached = start
    for (let at = start + stepDays; inSpan(at); at += stepDays) {
      if (excessOf(at) <= limit) reached = inSpan(at + stepDays) ? at + stepDays : at
      else if (Math.abs(at - reached) > YEAR_DAYS / 4) break
    }
    return reached
  }
  const alone = (at: number, judge: Judge): number =>
    excessAt(trend, others, at, null, readings, judge)
  const beside = (at: number, judge: Judge, dates = span.dates): number =>
    dates.reduce(
      (least, other) =>
        other === at ? least : Math.min(least, excessAt(trend, others, at, other, readings, judge)),
      Infinity,
    )
  const reach = (direction: number): number =>
    walk(
      walk(day, direction * PROFILE_DAYS, (at) => alone(at, cautiously)),
      direction * BESIDE_DAYS,
      (at) => beside(at, cautiously),
    )
  const [low, high] = [reach(-1), reach(1)]
  const gain = -Math.min(...span.dates.map((at) => beside(at, asFitted)))
  const judge = gain > termPenalty(change.term, days.length) ? cautiously : asFitted
  const weightAt = (at: number): number => {
    if (!kinkIsSupported(trend.series, at, others)) return 0
    const told = [...others, { kind: 'kink' as const, day: at }]
    const dates = span.dates.filter((other) => kinkIsSupported(trend.series, other, told))
    return Math.exp(-Math.min(alone(at, judge), beside(at, judge, dates)) / 2)
  }
  return { low, middle: middleBy(weightAt, low, high) ?? day, high }
}

/** The date with half of the weight on either side; null where no date has any. */
function middleBy(weightAt: (at: number) => number, low: number, high: number): number | null {
  const step = (high - low) / MIDDLE_DATES
  const dates = Array.from({ length: MIDDLE_DATES }, (_, i) => low + (i + 0.5) * step)
  const weights = dates.map(weightAt)
  const half = weights.reduce((sum, weight) => sum + weight, 0) / 2
  let sum = 0
  const at = weights.findIndex((weight) => (sum += weight) >= half && half > 0)
  return dates[at] ?? null
}

/**
 * Between which days a change of rate could lie that is near a day: between the changes of rate beside it,
 * with a frame left on both sides; and days in between for another one.
 */
function spanOf(
  { series: { days } }: FittedTrend,
  day: number,
  others: readonly TrendTerm[],
): { from: number; to: number; dates: number[] } {
  const kinks = others.flatMap((term) => (term.kind === 'kink' ? [term.day] : []))
  const after = Math.max(-Infinity, ...kinks.filter((at) => at < day))
  const before = Math.min(Infinity, ...kinks.filter((at) => at > day))
  const own = [...days].filter((at) => at >= after && at < before)
  const [first = day, last = day] = [own[0], own.at(-1)]
  const inner = own.filter((at) => at > first && at < last)
  const every = Math.max(1, Math.ceil(inner.length / BESIDE_DATES))
  return { from: first, to: last, dates: inner.filter((_, i) => i % every === 0) }
}

/** A noise that a date is judged under. */
interface NoiseReading {
  noise: SeriesNoise
  /** -2 ln likelihood of the trend as fitted. */
  deviance: number
  rss: number
  /** s², m⁴: that of the fit, and at least what the frames' own intervals say. */
  fittedVariance: number
  cautiousVariance: number
  /** By how much its deviance is above that of the best noise. */
  behind: number
}

/** What squared residuals that grew by so much, m⁴, amount to under a noise. */
type Judge = (grown: number, reading: NoiseReading) => number

const cautiously: Judge = (grown, { cautiousVariance }) => grown / cautiousVariance
const asFitted: Judge = (grown, { fittedVariance, behind }) => grown / fittedVariance + behind

/** Every noise whose likelihood is within the limit of the best one's, the trend being the same. */
function plausibleReadings(trend: FittedTrend, limit: number): NoiseReading[] {
  const { series, candidate, degrees } = trend
  const { intervalShare } = candidate.noise
  const readings = SERIES_NOISES.flatMap((shape): Omit<NoiseReading, 'behind'>[] => {
    const noise = { ...shape, intervalShare }
    const fitted = candidateOf(series, noise, candidate.structure)
    if (fitted === null) return []
    const { rss } = fitted.fit
    const n = series.days.length
    const deviance = n * Math.log(Math.max(rss, RSS_FLOOR * n)) + fitted.white.logDeterminant
    const fittedVariance = rss / degrees
    const cautiousVariance =
      cautiousNoiseM2({ sigmas: series.sigmas, noiseM2: Math.sqrt(fittedVariance) }) ** 2
    return [{ noise, deviance, rss, fittedVariance, cautiousVariance }]
  })
  const least = Math.min(...readings.map(({ deviance }) => deviance))
  return readings
    .map((reading) => ({ ...reading, behind: reading.deviance - least }))
    .filter(({ behind }) => behind <= limit)
}

/**
 * Growth of the squared residuals as judged, smallest over the noises, with a change of rate on another day, and, where
 * asked for, another rise beside it that is no larger; infinite where there is no such fit.
 */
function excessAt(
  { series, candidate }: FittedTrend,
  others: readonly TrendTerm[],
  day: number,
  besideDay: number | null,
  readings: readonly NoiseReading[],
  judge: Judge,
): number {
  const kinks = [day, ...(besideDay === null ? [] : [besideDay])]
  const terms = [...others, ...kinks.map((at): TrendTerm => ({ kind: 'kink', day: at }))]
  let least = Infinity
  for (const reading of readings) {
    const fitted = candidateOf(series, reading.noise, { ...candidate.structure, terms })
    if (fitted === null) continue
    const [rise = 0, beside = 0] = fitted.fit.coefficients.slice(2 + others.length)
    if (besideDay !== null && (beside < 0 || beside > rise)) continue
    least = Math.min(least, judge(fitted.fit.rss - reading.rss, reading))
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
