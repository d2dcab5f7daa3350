import { describe, expect, it } from 'vitest'
import { isBeyondInterval, pairedChangeInterval } from '../../src/analysis/beyond-interval.ts'
import { type FittedTrend, findChangePoints } from '../../src/analysis/change-points.ts'
import type { DatedMeasure } from '../../src/analysis/dated-measure.ts'
import { shrinkageFor } from '../../src/analysis/deseason.ts'
import { eventsOf } from '../../src/analysis/events.ts'
import { inverseVelocity } from '../../src/analysis/inverse-velocity.ts'
import { phasesOf } from '../../src/analysis/phases.ts'
import { SERIES_NOISES, whitening } from '../../src/analysis/series-noise.ts'
import { studentT90 } from '../../src/analysis/student-quantile.ts'
import { termPenalty } from '../../src/analysis/trend-choice.ts'
import { instantOf, readySeries } from '../../src/analysis/trend-fit.ts'
import { gainOf } from '../../src/analysis/trend-scan.ts'
import { candidateOf } from '../../src/analysis/trend-search.ts'
import { cautiousErrorOf } from '../../src/analysis/trend-values.ts'

const FIRST = 17_000

/** Areas by day, each ± half m². */
function areas(
  points: readonly (readonly [day: number, areaM2: number])[],
  half: number,
): DatedMeasure[] {
  return points.map(([day, areaM2]) => ({
    capturedAt: instantOf(FIRST + day),
    areaM2,
    lowM2: areaM2 - half,
    highM2: areaM2 + half,
    validInside: 1,
    validAround: 1,
    flags: [],
  }))
}

