import type { ChangePoint, FittedTrend } from './change-points.ts'
import type { Onset, ScarEvent } from './events-types.ts'
import { rateWords } from './event-words.ts'
import { phasesOf } from './phases.ts'
import { studentT90 } from './student-quantile.ts'
import { type TrendTerm, YEAR_DAYS, kinkIsSupported } from './trend-design.ts'
import { dateWord, dayNumber, instantOf } from './trend-fit.ts'
import { kinkDays } from './trend-choice.ts'
import { candidateOf } from './trend-search.ts'
import { cautiousNoiseM2, ratesAround } from './trend-values.ts'

/** How finely the likelihood of an onset's date is followed, days. */
const PROFILE_DAYS = 2

/**
 * Every date from which the scar grew faster than before: changes of rate upwards to a rate whose 90 %
 * interval is of growth.
 * The 90 % interval is the span of dates t with
 * (RSS(t) - RSS(best)) / s² <= t90², RSS(t) that of the fit with this change of rate moved to t and
 * all sizes fitted anew (profile likelihood), s at least what the frames' own intervals say.
 */
export function onsetsOf(trend: FittedTrend): Onset[] {
  const onsets: Onset[] = []
  const phases = phasesOf(trend)
  for (const change of trend.changes) {
    const { term, size, pValue } = change
    if (term.kind !== 'kink' || size <= 0) continue
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
  const limit = (studentT90(trend.degrees) * cautiousNoiseM2(trend)) ** 2
  const walk = (direction: number): number => {
    let reached = day
    let at = day
    for (;;) {
      at += direction * PROFILE_DAYS
      const rss = rssWithKinkAt(trend, change.term, at)
      if (rss === null) return reached
      if (rss - trend.candidate.fit.rss <= limit) reached = at
      else if (Math.abs(at - reached) > YEAR_DAYS / 4) return reached
    }
  }
  return [walk(-1), walk(1)]
}

function rssWithKinkAt(
  { series, candidate }: FittedTrend,
  term: TrendTerm,
  day: number,
): number | null {
  const { structure, noise } = candidate
  const others = structure.terms.filter((other) => other !== term)
  if (!kinkIsSupported(series, day, kinkDays(others))) return null
  const terms: TrendTerm[] = [...others, { kind: 'kink', day }]
  return candidateOf(series, noise, { ...structure, terms })?.fit.rss ?? null
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
