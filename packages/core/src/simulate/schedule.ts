import { dateOf, dayOf } from './days.ts'
import type { SimulatedScenario, ValleyEvent } from './valley-plan.ts'

/** A share of the scenario's reference area reached by a date, piecewise linear; dates ascend. */
export type ShareCurve = readonly (readonly [date: string, share: number])[]

const BAIGE_FIRST_FAILURE = '2018-10-10'
const BAIGE_SECOND_FAILURE = '2018-11-03'
const SELA_FLOOD = '2018-11-03'
const SELA_COLLAPSED = '2018-11-18'

/** Long before any archive: what is bare then is bare from the start. */
const LONG_AGO = '2000-01-01'

/** What a slope like Baige goes through; shares are of the lobe that fails. */
export interface BaigeHistory {
  firstFailure: string
  secondFailure: string
  damRemoved: string
  growth: ShareCurve
  crownLoss: ShareCurve
  regrowth: ShareCurve
  lateZone: ShareCurve
}

/** What a slope like Sela goes through; shares are of the site's area. */
export interface SelaHistory {
  flood: string
  /** Day on which the fast part of the collapse after the flood is over. */
  collapsed: string
  creep: ShareCurve
  collapse: ShareCurve
  regrowth: ShareCurve
  growthAgain: ShareCurve
}

/** What `growBaige` makes happen. */
export const BAIGE_HISTORY: BaigeHistory = {
  firstFailure: BAIGE_FIRST_FAILURE,
  secondFailure: BAIGE_SECOND_FAILURE,
  damRemoved: '2018-11-20',
  growth: [
    [LONG_AGO, 0.3],
    ['2017-01-01', 0.37],
    ['2017-11-07', 0.42],
    ['2018-06-05', 0.5],
    [dayBefore(BAIGE_FIRST_FAILURE), 0.63],
  ],
  crownLoss: [
    [dayAfter(BAIGE_SECOND_FAILURE), 0],
    ['2019-05-01', 0.018],
    ['2019-11-27', 0.027],
  ],
  regrowth: [
    ['2019-11-20', 0],
    ['2021-06-01', 0.065],
    ['2023-09-01', 0.14],
    ['2026-01-01', 0.19],
  ],
  lateZone: [
    ['2023-09-10', 0],
    ['2023-11-20', 0.035],
    ['2024-02-01', 0.038],
  ],
}

/** What `growSela` makes happen. */
export const SELA_HISTORY: SelaHistory = {
  flood: SELA_FLOOD,
  collapsed: SELA_COLLAPSED,
  creep: [
    [LONG_AGO, 0.0045],
    ['2017-01-01', 0.005],
    [dayBefore(SELA_FLOOD), 0.0066],
  ],
  collapse: [
    [dayAfter(SELA_FLOOD), 0.001],
    [SELA_COLLAPSED, 0.0135],
    ['2019-02-20', 0.0175],
    ['2019-06-20', 0.021],
  ],
  regrowth: [
    ['2019-06-25', 0],
    ['2020-06-10', 0.0072],
    ['2022-05-20', 0.0136],
    ['2023-12-01', 0.0148],
  ],
  growthAgain: [
    ['2023-12-01', 0],
    ['2025-06-15', 0.0098],
    ['2026-12-31', 0.0185],
  ],
}

/** An abrupt change of a simulated scar's area: on one day, or within two weeks. */
export interface SimulatedChange {
  kind: 'failure' | 'flood' | 'dam-removed'
  /** First day that shows it, `YYYY-MM-DD`. */
  date: string
  /** Day by which it is over; `date` itself for what happens at once. */
  untilDate: string
  effect: 'gain' | 'loss'
}

/** A time of steady rate: growth less what turns green again. */
export interface SimulatedRate {
  fromDate: string
  untilDate: string
  /** Share of the scenario's reference area per day: the failing lobe (baige), the site (sela). */
  sharePerDay: number
}

/** What a scenario makes happen, and when; equal for all seeds, which change where and how much. */
export interface SimulatedSchedule {
  scenario: SimulatedScenario
  /** In time order. */
  changes: SimulatedChange[]
  /** In time order, from 2017 to mid 2025, without the spans of {@link changes}. */
  rates: SimulatedRate[]
  /**
   * Ground that opens anew years later, from its first day to the day on which it is grown: one piece
   * (baige); many, growing beyond the span, `untilDate` null (sela).
   */
  newZone: { fromDate: string; untilDate: string | null }
  /** Debris across the river; null where there is none. */
  dam: { fromDate: string; untilDate: string } | null
}

