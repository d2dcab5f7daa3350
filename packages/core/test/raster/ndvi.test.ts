import { describe, expect, it } from 'vitest'
import { computeNdvi, ndviOf } from '../../src/raster/ndvi.ts'

describe('ndviOf', () => {
  it('is (nir - red) / (nir + red)', () => {
    expect(ndviOf(0.18, 0.22)).toBeCloseTo(0.1, 12)
    expect(ndviOf(0.05, 0.45)).toBeCloseTo(0.8, 12)
  })

  it('stays within -1 and 1 where the atmosphere was over-corrected', () => {
    expect(ndviOf(-0.02, 0.3)).toBe(1)
    expect(ndviOf(0.1, -0.2)).toBe(-1)
  })

  it('says nothing where there is next to no light, or no measurement', () => {
    expect(ndviOf(0.002, 0.003)).toBeNaN()
    expect(ndviOf(-0.1, -0.1)).toBeNaN()
    expect(ndviOf(NaN, 0.3)).toBeNaN()
    expect(ndviOf(0.3, NaN)).toBeNaN()
  })
})

describe('computeNdvi', () => {
  it('refuses bands of different length', () => {
    expect(() => computeNdvi(new Float32Array(3), new Float32Array(4))).toThrow(
      'got 3 red and 4 nir pixels',
    )
  })
})
