import { describe, expect, it } from 'vitest'
import { pixelToMap } from '../../src/geo/affine.ts'
import { transformer } from '../../src/geo/projection.ts'
import type { Grid } from '../../src/model/grid.ts'
import { planSampling, resampleBilinear, resampleNearest } from '../../src/raster/resample.ts'

const coarse: Grid = { epsg: 32647, transform: [10, 0, 1000, 0, -10, 2000], width: 4, height: 4 }
const fine: Grid = { epsg: 32647, transform: [2, 0, 1000, 0, -2, 2000], width: 20, height: 20 }
const ramp = Float32Array.from({ length: 16 }, (_, i) => (i % 4) * 10 + Math.floor(i / 4))

describe('resampleBilinear', () => {
  it('gives back a plane exactly between pixel centres', () => {
    const out = resampleBilinear(ramp, planSampling(coarse, fine))
    // Fine pixel (7, 9): centre 15 m right, 19 m down = coarse centre (1, 1.4).
    expect(out[9 * 20 + 7]).toBeCloseTo(10 + 1.4, 5)
  })

  it('moves the content by the shift: east and north are positive', () => {
    const still = resampleBilinear(ramp, planSampling(coarse, fine))
    const moved = resampleBilinear(ramp, planSampling(coarse, fine, { xM: 4, yM: 2 }))
    expect(moved[9 * 20 + 9]).toBeCloseTo(still[10 * 20 + 7] as number, 5)
  })

  it('observes a pixel only where observed neighbours weigh at least half', () => {
    const holed = Float32Array.from(ramp)
    holed[5] = NaN
    const out = resampleBilinear(holed, planSampling(coarse, fine))
    expect(out[7 * 20 + 7]).toBeNaN()
    // On the hole's centre column the border lies half-way to the next centre.
    expect(out[9 * 20 + 7]).toBeNaN()
    expect(out[10 * 20 + 7]).toBeCloseTo(12, 5)
  })

  it('reaches half a pixel beyond the outermost centres and no farther', () => {
    const wide: Grid = { ...fine, transform: [2, 0, 990, 0, -2, 2000], width: 30 }
    const out = resampleBilinear(ramp, planSampling(coarse, wide))
    expect(out[10 * 30 + 4]).toBeNaN()
    expect(out[10 * 30 + 5]).not.toBeNaN()
  })

  it('follows another projection to a hundredth of a pixel', () => {
    const zone48: Grid = {
      epsg: 32648,
      transform: [10, 0, -120_000, 0, -10, 3_460_000],
      width: 400,
      height: 400,
    }
    const data = Float32Array.from(
      { length: 160_000 },
      (_, i) => (i % 400) + 3 * Math.floor(i / 400),
    )
    const to48 = transformer(32647, 32648)
    const middle = transformer(32648, 32647)([-118_000, 3_458_000])
    const target: Grid = {
      epsg: 32647,
      transform: [2, 0, middle[0] - 150, 0, -2, middle[1] + 150],
      width: 150,
      height: 150,
    }
    const plan = planSampling(zone48, target)
    expect(plan.kind).toBe('free')
    const out = resampleBilinear(data, plan)
    for (const [col, row] of [
      [0, 0],
      [149, 3],
      [70, 149],
    ] as const) {
      const [x, y] = to48(pixelToMap(target.transform, col + 0.5, row + 0.5))
      const expected = (x + 120_000) / 10 - 0.5 + 3 * ((3_460_000 - y) / 10 - 0.5)
      expect(Math.abs((out[row * 150 + col] as number) - expected)).toBeLessThan(0.02)
    }
  })
})

describe('resampleNearest', () => {
  it('takes the code of the pixel that the centre lies in', () => {
    const codes = Uint8Array.from({ length: 16 }, (_, i) => i)
    const out = resampleNearest(codes, planSampling(coarse, fine), 255)
    expect([out[0], out[4], out[5], out[20 * 19 + 19]]).toEqual([0, 0, 1, 15])
    const away = planSampling(coarse, fine, { xM: 20, yM: 0 })
    expect(resampleNearest(codes, away, 255)[0]).toBe(255)
  })
})
