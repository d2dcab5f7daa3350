import { describe, expect, it } from 'vitest'
import { labelComponents } from '../../src/raster/morphology.ts'
import { dayOf } from '../../src/simulate/days.ts'
import { pickPrompts } from '../../src/simulate/pick-prompts.ts'
import { planValley } from '../../src/simulate/plan-valley.ts'
import { renderScene } from '../../src/simulate/render-scene.ts'
import { groundOn } from '../../src/simulate/reflectance.ts'
import { sunAtPass } from '../../src/simulate/sun.ts'
import type { ScenePlan } from '../../src/simulate/valley-plan.ts'
import { type Valley, buildValley, truthOn } from '../../src/simulate/valley.ts'
import { mapToPixel } from '../../src/geo/affine.ts'
import { projectionOf } from '../../src/geo/projection.ts'

const built = new Map<string, Valley>()
function valleyOf(scenario: 'baige' | 'sela', seed: number): Valley {
  const key = `${scenario} ${seed}`
  const valley = built.get(key) ?? buildValley(planValley({ scenario, seed, sizeM: 900 }))
  built.set(key, valley)
  return valley
}

function areaShare(valley: Valley, date: string): number {
  const { data } = truthOn(valley, dayOf(date))
  return data.reduce((sum, bit) => sum + bit, 0) / data.length
}

function clearScene(valley: Valley, date: string, more: Partial<ScenePlan> = {}): ScenePlan {
  return {
    ...(valley.plan.scenes[0] as ScenePlan),
    date,
    day: dayOf(date),
    sun: sunAtPass(dayOf(date), 31),
    haze: 0,
    clouds: null,
    snowLineM: null,
    swath: null,
    bareAsCloud: false,
    shiftM: { east: 0, north: 0 },
    ...more,
  }
}

/** Share of each 10 m pixel that is scar. */
function scarShare(valley: Valley, date: string): Float32Array {
  const { data, grid } = truthOn(valley, dayOf(date))
  const width = grid.width / 5
  const share = new Float32Array(width * width)
  for (let i = 0; i < data.length; i++) {
    const col = i % grid.width
    const at = Math.floor((i - col) / grid.width / 5) * width + Math.floor(col / 5)
    share[at] = (share[at] as number) + (data[i] as number) / 25
  }
  return share
}

function median(values: number[]): number {
  return values.sort((p, q) => p - q)[Math.floor(values.length / 2)] as number
}

function ndviOf(valley: Valley, scene: ScenePlan): Float32Array {
  const { bands } = renderScene(valley, scene)
  const red = bands.red as Uint16Array
  return Float32Array.from(bands.nir as Uint16Array, (nir, i) => {
    const sum = nir + (red[i] as number)
    return sum === 0 ? NaN : (nir - (red[i] as number)) / sum
  })
}

describe('the baige scenario', () => {
  it.each([1, 2])('grows, fails twice, dams its river, and heals slowly (seed %i)', (seed) => {
    const valley = valleyOf('baige', seed)
    const at = (date: string): number => areaShare(valley, date)
    const start = at('2017-01-10')
    expect(start).toBeGreaterThan(0.025)
    expect(start).toBeLessThan(0.05)
    const slow = (at('2017-11-01') - at('2017-01-10')) / 295
    const fast = (at('2018-10-09') - at('2018-06-05')) / 126
    expect(fast).toBeGreaterThan(2.5 * slow)
    expect(at('2018-10-10') / at('2018-10-09')).toBeGreaterThan(1.4)
    expect(at('2018-11-03')).toBeGreaterThan(at('2018-11-02'))
    expect(at('2018-11-20')).toBeLessThan(0.96 * at('2018-11-19'))
    expect(at('2019-11-20')).toBeGreaterThan(at('2018-11-25'))
    expect(at('2023-09-01')).toBeLessThan(0.92 * at('2019-11-20'))
    expect(at('2023-12-20')).toBeGreaterThan(1.015 * at('2023-09-01'))
  })

  it('is fragmented before it fails and one afterwards', () => {
    const valley = valleyOf('baige', 1)
    const largest = (date: string): number => {
      const { data, grid } = truthOn(valley, dayOf(date))
      const { sizesPx } = labelComponents(data, grid.width, grid.height)
      return Math.max(...sizesPx.subarray(1)) / data.reduce((sum, bit) => sum + bit, 0)
    }
    expect(largest('2017-01-10')).toBeLessThan(0.75)
    expect(largest('2018-10-12')).toBeGreaterThan(0.97)
  })
})

