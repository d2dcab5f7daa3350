import { describe, expect, it } from 'vitest'
import { boxMean, localContrast } from '../../src/raster/local-contrast.ts'
import { buildReference, measureAgainst } from '../../src/raster/reference-composite.ts'
import { anchorShift, isGeolocationRefined } from '../../src/raster/registration-anchor.ts'
import { measureShift } from '../../src/raster/registration.ts'
import { disc, sample, seeded, texture } from './ground.ts'

const [width, height] = [160, 140]
const contrast = (data: Float32Array): Float32Array => localContrast(data, width, height, 8)
const ground = texture(11)
const reference = contrast(sample(ground, width, height))

function shiftedScene(colPx: number, rowPx: number, noise: number, seed: number): Float32Array {
  const random = seeded(seed)
  return sample(ground, width, height, { colPx, rowPx }).map(
    (value) => value + noise * (random() - 0.5),
  )
}

describe('measureShift', () => {
  it('finds sub-pixel shifts to better than a tenth of a pixel, also under noise', () => {
    const random = seeded(5)
    let squares = 0
    const trials = 12
    for (let trial = 0; trial < trials; trial++) {
      const [colPx, rowPx] = [4 * random() - 2, 4 * random() - 2]
      const scene = contrast(shiftedScene(colPx, rowPx, 1, trial))
      const found = measureShift([{ scene, references: [reference] }], width, height)
      expect(found.implausible).toBeNull()
      expect(found.quality).toBeGreaterThan(0.8)
      squares += ((found.colPx - colPx) ** 2 + (found.rowPx - rowPx) ** 2) / 2
    }
    expect(Math.sqrt(squares / trials)).toBeLessThan(0.1)
  })

  it('is not led astray by hidden pixels and by a cloud that nobody masked', () => {
    const scene = shiftedScene(1.3, -0.6, 0.3, 1)
    const masked = disc(width, height, 40, 40, 38)
    const cloud = disc(width, height, 120, 90, 18)
    for (let i = 0; i < scene.length; i++) {
      if (masked[i]) scene[i] = NaN
      else if (cloud[i]) scene[i] = 20
    }
    const found = measureShift([{ scene: contrast(scene), references: [reference] }], width, height)
    expect(found.implausible).toBeNull()
    expect(Math.abs(found.colPx - 1.3)).toBeLessThan(0.1)
    expect(Math.abs(found.rowPx + 0.6)).toBeLessThan(0.1)
  })

  it('lets the season change the pattern: a mix of composites explains the scene', () => {
    const [dormant, growing] = [texture(21), texture(22)]
    const mixed = (x: number, y: number): number => 0.4 * dormant(x, y) + 0.6 * growing(x, y)
    const found = measureShift(
      [
        {
          scene: contrast(sample(mixed, width, height, { colPx: -0.7, rowPx: 0.4 })),
          references: [dormant, growing].map((g) => contrast(sample(g, width, height))),
        },
      ],
      width,
      height,
    )
    expect(Math.abs(found.colPx + 0.7)).toBeLessThan(0.1)
    expect(Math.abs(found.rowPx - 0.4)).toBeLessThan(0.1)
  })

  it('refuses scenes that have nothing in common with the reference', () => {
    const other = contrast(sample(texture(99), width, height))
    expect(
      measureShift([{ scene: other, references: [reference] }], width, height).implausible,
    ).not.toBeNull()
    const blank = new Float32Array(width * height).fill(NaN)
    expect(
      measureShift([{ scene: blank, references: [reference] }], width, height).implausible,
    ).toContain('windows')
  })

  it('refuses shifts beyond the search range', () => {
    const far = contrast(shiftedScene(9, 0, 0, 1))
    expect(
      measureShift([{ scene: far, references: [reference] }], width, height).implausible,
    ).not.toBeNull()
  })
})

describe('buildReference', () => {
  it('registers a series to itself, with half of it under clouds', () => {
    const random = seeded(8)
    const shifts = Array.from({ length: 9 }, () => ({
      colPx: 2 * random() - 1,
      rowPx: 2 * random() - 1,
    }))
    const scenes = shifts.map(({ colPx, rowPx }, i) => {
      const scene = shiftedScene(colPx, rowPx, 0.3, i)
      const hidden = disc(width, height, 160 * random(), 140 * random(), 40)
      for (let p = 0; p < scene.length; p++) if (hidden[p]) scene[p] = NaN
      return { id: `${i}`, group: 0, layers: [contrast(scene)] }
    })
    const built = buildReference(scenes, width, height)
    const found = scenes.map((scene) => measureAgainst(built, scene.layers))
    const off = found.map((f, i) => [
      f.colPx - (shifts[i]?.colPx ?? 0),
      f.rowPx - (shifts[i]?.rowPx ?? 0),
    ])
    const mean = [0, 1].map((axis) => off.reduce((sum, o) => sum + (o[axis] ?? 0), 0) / off.length)
    for (const o of off) {
      expect(Math.abs((o[0] ?? 0) - (mean[0] ?? 0))).toBeLessThan(0.1)
      expect(Math.abs((o[1] ?? 0) - (mean[1] ?? 0))).toBeLessThan(0.1)
    }
  })
})

describe('localContrast', () => {
  it('is freed of level and amplitude, and clipped', () => {
    const one = sample(ground, width, height)
    const two = one.map((value) => 0.3 + 0.01 * value)
    const [a, b] = [contrast(one), contrast(two)]
    for (const i of [0, 777, 12_345]) expect(b[i]).toBeCloseTo(a[i] as number, 3)
    expect(Math.max(...a)).toBeLessThanOrEqual(3)
  })

  it('boxMean leaves NaN out of the mean', () => {
    const mean = boxMean(Float32Array.of(1, NaN, 3, 5, NaN, NaN), 3, 2, 1)
    expect([...mean].map((v) => Number(v.toFixed(3)))).toEqual([3, 3, 3, 3, 3, 3])
  })
})

describe('anchorShift', () => {
  it('rests on scenes with refined geolocation where there are five of them', () => {
    const old = Array.from({ length: 9 }, () => ({ colPx: 1, rowPx: 1, refined: false }))
    const refined = Array.from({ length: 5 }, () => ({ colPx: -0.2, rowPx: 0.1, refined: true }))
    expect(anchorShift([...old, ...refined])).toEqual({ colPx: -0.2, rowPx: 0.1 })
    expect(anchorShift([...old, ...refined.slice(1)])).toEqual({ colPx: 1, rowPx: 1 })
    expect(anchorShift([])).toEqual({ colPx: 0, rowPx: 0 })
  })

  it('knows refined products by baseline, else by date', () => {
    expect(isGeolocationRefined('05.00', '2018-01-01T00:00:00Z')).toBe(true)
    expect(isGeolocationRefined('03.00', '2021-10-01T00:00:00Z')).toBe(false)
    expect(isGeolocationRefined(null, '2021-10-01T00:00:00Z')).toBe(true)
    expect(isGeolocationRefined(null, '2020-10-01T00:00:00Z')).toBe(false)
  })
})
