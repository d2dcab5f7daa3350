import {
  type AbruptGround,
  type HeldSeries,
  type HeldTurns,
  findAbruptGround,
} from './abrupt-ground.ts'
import {
  type PairedChanges,
  addPairedSteps,
  keepBeyondInterval,
  pulsesAsSteps,
  phaseRates,
  sizeOf,
  slowerStepsAsPhase,
} from './abrupt-steps.ts'
import type { DatedMeasure } from './dated-measure.ts'
import { dot, leastSquares } from './least-squares.ts'
import { type SeededChance, seededChance } from './seeded-chance.ts'
import { breakAtSteps } from './trend-breaks.ts'
import { type TrendSeries } from './trend-choice.ts'
import { type TrendTerm, YEAR_DAYS, isBreak, termKey } from './trend-design.ts'
import {
  type ReadySeries,
  byScore,
  placeKinks,
  readySeries,
  renewNoise,
  searchTrends,
} from './trend-fit.ts'
import { dropOf, gainOf, scanBeside, whiteTerm } from './trend-scan.ts'
import {
  type TrendCandidate,
  candidateOf,
  candidateTerms,
  refineTrend,
  whiteDesign,
} from './trend-search.ts'

/** Settings of {@link findChangePoints}. */
export interface ChangePointOptions {
  /** Seed of the bootstrap. */
  seed?: number
  /** Series drawn for each p-value. */
  bootstraps?: number
  /** A step or pulse stays when a series without it shows one as strong less often than this. */
  significance?: number
  /** The same for changes of rate. */
  rateSignificance?: number
  /** Area within which errors of masks go together, m²: (2 sensor pixels)². */
  resolutionCellM2?: number
}

/** A term that stands, with its size. */
export interface ChangePoint {
  term: TrendTerm
  /** Size: m² of a pulse or step, m² per day of a kink's change of rate. */
  size: number
  standardError: number
  pValue: number
}

/** The piecewise-linear trend of a series with its noise and the terms that stand. */
export interface FittedTrend {
  series: ReadySeries
  candidate: TrendCandidate
  /** Standard error of unit-weight, m²: s of the noise. */
  noiseM2: number
  /** Frames less parameters. */
  degrees: number
  /** All terms. The change of rate of a break stays with its step, significant or not. */
  changes: ChangePoint[]
  /** p-value up to which a step, and a change of rate, counts as one. */
  significance: number
  rateSignificance: number
  /** Steps that the ground itself shows, by frame. */
  ground: ReadonlyMap<number, AbruptGround>
}

const SIGNIFICANCE = 0.01
const RATE_SIGNIFICANCE = 0.05
const BOOTSTRAPS = 199
/** Ground that comes and is over within six weeks is abrupt, however fast the scar grew at other times. */
const BRIEF_DAYS = 45
/** Over: at least this share of what came in an interval and in those that it is compared with. */
const BRIEF_SHARE = 2 / 3
const SETTLING_ROUNDS = 3
/** (2 sensor pixels of 10 m)². */
export const RESOLUTION_CELL_M2 = 400

/**
 * Steps, changes of rate and frames that are off by themselves, on the frames' true dates.
 *
 * Model: area = level + rate t + steps + kinks + season + pulses + error, with errors that go together
 * in time (see {@link SeriesNoise}) and follow the frames' intervals. Terms are chosen by penalised
 * likelihood (see {@link termPenalty}), must be beyond the frames' own intervals, and must stand a
 * parametric bootstrap: of series drawn from the fit without the term, a share of at most
 * `significance` show anywhere a gain as large. A step with three frames on both sides has a rate of its
 * own afterwards (see {@link breakAtSteps}), significant or not. Where held change is known, ground that
 * came out of turn ({@link findAbruptGround}) and faster than the area ever grew in a phase of steady
 * rate is a step whatever the areas say: debris that comes and goes hides it from them.
 *
 * @returns null below five frames that saw half of the scar, or where all are of one day
 * @throws ScarlineError `invalid-input` on dates or areas that are none
 */
