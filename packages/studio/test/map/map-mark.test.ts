import { describe, expect, it } from 'vitest'
import { type MapMark, isInside, markAt, marksOfInput } from '../../src/map/map-mark.ts'
import {
  bboxOfCorners,
  gridExtent,
  gridPixelOf,
  gridPointOf,
  isOnGrid,
  lngLatOf,
  mapPointOf,
  projectionWords,
} from '../../src/map/site-projection.ts'
import type { Grid } from '@scarline/core/model'

const point = (id: string, x: number, y: number, isPending = false): MapMark => ({
  ...{ id, objectId: 1, isPending },
  shape: { kind: 'point', point: [x, y], positive: true },
})
const box: MapMark = {
  ...{ id: 'box', objectId: 1, isPending: false },
  shape: {
    kind: 'box',
    ring: [
      [0, 0],
      [100, 0],
      [100, 100],
      [0, 100],
    ],
  },
}

describe('the mark under the pointer', () => {
  it('is the nearest point within reach', () => {
    const marks = [point('a', 10, 10), point('b', 16, 10)]
    expect(markAt(marks, [14, 10], 8)?.id).toBe('b')
    expect(markAt(marks, [30, 10], 8)).toBeNull()
  })

  it('is a box where its edge is, a point before a box', () => {
    expect(markAt([box], [50, 3], 5)?.id).toBe('box')
    expect(markAt([box], [50, 50], 5)).toBeNull()
    expect(markAt([box, point('a', 50, 4)], [50, 1], 5)?.id).toBe('a')
    expect(markAt([point('a', 50, 4), box], [50, 0], 5)?.id).toBe('a')
  })

  it('is none that is not written yet', () => {
    expect(markAt([point('a', 10, 10, true)], [10, 10], 8)).toBeNull()
  })
})

it('knows inside from outside, holes left out', () => {
  const outer: [number, number][] = [
    [0, 0],
    [10, 0],
    [10, 10],
    [0, 10],
  ]
  const hole: [number, number][] = [
    [4, 4],
    [6, 4],
    [6, 6],
    [4, 6],
  ]
  expect(isInside([outer, hole], [2, 2])).toBe(true)
  expect(isInside([outer, hole], [5, 5])).toBe(false)
  expect(isInside([outer], [11, 5])).toBe(false)
})

const GRID: Grid = {
  epsg: 32647,
  transform: [2, 0, 471_330, 0, -2, 3_425_770],
  width: 1210,
  height: 1200,
}

describe("the site's coordinate system", () => {
  it('takes degrees to the grid and back', () => {
    const lngLat: [number, number] = [98.71192225531915, 30.9536338827881]
    const there = mapPointOf(32647, lngLat)
    expect(isOnGrid(GRID, there)).toBe(true)
    const back = lngLatOf(32647, there)
    expect(back[0]).toBeCloseTo(lngLat[0], 9)
    expect(back[1]).toBeCloseTo(lngLat[1], 9)
  })

  it('has a zone south of the equator too, and refuses what no site is in', () => {
    expect(projectionWords(32718)).toContain('+south')
    expect(() => projectionWords(27700)).toThrow('got EPSG:27700')
  })

  it('knows the edges of the grid', () => {
    expect(gridExtent(GRID)).toEqual([471_330, 3_423_370, 473_750, 3_425_770])
    expect(gridPixelOf(GRID, gridPointOf(GRID, [3.5, 7]))).toEqual([3.5, 7])
    expect(isOnGrid(GRID, [471_329, 3_425_000])).toBe(false)
    expect(isOnGrid(GRID, [473_750, 3_425_000])).toBe(false)
  })

  it('puts a box in degrees around all four corners', () => {
    const [west, south, east, north] = bboxOfCorners(
      32647,
      [472_000, 3_424_000],
      [473_000, 3_425_000],
    )
    for (const corner of [
      [472_000, 3_425_000],
      [473_000, 3_424_000],
    ] as const) {
      const [lng, lat] = lngLatOf(32647, [...corner])
      expect(lng).toBeGreaterThanOrEqual(west)
      expect(lng).toBeLessThanOrEqual(east)
      expect(lat).toBeGreaterThanOrEqual(south)
      expect(lat).toBeLessThanOrEqual(north)
    }
  })
})

it('draws what is not written yet', () => {
  const marks = marksOfInput(32647, 'pending-1', 2, {
    positive: [[98.7, 30.9]],
    negative: [[98.8, 31]],
  })
  expect(marks.map(({ isPending, objectId }) => [isPending, objectId])).toEqual([
    [true, 2],
    [true, 2],
  ])
  expect(marks.map(({ shape }) => shape.kind === 'point' && shape.positive)).toEqual([true, false])
})
