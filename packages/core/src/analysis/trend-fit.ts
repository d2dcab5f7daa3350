import { ScarlineError } from '../errors.ts'
import type { HeldSeries, ShownGround } from './abrupt-ground.ts'
import type { DatedMeasure } from './dated-measure.ts'
import { Z90 } from './normal-quantile.ts'
import { type SeriesNoise, SERIES_NOISES } from './series-noise.ts'
import { type TrendSeries, termPenalty } from './trend-choice.ts'
import {
  type SeasonTerm,
  type TrendStructure,
  type TrendTerm,
  YEAR_DAYS,
  isBreak,
  kinkIsSupported,
} from './trend-design.ts'
import { partitionTerms } from './trend-partition.ts'
import { type TrendCandidate, candidateOf, refineTrend, searchTrend } from './trend-search.ts'

const DAY_MS = 86_400_000

/** Frames that saw less than this of the mask or of the ground around it date nothing. */
const SEEN_SHARE = 0.5

/** Fewest frames that change is looked for in. */
export const FEWEST_FRAMES = 5

/** Fewest frames, and shortest span in years, that a season is looked for in. */
const SEASON_FRAMES = 16
const SEASON_YEARS = 2

/** Frames of the running median that a proportional season goes with. */
const LEVEL_FRAMES = 9

/** Interval of a frame is taken to be no smaller than this share of the largest area. */
const LEAST_SIGMA_FRACTION = 1e-4

/** How many trends, the best after a first search, are refined. */
const REFINED_TRENDS = 3

/** A series split into the frames that date changes and those that saw too little to. */
export interface ReadySeries extends TrendSeries {
  measures: DatedMeasure[]
  hidden: DatedMeasure[]
  /** Of the frames' standard errors, that of the boundary's level, one error on all frames, and all else, m². */
  levelSigmas: Float64Array
  ownSigmas: Float64Array
  /** Null where no held change is known. */
  held: HeldSeries | null
}

/** Days since 1970 of a UTC ISO 8601 instant. */
export function dayNumber(capturedAt: string): number {
  return Date.parse(capturedAt) / DAY_MS
}

/** UTC ISO 8601 of days since 1970. */
export function instantOf(day: number): string {
  return new Date(Math.round(day * DAY_MS)).toISOString()
}

/** `2018-10-10`. */
export function dateWord(instant: string): string {
  return instant.slice(0, 10)
}

/**
 * Sorts by date, sets frames aside that saw less than half of the mask or of the ground around it, and
 * says which seasons may be asked for: none in fewer than 16 frames or two years.
 *
 * @throws ScarlineError `invalid-input` on dates or areas that are none
 */
export function readySeries(measures: readonly DatedMeasure[]): ReadySeries {
  for (const { capturedAt, areaM2, lowM2, highM2 } of measures) {
    const ok =
      Number.isFinite(dayNumber(capturedAt)) && [areaM2, lowM2, highM2].every(Number.isFinite)
    if (ok && lowM2 <= highM2) continue
    throw new ScarlineError(
      `got area ${areaM2} m² (${lowM2} to ${highM2}) on ${capturedAt}, expected numbers in order on an ISO date`,
      { code: 'invalid-input', hint: 'Give each frame a date, an area and its interval.' },
    )
  }
  const sorted = [...measures].sort((a, b) => dayNumber(a.capturedAt) - dayNumber(b.capturedAt))
  const seen = sorted.filter(isSeen)
  const days = Float64Array.from(seen, ({ capturedAt }) => dayNumber(capturedAt))
  const areas = Float64Array.from(seen, ({ areaM2 }) => areaM2)
  const leastSigma = LEAST_SIGMA_FRACTION * Math.max(1, ...areas.map(Math.abs))
  const sigmas = Float64Array.from(seen, ({ lowM2, highM2 }) =>
    Math.max(leastSigma, (highM2 - lowM2) / (2 * Z90)),
  )
  const levelSigmas = Float64Array.from(seen, ({ levelM2 }) => (levelM2 ?? 0) / Z90)
  const ownSigmas = sigmas.map((sigma, i) =>
    Math.sqrt(Math.max(leastSigma ** 2, sigma ** 2 - (levelSigmas[i] as number) ** 2)),
  )
  const years = seen.length === 0 ? 0 : ((days.at(-1) as number) - (days[0] as number)) / YEAR_DAYS
  const mayHaveSeason = seen.length >= SEASON_FRAMES && years >= SEASON_YEARS
  return {
    measures: seen,
    hidden: sorted.filter((measure) => !isSeen(measure)),
    held: heldSeries(sorted, days),
    days,
    areas,
    sigmas,
    levelSigmas,
    ownSigmas,
    level: runningLevel(areas),
    seasons: mayHaveSeason ? SEASONS : [],
    whitenings: new Map(),
  }
}

