import { describe, expect, it } from 'vitest'
import { findChangePoints } from '../../src/analysis/change-points.ts'
import type { DatedMeasure } from '../../src/analysis/dated-measure.ts'
import { deseason } from '../../src/analysis/deseason.ts'
import { eventsOf } from '../../src/analysis/events.ts'
import { mainOnsetBefore, onsetsOf } from '../../src/analysis/onset.ts'
import { phasesOf } from '../../src/analysis/phases.ts'
import { dayNumber } from '../../src/analysis/trend-fit.ts'
import type { Onset, ScarEvent } from '../../src/model/analysis-events.ts'
import {
  BAIGE,
  CREEPING,
  STEADY,
  type SyntheticOptions,
  syntheticSeries,
} from './synthetic-series.ts'

const SEEDS = [1, 2, 3, 4, 5]
const QUIET_SEEDS = [1, 2, 3]
const QUIET: Omit<SyntheticOptions, 'seed'> = {
  curve: STEADY,
  from: '2017-01-01',
  to: '2025-01-01',
  framesPerYear: 9,
  white: 0.02,
  slow: 0,
  season: 0,
  outliers: 0,
}

function eventsIn(measures: readonly DatedMeasure[]): ScarEvent[] {
  const trend = findChangePoints(measures)
  return trend === null ? [] : eventsOf(trend).events
}

function daysBetween(a: string, b: string): number {
  return Math.abs(dayNumber(a) - dayNumber(b))
}

/** With the frame on or after a day changed. */
function withFrame(
  measures: readonly DatedMeasure[],
  day: string,
  change: (measure: DatedMeasure) => Partial<DatedMeasure>,
): DatedMeasure[] {
  const at = measures.findIndex(({ capturedAt }) => capturedAt >= day)
  return measures.map((measure, i) => (i === at ? { ...measure, ...change(measure) } : measure))
}

const shifted = (share: number) => (measure: DatedMeasure) => ({
  areaM2: measure.areaM2 * (1 + share),
  lowM2: measure.lowM2 * (1 + share),
  highM2: measure.highM2 * (1 + share),
})

describe('series in which nothing happens', { timeout: 60_000 }, () => {
  const kinds: [string, Partial<SyntheticOptions>][] = [
    ['independent errors', {}],
    ['errors that go together for 60 days', { white: 0.01, slow: 0.02 }],
    ['a season', { season: 0.05 }],
    ['single frames off by 10 to 40 %', { outliers: 0.06 }],
    ['steady growth', { curve: CREEPING }],
  ]
  it.each(kinds)('raise at most one event in 24 years of %s', (_, changed) => {
    const events = QUIET_SEEDS.flatMap((seed) =>
      eventsIn(syntheticSeries({ ...QUIET, ...changed, seed })),
    )
    expect(events.length).toBeLessThanOrEqual(1)
  })

  it('raise none in 24 frames of two years with a season', () => {
    for (const seed of QUIET_SEEDS) {
      const to = '2019-01-01'
      expect(
        eventsIn(syntheticSeries({ ...QUIET, season: 0.05, framesPerYear: 12, to, seed })),
      ).toEqual([])
    }
  })
})

describe('failures of a simulated slope', () => {
  const found = SEEDS.map((seed) => {
    const options = { ...QUIET, curve: BAIGE, white: 0.012, slow: 0.01, framesPerYear: 12, seed }
    const measures = syntheticSeries({ ...options, outliers: 0.03 })
    const trend = findChangePoints(measures)
    if (trend === null) throw new Error('too few frames drawn')
    const { events } = eventsOf(trend)
    return { events, onsets: onsetsOf(trend) }
  })
  const failureOf = ({ events }: { events: ScarEvent[] }): ScarEvent | undefined =>
    events.find(({ afterAt, byAt }) => afterAt < '2018-10-10' && byAt >= '2018-10-10')

  it('are found within the frames that bracket them', () => {
    for (const one of found) {
      expect(failureOf(one)).toMatchObject({ kind: 'abrupt-gain', confirmed: true })
    }
  })

  it('come after an onset whose interval holds one of the two rises that led to them', () => {
    const holds = (onset: Onset): boolean =>
      ['2017-11-07', '2018-06-05'].some((rise) => onset.lowAt <= rise && onset.highAt >= rise)
    const mains = found.map(({ events, onsets }) => {
      const failure = failureOf({ events })
      return failure === undefined ? null : mainOnsetBefore(failure, onsets, events)
    })
    expect(mains.filter((onset) => onset !== null && holds(onset)).length).toBeGreaterThanOrEqual(4)
  })

  it('come after an onset whose interval knows that two rises may have been fitted as one', () => {
    const larger = '2018-06-05'
    const mains = found.flatMap(({ events, onsets }) => {
      const failure = failureOf({ events })
      const main = failure === undefined ? null : mainOnsetBefore(failure, onsets, events)
      return main === null ? [] : [main]
    })
    expect(mains.length).toBeGreaterThanOrEqual(4)
    for (const { lowAt, highAt } of mains)
      expect([lowAt, larger, highAt]).toEqual([lowAt, larger, highAt].sort())
    // Where one turn is fitted between both rises, half a year early, the date told is nearer to the larger one, by a month at
    // least: not by more, as no date counts that leaves fewer than three frames before the failure.
    const early = mains.filter(({ turnAt }) => daysBetween(turnAt, larger) > 100)
    expect(early.length).toBeGreaterThan(0)
    for (const { at, turnAt } of early) {
      expect(daysBetween(at, larger)).toBeLessThan(daysBetween(turnAt, larger) - 28)
    }
  })
})