describe('by hand, docs/formulas.md', () => {
  it('Correlated noise: two frames 30 days apart, L = 30 days, half of the variance slow', () => {
    const white = whitening(Float64Array.of(0, 30), Float64Array.of(5, 5), {
      slowShare: 0.5,
      correlationDays: 30,
      intervalShare: 1,
    })
    const [first, second] = white.apply(Float64Array.of(1, 1))
    expect(first).toBeCloseTo(1, 9)
    expect(second).toBeCloseTo(0.8302, 4)
    expect(white.logDeterminant).toBeCloseTo(-0.0344, 4)
  })

  it('Correlated noise: intervals of 1 and 3 give errors of 0.447 and 1.342', () => {
    const white = whitening(Float64Array.of(0, 30), Float64Array.of(1, 3), SERIES_NOISES[0]!)
    const [first, second] = white.apply(Float64Array.of(1, 1))
    expect(1 / (first as number)).toBeCloseTo(0.4472, 4)
    expect(1 / (second as number)).toBeCloseTo(1.3416, 4)
  })

  it("Student's t at 90 %: 2.353 for 3, 1.895 for 7, 1.645 for many degrees of freedom", () => {
    expect(Math.abs(studentT90(3) / 2.3534 - 1)).toBeLessThan(0.005)
    expect(studentT90(7)).toBeCloseTo(1.8946, 3)
    expect(studentT90(1e6)).toBeCloseTo(1.6449, 4)
  })

  it('Change points: squared residuals from 100 to 40 in 20 frames gain 15.6, a step costs 9.0', () => {
    expect(gainOf(100, 60, 17)).toBeCloseTo(15.58, 2)
    expect(termPenalty({ kind: 'step', frame: 9 }, 20)).toBeCloseTo(8.99, 2)
    expect(termPenalty({ kind: 'kink', day: 9 }, 20)).toBeCloseTo(5.99, 2)
  })

  it('Change points: steps of 4934 m² between errors of 1000 and 2000 m² are within the intervals', () => {
    const dates = {
      days: Float64Array.of(0, 10, 20, 30),
      level: new Float64Array(4).fill(1),
      sigmas: Float64Array.of(1000, 1000, 2000, 2000),
    }
    expect(isBeyondInterval(dates, { kind: 'step', frame: 2 }, 4934, [])).toBe(false)
    expect(isBeyondInterval(dates, { kind: 'step', frame: 2 }, 4935, [])).toBe(true)
  })

  it('Events: 5000 m² gained and 1000 lost are a change of 4000 ± 2548 m²', () => {
    const [low, high] = pairedChangeInterval({ gainedM2: 5000, lostM2: 1000 }, 400)
    expect(low).toBeCloseTo(1451.8, 1)
    expect(high).toBeCloseTo(6548.2, 1)
  })

  it('Events: 10 ha that become 15 ha, each ± 3000 m², are a gain of 5 ha ± 4243 m²', () => {
    const points = Array.from(
      { length: 16 },
      (_, i) => [30 * i, i < 8 ? 100_000 : 150_000] as const,
    )
    const trend = findChangePoints(areas(points, 3000))
    const { events, artefacts } = eventsOf(trend!)
    expect(artefacts).toEqual([])
    expect(events).toHaveLength(1)
    const [event] = events
    expect(event).toMatchObject({
      kind: 'abrupt-gain',
      afterAt: instantOf(FIRST + 210),
      byAt: instantOf(FIRST + 240),
      pValue: 0.005,
      confirmed: true,
    })
    expect(event!.changeM2).toBeCloseTo(50_000, 0)
    expect(event!.highM2 - event!.changeM2).toBeCloseTo(4242.6, 0)
  })

  /** Five frames 100 days apart, each ± 3290 m², on a line of 10 m² a day. */
  const steadyGrowth = (levelsM2: readonly number[] | null): FittedTrend => {
    const points = [0, 100, 200, 300, 400].map((day) => [day, 50_000 + 10 * day] as const)
    const measures = areas(points, 3289.7).map((area, i) => ({
      ...area,
      ...(levelsM2 === null ? {} : { levelM2: levelsM2[i] }),
    }))
    const series = readySeries(measures)
    const candidate = candidateOf(series, SERIES_NOISES[0]!, { terms: [], season: null })!
    const limits = { significance: 0.01, rateSignificance: 0.05 }
    return { series, candidate, noiseM2: 0, degrees: 3, changes: [], ...limits, ground: new Map() }
  }

  it('Phases: five frames 100 days apart, each ± 3290 m², on a line of 10 m² a day: ± 14.9', () => {
    const [phase] = phasesOf(steadyGrowth(null))
    expect(phase!.rateM2PerDay).toBeCloseTo(10, 6)
    expect(phase!.highM2PerDay - phase!.rateM2PerDay).toBeCloseTo(14.88, 1)
  })

  describe('Onset: standard error of a rate', () => {
    const errorM2PerDay = (levelsM2: readonly number[] | null): number =>
      cautiousErrorOf(steadyGrowth(levelsM2), Float64Array.of(0, 1)) / 365.2425

    it('of errors apart: 6.32 m² a day', () => {
      expect(errorM2PerDay(null)).toBeCloseTo(6.32, 2)
    })

    it('of a level alone, the boundary staying as long: none', () => {
      expect(errorM2PerDay([3289.7, 3289.7, 3289.7, 3289.7, 3289.7])).toBeLessThan(0.05)
    })

    it('of a level that weighs 500 m² more on each frame: sqrt(5.46² + 3.04²)', () => {
      expect(errorM2PerDay([500, 1000, 1500, 2000, 2500])).toBeCloseTo(6.25, 2)
    })
  })

  it('Onset: moved by 49.4 days, s = 2000 m², a rise of 100 m² a day loses t90² s² = 14.4e6 m⁴', () => {
    const points = Array.from({ length: 10 }, (_, i) => {
      const day = 100 * i
      return [day, 50_000 + 100 * Math.max(0, day - 450)] as const
    })
    const series = readySeries(areas(points, 3289.7))
    for (const [off, rss] of [
      [0, 0],
      [49.4, 14.36e6],
      [-49.4, 14.36e6],
    ] as const) {
      const terms = [{ kind: 'kink' as const, day: FIRST + 450 + off }]
      const moved = candidateOf(series, SERIES_NOISES[0]!, { terms, season: null })!
      expect(moved.fit.rss / 1e6).toBeCloseTo(rss / 1e6, 1)
    }
    expect((studentT90(7) ** 2 * 2000 ** 2) / 1e6).toBeCloseTo(14.36, 1)
  })

  it('Season taken out: a season of two coefficients with W = 20 keeps 0.9, with W = 1.5 nothing', () => {
    expect(shrinkageFor(20, 2)).toBeCloseTo(0.9, 9)
    expect(shrinkageFor(1.5, 2)).toBe(0)
  })

  it('Inverse velocity: 1/v of 0.10, 0.08, 0.06 and 0.04 days/m² meet 0 on day 550', () => {
    const points = [
      [0, 0],
      [100, 1000],
      [200, 2250],
      [300, 3916.667],
      [400, 6416.667],
    ] as const
    const measures = areas(points, 100)
    const { rates, fit, warnings } = inverseVelocity(measures, {
      fromAt: instantOf(FIRST),
      untilAt: instantOf(FIRST + 400),
      event: null,
    })
    expect(rates.map(({ inverseRate }) => Number(inverseRate.toFixed(4)))).toEqual([
      0.1, 0.08, 0.06, 0.04,
    ])
    expect(rates[0]!.low).toBeCloseTo(0.0876, 4)
    expect(rates[0]!.high).toBeCloseTo(0.1165, 4)
    expect(fit!.slopePerDay).toBeCloseTo(-0.0002, 6)
    expect(fit!.extrapolatedAt!.slice(0, 10)).toBe(instantOf(FIRST + 550).slice(0, 10))
    expect(warnings[0]).toContain('not displacement of the ground')
    expect(warnings[1]).toContain('Too few rates: 4 spans')
  })
})

describe('inverseVelocity', () => {
  it('gives no date for a line that hardly falls', () => {
    const points = [0, 1, 2, 3, 4].map((i) => [100 * i, 1000 * i + 1e-6 * i * i] as const)
    const { fit } = inverseVelocity(areas(points, 100), {
      fromAt: instantOf(FIRST),
      untilAt: instantOf(FIRST + 400),
      event: null,
    })
    expect(fit!.extrapolatedAt).toBeNull()
  })
})
