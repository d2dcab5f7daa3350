import { isBeyondInterval } from './beyond-interval.ts'
import { type LinearFit, leastSquares } from './least-squares.ts'
import { type SeriesNoise, type Whitening, whitening } from './series-noise.ts'
import {
  type TrendSeries,
  bestSeason,
  bestTerm,
  bestTerms,
  kinkDays,
  termPenalty,
} from './trend-choice.ts'
import {
  type SeasonTerm,
  type TrendDates,
  type TrendStructure,
  type TrendTerm,
  YEAR_DAYS,
  seasonColumns,
  termKey,
} from './trend-design.ts'
import { RSS_FLOOR, gainOf, scanBeside, takeColumn, whiteTerm } from './trend-scan.ts'

/** A trend fitted under one noise. */
export interface TrendCandidate {
  structure: TrendStructure
  noise: SeriesNoise
  white: Whitening
  whiteAreas: Float64Array
  fit: LinearFit
  /** Penalised -2 ln likelihood; smaller is better. */
  score: number
}

/** Gaps longer than this have a candidate kink in their middle, days. */
const LONG_GAP_DAYS = 30

/** Most terms of a series, whatever its length. */
const MOST_TERMS = 24

/** Frames that each term needs beside those of level and rate. */
const FRAMES_PER_TERM = 4

/**
 * Searches the terms of a trend under one noise: forward by the largest gain in likelihood, then
 * backward, with level, rate and season fitted jointly by whitened least squares. Frames that are off
 * by themselves are terms of their own (additive outliers of Chen and Liu 1993), which makes the fit
 * of all others a hard-rejecting robust one (She and Owen 2011).
 *
 * @param excluded keys of terms that must not be used
 * @returns null where level and rate cannot be told (frames of one day)
 */
export function searchTrend(
  series: TrendSeries,
  noise: SeriesNoise,
  start: TrendStructure = { terms: [], season: null },
  excluded: ReadonlySet<string> = new Set(),
): TrendCandidate | null {
  const { white, whiteAreas } = whitened(series, noise)
  const grown = grow(series, white, whiteAreas, start, excluded)
  return candidateOf(series, noise, prune(series, white, whiteAreas, grown))
}

function whitened(
  series: TrendSeries,
  noise: SeriesNoise,
): { white: Whitening; whiteAreas: Float64Array } {
  const key = `${noise.slowShare} ${noise.correlationDays} ${noise.intervalShare}`
  const known = series.whitenings.get(key)
  if (known !== undefined) return known
  const white = whitening(series.days, series.sigmas, noise)
  const made = { white, whiteAreas: white.apply(series.areas) }
  series.whitenings.set(key, made)
  return made
}

/** Whitened columns of a structure: level, rate, terms, season. */
export function whiteDesign(
  series: TrendDates,
  white: Whitening,
  { terms, season }: TrendStructure,
): Float64Array[] {
  const first = series.days[0] as number
  const basis = (name: string, make: () => Float64Array): Float64Array => {
    const known = white.columns.get(name)
    if (known !== undefined) return known
    const column = white.apply(make())
    white.columns.set(name, column)
    return column
  }
  return [
    basis('level', () => series.days.map(() => 1)),
    basis('rate', () => series.days.map((day) => (day - first) / YEAR_DAYS)),
    ...terms.map((term) => whiteTerm(series, white, term)),
    ...(season === null ? [] : whiteSeason(series, white, season)),
  ]
}

/** A season's whitened columns, the same ones for the same season. */
function whiteSeason(series: TrendDates, white: Whitening, season: SeasonTerm): Float64Array[] {
  const keyOf = (i: number): string => `season ${season.scaling} ${i}`
  if (!white.columns.has(keyOf(2 * season.harmonics - 1))) {
    for (const [i, column] of seasonColumns(series, season).entries()) {
      white.columns.set(keyOf(i), white.apply(column))
    }
  }
  return Array.from(
    { length: 2 * season.harmonics },
    (_, i) => white.columns.get(keyOf(i)) as Float64Array,
  )
}

/** Fits one structure under one noise. */
export function candidateOf(
  series: TrendSeries,
  noise: SeriesNoise,
  structure: TrendStructure,
): TrendCandidate | null {
  const n = series.days.length
  const { white, whiteAreas } = whitened(series, noise)
  const fit = leastSquares(whiteDesign(series, white, structure), whiteAreas)
  if (fit === null) return null
  const degrees = Math.max(1, n - fit.coefficients.length)
  const variance = Math.max(fit.rss, RSS_FLOOR * n) / degrees
  const { terms, season } = structure
  const score =
    n * Math.log(variance) +
    white.logDeterminant +
    terms.reduce((sum, term) => sum + termPenalty(term, n), 0) +
    (season === null ? 0 : 2 * season.harmonics * Math.log(n)) +
    (noise.slowShare === 0 ? 0 : 2 * Math.log(n))
  return { structure, noise, white, whiteAreas, fit, score }
}

