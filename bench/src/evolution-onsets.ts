import type { SimulatedRate, SimulatedSchedule } from '@scarline/core/internals'
import { type ScoringInputs, dateOf, dayOf } from './evolution-inputs.ts'

/** Spans of steady rate shorter than this are the seams between two changes. */
const LEAST_SPAN_DAYS = 30

/** An onset is of a true rise when it lies within so many days of it. */
export const ONSET_DAYS = 60

/** A date from which a simulated scar grows faster than before. */
export interface TrueRise {
  date: string
  /** Increase of the rate, shares of the reference area per day. */
  increasePerDay: number
}

/** The onset reported nearest to a true rise. */
export interface RiseScore {
  date: string
  /** The largest rise before the first abrupt change; where there is none, after the last. */
  isMain: boolean
  /** Days by which the nearest onset is late (negative: early); null where none is reported. */
  errorDays: number | null
  reportedDate: string | null
  lowDate: string | null
  highDate: string | null
  intervalHolds: boolean
}

/** Onsets against the truth. */
export interface OnsetScore {
  rises: RiseScore[]
  /** Onsets within 60 days of no true rise, whose interval holds neither one nor an abrupt gain. */
  falseOnsets: { date: string; lowDate: string; highDate: string }[]
}

/** Reported onsets at the simulated rises of the rate. */
export function scoreOnsets({ schedule, evolution }: ScoringInputs): OnsetScore {
  const rises = trueRises(schedule)
  const main = mainRise(schedule, rises)
  const onsets = evolution.onsets.map(({ at, lowAt, highAt }) => ({
    date: dateOf(at),
    lowDate: dateOf(lowAt),
    highDate: dateOf(highAt),
  }))
  type Dated = (typeof onsets)[number]
  const off = (onset: Dated, rise: TrueRise): number =>
    Math.round(dayOf(onset.date) - dayOf(rise.date))
  const holds = ({ lowDate, highDate }: Dated, { date }: TrueRise): boolean =>
    lowDate <= date && date <= highDate
  return {
    rises: rises.map((rise): RiseScore => {
      const [nearest] = onsets.toSorted((a, b) => Math.abs(off(a, rise)) - Math.abs(off(b, rise)))
      return {
        date: rise.date,
        isMain: rise === main,
        errorDays: nearest === undefined ? null : off(nearest, rise),
        reportedDate: nearest?.date ?? null,
        lowDate: nearest?.lowDate ?? null,
        highDate: nearest?.highDate ?? null,
        intervalHolds: nearest !== undefined && holds(nearest, rise),
      }
    }),
    falseOnsets: onsets.filter(
      (onset) =>
        rises.every((rise) => Math.abs(off(onset, rise)) > ONSET_DAYS && !holds(onset, rise)) &&
        !schedule.changes.some(
          ({ effect, date, untilDate }) =>
            effect === 'gain' && onset.lowDate <= untilDate && onset.highDate >= date,
        ),
    ),
  }
}

/**
 * Dates at which the rate rises to growth, between spans of a month at least. A rise that an abrupt
 * change brings with it is part of that change.
 */
export function trueRises({ rates, changes }: SimulatedSchedule): TrueRise[] {
  const spans = rates.filter(
    ({ fromDate, untilDate }) => dayOf(untilDate) - dayOf(fromDate) >= LEAST_SPAN_DAYS,
  )
  return spans.slice(1).flatMap((span, i): TrueRise[] => {
    const before = spans[i] as SimulatedRate
    const increasePerDay = span.sharePerDay - before.sharePerDay
    const isOfChange = changes.some(
      ({ date, untilDate }) => date >= before.untilDate && untilDate <= span.fromDate,
    )
    if (increasePerDay <= 0 || span.sharePerDay <= 0 || isOfChange) return []
    return [{ date: span.fromDate, increasePerDay }]
  })
}

/** The largest rise before the first abrupt change; where there is none, after the last. */
function mainRise({ changes }: SimulatedSchedule, rises: readonly TrueRise[]): TrueRise | null {
  const first = changes[0]?.date ?? '9'
  const last = changes.at(-1)?.untilDate ?? ''
  const before = rises.filter(({ date }) => date < first)
  const after = rises.filter(({ date }) => date > last)
  const candidates = before.length > 0 ? before : after
  return candidates.toSorted((a, b) => b.increasePerDay - a.increasePerDay)[0] ?? null
}