describe('the sela scenario', () => {
  it.each([1, 2])('creeps, is flooded, retreats, greens over and opens again (seed %i)', (seed) => {
    const valley = valleyOf('sela', seed)
    const at = (date: string): number => areaShare(valley, date)
    expect(at('2017-02-12')).toBeGreaterThan(0.003)
    expect(at('2017-02-12')).toBeLessThan(0.008)
    expect(at('2018-10-25') / at('2017-02-12')).toBeLessThan(1.5)
    expect(at('2018-11-03') / at('2018-11-02')).toBeGreaterThan(1.4)
    expect(at('2018-11-19')).toBeGreaterThan(3 * at('2018-11-02'))
    expect(at('2019-06-15')).toBeGreaterThan(1.1 * at('2018-11-19'))
    expect(at('2022-06-01')).toBeLessThan(0.75 * at('2019-06-15'))
    expect(at('2025-06-10')).toBeGreaterThan(1.25 * at('2023-11-20'))
  })

  it('is washed bare along the river bank', () => {
    const valley = valleyOf('sela', 1)
    const { bareDay } = valley.history
    const flood = dayOf('2018-11-03')
    let farthestM = 0
    for (let i = 0; i < bareDay.length; i++) {
      if (bareDay[i] === flood) farthestM = Math.max(farthestM, valley.pixels.upslopeM[i] as number)
    }
    expect(farthestM).toBeGreaterThan(5)
    expect(farthestM).toBeLessThan(60)
  })
})

