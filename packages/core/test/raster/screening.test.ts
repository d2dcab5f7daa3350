import { describe, expect, it } from 'vitest'
import { VALIDITY } from '../../src/model/validity.ts'
import { baseValidity, validityFractions } from '../../src/raster/screening.ts'
import type { RegisteredObservation } from '../../src/raster/temporal-reference.ts'
import { screenAgainstTime } from '../../src/raster/temporal-screening.ts'
import { disc, seeded, texture } from './ground.ts'

const [width, height] = [80, 80]
const size = width * height
const all = new Uint8Array(size).fill(1)
const none = new Uint8Array(size)

describe('baseValidity', () => {
  it('turns classification codes into validity and widens clouds by 20 m', () => {
    const scl = new Uint8Array(size).fill(4)
    const cloud = disc(width, height, 30, 30, 6)
    for (let i = 0; i < size; i++) if (cloud[i]) scl[i] = 9
    scl[0] = 1
    scl[1] = 11
    scl[2] = 2
    const { codes, classifiedCloud } = baseValidity(scl, all, width, height, 10)
    expect([codes[0], codes[1], codes[2], codes[3]]).toEqual([
      VALIDITY.nodata,
      VALIDITY.snow,
      VALIDITY.dark,
      VALIDITY.clear,
    ])
    expect(classifiedCloud[30 * width + 37]).toBe(0)
    expect(codes[30 * width + 37]).toBe(VALIDITY.cloud)
    expect(codes[30 * width + 39]).toBe(VALIDITY.clear)
  })

  it('gives specks no margin and keeps bare ground that was taken for cloud', () => {
    const scl = new Uint8Array(size).fill(5)
    scl[500] = 8
    scl[510] = 8
    const keep = none.slice()
    keep[510] = 1
    const { codes } = baseValidity(scl, all, width, height, 10, keep)
    expect([codes[499], codes[500], codes[510]]).toEqual([
      VALIDITY.clear,
      VALIDITY.cloud,
      VALIDITY.bareKept,
    ])
  })

  it('measures nothing where nothing was measured, whatever the classification says', () => {
    const observed = all.slice()
    observed[7] = 0
    expect(baseValidity(null, observed, width, height, 10).codes[7]).toBe(VALIDITY.nodata)
  })

  it('counts shares over the AOI', () => {
    const codes = Uint8Array.of(1, 5, 6, 2, 4, 0, 1, 1)
    const { observed, byName } = validityFractions(codes, Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 0))
    expect(observed).toBeCloseTo(4 / 7, 4)
    expect(byName.cloud).toBeCloseTo(1 / 7, 4)
    expect(validityFractions(codes, new Uint8Array(8)).observed).toBe(0)
  })
})

const pattern = texture(31)
const scar = disc(width, height, 40, 40, 12)

/** A meadow with seasons, with bare ground where `bare` says. */
function observe(timeDays: number, bare: Uint8Array, seed: number): RegisteredObservation {
  const random = seeded(seed)
  const season = 0.5 - 0.5 * Math.cos(((timeDays - 15) / 365.25) * 2 * Math.PI)
  const red = new Float32Array(size)
  const nir = new Float32Array(size)
  for (let i = 0; i < size; i++) {
    const relief = 1 + 0.08 * pattern(i % width, Math.floor(i / width))
    const noise = (): number => 0.004 * (random() - 0.5)
    red[i] = (bare[i] ? 0.18 : 0.17 - 0.09 * season) * relief + noise()
    nir[i] = (bare[i] ? 0.22 : 0.23 + 0.05 * season) * relief + noise()
  }
  return { id: `${timeDays}`, timeDays, bands: { red, nir }, clear: all }
}

/** Two years, a scene every 20 days; the slope fails on day 400 (the scar grows). */
function series(failsOnDay: number): RegisteredObservation[] {
  const before = disc(width, height, 40, 40, 5)
  return Array.from({ length: 40 }, (_, k) =>
    observe(k * 20, k * 20 >= failsOnDay ? scar : before, k + 1),
  )
}

function screen(
  scenes: readonly RegisteredObservation[],
  index: number,
  classifiedCloud: Uint8Array = none,
) {
  const scene = scenes[index] as RegisteredObservation
  const apart = (o: RegisteredObservation): number => {
    const days = Math.abs(o.timeDays - scene.timeDays) % 365.25
    return Math.min(days, 365.25 - days)
  }
  return screenAgainstTime(
    scene,
    {
      past: scenes.slice(0, index).reverse().slice(0, 6),
      future: scenes.slice(index + 1, index + 7),
      season: scenes.filter((o) => Math.abs(o.timeDays - scene.timeDays) > 120 && apart(o) <= 45),
    },
    classifiedCloud,
    classifiedCloud,
    width,
    height,
    10,
  )
}

