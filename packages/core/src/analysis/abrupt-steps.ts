import { type PairedChange, isBeyondInterval, pairedChangeInterval } from './beyond-interval.ts'
import { Z90 } from './normal-quantile.ts'
import { type TrendTerm, YEAR_DAYS, isBreak } from './trend-design.ts'
import { type TrendSeries, kinkDays } from './trend-choice.ts'
import { type TrendCandidate, candidateOf } from './trend-search.ts'

/** What pairs of masks say, by frame; null where they are not known. */
export interface PairedChanges {
  changes: readonly (PairedChange | null)[]
  /** Area within which errors go together, m². */
  resolutionCellM2: number
  /** 1 where held ground came no faster than on the frames around: see `HeldTurns`; null where it is not known. */
  isInTurn: Uint8Array | null
}

/** A step term with its frame. */
type StepTerm = Extract<TrendTerm, { kind: 'step' }>

/** Size of a term, m² (m² per year for a kink). */
export function sizeOf({ structure, fit }: TrendCandidate, term: TrendTerm): number {
  return fit.coefficients[structure.terms.indexOf(term) + 2] as number
}

/** Rates of the trend's phases, m² per year, in order, with the day that each begins on. */
export function phaseRates({
  structure,
  fit,
}: TrendCandidate): { fromDay: number; rate: number }[] {
  let rate = fit.coefficients[1] as number
  const kinks = structure.terms
    .flatMap((term, i) =>
      term.kind === 'kink' ? [{ day: term.day, change: fit.coefficients[i + 2] as number }] : [],
    )
    .sort((a, b) => a.day - b.day)
  return [
    { fromDay: -Infinity, rate },
    ...kinks.map(({ day, change }) => ({ fromDay: day, rate: (rate += change) })),
  ]
}

/**
 * Whether a step is abrupt and real. Real: it sets the intervals of the frames beside it apart, or the
 * pair of masks says so; and ground did not come just as it does on the frames around, where masks date growth by
 * the clearer of two frames. Abrupt: what is sure of it (its size less the half-width of the interval of
 * the change) came faster than the area ever changed in a phase of steady rate.
 */
export function isAbruptStep(
  series: TrendSeries,
  candidate: TrendCandidate,
  term: StepTerm,
  paired: PairedChanges,
): boolean {
  const size = sizeOf(candidate, term)
  if (size > 0 && paired.isInTurn?.[term.frame] === 1) return false
  const half = halfWidthOf(series, term, size, paired)
  if (half === null) return false
  const { days } = series
  const gapDays = (days[term.frame] as number) - (days[term.frame - 1] as number)
  const fastest = Math.max(...phaseRates(candidate).map(({ rate }) => Math.abs(rate)))
  return ((Math.abs(size) - half) * YEAR_DAYS) / gapDays > fastest
}

/** Half-width of the 90 % interval of a step, m²; null where it does not leave 0 out. */
function halfWidthOf(
  series: TrendSeries,
  term: StepTerm,
  size: number,
  { changes, resolutionCellM2 }: PairedChanges,
): number | null {
  const change = changes[term.frame] ?? null
  if (change !== null) {
    const [low, high] = pairedChangeInterval(change, resolutionCellM2)
    const half = (high - low) / 2
    if (Math.abs(size) > half && (size > 0 ? low > 0 : high < 0)) return half
  }
  const { sigmas } = series
  const before = sigmas[term.frame - 1] as number
  if (!isBeyondInterval(series, term, size, [])) return null
  return Z90 * Math.hypot(before, sigmas[term.frame] as number)
}

/**
 * Says pulses beside steps as steps where the level goes one way: a frame that lies between the levels
 * before and after shows the first of two changes, it is not off by itself. The fit stays the same.
 */
export function pulsesAsSteps(series: TrendSeries, from: TrendCandidate): TrendCandidate {
  let best = from
  for (;;) {
    const next = oneAsStep(series, best)
    if (next === null) return best
    best = next
  }
}

function oneAsStep(series: TrendSeries, from: TrendCandidate): TrendCandidate | null {
  const { terms } = from.structure
  for (const pulse of terms) {
    if (pulse.kind !== 'pulse') continue
    for (const step of terms) {
      if (step.kind !== 'step' || (step.frame !== pulse.frame && step.frame !== pulse.frame + 1))
        continue
      const off = sizeOf(from, pulse)
      const size = sizeOf(from, step)
      const [first, second] = step.frame === pulse.frame ? [size + off, -off] : [off, size - off]
      if (Math.sign(first) !== Math.sign(second)) continue
      const kept = terms.filter((term) => term !== pulse && term !== step)
      const frames = [pulse.frame, pulse.frame + 1]
      if (frames.some((frame) => frame < 2 || frame >= series.days.length)) continue
      const steps = frames.map((frame): TrendTerm => ({ kind: 'step', frame }))
      const isTaken = kept.some((term) => term.kind === 'step' && frames.includes(term.frame))
      if (isTaken) continue
      return candidateOf(series, from.noise, { ...from.structure, terms: [...kept, ...steps] })
    }
  }
  return null
}