const SPAN = ['2017-01-01', '2025-06-15'] as const

/** The history that a scenario is made from: what an analysis of its archive should find. */
export function simulatedSchedule(scenario: SimulatedScenario): SimulatedSchedule {
  if (scenario === 'baige') {
    const { firstFailure, secondFailure, damRemoved, growth, crownLoss, regrowth, lateZone } =
      BAIGE_HISTORY
    const changes: SimulatedChange[] = [
      { kind: 'failure', date: firstFailure, untilDate: firstFailure, effect: 'gain' },
      { kind: 'failure', date: secondFailure, untilDate: secondFailure, effect: 'gain' },
      { kind: 'dam-removed', date: damRemoved, untilDate: damRemoved, effect: 'loss' },
    ]
    const curves = { gains: [growth, crownLoss, lateZone], losses: [regrowth] }
    return {
      scenario,
      changes,
      rates: ratesOf(curves, changes),
      newZone: spanOf(lateZone),
      dam: { fromDate: firstFailure, untilDate: damRemoved },
    }
  }
  const { flood, collapsed, creep, collapse, regrowth, growthAgain } = SELA_HISTORY
  const changes: SimulatedChange[] = [
    { kind: 'flood', date: flood, untilDate: collapsed, effect: 'gain' },
  ]
  const curves = { gains: [creep, collapse, growthAgain], losses: [regrowth] }
  return {
    scenario,
    changes,
    rates: ratesOf(curves, changes),
    newZone: spanOf(growthAgain),
    dam: null,
  }
}

/** The failures and floods of a scenario as an archive announces them. */
export function scheduledEvents(scenario: SimulatedScenario): ValleyEvent[] {
  return simulatedSchedule(scenario).changes.flatMap(({ kind, date }) =>
    kind === 'dam-removed' ? [] : [{ date, kind }],
  )
}

/** The rate between any two knots of the curves, outside of abrupt changes. */
function ratesOf(
  curves: { gains: readonly ShareCurve[]; losses: readonly ShareCurve[] },
  changes: readonly SimulatedChange[],
): SimulatedRate[] {
  const { gains, losses } = curves
  const knots = [...gains, ...losses].flat().map(([date]) => date)
  const edges = changes.flatMap(({ date, untilDate }) => [date, untilDate])
  const [first, last] = SPAN
  const dates = [...new Set([first, ...knots, ...edges, last])].sort()
  const inside = dates.filter((date) => date >= first && date <= last)
  return inside.slice(1).flatMap((untilDate, i): SimulatedRate[] => {
    const fromDate = inside[i] as string
    const isAbrupt = changes.some(
      (change) => fromDate < change.untilDate && untilDate > change.date,
    )
    if (isAbrupt) return []
    const day = (dayOf(fromDate) + dayOf(untilDate)) / 2
    const sharePerDay =
      gains.reduce((sum, curve) => sum + slopeAt(curve, day), 0) -
      losses.reduce((sum, curve) => sum + slopeAt(curve, day), 0)
    return [{ fromDate, untilDate, sharePerDay }]
  })
}

/** From the first date of a curve to its last; null for what goes on beyond the span. */
function spanOf(curve: ShareCurve): SimulatedSchedule['newZone'] {
  const dates = curve.map(([date]) => date)
  const [fromDate, untilDate] = [dates[0] as string, dates.at(-1) as string]
  return { fromDate, untilDate: untilDate <= SPAN[1] ? untilDate : null }
}

function slopeAt(curve: ShareCurve, day: number): number {
  for (const [i, [date, share]] of curve.entries()) {
    const [beforeDate, beforeShare] = curve[i - 1] ?? [date, share]
    if (day < dayOf(beforeDate) || day >= dayOf(date)) continue
    return (share - beforeShare) / (dayOf(date) - dayOf(beforeDate))
  }
  return 0
}

function dayBefore(date: string): string {
  return dateOf(dayOf(date) - 1)
}

function dayAfter(date: string): string {
  return dateOf(dayOf(date) + 1)
}
