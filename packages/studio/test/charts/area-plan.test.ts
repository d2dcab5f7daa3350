import type { AreaRow } from '@scarline/core/model'
import { describe, expect, it } from 'vitest'
import { type CurveObject, planAreaChart, stopAt } from '../../src/charts/area-plan.ts'
import { placeInLanes } from '../../src/charts/label-lanes.ts'

const row = (sceneId: string, capturedAt: string, areaM2: number): AreaRow =>
  ({
    ...{ sceneId, capturedAt, objectId: 1, areaM2 },
    ...{ lowM2: areaM2 * 0.9, highM2: areaM2 * 1.1, validInside: 1 },
  }) as AreaRow

const object = (areas: AreaRow[], phases: CurveObject['found']['phases'] = []): CurveObject =>
  ({
    summary: { objectId: 1, areas },
    found: { objectId: 1, events: [], artefacts: [], phases, onsets: [] },
  }) as unknown as CurveObject

const AREAS = [
  row('a', '2017-01-01T00:00:00Z', 30_000),
  row('b', '2017-02-01T00:00:00Z', 31_000),
  row('c', '2019-01-01T00:00:00Z', 60_000),
]
const size = { width: 600, height: 300, headroom: 20 }

describe('an area chart', () => {
  it('takes hectares where the largest area is two at least', () => {
    expect(planAreaChart([object(AREAS)], [], size, () => []).unitM2).toBe(10_000)
    const small = AREAS.map((one) => ({ ...one, areaM2: 900, lowM2: 800, highM2: 1000 }))
    const plan = planAreaChart([object(small)], [], size, () => [])
    expect(plan.unitM2).toBe(1)
    expect(plan.y.max).toBe(1000)
  })

  it('makes room for rates only where there are phases', () => {
    expect(planAreaChart([object(AREAS)], [], size, () => []).rateBox).toBeNull()
    const phase = {
      ...{ fromAt: '2017-01-01T00:00:00Z', toAt: '2019-01-01T00:00:00Z' },
      ...{ rateM2PerDay: 40, lowM2PerDay: 30, highM2PerDay: 900 },
    }
    const plan = planAreaChart([object(AREAS, [phase])], [], size, () => [])
    expect(plan.rateBox?.top).toBeGreaterThan(plan.box.top)
    // A band far beyond the rate does not flatten the rate itself.
    expect(plan.rateY?.max).toBeLessThan(200)
  })

  it('reaches as high as the truth', () => {
    const truth = [{ capturedAt: '2019-01-01T00:00:00Z', areaM2: 200_000 }]
    expect(planAreaChart([object(AREAS)], truth, size, () => []).y.max).toBeGreaterThanOrEqual(20)
  })

  it('finds the frame nearest to a place', () => {
    const { stops } = planAreaChart([object(AREAS)], [], size, () => [])
    expect(stopAt(stops, (stops[1]?.x ?? 0) + 2)?.sceneId).toBe('b')
    expect(stopAt(stops, 1e6)?.sceneId).toBe('c')
    expect(stopAt([], 0)).toBeNull()
  })
})

describe('labels above a chart', () => {
  it('never touch, and stay inside', () => {
    const labels = [100, 104, 108, 590].map((x) => ({ x, text: 'something that takes room' }))
    const placed = placeInLanes(labels, 60, 600)
    expect(new Set(placed.slice(-3).map(({ lane }) => lane)).size).toBeGreaterThan(1)
    for (const { textX, text } of placed) {
      expect(textX).toBeGreaterThanOrEqual(60)
      expect(textX + text.length * 6).toBeLessThanOrEqual(600)
    }
  })
})
