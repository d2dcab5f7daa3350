/** Days of a year that seasons repeat with. */
export const YEAR_DAYS = 365.2425

/** A term of a trend besides level and rate. `frame` counts the frames that the trend is fitted to. */
export type TrendTerm =
  /** One frame is off by itself (additive outlier). */
  | { kind: 'pulse'; frame: number }
  /** The level changes before this frame. */
  | { kind: 'step'; frame: number }
  /** The rate changes on this day; the level does not. */
  | { kind: 'kink'; day: number }

/** Whether a season keeps its size in m², or grows and shrinks with the scar. */
export type SeasonScaling = 'additive' | 'proportional'

/** A season in a trend: one harmonic (annual) or two (annual and semi-annual). */
export interface SeasonTerm {
  harmonics: 1 | 2
  scaling: SeasonScaling
}

/** Which columns a trend is made of. */
export interface TrendStructure {
  terms: TrendTerm[]
  season: SeasonTerm | null
}

/** The dates of a series, ready for design columns. */
export interface TrendDates {
  /** Days since 1970, ascending. */
  days: Float64Array
  /** Running level of the series, 1 on average: what a proportional season goes with. */
  level: Float64Array
}

/** A term's column: indicator, step, or ramp in years past its day. */
export function termColumn({ days }: TrendDates, term: TrendTerm): Float64Array {
  switch (term.kind) {
    case 'pulse':
      return days.map((_, i) => (i === term.frame ? 1 : 0))
    case 'step':
      return days.map((_, i) => (i >= term.frame ? 1 : 0))
    case 'kink':
      return days.map((day) => Math.max(0, day - term.day) / YEAR_DAYS)
  }
}

/** Cosine and sine columns of a season, the annual ones first. */
export function seasonColumns({ days, level }: TrendDates, season: SeasonTerm): Float64Array[] {
  const columns: Float64Array[] = []
  for (let harmonic = 1; harmonic <= season.harmonics; harmonic++) {
    for (const wave of [Math.cos, Math.sin]) {
      columns.push(
        days.map((day, i) => {
          const size = season.scaling === 'additive' ? 1 : (level[i] as number)
          return size * wave((2 * Math.PI * harmonic * day) / YEAR_DAYS)
        }),
      )
    }
  }
  return columns
}

/** A name of a term, to know it again by. */
export function termKey(term: TrendTerm): string {
  return term.kind === 'kink' ? `kink ${term.day}` : `${term.kind} ${term.frame}`
}

/** How many frames of its own a phase of steady rate must have for its rate to be asked for. */
const PHASE_FRAMES = 3

/**
 * Whether a change of rate comes with a step on the same frame: a break, before and after which the
 * area follows lines of their own.
 */
export function isBreak({ days }: TrendDates, day: number, terms: readonly TrendTerm[]): boolean {
  return terms.some((term) => term.kind === 'step' && days[term.frame] === day)
}

/**
 * Whether a kink on a day leaves three frames of its own to the phases on both sides of it. A frame on
 * the day of a kink is shared by two phases and is neither's own, that of a break is the later one's,
 * and a frame that is off by itself is nobody's.
 */
export function kinkIsSupported(
  dates: TrendDates,
  day: number,
  others: readonly TrendTerm[],
): boolean {
  let from = -Infinity
  let to = Infinity
  for (const other of others) {
    if (other.kind !== 'kink') continue
    if (other.day === day) return false
    if (other.day < day) from = Math.max(from, other.day)
    else to = Math.min(to, other.day)
  }
  const { days } = dates
  const hasFrom = isBreak(dates, from, others)
  const hasDay = isBreak(dates, day, others)
  let before = 0
  let after = 0
  for (let frame = 0; frame < days.length; frame++) {
    const at = days[frame] as number
    if (at < from || at >= to || (at === from && !hasFrom) || (at === day && !hasDay)) continue
    if (others.some((other) => other.kind === 'pulse' && other.frame === frame)) continue
    if (at < day) before++
    else after++
    if (before >= PHASE_FRAMES && after >= PHASE_FRAMES) return true
  }
  return false
}
