import type { AreaRow, SeasonArea } from '@scarline/core/model'
import { describe, expect, it } from 'vitest'
import { boundsOf, lineKey, linesOf, ringsOf } from '../../../src/map/boundary-lines.ts'
import {
  NOTHING_MEASURED,
  type MeasureStep,
  type Measuring,
  areaM2,
  lengthM,
  shownCorners,
  stepMeasuring,
} from '../../../src/panels/analysis/overlay/measure.ts'
import { seasonFrames } from '../../../src/panels/analysis/overlay/season-frames.ts'
import {
  fitView,
  gridPlace,
  panView,
  scaleBar,
  withRoom,
  zoomView,
} from '../../../src/panels/analysis/overlay/view.ts'

const grid = {
  epsg: 32647,
  transform: [4, 0, 460_900, 0, -4, 3_450_300] as [number, number, number, number, number, number],
  width: 200,
  height: 200,
}

describe('boundaries of the server', () => {
  const lines = linesOf({
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        properties: { sceneId: 'a', capturedAt: '2017-01-01T00:00:00Z', objectId: 2 },
        geometry: {
          type: 'MultiPolygon',
          coordinates: [
            [
              [
                [460_904, 3_450_296],
                [460_944, 3_450_296],
                [460_944, 3_450_256],
                [460_904, 3_450_296],
              ],
            ],
          ],
        },
      },
    ],
  })

  it('become pixels of the grid, by frame and object', () => {
    const line = lines.get(lineKey('a', 2))
    expect(line && ringsOf(grid, line)).toEqual([
      [
        [1, 1],
        [11, 1],
        [11, 11],
        [1, 1],
      ],
    ])
    expect(boundsOf(line ? ringsOf(grid, line) : [])).toEqual([1, 1, 11, 11])
    expect(boundsOf([])).toBeNull()
  })
})

describe('the frame that stands for a season', () => {
  const season = { name: 'june-october', year: 2018 } as const
  const seasons = [
    { season, frames: 3, firstAt: '2018-06-02', lastAt: '2018-09-30', medianM2: 100 },
  ] as SeasonArea[]
  const area = (capturedAt: string, areaM2: number, validInside: number): AreaRow =>
    ({ sceneId: capturedAt, capturedAt, areaM2, validInside }) as AreaRow

  it('is the one nearest to the median that saw the scar', () => {
    const areas = [
      area('2018-05-30', 100, 1),
      area('2018-06-02', 90, 1),
      area('2018-07-20', 101, 0.4),
      area('2018-09-30', 120, 1),
    ]
    const [found] = seasonFrames({ seasons, areas }, 'june-october')
    expect(found?.row.sceneId).toBe('2018-06-02')
    expect(seasonFrames({ seasons, areas }, 'november-may')).toEqual([])
  })

  it('is a poor one where there is no other', () => {
    const [found] = seasonFrames({ seasons, areas: [area('2018-07-20', 101, 0.4)] }, season.name)
    expect(found?.row.sceneId).toBe('2018-07-20')
  })
})

describe('the view of the map', () => {
  const screen = { width: 400, height: 300 }

  it('shows a part as large as it can, in the middle', () => {
    const view = fitView(screen, [50, 50, 150, 100])
    expect(view.scale).toBe(4)
    expect(gridPlace(view, [200, 150])).toEqual([100, 75])
    expect(withRoom([10, 10, 190, 100], grid)).toEqual([0, 0, 200, 121.6])
  })

  it('keeps the place under the pointer while zooming', () => {
    const view = fitView(screen, [0, 0, 200, 200])
    const before = gridPlace(view, [220, 140])
    const after = gridPlace(zoomView(view, 2, [220, 140], screen, grid), [220, 140])
    expect(after[0]).toBeCloseTo(before[0], 6)
    expect(after[1]).toBeCloseTo(before[1], 6)
  })

  it('never loses the picture', () => {
    let view = fitView(screen, [0, 0, 200, 200])
    for (let i = 0; i < 50; i++) view = panView(view, 400, 400, screen, grid)
    expect(view.x).toBeLessThan(screen.width)
    expect(view.y).toBeLessThan(screen.height)
  })

  it('has a scale bar of a round length', () => {
    expect(scaleBar(0.5, 120)).toEqual({ metres: 200, widthPx: 100 })
  })
})

describe('measuring', () => {
  const steps = (...all: MeasureStep[]): Measuring => all.reduce(stepMeasuring, NOTHING_MEASURED)
  const ground = { pixelSizeM: 4, gridAreaScale: 1 }
  const corner = (x: number, y: number): MeasureStep => ({ kind: 'corner', at: [x, y] })

  it('takes corners, and the cross as the next', () => {
    const state = steps({ kind: 'tool', tool: 'distance' }, corner(0, 0), {
      kind: 'cross',
      at: [3, 4],
    })
    expect(lengthM(shownCorners(state), ground, false)).toBe(20)
  })

  it('ends with a double click without a corner too many', () => {
    const state = steps(
      { kind: 'tool', tool: 'area' },
      corner(0, 0),
      corner(10, 0),
      corner(10, 10),
      corner(10, 10),
      { kind: 'done' },
    )
    expect(state).toMatchObject({ isDone: true, corners: { length: 3 } })
    expect(areaM2(state.corners, ground)).toBe(50 * 16)
    expect(lengthM(state.corners, ground, true)).toBeCloseTo((20 + Math.SQRT2 * 10) * 4, 6)
    expect(stepMeasuring(state, corner(1, 1)).corners).toEqual([[1, 1]])
  })

  it('takes the last corner away, and all', () => {
    const state = steps({ kind: 'tool', tool: 'area' }, corner(0, 0), corner(9, 9), {
      kind: 'back',
    })
    expect(state.corners).toEqual([[0, 0]])
    expect(stepMeasuring(state, { kind: 'clear' })).toMatchObject({ tool: 'area', corners: [] })
  })

  it('is freed of the scale of the projection', () => {
    const scaled = { pixelSizeM: 4, gridAreaScale: 1.0004 }
    const square = [[0, 0], [10, 0], [10, 10], [0, 10]] as const // prettier-ignore
    expect(areaM2(square, scaled)).toBeCloseTo(1600 / 1.0004, 6)
    expect(lengthM(square, scaled, true)).toBeCloseTo(160 / Math.sqrt(1.0004), 6)
  })
})