/**
 * Looks for smaller steps that pairs of masks speak for: each is tried in the place of pulses on its
 * two frames, with kinks moved to suit, and stays where the penalised likelihood says so.
 *
 * @param settle moves the kinks of a trend to where they fit best
 */
export function addPairedSteps(
  series: TrendSeries,
  from: TrendCandidate,
  paired: PairedChanges,
  settle: (candidate: TrendCandidate) => TrendCandidate,
): TrendCandidate {
  let best = from
  for (let frame = 2; frame < series.days.length; frame++) {
    const { terms } = best.structure
    if (terms.some((term) => term.kind === 'step' && term.frame === frame)) continue
    const step: StepTerm = { kind: 'step', frame }
    const kept = terms.filter(
      (term) => term.kind !== 'pulse' || (term.frame !== frame && term.frame !== frame - 1),
    )
    const tried = candidateOf(series, best.noise, { ...best.structure, terms: [...kept, step] })
    if (tried === null || !isAbruptStep(series, tried, step, paired)) continue
    const settled = settle(tried)
    const moved = settled.structure.terms.find(
      (term): term is StepTerm => term.kind === 'step' && term.frame === frame,
    )
    if (moved === undefined || !isAbruptStep(series, settled, moved, paired)) continue
    if (settled.score < best.score) best = settled
  }
  return best
}

/** Takes out steps that are not abrupt and kinks within the intervals, one at a time. */
export function keepBeyondInterval(
  series: TrendSeries,
  from: TrendCandidate,
  paired: PairedChanges,
): { kept: TrendCandidate; removed: TrendTerm[] } {
  let best = from
  const removed: TrendTerm[] = []
  for (;;) {
    const { terms } = best.structure
    const within = terms.find((term) => {
      if (term.kind === 'step') return !isAbruptStep(series, best, term, paired)
      if (term.kind === 'pulse' || isBreak(series, term.day, terms)) return false
      return !isBeyondInterval(series, term, sizeOf(best, term), kinkDays(terms))
    })
    if (within === undefined) return { kept: best, removed }
    const rest = terms.filter((term) => term !== within)
    const next = candidateOf(series, best.noise, { ...best.structure, terms: rest })
    if (next === null) return { kept: best, removed }
    removed.push(within)
    best = next
  }
}

/**
 * Says slower steps after a faster one as a phase: where steps follow each other from frame to frame,
 * two or more of them that are slower than the fastest, and whose frames lie within their own
 * intervals of a straight line, are growth at a steady rate and no events of their own.
 */
export function slowerStepsAsPhase(series: TrendSeries, start: TrendCandidate): TrendCandidate {
  let best = start
  for (const run of runsOfSteps(best)) {
    const fastest = run.reduce((a, b) => (paceOf(series, b) > paceOf(series, a) ? b : a))
    const after = run.filter(({ frame }) => frame > fastest.frame)
    for (let start = 0; start + 1 < after.length; start++) {
      const slower = after.slice(start)
      if (!liesOnLine(series, slower)) continue
      const first = slower[0] as SizedStep
      const last = slower.at(-1) as SizedStep
      const frames = new Set(slower.map(({ frame }) => frame))
      const from = series.days[first.frame - 1] as number
      const to = series.days[last.frame] as number
      const terms: TrendTerm[] = [
        ...best.structure.terms.filter((term) =>
          term.kind === 'kink'
            ? term.day < from || term.day > to
            : term.kind !== 'step' || !frames.has(term.frame),
        ),
        { kind: 'kink', day: from },
        { kind: 'kink', day: to },
      ]
      best = candidateOf(series, best.noise, { ...best.structure, terms }) ?? best
      break
    }
  }
  return best
}

interface SizedStep {
  frame: number
  size: number
}

/** Steps of the same sign on frames that follow each other, two or more. */
function runsOfSteps(candidate: TrendCandidate): SizedStep[][] {
  const steps = candidate.structure.terms
    .flatMap((term) =>
      term.kind === 'step' ? [{ frame: term.frame, size: sizeOf(candidate, term) }] : [],
    )
    .sort((a, b) => a.frame - b.frame)
  const runs: SizedStep[][] = []
  for (const step of steps) {
    const run = runs.at(-1)
    const before = run?.at(-1)
    const follows =
      before !== undefined &&
      before.frame + 1 === step.frame &&
      Math.sign(before.size) === Math.sign(step.size)
    if (run !== undefined && follows) run.push(step)
    else runs.push([step])
  }
  return runs.filter((run) => run.length > 1)
}

/** m² per day. */
function paceOf({ days }: TrendSeries, { frame, size }: SizedStep): number {
  return Math.abs(size) / ((days[frame] as number) - (days[frame - 1] as number))
}

function liesOnLine({ days, sigmas }: TrendSeries, steps: readonly SizedStep[]): boolean {
  const first = steps[0] as SizedStep
  const last = steps.at(-1) as SizedStep
  const from = days[first.frame - 1] as number
  const span = (days[last.frame] as number) - from
  const total = steps.reduce((sum, { size }) => sum + size, 0)
  let reached = 0
  return steps.every(({ frame, size }) => {
    reached += size
    const line = (total * ((days[frame] as number) - from)) / span
    return Math.abs(reached - line) <= Z90 * (sigmas[frame] as number)
  })
}