/** What frames that date nothing were the first to show counts for the next one that does. */
function heldSeries(sorted: readonly DatedMeasure[], days: Float64Array): HeldSeries | null {
  const gained: number[] = []
  const lost: number[] = []
  const since: number[] = []
  const shown: (ShownGround | null)[] = []
  let parts: { capturedAt: string; gain: number }[] = []
  let [gain, loss, most, sinceDay] = [0, 0, 0, Infinity]
  for (const measure of sorted) {
    const { heldGainedM2, heldLostM2, heldGainedSince } = measure
    if (heldGainedM2 === undefined || heldLostM2 === undefined) return null
    gain += heldGainedM2
    loss += heldLostM2
    if (heldGainedM2 > most && heldGainedSince !== undefined) {
      ;[most, sinceDay] = [heldGainedM2, dayNumber(heldGainedSince)]
    }
    if (!isSeen(measure)) {
      parts.push({ capturedAt: measure.capturedAt, gain })
      continue
    }
    const before = since.length - 1
    let seenSince = before
    while (seenSince > 0 && (days[seenSince] as number) > sinceDay) seenSince--
    since.push(seenSince)
    gained.push(gain)
    lost.push(loss)
    const half = parts.find((part) => part.gain > 0 && 2 * part.gain >= gain)
    shown.push(half ? { capturedAt: half.capturedAt, areaM2: half.gain } : null)
    parts = []
    ;[gain, loss, most, sinceDay] = [0, 0, 0, Infinity]
  }
  return {
    days,
    gainedM2: Float64Array.from(gained),
    lostM2: Float64Array.from(lost),
    seenSince: Int32Array.from(since),
    shownBy: shown,
  }
}

const SEASONS: readonly SeasonTerm[] = [
  { harmonics: 1, scaling: 'additive' },
  { harmonics: 1, scaling: 'proportional' },
  { harmonics: 2, scaling: 'additive' },
  { harmonics: 2, scaling: 'proportional' },
]

/** Whether a frame saw at least half of the mask and of the ground around it. */
export function isSeen({ validInside, validAround }: DatedMeasure): boolean {
  return validInside >= SEEN_SHARE && validAround >= SEEN_SHARE
}

/** Running median over nine frames, divided by its mean. */
function runningLevel(areas: Float64Array): Float64Array {
  const half = LEVEL_FRAMES >> 1
  const level = areas.map((_, i) => {
    const around = areas.slice(Math.max(0, i - half), i + half + 1).sort()
    return around[around.length >> 1] as number
  })
  const mean = level.reduce((sum, value) => sum + value, 0) / level.length
  return mean > 0 ? level.map((value) => value / mean) : level.fill(1)
}

/**
 * Trends of a series: under each of the noises terms are searched step by step; under the best of
 * them also from cuts by optimal partitioning, which finds changes that hide each other; and the best
 * few are refined.
 *
 * @returns the best first; none below five frames or where all are of one day
 */