export function findChangePoints(
  measures: readonly DatedMeasure[],
  options: ChangePointOptions = {},
): FittedTrend | null {
  const series = readySeries(measures)
  const found = searchTrends(series)
  const turns = heldTurns(series, options)
  const paired = {
    isInTurn: turns?.isInTurn ?? null,
    changes: series.measures.map(({ gainedM2, lostM2 }) =>
      gainedM2 === undefined || lostM2 === undefined ? null : { gainedM2, lostM2 },
    ),
    resolutionCellM2: options.resolutionCellM2 ?? RESOLUTION_CELL_M2,
  }
  const settled = found.map((candidate) => settle(series, candidate, paired))
  const best = byScore(settled)[0]
  if (best === undefined) return null
  const ground = turns === null ? new Map() : abruptGround(series, best, turns)
  return keepSignificant(series, withGround(series, best, ground), ground, options)
}

function heldTurns(
  { held }: ReadySeries,
  { resolutionCellM2, significance }: ChangePointOptions,
): HeldTurns | null {
  if (held === null) return null
  return findAbruptGround(
    held,
    resolutionCellM2 ?? RESOLUTION_CELL_M2,
    significance ?? SIGNIFICANCE,
  )
}

/**
 * Ground out of turn, without what trails after a faster change, and without what may have come at a steady rate. It did
 * not where it came faster than in any phase of the trend that lasted for more than six weeks; where it came and was over within six weeks, also right after a failure; and
 * where it is the beginning of what is abrupt, and faster than in any phase before. What is out of turn only right before what
 * is abrupt is the beginning of it where both came within six weeks.
 */
function abruptGround(
  { days, held }: ReadySeries,
  trend: TrendCandidate,
  turns: HeldTurns,
): Map<number, AbruptGround> {
  if (held === null) return new Map()
  const phases = lastingPhases(trend, days.at(-1) as number)
  const fastestFrom = (day: number): number =>
    Math.max(...phases.map(({ fromDay, rate }) => (fromDay < day ? rate : -Infinity))) / YEAR_DAYS
  const fastest = fastestFrom(Infinity)
  const paces = new Map<number, number>()
  for (const term of trend.structure.terms) {
    if (term.kind !== 'step') continue
    const gapDays = (days[term.frame] as number) - (days[term.frame - 1] as number)
    paces.set(term.frame, sizeOf(trend, term) / gapDays)
  }
  for (const { frame, m2PerDay } of turns.abrupt) {
    paces.set(frame, Math.max(m2PerDay, paces.get(frame) ?? 0))
  }
  const isFailure = (frame: number): boolean => (paces.get(frame) ?? 0) > fastest
  const standing = new Map<number, AbruptGround>()
  const leading = new Set(turns.leading)
  const found = [...turns.abrupt, ...leading].sort((a, b) => b.frame - a.frame)
  for (const one of found) {
    const { frame, m2PerDay } = one
    if (frame < 2) continue
    const paceBefore = paces.get(frame - 1) ?? 0
    const begins = standing.has(frame + 1) && m2PerDay > fastestFrom(days[frame - 2] as number)
    if (leading.has(one)) {
      const isNear = (days[frame + 1] as number) - (days[frame - 1] as number) <= BRIEF_DAYS
      if (begins && isNear && m2PerDay > paceBefore) standing.set(frame, one)
      continue
    }
    const stands =
      m2PerDay > paceBefore
        ? m2PerDay > fastest || begins || isBrief(held, frame, false, isFailure)
        : paceBefore > fastest && isBrief(held, frame, true, isFailure)
    if (stands) standing.set(frame, one)
  }
  return new Map([...standing].reverse())
}

/** Phases of a steady rate, without those that were over within weeks: what they would explain made them. */
function lastingPhases(
  trend: TrendCandidate,
  lastDay: number,
): { fromDay: number; rate: number }[] {
  const phases = phaseRates(trend)
  const lasting = phases.filter(
    ({ fromDay }, i) => (phases[i + 1]?.fromDay ?? lastDay) - fromDay > BRIEF_DAYS,
  )
  return lasting.length > 0 ? lasting : phases
}

/**
 * Whether ground came and was over within weeks: an interval holds most of what came in it and in those on both sides,
 * of what came in it and in the six weeks before it, and of what came in it and in the six weeks after it, each up to the
 * next failure; right after a failure, of what came in it and in the two after it.
 *
 * @param isFailure whether an interval is abrupt by its pace
 */
