import { type MeasuredDates, isBeyondInterval } from './beyond-interval.ts'
import { dot, leastSquares } from './least-squares.ts'
import type { Whitening } from './series-noise.ts'
import { type SeasonTerm, type TrendTerm, kinkIsSupported, seasonColumns } from './trend-design.ts'
import { type Scan, beside, dropOf, gainOf } from './trend-scan.ts'

/** A series ready to be searched: only frames that saw enough. */
export interface TrendSeries extends MeasuredDates {
  areas: Float64Array
  /** Seasons that may be fitted; none where the series is too short to tell one. */
  seasons: readonly SeasonTerm[]
  /** Whitenings made so far, by noise. */
  whitenings: Map<string, { white: Whitening; whiteAreas: Float64Array }>
}

/**
 * What a term costs in -2 ln likelihood: 3 ln n for a step or a pulse, which may be on any frame
 * (modified BIC, Zhang and Siegmund 2007), 2 ln n for a kink: its size and its day, of which the
 * likelihood is a smooth function (BIC, Schwarz 1978).
 */
export function termPenalty(term: TrendTerm, frames: number): number {
  return (term.kind === 'kink' ? 2 : 3) * Math.log(frames)
}

/** Days of the kinks among terms. */
export function kinkDays(terms: readonly TrendTerm[]): number[] {
  return terms.flatMap((term) => (term.kind === 'kink' ? [term.day] : []))
}

/** The term, or the step with a change of rate on the same frame, that gains most after its penalty. */
export function bestTerms(
  series: TrendSeries,
  scan: Scan,
  terms: readonly TrendTerm[],
  room: number,
): { terms: TrendTerm[]; gain: number } | null {
  const single = room >= 1 ? bestTerm(series, scan, terms) : null
  const pair = room >= 2 ? bestBreak(series, scan, terms) : null
  if (pair !== null && pair.gain > (single?.gain ?? 0)) return pair
  return single === null ? null : { terms: [single.term], gain: single.gain }
}

function bestBreak(
  series: TrendSeries,
  scan: Scan,
  terms: readonly TrendTerm[],
): { terms: TrendTerm[]; gain: number } | null {
  const kinks = kinkDays(terms)
  const { days } = series
  const rss = dot(scan.residuals, scan.residuals)
  const degrees = days.length - scan.basis.length - 2
  let best: { terms: TrendTerm[]; gain: number } | null = null
  for (const step of scan.columns) {
    if (step.term.kind !== 'step') continue
    const day = days[step.term.frame] as number
    const kink = scan.columns.find(({ term }) => term.kind === 'kink' && term.day === day)
    if (kink === undefined || !kinkIsSupported(series, day, [...terms, step.term])) continue
    const stepSquare = dot(step.rest, step.rest)
    const kinkSquare = dot(kink.rest, kink.rest)
    const both = dot(step.rest, kink.rest)
    const determinant = stepSquare * kinkSquare - both * both
    if (dropOf(step, step.rest) === 0 || determinant < 1e-3 * stepSquare * kinkSquare) continue
    const stepDot = dot(step.rest, scan.residuals)
    const kinkDot = dot(kink.rest, scan.residuals)
    const stepSize = (kinkSquare * stepDot - both * kinkDot) / determinant
    const kinkSize = (stepSquare * kinkDot - both * stepDot) / determinant
    const drop = stepSize * stepDot + kinkSize * kinkDot
    const penalty = termPenalty(step.term, days.length) + termPenalty(kink.term, days.length)
    const gain = gainOf(rss, drop, degrees) - penalty
    if (gain <= (best?.gain ?? 0)) continue
    if (!isBeyondInterval(series, step.term, stepSize, kinks)) continue
    if (!isBeyondInterval(series, kink.term, kinkSize, kinks)) continue
    best = { terms: [step.term, kink.term], gain }
  }
  return best
}

/** The term that gains most likelihood after its penalty, and is beyond the frames' intervals. */
export function bestTerm(
  series: TrendSeries,
  scan: Scan,
  terms: readonly TrendTerm[],
): { term: TrendTerm; gain: number } | null {
  const kinks = kinkDays(terms)
  const n = series.days.length
  const rss = dot(scan.residuals, scan.residuals)
  const degrees = n - scan.basis.length - 1
  let best: { term: TrendTerm; gain: number } | null = null
  for (const column of scan.columns) {
    const { term } = column
    const gain = gainOf(rss, dropOf(column, scan.residuals), degrees) - termPenalty(term, n)
    if (gain <= (best?.gain ?? 0)) continue
    if (term.kind === 'kink' && !kinkIsSupported(series, term.day, terms)) continue
    const size = dot(column.rest, scan.residuals) / dot(column.rest, column.rest)
    const isChange = term.kind !== 'pulse'
    if (isChange && !isBeyondInterval(series, term, size, kinks)) continue
    best = { term, gain }
  }
  return best
}

/** The season that gains most likelihood after ln n for each coefficient (BIC). */
export function bestSeason(
  series: TrendSeries,
  white: Whitening,
  scan: Scan,
): { season: SeasonTerm; gain: number } | null {
  const n = series.days.length
  const rss = dot(scan.residuals, scan.residuals)
  let best: { season: SeasonTerm; gain: number } | null = null
  for (const season of series.seasons) {
    const columns = seasonColumns(series, season).map((column) => beside(scan, white.apply(column)))
    const fit = leastSquares(columns, scan.residuals)
    if (fit === null) continue
    const degrees = n - scan.basis.length - columns.length
    const gain = gainOf(rss, rss - fit.rss, degrees) - columns.length * Math.log(n)
    if (gain > (best?.gain ?? 0)) best = { season, gain }
  }
  return best
}