const count = (codes: Uint8Array, code: number): number => codes.filter((c) => c === code).length

describe('screenAgainstTime', () => {
  it('flags nothing in a clear scene of any season', () => {
    const scenes = series(Infinity)
    for (const index of [3, 9, 18, 25, 39])
      expect(count(screen(scenes, index).missed, 0)).toBe(size)
  })

  it('finds a cloud and its shadow that the classification missed', () => {
    const scenes = series(Infinity)
    const scene = scenes[18] as RegisteredObservation
    const cloud = disc(width, height, 20, 20, 6)
    const shadow = disc(width, height, 60, 60, 6)
    for (let i = 0; i < size; i++) {
      const { red, nir } = scene.bands as { red: Float32Array; nir: Float32Array }
      if (cloud[i]) [red[i], nir[i]] = [(red[i] as number) + 0.25, (nir[i] as number) + 0.22]
      if (shadow[i]) [red[i], nir[i]] = [(red[i] as number) * 0.6, (nir[i] as number) * 0.5]
    }
    const { missed } = screen(scenes, 18)
    for (let i = 0; i < size; i++) {
      if (cloud[i]) expect(missed[i]).toBe(VALIDITY.cloud)
      if (shadow[i]) expect(missed[i]).toBe(VALIDITY.shadow)
    }
    const flagged = size - count(missed, 0)
    expect(flagged).toBeLessThan(
      1.6 * (cloud.filter(Boolean).length + shadow.filter(Boolean).length),
    )
  })

  it('does not take a failure for a cloud: what stays is ground', () => {
    for (const index of [20, 21, 22]) {
      const { missed } = screen(series(400), index)
      expect(size - count(missed, 0)).toBe(0)
    }
  })

  it('does not screen out a failure on the last frame, although nothing follows it', () => {
    const scenes = series(39 * 20)
    expect(size - count(screen(scenes, 39).missed, 0)).toBe(0)
  })

  it('keeps a ground-coloured patch that comes and goes away from clouds: a fresh deposit', () => {
    const scenes = series(400)
    const deposit = disc(width, height, 65, 15, 5)
    scenes[25] = observe(
      500,
      scar.map((s, i) => (s || deposit[i] ? 1 : 0)),
      77,
    )
    expect(size - count(screen(scenes, 25).missed, 0)).toBe(0)
  })

  it('keeps stable bare ground that the classification took for cloud, not the cloud', () => {
    const scenes = series(0)
    const scene = scenes[18] as RegisteredObservation
    const cloud = disc(width, height, 15, 65, 8)
    const { red, nir } = scene.bands as { red: Float32Array; nir: Float32Array }
    for (let i = 0; i < size; i++) if (cloud[i]) [red[i], nir[i]] = [0.5, 0.54]
    const classified = scar.map((s, i) => (s || cloud[i] ? 1 : 0))
    scenes[18] = { ...scene, clear: classified.map((c) => 1 - c) }
    const { bareKept } = screen(scenes, 18, classified)
    const kept = (mask: Uint8Array): number =>
      bareKept.filter((b, i) => b && mask[i]).length / mask.filter(Boolean).length
    expect(kept(scar)).toBeGreaterThan(0.9)
    expect(kept(cloud)).toBe(0)
  })

  it('works on NDVI alone', () => {
    const scenes = series(Infinity).map((scene) => {
      const { red, nir } = scene.bands as { red: Float32Array; nir: Float32Array }
      const ndvi = red.map((r, i) => ((nir[i] as number) - r) / ((nir[i] as number) + r))
      return { ...scene, bands: { ndvi } }
    })
    const cloud = disc(width, height, 30, 30, 6)
    const { ndvi } = (scenes[9] as RegisteredObservation).bands as { ndvi: Float32Array }
    for (let i = 0; i < size; i++) if (cloud[i]) ndvi[i] = 0.02
    const { missed } = screen(scenes, 9, cloud)
    expect(count(missed, VALIDITY.cloud)).toBeGreaterThanOrEqual(cloud.filter(Boolean).length)
    expect(count(screen(scenes, 12).missed, 0)).toBe(size)
  })
})
