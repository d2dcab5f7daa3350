import { describe, expect, it } from 'vitest'
import {
  niceTicks,
  seasonSpans,
  spanScale,
  textWidth,
  timeScale,
  timeTicks,
} from '../../src/charts/scales.ts'

const box = { width: 500, height: 200, left: 50, right: 10, top: 20, bottom: 30 }
const at = (day: string): number => Date.parse(`${day}T00:00:00Z`)

describe('axes of a chart', () => {
  it('have round ticks', () => {
    expect(niceTicks(0, 62, 4)).toEqual([0, 10, 20, 30, 40, 50, 60])
    expect(niceTicks(-0.03, 0.05, 4)).toEqual([-0.02, 0, 0.02, 0.04])
  })

  it('reach to round values on both sides, larger ones up', () => {
    const y = spanScale(box, -12, 33)
    expect([y.min, y.max]).toEqual([-20, 40])
    expect(y.at(40)).toBe(20)
    expect(y.at(-20)).toBe(170)
  })

  it('stand for one value alone too', () => {
    const y = spanScale(box, 0, 0)
    expect(y.max).toBeGreaterThan(y.min)
  })

  it('show time true to scale, with room at both ends, and back', () => {
    const x = timeScale(box, [at('2017-01-01'), at('2018-01-01'), at('2021-01-01')])
    expect(x.at(x.min)).toBe(50)
    expect(x.at(x.max)).toBe(490)
    const third = x.at(at('2018-01-01')) - x.at(at('2017-01-01'))
    expect((x.at(at('2021-01-01')) - x.at(at('2018-01-01'))) / third).toBeCloseTo(1096 / 365, 6)
    expect(x.timeAt(x.at(at('2018-01-01')))).toBeCloseTo(at('2018-01-01'), 0)
  })

  it('label years of a long series and months of a short one', () => {
    const long = timeTicks(timeScale({ ...box, width: 700 }, [at('2017-02-01'), at('2025-03-01')]))
    expect(long.map(({ year }) => year)).toEqual([
      2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025,
    ])
    expect(long.every(({ says }) => says === 'year')).toBe(true)
    const short = timeTicks(timeScale(box, [at('2018-11-10'), at('2019-03-20')]))
    expect(short.map(({ year, month, says }) => `${year}-${month + 1} ${says}`)).toEqual([
      '2018-12 month-year',
      '2019-1 month-year',
      '2019-2 month',
      '2019-3 month',
    ])
  })

  it('leave years out where they would touch', () => {
    const ticks = timeTicks(timeScale({ ...box, width: 300 }, [at('1990-01-01'), at('2020-01-01')]))
    const said = ticks.filter(({ says }) => says !== null)
    for (const [i, tick] of said.slice(1).entries()) {
      expect(tick.x - (said[i]?.x ?? 0)).toBeGreaterThan(40)
    }
  })

  it('shade June to October, cut at the ends', () => {
    const x = timeScale(box, [at('2018-08-01'), at('2019-08-01')])
    const spans = seasonSpans(x)
    expect(spans.map(({ year }) => year)).toEqual([2018, 2019])
    expect(spans[0]?.x).toBe(50)
    expect(x.timeAt((spans[0]?.x ?? 0) + (spans[0]?.width ?? 0))).toBeCloseTo(at('2018-11-01'), 0)
  })
})

describe('the width of a text', () => {
  it('is larger for Chinese letters', () => {
    expect(textWidth('面积')).toBeGreaterThan(textWidth('ab') * 1.5)
  })
})
