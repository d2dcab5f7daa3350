import { ONSET_DAYS } from './evolution-onsets.ts'
import type { SiteScore } from './evolution-site.ts'

/** How many of how many. */
export interface Tally {
  of: number
  good: number
}

/** A goal of the project with what was measured. */
export interface Goal {
  words: string
  /** Of each scenario and in total. */
  baige: string
  sela: string
  total: string
  /** Null where nothing was there to be found. */
  isMet: boolean | null
}

/** Adds up what a list of sites reached. */
export function totalsOf(sites: readonly SiteScore[]): {
  changes: Tally
  falseEvents: number
  gradualEvents: number
  decades: number
  onsetNear: Tally
  onsetHeld: Tally
  falseOnsets: number
  zonesShown: Tally
  zonesProven: Tally
  dams: Tally
  falseZones: number
  whole: Tally
  wholeFirst: Tally
  perEvent: Tally
  perEventSource: Tally
  areas: Tally
  rates: Tally
  bias: number
} {
  const mains = sites.flatMap(({ onsets }) => onsets.rises.filter(({ isMain }) => isMain))
  const directions = sites.flatMap((site) => site.directions)
  const falseEvents = sites.flatMap(({ events }) => events.falseEvents)
  const zones = sites.flatMap(({ zones: { zone } }) => (zone === null ? [] : [zone]))
  return {
    changes: tally(
      sites.flatMap(({ events }) => events.changes),
      ({ outcome }) => outcome === 'found',
    ),
    falseEvents: falseEvents.length,
    gradualEvents: falseEvents.filter(({ isGradual }) => isGradual).length,
    decades: sites.reduce((sum, { years }) => sum + years / 10, 0),
    onsetNear: tally(
      mains,
      ({ errorDays }) => errorDays !== null && Math.abs(errorDays) <= ONSET_DAYS,
    ),
    onsetHeld: tally(mains, ({ intervalHolds }) => intervalHolds),
    falseOnsets: sites.reduce((sum, { onsets }) => sum + onsets.falseOnsets.length, 0),
    zonesShown: tally(zones, ({ isShownInTime }) => isShownInTime),
    zonesProven: tally(zones, ({ isProvenInTime }) => isProvenInTime),
    dams: tally(
      sites.map((site) => site.dams),
      ({ outcome }) => outcome === 'right',
    ),
    falseZones: sites.reduce((sum, site) => sum + site.zones.falseZones.length, 0),
    whole: tally(
      directions.filter(({ span }) => span === 'whole'),
      isNear,
    ),
    wholeFirst: tally(
      directions.filter(({ span }) => span === 'whole'),
      ({ firstApart }) => isNear({ apart: firstApart }),
    ),
    perEvent: tally(
      directions.filter(({ span }) => span === 'event'),
      isNear,
    ),
    perEventSource: tally(
      directions.filter(({ span }) => span === 'event'),
      ({ sourceApart }) => isNear({ apart: sourceApart }),
    ),
    areas: {
      of: sites.reduce((sum, { areas }) => sum + areas.frames, 0),
      good: sites.reduce((sum, { areas }) => sum + areas.held, 0),
    },
    rates: {
      of: sites.reduce((sum, { rates }) => sum + rates.phases, 0),
      good: sites.reduce((sum, { rates }) => sum + rates.held, 0),
    },
    bias: sites.reduce((sum, { areas }) => sum + areas.bias, 0) / sites.length,
  }
}

/** The goals of issue 4 against what was measured. */
export function goalsOf(sites: readonly SiteScore[]): Goal[] {
  const all = totalsOf(sites)
  const baige = totalsOf(sites.filter(({ scenario }) => scenario === 'baige'))
  const sela = totalsOf(sites.filter(({ scenario }) => scenario === 'sela'))
  type Totals = typeof all
  const goal = (words: string, of: (totals: Totals) => string, isMet: Goal['isMet']): Goal => ({
    words,
    baige: of(baige),
    sela: of(sela),
    total: of(all),
    isMet,
  })
  const held = all.areas.good / all.areas.of
  return [
    goal(
      'every failure and flood found within the frames that bracket it',
      ({ changes }) => ofAll(changes),
      reaches(all.changes, 1),
    ),
    goal(
      'at most 1 false event per site-decade',
      ({ falseEvents, gradualEvents, decades }) =>
        decades === 0
          ? '-'
          : `${(falseEvents / decades).toFixed(2)} (${falseEvents}, of which ${gradualEvents} true but gradual, in ${decades.toFixed(1)} decades)`,
      all.decades === 0 ? null : all.falseEvents <= all.decades,
    ),
    goal(
      `main onset within ${ONSET_DAYS} days for 80 %`,
      ({ onsetNear }) => ofAll(onsetNear),
      reaches(all.onsetNear, 0.8),
    ),
    goal(
      'its interval holds it for 85 %',
      ({ onsetHeld }) => ofAll(onsetHeld),
      reaches(all.onsetHeld, 0.85),
    ),
    goal(
      'new zone with IoU >= 0.5, shown within 120 days',
      ({ zonesShown }) => ofAll(zonesShown),
      reaches(all.zonesShown, 1),
    ),
    goal(
      'the same, proven within 120 days',
      ({ zonesProven }) => ofAll(zonesProven),
      reaches(all.zonesProven, 1),
    ),
    goal(
      'largest gain of the whole period within one sector',
      ({ whole }) => ofAll(whole),
      reaches(all.whole, 1),
    ),
    goal(
      'the same, by the sector named first',
      ({ wholeFirst }) => ofAll(wholeFirst),
      reaches(all.wholeFirst, 1),
    ),
    goal(
      'largest gain of each event within one sector',
      ({ perEvent }) => ofAll(perEvent),
      reaches(all.perEvent, 1),
    ),
    goal(
      'the same, deposit in the river left out of the truth',
      ({ perEventSource }) => ofAll(perEventSource),
      reaches(all.perEventSource, 1),
    ),
    goal('river dammed and cleared, told right', ({ dams }) => ofAll(dams), reaches(all.dams, 1)),
    goal(
      '90 % interval holds 85-95 % of true areas',
      ({ areas }) => ofAll(areas),
      all.areas.of === 0 ? null : held >= 0.85 && held <= 0.95,
    ),
    goal(
      '90 % interval holds 85 % of true rates',
      ({ rates }) => ofAll(rates),
      reaches(all.rates, 0.85),
    ),
  ]
}

function reaches({ good, of }: Tally, share: number): boolean | null {
  return of === 0 ? null : good >= share * of
}

/** Good of all, with the percentage. */
export function ofAll({ good, of }: Tally): string {
  return of === 0 ? '-' : `${good}/${of} (${Math.round((100 * good) / of)} %)`
}

function tally<T>(items: readonly T[], isGood: (item: T) => boolean): Tally {
  return { of: items.length, good: items.filter(isGood).length }
}

function isNear({ apart }: { apart: number | null }): boolean {
  return apart !== null && apart <= 1
}