/** Every place where a term could be. */
export function candidateTerms({ days }: TrendDates): TrendTerm[] {
  const n = days.length
  const terms: TrendTerm[] = []
  for (let frame = 0; frame < n; frame++) {
    // A step to the last frame is a pulse on it, a step from the first frame a pulse there.
    if (frame < n - 1) terms.push({ kind: 'pulse', frame })
    if (frame >= 2) terms.push({ kind: 'step', frame })
    const day = days[frame] as number
    const next = days[frame + 1]
    if (frame > 0) terms.push({ kind: 'kink', day })
    if (next !== undefined && next - day > LONG_GAP_DAYS) {
      terms.push({ kind: 'kink', day: (day + next) / 2 })
    }
  }
  return terms
}

function grow(
  series: TrendSeries,
  white: Whitening,
  whiteAreas: Float64Array,
  start: TrendStructure,
  excluded: ReadonlySet<string>,
): TrendStructure {
  const terms = [...start.terms]
  let { season } = start
  const chosen = whiteDesign(series, white, start)
  const candidates = candidateTerms(series).filter((term) => !excluded.has(termKey(term)))
  const scan = scanBeside(series, white, whiteAreas, chosen, candidates)
  const most = Math.min(MOST_TERMS, Math.floor((series.days.length - 3) / FRAMES_PER_TERM))
  for (;;) {
    const best = bestTerms(series, scan, terms, most - terms.length)
    const seasonal = season === null ? bestSeason(series, white, scan) : null
    if (seasonal !== null && seasonal.gain > (best?.gain ?? 0)) {
      season = seasonal.season
      for (const column of seasonColumns(series, season)) takeColumn(scan, white.apply(column))
    } else if (best !== null) {
      terms.push(...best.terms)
      for (const term of best.terms) takeColumn(scan, whiteTerm(series, white, term))
    } else return { terms, season }
  }
}

/** Takes out terms that no longer pay for themselves, the weakest first. */
function prune(
  series: TrendSeries,
  white: Whitening,
  whiteAreas: Float64Array,
  start: TrendStructure,
): TrendStructure {
  const n = series.days.length
  let structure = start
  for (;;) {
    const columns = whiteDesign(series, white, structure)
    const fit = leastSquares(columns, whiteAreas)
    if (fit === null || structure.terms.length === 0) return structure
    const kinks = kinkDays(structure.terms)
    const gains = structure.terms.map((term, i) => {
      const size = fit.coefficients[i + 2] as number
      const isChange = term.kind !== 'pulse'
      if (isChange && !isBeyondInterval(series, term, size, kinks)) return -Infinity
      const weights = new Float64Array(columns.length)
      weights[i + 2] = 1
      const drop = size ** 2 / fit.varianceOf(weights)
      return gainOf(fit.rss + drop, drop, n - columns.length) - termPenalty(term, n)
    })
    const weakest = gains.indexOf(Math.min(...gains))
    if ((gains[weakest] as number) >= 0) return structure
    structure = { ...structure, terms: structure.terms.filter((_, i) => i !== weakest) }
  }
}

/**
 * Moves each term in turn to where it lowers the squared residuals most, as whatever kind does so, the
 * others staying; then looks for more terms and prunes again.
 */
export function refineTrend(
  series: TrendSeries,
  from: TrendCandidate,
  excluded: ReadonlySet<string> = new Set(),
): TrendCandidate {
  const { white, whiteAreas, noise } = from
  const candidates = candidateTerms(series).filter((term) => !excluded.has(termKey(term)))
  let best = from
  for (const term of from.structure.terms) {
    const terms = best.structure.terms.filter((other) => other !== term)
    if (terms.length === best.structure.terms.length) continue
    const without = { ...best.structure, terms }
    const chosen = whiteDesign(series, white, without)
    const scan = scanBeside(series, white, whiteAreas, chosen, candidates)
    const found = bestTerm(series, scan, terms)
    if (found === null) continue
    const moved = candidateOf(series, noise, { ...without, terms: [...terms, found.term] })
    if (moved !== null && moved.score < best.score) best = moved
  }
  const again = searchTrend(series, noise, best.structure, excluded)
  return again !== null && again.score < best.score ? again : best
}
