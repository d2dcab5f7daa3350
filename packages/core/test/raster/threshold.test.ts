import { describe, expect, it } from 'vitest'
import {
  addToHistogram,
  createHistogram,
  histogramQuantile,
  minimumErrorThreshold,
  otsuThreshold,
  seasonalRaise,
} from '../../src/raster/threshold.ts'
import { seeded } from './ground.ts'

function normal(count: number, mean: number, sigma: number, random: () => number): Float32Array {
  return Float32Array.from(
    { length: count },
    () => mean + sigma * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  )
}

function mixture(bare: number, green: number) {
  const random = seeded(7)
  const histogram = createHistogram(-1, 1, 400)
  addToHistogram(histogram, normal(bare, 0.1, 0.03, random))
  addToHistogram(histogram, normal(green, 0.5, 0.1, random))
  return histogram
}

describe('threshold rules', () => {
  it('part two equal classes between their means', () => {
    const histogram = mixture(20_000, 20_000)
    expect(otsuThreshold(histogram)).toBeGreaterThan(0.2)
    expect(otsuThreshold(histogram)).toBeLessThan(0.35)
    expect(minimumErrorThreshold(histogram)).toBeCloseTo(0.2, 1)
  })

  it('find a rare class: minimum error does not drift towards the larger one', () => {
    const found = minimumErrorThreshold(mixture(1_000, 60_000)) as number
    expect(found).toBeGreaterThan(0.14)
    expect(found).toBeLessThan(0.24)
  })

  it('say so where the histogram does not fall into two', () => {
    const histogram = createHistogram(-1, 1, 400)
    addToHistogram(histogram, normal(40_000, 0.3, 0.1, seeded(3)))
    expect(minimumErrorThreshold(histogram)).toBeNull()
    const single = createHistogram(0, 1, 10)
    addToHistogram(single, Float32Array.of(0.31, 0.32))
    expect(otsuThreshold(single)).toBeNull()
  })
})

describe('histogramQuantile', () => {
  it('interpolates within a bin and leaves NaN and masked pixels out', () => {
    const histogram = createHistogram(0, 1, 10)
    addToHistogram(
      histogram,
      Float32Array.of(0.15, 0.15, 0.85, NaN, 0.5),
      Uint8Array.of(1, 1, 1, 1, 0),
    )
    expect(histogram.counts.reduce((a, b) => a + b)).toBe(3)
    expect(histogramQuantile(histogram, 1 / 3)).toBeCloseTo(0.15, 10)
    expect(histogramQuantile(createHistogram(0, 1, 10), 0.5)).toBeNaN()
  })
})

describe('seasonalRaise', () => {
  it('is half of what vegetation stands above dormancy, never negative', () => {
    expect(seasonalRaise(0.5, 0.2)).toBeCloseTo(0.15, 12)
    expect(seasonalRaise(0.1, 0.2)).toBe(0)
    expect(seasonalRaise(NaN, 0.2)).toBe(0)
  })
})