describe('what the satellite sees', () => {
  // Ranges of the medians that real and shared scenes of such valleys show.
  it.each([
    ['2017-01-16', 0.07, 0.095, 0.1, 0.15],
    ['2019-04-20', 0.08, 0.12, 0.17, 0.3],
    ['2019-07-20', 0.1, 0.16, 0.38, 0.56],
    ['2019-11-10', 0.075, 0.105, 0.13, 0.23],
  ])(
    'separates bare ground and vegetation by the season: %s',
    (date, lowBare, highBare, low, high) => {
      for (const scenario of ['baige', 'sela'] as const) {
        const valley = valleyOf(scenario, 1)
        const ndvi = ndviOf(valley, clearScene(valley, date))
        const share = scarShare(valley, date)
        const pick = (test: (scar: number) => boolean): number =>
          median([...ndvi].filter((value, i) => test(share[i] as number) && value > -0.05))
        const bare = pick((scar) => scar > 0.99)
        const green = pick((scar) => scar === 0)
        expect(bare).toBeGreaterThan(lowBare)
        expect(bare).toBeLessThan(highBare)
        expect(green).toBeGreaterThan(low)
        expect(green).toBeLessThan(high)
      }
    },
  )

  it('mixes pixels across the boundary', () => {
    const valley = valleyOf('baige', 1)
    const date = '2019-07-20'
    const ndvi = ndviOf(valley, clearScene(valley, date))
    const share = scarShare(valley, date)
    const pick = (low: number, high: number): number =>
      median(
        [...ndvi].filter((_, i) => (share[i] as number) >= low && (share[i] as number) <= high),
      )
    const mixed = pick(0.35, 0.65)
    expect(mixed).toBeGreaterThan(pick(0.999, 1.001) + 0.04)
    expect(mixed).toBeLessThan(pick(0, 0) - 0.04)
  })

  it('moves the picture by its error of geolocation', () => {
    const valley = valleyOf('baige', 1)
    const still = ndviOf(valley, clearScene(valley, '2019-07-20'))
    const moved = ndviOf(
      valley,
      clearScene(valley, '2019-07-20', { shiftM: { east: 10, north: -10 } }),
    )
    const width = valley.plan.imageGrid.width
    let asMoved = 0
    let asStill = 0
    for (let row = 20; row < width - 20; row++) {
      for (let col = 20; col < width - 20; col++) {
        const value = moved[row * width + col] as number
        asMoved += Math.abs(value - (still[(row - 1) * width + col - 1] as number))
        asStill += Math.abs(value - (still[row * width + col] as number))
      }
    }
    expect(asMoved).toBeLessThan(0.4 * asStill)
  })

  it('hides the ground under clouds, and the classification misses their rims', () => {
    const valley = valleyOf('baige', 1)
    const clouds = { coverFraction: 0.4, softness: 0.2, heightM: 1000, detectionOpacity: 0.5 }
    const { bands, classes } = renderScene(valley, clearScene(valley, '2019-07-20', { clouds }))
    const bright = (bands.red as Uint16Array).filter((dn) => dn > 3000).length
    const count = (...codes: number[]): number =>
      classes.data.filter((code) => codes.includes(code)).length / classes.data.length
    expect(bright / (bands.red as Uint16Array).length).toBeGreaterThan(0.25)
    expect(count(8, 9, 10)).toBeGreaterThan(0.2)
    expect(count(3)).toBeGreaterThan(0.03)
    const clear = renderScene(valley, clearScene(valley, '2019-07-20')).bands.red as Uint16Array
    const width = valley.plan.imageGrid.width
    const tile = valley.plan.tile.transform
    const col0 = (valley.plan.imageGrid.transform[2] - tile[2]) / 10
    const row0 = (tile[5] - valley.plan.imageGrid.transform[5]) / 10
    let missed = 0
    for (let i = 0; i < clear.length; i++) {
      const col = Math.floor(((i % width) + col0) / 2) - classes.col
      const row = Math.floor((Math.floor(i / width) + row0) / 2) - classes.row
      if (col < 0 || row < 0 || col >= classes.width || row >= classes.height) continue
      const code = classes.data[row * classes.width + col] as number
      const brighter = ((bands.red as Uint16Array)[i] as number) - (clear[i] as number)
      if (brighter > 300 && ![8, 9, 10].includes(code)) missed++
    }
    expect(missed / clear.length).toBeGreaterThan(0.01)
  })

  it('stores 0 outside the swath and snow where it is cold', () => {
    const valley = valleyOf('baige', 1)
    const swath = { missingFraction: 0.3, fromEast: true }
    const cut = renderScene(valley, clearScene(valley, '2019-01-20', { swath }))
    expect(cut.missingFraction).toBeGreaterThan(0.2)
    expect(cut.missingFraction).toBeLessThan(0.4)
    const empty = (cut.bands.red as Uint16Array).filter((dn) => dn === 0).length
    expect(empty / (cut.bands.red as Uint16Array).length).toBeCloseTo(cut.missingFraction, 6)
    const snowy = renderScene(valley, clearScene(valley, '2019-01-20', { snowLineM: 3100 }))
    expect(snowy.classes.data.includes(11)).toBe(true)
    const clear = renderScene(valley, clearScene(valley, '2019-01-20'))
    expect(clear.classes.data.includes(11)).toBe(false)
  })

  it('takes bright bare ground for cloud on some days', () => {
    const valley = valleyOf('baige', 1)
    const flagged = (bareAsCloud: boolean): number =>
      renderScene(valley, clearScene(valley, '2019-01-20', { bareAsCloud })).classes.data.filter(
        (code) => code === 8,
      ).length
    expect(flagged(false)).toBe(0)
    expect(flagged(true)).toBeGreaterThan(100)
  })

  it('greens up in spring at dates that differ from year to year', () => {
    const greenness = (date: string): number => {
      const { grass } = groundOn(1, dayOf(date)).bands.nir
      return grass
    }
    expect(greenness('2019-07-20')).toBeGreaterThan(greenness('2019-01-20') + 0.06)
    expect(greenness('2018-05-01')).not.toBeCloseTo(greenness('2019-05-01'), 3)
  })
})

describe('pickPrompts', () => {
  it('clicks on the scar, and beside it at some distance', () => {
    const valley = valleyOf('baige', 1)
    const truth = truthOn(valley, dayOf('2017-01-16'))
    const { positive, negative } = pickPrompts(truth, 1)
    const { forward } = projectionOf(truth.grid.epsg)
    const valueAt = (lngLat: [number, number]): number => {
      const [col, row] = mapToPixel(truth.grid.transform, ...forward(lngLat))
      return truth.data[Math.floor(row) * truth.grid.width + Math.floor(col)] as number
    }
    expect(positive.length).toBeGreaterThanOrEqual(3)
    expect(negative).toHaveLength(4)
    expect(positive.map(valueAt).every((value) => value === 1)).toBe(true)
    expect(negative.map(valueAt).every((value) => value === 0)).toBe(true)
  })

  it('has nothing to click on where there is no scar', () => {
    const grid = { ...valleyOf('baige', 1).plan.truthGrid, width: 20, height: 20 }
    expect(pickPrompts({ grid, data: new Uint8Array(400) }, 1)).toEqual({
      positive: [],
      negative: [],
    })
  })
})