function isBrief(
  { days, gainedM2, seenSince }: HeldSeries,
  frame: number,
  isRightAfter: boolean,
  isFailure: (frame: number) => boolean,
): boolean {
  const since = Math.max(0, seenSince[frame] as number)
  const day = days[frame] as number
  const sinceDay = days[since] as number
  if (day - sinceDay > BRIEF_DAYS) return false
  const own = gainedM2[frame] as number
  const beside = isRightAfter ? [frame + 1, frame + 2] : [frame - 1, frame + 1]
  const near = beside.reduce((sum, at) => sum + (gainedM2[at] ?? 0), 0)
  if (isRightAfter) return own >= BRIEF_SHARE * (own + near)
  let [before, after] = [0, 0]
  for (let at = frame + 1; at < days.length; at++) {
    if ((days[at - 1] as number) - day >= BRIEF_DAYS || isFailure(at)) break
    after += gainedM2[at] as number
  }
  for (let at = frame - 1; at > 0; at--) {
    if (sinceDay - (days[at] as number) >= BRIEF_DAYS || isFailure(at)) break
    before += gainedM2[at] as number
  }
  return own >= BRIEF_SHARE * (own + Math.max(near, before, after))
}

/** Gives a trend the steps that the ground shows and that it has not. */
function withGround(
  series: ReadySeries,
  from: TrendCandidate,
  ground: ReadonlyMap<number, AbruptGround>,
): TrendCandidate {
  let best = from
  for (const frame of ground.keys()) {
    const { terms } = best.structure
    if (terms.some((term) => term.kind === 'step' && term.frame === frame)) continue
    const kept = terms.filter(
      (term) => term.kind !== 'pulse' || (term.frame !== frame && term.frame !== frame - 1),
    )
    const step: TrendTerm = { kind: 'step', frame }
    best = candidateOf(series, best.noise, { ...best.structure, terms: [...kept, step] }) ?? best
  }
  return best === from ? from : renewNoise(series, breakAtSteps(series, best))
}

/**
 * Brings a searched trend to terms that may stand: pulses beside steps become steps, pairs of masks
 * may add some, those within the intervals go, and others are looked for in their place.
 */
function settle(series: ReadySeries, from: TrendCandidate, paired: PairedChanges): TrendCandidate {
  const place = (candidate: TrendCandidate): TrendCandidate => placeKinks(series, candidate)
  const excluded = new Set<string>()
  let best = place(from)
  for (let round = 0; round < SETTLING_ROUNDS; round++) {
    const stepped = addPairedSteps(series, pulsesAsSteps(series, best), paired, place)
    const { kept, removed } = keepBeyondInterval(series, stepped, paired)
    best = place(kept)
    if (removed.length === 0) break
    for (const term of removed) excluded.add(termKey(term))
    best = place(refineTrend(series, best, excluded))
  }
  const { kept } = keepBeyondInterval(series, best, paired)
  return renewNoise(series, part(series, kept, paired))
}

/** Brings a trend to one that is broken at its steps, all of which are abrupt. */
function part(series: ReadySeries, from: TrendCandidate, paired: PairedChanges): TrendCandidate {
  let best = from
  for (let round = 0; round < SETTLING_ROUNDS; round++) {
    const broken = breakAtSteps(series, pulsesAsSteps(series, best))
    const stepped = addPairedSteps(series, broken, paired, (candidate) =>
      placeKinks(series, candidate),
    )
    const { kept, removed } = keepBeyondInterval(series, breakAtSteps(series, stepped), paired)
    best = kept
    if (removed.length === 0) break
  }
  const phased = breakAtSteps(series, slowerStepsAsPhase(series, best))
  return keepBeyondInterval(series, phased, paired).kept
}

/** Standard error of unit weight of a fit, m². */
export function noiseOf(series: TrendSeries, { fit }: TrendCandidate): number {
  return Math.sqrt(fit.rss / Math.max(1, series.days.length - fit.coefficients.length))
}

