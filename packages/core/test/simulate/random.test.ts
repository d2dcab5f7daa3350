import { describe, expect, it } from 'vitest'
import { createFractal, createNoise } from '../../src/simulate/noise.ts'
import { createRandom } from '../../src/simulate/random.ts'

describe('createRandom', () => {
  it('repeats itself for one seed and stream, and differs for others', () => {
    const draw = (seed: number, stream: string): number[] => {
      const random = createRandom(seed, stream)
      return Array.from({ length: 5 }, () => random.next())
    }
    expect(draw(7, 'a')).toEqual(draw(7, 'a'))
    expect(draw(7, 'a')).not.toEqual(draw(7, 'b'))
    expect(draw(7, 'a')).not.toEqual(draw(8, 'a'))
    expect(draw(-3, 'a')).not.toEqual(draw(3, 'a'))
  })

  it('is uniform, and normal where asked', () => {
    const random = createRandom(1, 'uniform')
    const bins = Array.from({ length: 10 }, () => 0)
    for (let i = 0; i < 20_000; i++) {
      const bin = Math.floor(random.next() * 10)
      bins[bin] = (bins[bin] ?? 0) + 1
    }
    for (const count of bins) expect(Math.abs(count - 2000)).toBeLessThan(200)
    const values = Array.from({ length: 20_000 }, () => random.normal(3, 2))
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length
    expect(mean).toBeCloseTo(3, 1)
    expect(Math.sqrt(variance)).toBeCloseTo(2, 1)
  })
})

describe('noise', () => {
  it('is smooth, centred and zero on its lattice', () => {
    const noise = createNoise(createRandom(1, 'noise'))
    expect(noise(4, 9)).toBeCloseTo(0, 12)
    expect(Math.abs(noise(4.3, 2.7) - noise(4.3001, 2.7))).toBeLessThan(0.001)
    let sum = 0
    for (let i = 0; i < 10_000; i++) sum += noise((i % 100) * 0.37, Math.floor(i / 100) * 0.37)
    expect(Math.abs(sum / 10_000)).toBeLessThan(0.02)
  })

  it('keeps its spread whatever the number of octaves', () => {
    for (const octaves of [1, 6]) {
      const field = createFractal(createRandom(2, 'fractal'), { wavelength: 50, octaves })
      const values = Array.from({ length: 10_000 }, (_, i) =>
        field((i % 100) * 17.3, Math.floor(i / 100) * 17.3),
      )
      const deviation = Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length)
      expect(deviation).toBeGreaterThan(0.2)
      expect(deviation).toBeLessThan(0.5)
    }
  })
})