describe('an onset right before a failure', () => {
  it('leaves three frames of its own to either side, as changes of rate do', () => {
    const sparse = { ...QUIET, curve: BAIGE, white: 0.012, slow: 0.02, framesPerYear: 9 }
    let told = 0
    for (let seed = 1; seed <= 12; seed++) {
      const measures = syntheticSeries({ ...sparse, seed })
      const trend = findChangePoints(measures)!
      const { events } = eventsOf(trend)
      const failure = events.find(
        ({ afterAt, byAt }) => afterAt < '2018-10-10' && byAt >= '2018-10-10',
      )
      const main = failure === undefined ? null : mainOnsetBefore(failure, onsetsOf(trend), events)
      if (failure === undefined || main === null || main.at >= failure.afterAt) continue
      told++
      const after = measures.filter(
        ({ capturedAt }) => capturedAt > main.at && capturedAt <= failure.afterAt,
      )
      expect(after.length).toBeGreaterThanOrEqual(3)
    }
    expect(told).toBeGreaterThanOrEqual(6)
  })
})

describe('what one frame says', () => {
  const measures = syntheticSeries({ ...QUIET, white: 0.01, seed: 3 })

  it('is no event but an artefact when the next frame takes it back', () => {
    const trend = findChangePoints(withFrame(measures, '2020-03-01', shifted(-0.3)))
    const { events, artefacts } = eventsOf(trend!)
    expect(events).toEqual([])
    expect(artefacts).toHaveLength(1)
    expect(artefacts[0]).toMatchObject({ kind: 'single-frame' })
    expect(artefacts[0]!.words).toContain('below the frames before and after')
  })

  it('is hidden where less than half of the scar was in sight', () => {
    const covered = withFrame(measures, '2020-03-01', (measure) => ({
      ...shifted(-0.3)(measure),
      validInside: 0.3,
    }))
    const { events, artefacts } = eventsOf(findChangePoints(covered)!)
    expect(events).toEqual([])
    expect(artefacts.map(({ kind }) => kind)).toEqual(['hidden'])
  })

  it('is an unconfirmed event in the last frame', () => {
    const last = measures.at(-1)!.capturedAt
    const { events } = eventsOf(findChangePoints(withFrame(measures, last, shifted(0.3)))!)
    expect(events).toHaveLength(1)
    expect(events[0]).toMatchObject({ byAt: last, confirmed: false })
    expect(events[0]!.words).toContain('no frame follows')
  })
})

describe('growth of one series', () => {
  it('has phases that follow each other from the first frame to the last', () => {
    const measures = syntheticSeries({ ...QUIET, curve: BAIGE, seed: 2 })
    const phases = phasesOf(findChangePoints(measures)!)
    expect(daysBetween(phases[0]!.fromAt, measures[0]!.capturedAt)).toBeLessThan(0.01)
    expect(daysBetween(phases.at(-1)!.toAt, measures.at(-1)!.capturedAt)).toBeLessThan(0.01)
    for (let i = 1; i < phases.length; i++) {
      expect(phases[i]!.fromAt).toBe(phases[i - 1]!.toAt)
    }
  })

  it('loses a season of known size', () => {
    const measures = syntheticSeries({ ...QUIET, season: 0.06, seed: 4 })
    const { season, frames } = deseason(measures, findChangePoints(measures))
    expect(season!.amplitudeM2 / (0.06 * 300_000)).toBeCloseTo(1, 0)
    const spread = (values: number[]): number => Math.max(...values) - Math.min(...values)
    expect(spread(frames.map(({ deseasonedM2 }) => deseasonedM2))).toBeLessThan(
      0.75 * spread(measures.map(({ areaM2 }) => areaM2)),
    )
  })

  it('has no change points in fewer than five frames', () => {
    expect(findChangePoints(syntheticSeries({ ...QUIET, seed: 1 }).slice(0, 4))).toBeNull()
  })

  it('refuses areas that are none', () => {
    const measures = syntheticSeries({ ...QUIET, seed: 1 })
    const broken = withFrame(measures, '2020-01-01', () => ({ areaM2: NaN }))
    expect(() => findChangePoints(broken)).toThrow('expected numbers in order on an ISO date')
  })
})
