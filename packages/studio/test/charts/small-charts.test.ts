import { describe, expect, it } from 'vitest'
import { trimBins } from '../../src/charts/histogram.tsx'
import { sparklinePoints } from '../../src/charts/sparkline.tsx'

describe('sparklinePoints', () => {
  it('lies on true time, with area from zero', () => {
    const points = sparklinePoints(
      [
        ['2020-01-01T00:00:00Z', 0],
        ['2020-01-11T00:00:00Z', 50],
        ['2020-02-10T00:00:00Z', 100],
      ],
      80,
      20,
    )
    expect(points).toEqual([
      [0, 20],
      [20, 10],
      [80, 0],
    ])
  })

  it('takes one frame, and no area at all', () => {
    expect(sparklinePoints([['2020-01-01T00:00:00Z', 0]], 80, 20)).toEqual([[0, 20]])
  })
})

describe('trimBins', () => {
  it('leaves empty ends out and keeps the values of the rest', () => {
    const bins = trimBins({ start: -1, binWidth: 0.5, counts: [0, 2, 0, 3, 0] })
    expect(bins).toEqual({ start: -0.5, binWidth: 0.5, counts: [2, 0, 3] })
  })

  it('keeps bins that are all empty', () => {
    expect(trimBins({ start: 0, binWidth: 1, counts: [0, 0] }).counts).toEqual([0, 0])
  })
})
