import { describe, expect, it } from 'vitest'
import { dayOf } from '../../src/simulate/days.ts'
import { planValley } from '../../src/simulate/plan-valley.ts'
import { simulatedSchedule } from '../../src/simulate/schedule.ts'
import type { SimulatedScenario } from '../../src/simulate/valley-plan.ts'
import { buildValley, truthOn } from '../../src/simulate/valley.ts'

const SIZE_M = 600

function areaOn(valley: ReturnType<typeof buildValley>, day: number): number {
  return 4 * truthOn(valley, day).data.reduce((sum, value) => sum + value, 0)
}

describe('what a scenario makes happen', () => {
  it('says of baige: two failures, the dam removed, growth that rises twice before, a late zone', () => {
    const { changes, newZone, rates, dam } = simulatedSchedule('baige')
    expect(changes.map(({ kind, date, effect }) => [kind, date, effect])).toEqual([
      ['failure', '2018-10-10', 'gain'],
      ['failure', '2018-11-03', 'gain'],
      ['dam-removed', '2018-11-20', 'loss'],
    ])
    expect(newZone).toEqual({ fromDate: '2023-09-10', untilDate: '2024-02-01' })
    expect(dam).toEqual({ fromDate: '2018-10-10', untilDate: '2018-11-20' })
    const before = rates.filter(({ untilDate }) => untilDate < '2018-10-10')
    expect(before.map(({ fromDate }) => fromDate)).toEqual([
      '2017-01-01',
      '2017-11-07',
      '2018-06-05',
    ])
    // By hand: 0.05 in 310 days, 0.08 in 210, 0.13 in 126.
    expect(before.map(({ sharePerDay }) => sharePerDay)).toEqual([
      expect.closeTo(0.05 / 310, 9),
      expect.closeTo(0.08 / 210, 9),
      expect.closeTo(0.13 / 126, 9),
    ])
  })

  it('says of sela: a flood whose collapse lasts two weeks, growth again from December 2023', () => {
    const { changes, newZone, rates, dam } = simulatedSchedule('sela')
    expect(changes).toEqual([
      { kind: 'flood', date: '2018-11-03', untilDate: '2018-11-18', effect: 'gain' },
    ])
    expect(newZone).toEqual({ fromDate: '2023-12-01', untilDate: null })
    expect(dam).toBeNull()
    expect(rates.at(-1)).toMatchObject({ fromDate: '2023-12-01', untilDate: '2025-06-15' })
    expect(rates.at(-1)?.sharePerDay).toBeGreaterThan(0)
  })

  it.each<SimulatedScenario>(['baige', 'sela'])('is what the truth of %s does', (scenario) => {
    const valley = buildValley(planValley({ scenario, seed: 11, sizeM: SIZE_M, sceneCount: 2 }))
    const { changes, rates } = simulatedSchedule(scenario)
    for (const { date, untilDate, effect } of changes) {
      const change = areaOn(valley, dayOf(untilDate)) - areaOn(valley, dayOf(date) - 1)
      expect(Math.sign(change)).toBe(effect === 'gain' ? 1 : -1)
    }
    // Rates are shares of one area, so the truth's rates are in the same proportion to each other.
    const grown = rates.filter(
      ({ fromDate, untilDate, sharePerDay }) =>
        sharePerDay > 0 && untilDate < '2018-10-10' && dayOf(untilDate) - dayOf(fromDate) > 30,
    )
    const perShare = grown.map(({ fromDate, untilDate, sharePerDay }) => {
      const [from, until] = [dayOf(fromDate), dayOf(untilDate)]
      const m2 = areaOn(valley, until) - areaOn(valley, from)
      return m2 / (until - from) / sharePerDay
    })
    for (const one of perShare) {
      expect(one / (perShare[0] as number)).toBeGreaterThan(0.9)
      expect(one / (perShare[0] as number)).toBeLessThan(1.1)
    }
  })

  it('announces its failures and floods in the plan', () => {
    expect(planValley({ scenario: 'baige', sceneCount: 4 }).events).toEqual([
      { date: '2018-10-10', kind: 'failure' },
      { date: '2018-11-03', kind: 'failure' },
    ])
    expect(planValley({ scenario: 'sela', sceneCount: 4 }).events).toEqual([
      { date: '2018-11-03', kind: 'flood' },
    ])
  })
})
