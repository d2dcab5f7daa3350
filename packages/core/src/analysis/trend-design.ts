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

/** How many frames a phase of steady rate must have for its rate to be asked for. */
const PHASE_FRAMES = 3

/** Whether a kink on a day leaves enough frames on both sides, up to the next kinks. */
export function kinkIsSupported(
  { days }: TrendDates,
  day: number,
  kinkDays: readonly number[],
): boolean {
  let from = -Infinity
  let to = Infinity
  for (const other of kinkDays) {
    if (other <= day) from = Math.max(from, other)
    else to = Math.min(to, other)
  }
  let before = 0
  let after = 0
  for (const at of days) {
    if (at >= from && at <= day) before++
    if (at >= day && at <= to) after++
  }
  return before >= PHASE_FRAMES && after >= PHASE_FRAMES
}