export function searchTrends(series: TrendSeries): TrendCandidate[] {
  if (series.days.length < FEWEST_FRAMES) return []
  const found = byScore(SERIES_NOISES.flatMap((noise) => searchTrend(series, noise) ?? []))
  const cuts = found.slice(0, 1).flatMap((best) => partitionStarts(series, best))
  const noises = [...found.slice(0, 2).map(({ noise }) => noise), SERIES_NOISES[0] as SeriesNoise]
  const again = noises.flatMap((noise) =>
    cuts.flatMap((start) => searchTrend(series, noise, start) ?? []),
  )
  return byScore([...found, ...again])
    .slice(0, REFINED_TRENDS)
    .map((candidate) => chooseIntervalShare(series, refineTrend(series, candidate)))
}

/** Starts from cuts, the errors taken as they are and three times larger for those that go together. */
function partitionStarts(series: TrendSeries, best: TrendCandidate): TrendStructure[] {
  const n = series.days.length
  const pulses = best.structure.terms.filter((term) => term.kind === 'pulse')
  const left = new Set(pulses.map(({ frame }) => frame))
  const meanSquare = series.sigmas.reduce((sum, sigma) => sum + sigma ** 2 / n, 0)
  const variance = best.fit.rss / Math.max(1, n - best.fit.coefficients.length) / meanSquare
  const penalty =
    termPenalty({ kind: 'step', frame: 0 }, n) + termPenalty({ kind: 'kink', day: 0 }, n)
  return [1, 3].map((excess) => ({
    terms: [...pulses, ...partitionTerms(series, left, excess * variance, penalty)],
    season: best.structure.season,
  }))
}

/** Candidates, the smallest penalised likelihood first. */
export function byScore(candidates: readonly TrendCandidate[]): TrendCandidate[] {
  return [...candidates].sort((a, b) => a.score - b.score)
}

/** The noise that fits a structure best, out of all. */
export function renewNoise(series: TrendSeries, candidate: TrendCandidate): TrendCandidate {
  const { structure } = candidate
  const { intervalShare } = candidate.noise
  const found = SERIES_NOISES.flatMap((noise) => {
    const renewed = candidateOf(series, { ...noise, intervalShare }, structure)
    return renewed === null ? [] : [renewed]
  })
  return byScore(found)[0] ?? candidate
}

function chooseIntervalShare(series: TrendSeries, candidate: TrendCandidate): TrendCandidate {
  const noises: SeriesNoise[] = [0, 0.5, 1].map((intervalShare) => ({
    ...candidate.noise,
    intervalShare,
  }))
  const found = noises.flatMap((noise) => candidateOf(series, noise, candidate.structure) ?? [])
  return byScore(found)[0] ?? candidate
}

/** Moves each kink between its neighbours' dates by halving steps, from a quarter of a year down to a day. */
export function placeKinks(series: TrendSeries, from: TrendCandidate): TrendCandidate {
  let best = from
  for (let stepDays = 64; stepDays >= 1; stepDays /= 2) {
    for (let i = 0; i < best.structure.terms.length; i++) {
      for (const move of [-stepDays, stepDays]) {
        const moved = movedKink(series, best, i, move)
        if (moved !== null && moved.score < best.score) best = moved
      }
    }
  }
  return best
}

function movedKink(
  series: TrendSeries,
  { structure, noise }: TrendCandidate,
  index: number,
  moveDays: number,
): TrendCandidate | null {
  const term = structure.terms[index] as TrendTerm
  if (term.kind !== 'kink' || isBreak(series, term.day, structure.terms)) return null
  const others = structure.terms.filter((_, i) => i !== index)
  const day = term.day + moveDays
  if (!kinkIsSupported(series, day, others)) return null
  const terms = structure.terms.map((other, i) => (i === index ? { ...term, day } : other))
  return candidateOf(series, noise, { ...structure, terms })
}
