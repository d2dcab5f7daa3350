import { expect, it } from 'vitest'
import { stretchFilter, stretchRange } from '../../src/map/stretch.ts'

it('leaves a river out that is far darker than the ground', () => {
  const counts = Array.from({ length: 256 }, (_, value) =>
    value < 5 ? 120 : value >= 150 && value < 200 ? 100 : 0,
  )
  const { low, high } = stretchRange(counts)
  expect(low * 255).toBeGreaterThan(90)
  expect(high * 255).toBeCloseTo(198, -1)
})

it('stretches what nearly all pixels have, and leaves a flat picture alone', () => {
  const counts: number[] = Array.from({ length: 256 }, (_, value) =>
    value >= 51 && value <= 102 ? 100 : 0,
  )
  counts[255] = 20
  const range = stretchRange(counts)
  expect(range.low).toBeCloseTo(0.2, 1)
  expect(range.high).toBeCloseTo(0.4, 1)
  const [, brightness = 0, contrast = 0] =
    /brightness\(([\d.]+)\) contrast\(([\d.]+)\)/.exec(stretchFilter(range))?.map(Number) ?? []
  const shown = (value: number): number => value * brightness * contrast + (1 - contrast) / 2
  expect(shown(range.low)).toBeCloseTo(0, 3)
  expect(shown(range.high)).toBeCloseTo(1, 3)
  expect(stretchFilter({ low: 0.5, high: 0.51 })).toBe('none')
})