function keepSignificant(
  series: ReadySeries,
  from: TrendCandidate,
  ground: ReadonlyMap<number, AbruptGround>,
  options: ChangePointOptions,
): FittedTrend {
  const limitOf = ({ kind }: TrendTerm): number =>
    kind === 'kink'
      ? (options.rateSignificance ?? RATE_SIGNIFICANCE)
      : (options.significance ?? SIGNIFICANCE)
  const draws = options.bootstraps ?? BOOTSTRAPS
  let candidate = from
  for (;;) {
    const chance = seededChance(options.seed ?? 1)
    const { terms } = candidate.structure
    const pValues = terms.map((term) => termPValue(series, candidate, term, draws, chance))
    const excess = terms.map((term, i) =>
      (term.kind === 'kink' && isBreak(series, term.day, terms)) ||
      (term.kind === 'step' && ground.has(term.frame))
        ? 0
        : (pValues[i] as number) / limitOf(term),
    )
    const worst = Math.max(0, ...excess)
    const weakest = worst > 1 ? excess.lastIndexOf(worst) : -1
    const next =
      weakest < 0
        ? null
        : candidateOf(series, candidate.noise, {
            ...candidate.structure,
            terms: terms.filter((_, i) => i !== weakest),
          })
    if (next !== null) {
      candidate = placeKinks(series, next)
      continue
    }
    const limits = {
      significance: limitOf({ kind: 'step', frame: 0 }),
      rateSignificance: limitOf({ kind: 'kink', day: 0 }),
    }
    return { ...describe(series, candidate, pValues), ...limits, ground }
  }
}

function describe(
  series: ReadySeries,
  candidate: TrendCandidate,
  pValues: readonly number[],
): Omit<FittedTrend, 'significance' | 'rateSignificance' | 'ground'> {
  const { fit, structure } = candidate
  const noiseM2 = noiseOf(series, candidate)
  const changes = structure.terms.map((term, i): ChangePoint => {
    const weights = new Float64Array(fit.coefficients.length)
    weights[i + 2] = 1
    return {
      term,
      size: fit.coefficients[i + 2] as number,
      standardError: noiseM2 * Math.sqrt(fit.varianceOf(weights)),
      pValue: pValues[i] as number,
    }
  })
  const degrees = Math.max(1, series.days.length - fit.coefficients.length)
  return { series, candidate, noiseM2, degrees, changes }
}

/**
 * Parametric bootstrap of one term: series are drawn from the fit without it; p is the share of them,
 * (1 + k) / (1 + draws), in which some candidate anywhere gains as much likelihood as the term did.
 */
export function termPValue(
  series: TrendSeries,
  { structure, white, whiteAreas }: TrendCandidate,
  term: TrendTerm,
  draws: number,
  chance: SeededChance,
): number {
  const n = series.days.length
  const without = { ...structure, terms: structure.terms.filter((other) => other !== term) }
  const chosen = whiteDesign(series, white, without)
  const candidates = candidateTerms(series).filter(
    ({ kind }) => (kind === 'pulse') === (term.kind === 'pulse'),
  )
  const scan = scanBeside(series, white, whiteAreas, chosen, candidates)
  const degrees = n - scan.basis.length - 1
  const rss = dot(scan.residuals, scan.residuals)
  const full = leastSquares([...chosen, whiteTerm(series, white, term)], whiteAreas)
  if (full === null || degrees < 1) return 1
  const gain = gainOf(rss, rss - full.rss, degrees)
  const units = scan.columns.flatMap((column) => {
    const length = Math.sqrt(dot(column.rest, column.rest))
    return dropOf(column, column.rest) > 0 ? [column.rest.map((value) => value / length)] : []
  })
  let asLarge = 0
  const drawn = new Float64Array(n)
  for (let draw = 0; draw < draws; draw++) {
    for (let i = 0; i < n; i++) drawn[i] = chance.normal()
    for (const unit of scan.basis) {
      const size = dot(drawn, unit)
      for (let i = 0; i < n; i++) drawn[i] = (drawn[i] as number) - size * (unit[i] as number)
    }
    const drawnRss = dot(drawn, drawn)
    let drop = 0
    for (const unit of units) drop = Math.max(drop, dot(drawn, unit) ** 2)
    if (gainOf(drawnRss, drop, degrees) >= gain) asLarge++
  }
  return (1 + asLarge) / (1 + draws)
}
