import { describe, expect, it } from 'vitest'
import {
  bringIntoView,
  chooseApart,
  nearestIndex,
  panAxis,
  roundUp,
  timeAt,
  timeTicks,
  wholeAxis,
  xOf,
  zoomAxis,
} from '../../src/timeline/time-axis.ts'

const day = (text: string): number => Date.parse(`${text}T04:00:00Z`)
const TIMES = ['2017-02-06', '2017-05-07', '2018-11-03', '2018-11-05', '2025-03-26'].map(day)

describe('the axis of true time', () => {
  it('sets frames apart by the days between them, not by their number', () => {
    const axis = wholeAxis(TIMES, 1_000)
    const xs = TIMES.map((time) => xOf(axis, time))
    const gap = (i: number): number => (xs[i + 1] as number) - (xs[i] as number)
    expect(gap(0) / gap(2)).toBeCloseTo(90 / 2, 6)
    expect(xs[0]).toBeGreaterThan(0)
    expect(xs.at(-1)).toBeLessThan(1_000)
    expect(timeAt(axis, xs[2] as number)).toBeCloseTo(TIMES[2] as number, 0)
  })

  it('has room for a single frame', () => {
    const axis = wholeAxis([day('2020-01-01')], 500)
    expect(xOf(axis, day('2020-01-01'))).toBeCloseTo(250)
  })

  it('zooms about the pointer, and never past the whole', () => {
    const whole = wholeAxis(TIMES, 1_000)
    const near = zoomAxis(whole, whole, 4, 250)
    expect(timeAt(near, 250)).toBeCloseTo(timeAt(whole, 250), 0)
    expect(near.endMs - near.startMs).toBeCloseTo((whole.endMs - whole.startMs) / 4, 0)
    expect(zoomAxis(near, whole, 0.001, 700)).toEqual(whole)
    const least = zoomAxis(whole, whole, 1e9, 250)
    expect((least.endMs - least.startMs) / 86_400_000).toBeCloseTo(20, 6)
  })

  it('moves no farther than the ends, and only where a frame is out of view', () => {
    const whole = wholeAxis(TIMES, 1_000)
    const near = zoomAxis(whole, whole, 10, 0)
    expect(panAxis(near, whole, -500)).toEqual(near)
    expect(bringIntoView(near, whole, TIMES[0] as number).startMs).toBe(whole.startMs)
    const moved = bringIntoView(near, whole, TIMES[2] as number)
    expect(xOf(moved, TIMES[2] as number)).toBeCloseTo(940)
    expect(bringIntoView(moved, whole, TIMES[2] as number)).toEqual(moved)
  })
})

describe('the frame under the pointer', () => {
  it('is the one nearest in time, the earlier of two', () => {
    expect(nearestIndex(TIMES, day('2018-01-01'))).toBe(1)
    expect(nearestIndex(TIMES, day('2018-11-04'))).toBe(2)
    expect(nearestIndex(TIMES, day('2018-11-04') + 1)).toBe(3)
    expect(nearestIndex(TIMES, 0)).toBe(0)
    expect(nearestIndex(TIMES, day('2040-01-01'))).toBe(4)
    expect(nearestIndex([], 5)).toBe(-1)
  })
})

describe('the dates of the axis', () => {
  it('names years, and months where they have room', () => {
    const whole = wholeAxis(TIMES, 1_000)
    expect(timeTicks(whole, 44, 46).filter(({ month }) => month === null)).toHaveLength(9)
    const near = zoomAxis(whole, whole, 9, 500)
    expect(timeTicks(near, 44, 46).some(({ month }) => month === 4)).toBe(true)
    expect(timeTicks(wholeAxis(TIMES, 200), 44, 46).map(({ year }) => year)).toEqual([
      2018, 2020, 2022, 2024,
    ])
  })
})

describe('the small pictures', () => {
  it('leave out those that would cover another, the marked ones before all', () => {
    const xs = [0, 10, 60, 65, 130]
    expect(chooseApart(xs, 50, [])).toEqual([0, 2, 4])
    expect(chooseApart(xs, 50, [3, 1])).toEqual([1, 3, 4])
    expect(chooseApart([], 50, [0])).toEqual([])
  })
})

describe('the scale of area', () => {
  it('ends on a round number', () => {
    expect([21_864, 100, 101, 0, 7].map(roundUp)).toEqual([25_000, 100, 200, 1, 10])
  })
})
