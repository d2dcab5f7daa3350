import { describe, expect, it } from 'vitest'
import { judgeObject } from '../../src/analysis/plausibility.ts'
import { findDrainage } from '../../src/analysis/plausibility-drainage.ts'
import { insarMotion } from '../../src/analysis/plausibility-insar.ts'
import {
  aspectDeg,
  describeTerrain,
  slopeDeg,
  topographicPosition,
} from '../../src/analysis/plausibility-terrain.ts'
import { groundOn, slopePosition } from '../../src/analysis/plausibility-units.ts'
import { seededChance } from '../../src/analysis/seeded-chance.ts'
import type { Grid } from '../../src/model/grid.ts'

/** 80 x 80 pixels of 20 m: 1600 m. */
const SIZE = 80
const PIXEL_M = 20
const GRID: Grid = {
  epsg: 32647,
  transform: [PIXEL_M, 0, 450_000, 0, -PIXEL_M, 3_440_000],
  width: SIZE,
  height: SIZE,
}

/** Heights from metres east and south of the grid's corner. */
function surface(height: (east: number, south: number) => number): Float32Array {
  return Float32Array.from({ length: SIZE * SIZE }, (_, i) =>
    height(((i % SIZE) + 0.5) * PIXEL_M, (Math.floor(i / SIZE) + 0.5) * PIXEL_M),
  )
}

function rectangle(col: number, row: number, width: number, height: number): Uint8Array {
  const mask = new Uint8Array(SIZE * SIZE)
  for (let r = row; r < row + height; r++) mask.fill(1, r * SIZE + col, r * SIZE + col + width)
  return mask
}

function either(...masks: Uint8Array[]): Uint8Array {
  return new Uint8Array(SIZE * SIZE).map((_, i) => (masks.some((mask) => mask[i]) ? 1 : 0))
}

const judge = (
  elevationM: Float32Array,
  mask: Uint8Array,
  options: { earlier?: Uint8Array; river?: Uint8Array } = {},
): ReturnType<typeof judgeObject> =>
  judgeObject({
    grid: GRID,
    objectId: 1,
    mask,
    earlier: options.earlier ?? null,
    ground: groundOn(GRID, describeTerrain(GRID, elevationM), options.river ?? null),
    sensorPixelM: PIXEL_M,
  })

/** A river down the middle at 800 m east, falling 1 m in 100 to the south, banks rising 1 in 2. */
const valley = surface((east, south) => 1000 - 0.01 * south + 0.5 * Math.abs(east - 800))

describe('terrain', () => {
  it('on a plane rising 1 in 2 to the east: 26.57° facing 270°, no position', () => {
    const terrain = describeTerrain(
      GRID,
      surface((east) => 0.5 * east),
    )
    const at = 40 * SIZE + 40
    const [east, north] = [terrain.eastGradient[at] ?? 0, terrain.northGradient[at] ?? 0]
    expect([east, north]).toEqual([0.5, 0])
    expect(slopeDeg(east, north)).toBeCloseTo(26.565, 3)
    expect(aspectDeg(east, north)).toBe(270)
    expect(
      Math.max(...terrain.positionSd.filter((sd) => !Number.isNaN(sd)).map(Math.abs)),
    ).toBeLessThan(1e-3)
  })

  it('faces north 0°, east 90°, south-west 225°', () => {
    expect(aspectDeg(0, -1)).toBeCloseTo(0)
    expect(aspectDeg(-1, 0)).toBe(90)
    expect(aspectDeg(1, 1)).toBeCloseTo(225)
  })

  it('position of a ridge 1 in 2 on both sides, within 3 pixels: 12.86 m above its surroundings', () => {
    // Mean |east| over a disc of radius 3 pixels: pixels per column 7, 5 (±1), 5 (±2), 1 (±3) = 29;
    // (2 x 5 x 1 + 2 x 5 x 2 + 2 x 1 x 3) / 28 neighbours = 36/28 pixels = 25.7 m, half of it 12.86 m.
    const ridge = surface((east) => 1000 - 0.5 * Math.abs(east - 810))
    const position = topographicPosition(GRID, ridge, 60)
    expect(position[40 * SIZE + 40]).toBeCloseTo((0.5 * 20 * 36) / 28, 3)
  })

  it('classes after Weiss: above 1 ridge, above 0.5 upper, middle by slope, below -1 valley', () => {
    const named = [1.2, 0.7, 0, -0.7, -1.3].map((sd) => slopePosition(sd, 20))
    expect(named).toEqual(['ridge', 'upper slope', 'middle slope', 'lower slope', 'valley'])
    expect(slopePosition(0, 3)).toBe('flat')
  })
})

describe('drainage', () => {
  it('finds the river of a valley, and 100 m up a bank that lies 200 m from it', () => {
    const { channels, heightAboveM, catchmentM2, channelAreaM2 } = findDrainage(GRID, valley)
    expect(channelAreaM2).toBeCloseTo(0.1 * 1600 * 1600)
    // Columns 39 and 40 lie beside the axis; all channels do.
    const cols = [...channels.keys()].filter((i) => channels[i]).map((i) => i % SIZE)
    expect(new Set(cols)).toEqual(new Set(cols.filter((col) => col === 39 || col === 40)))
    expect(cols.length).toBeGreaterThan(40)
    // Pixel 10 columns east of the river's: 200 m x 0.5, plus what the water falls down the valley.
    const at = 70 * SIZE + 50
    expect(heightAboveM[at]).toBeGreaterThan(99)
    expect(heightAboveM[at]).toBeLessThan(104)
    const all = catchmentM2.reduce((a, b) => Math.max(a, b), 0)
    expect(all).toBeGreaterThan(0.45 * 1600 * 1600)
  })

  it('lets pits and flats drain, and leaves unknown ground out', () => {
    const pit = surface((east, south) => (Math.hypot(east - 800, south - 800) < 100 ? 0 : 50))
    pit[0] = NaN
    const { catchmentM2 } = findDrainage(GRID, pit)
    expect(catchmentM2[0]).toBe(0)
    expect([...catchmentM2].filter((area) => area === 0)).toHaveLength(1)
  })
})

describe('plausibility', () => {
  it('has nothing against a scar on a bank of 26.6°, and tells its slope, height and aspect', () => {
    const { units, flags } = judge(valley, rectangle(48, 40, 12, 10))
    expect(flags).toEqual([])
    expect(units.map(({ id }) => id)).toEqual(['1', '1.1'])
    const { terrain } = units[0] as (typeof units)[0]
    expect(terrain?.slopeMedianDeg).toBeCloseTo(26.57, 1)
    expect(terrain?.flatFraction).toBe(0)
    expect(terrain?.aspectDeg).toBeGreaterThan(268)
    expect(terrain?.aspectConcentration).toBeCloseTo(1)
    // Middle column 53.5 lies 280 m from the axis: 140 m up.
    expect(terrain?.heightAboveDrainageM).toBeGreaterThan(130)
    expect(terrain?.heightAboveDrainageM).toBeLessThan(150)
  })

  it('calls a fragment on a terrace flat and says where', () => {
    const terraced = surface((east) => 1000 + 0.5 * Math.max(0, east - 800))
    const { units, flags } = judge(
      terraced,
      either(rectangle(48, 40, 12, 10), rectangle(10, 10, 5, 5)),
    )
    const flat = flags.find(({ unit, kind }) => unit === '1.2' && kind === 'flat-ground')
    expect(flat).toMatchObject({ level: 'unlikely', lngLat: units[2]?.lngLat })
    expect(flat?.words).toMatch(
      /^fragment 1\.2 \(1\.00 ha at 98\.\d{5}, 31\.\d{5}\) lies on flat ground/,
    )
    expect(flat?.words).toContain('median slope 0.0°, 100 % of it below 5°')
    expect(flags.some(({ unit, kind }) => unit === '1' && kind === 'flat-part')).toBe(true)
  })

  it('finds a bar on the valley floor, on the river and beside it', () => {
    const floor = surface((east, south) => {
      const away = Math.max(0, Math.abs(east - 800) - 100)
      return 1000 - 0.01 * south + 0.02 * Math.abs(east - 800) + 0.5 * away
    })
    const bar = judge(floor, rectangle(37, 60, 4, 6))
    expect(bar.flags.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['flat-ground', 'valley-floor']),
    )
    const river = rectangle(38, 0, 4, SIZE)
    const wet = judge(floor, rectangle(38, 60, 4, 6), { river })
    expect(wet.flags).toContainEqual(
      expect.objectContaining({ kind: 'on-river', level: 'unlikely' }),
    )
    const toe = judge(valley, rectangle(42, 40, 12, 10), { river })
    expect(toe.flags).toMatchObject([{ kind: 'beside-river', level: 'note' }])
    expect(toe.units[0]?.river).toEqual({ distanceM: 20, shareOnRiver: 0 })
  })

  it('sees a fragment across the valley face the other way, and one on a crest', () => {
    const across = judge(valley, either(rectangle(48, 40, 12, 10), rectangle(20, 40, 5, 5)))
    expect(across.flags).toMatchObject([{ kind: 'faces-away', unit: '1.2', level: 'check' }])
    expect(across.flags[0]?.words).toMatch(/faces 9\d°, the largest fragment 26\d°/)
    const ridge = surface((east) => 1000 - 0.5 * Math.abs(east - 810))
    const crest = judge(ridge, rectangle(39, 30, 3, 20))
    expect(crest.flags.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['ridge', 'scattered-aspect']),
    )
  })

  it('judges gained patches apart, and fragments that were not there before as new', () => {
    const earlier = rectangle(48, 40, 12, 10)
    const now = either(earlier, rectangle(60, 40, 2, 10), rectangle(70, 60, 4, 4))
    const { units } = judge(valley, now, { earlier })
    expect(units.map(({ id, areaM2, isNew }) => [id, areaM2, isNew])).toEqual([
      ['1', 156 * 400, false],
      ['1.1', 140 * 400, false],
      ['1.2', 16 * 400, true],
      ['1+1', 20 * 400, true],
      ['1+2', 16 * 400, true],
    ])
  })

  it('says where the DEM is blind rather than judging by the rest', () => {
    const half = valley.map((value, i) => (i % SIZE > 50 ? NaN : value))
    const { flags } = judge(half, rectangle(48, 40, 12, 10))
    expect(flags).toMatchObject([{ kind: 'no-elevation', level: 'check' }])
  })
})

describe('InSAR', () => {
  const mask = rectangle(36, 36, 8, 8)
  const noise = (seed: number): Float32Array => {
    const { normal } = seededChance(seed)
    return Float32Array.from({ length: SIZE * SIZE }, () => 3 * normal() + 2)
  }
  const motion = (
    velocity: Float32Array,
    sign: 'toward' | 'away' = 'toward',
  ): NonNullable<ReturnType<typeof insarMotion>> => {
    const found = insarMotion({ grid: GRID, velocityMmPerYear: velocity, sign, mask, scars: mask })
    if (!found) throw new Error('no far ground')
    return found
  }

  it('tells a moving scar from noise of 3 mm/yr, and toward from away', () => {
    const velocity = noise(7).map((value, i) => (mask[i] ? value - 25 : value))
    const found = motion(velocity)
    expect(found.farMedianMmPerYear).toBeCloseTo(2, 0)
    expect(found.farSdMmPerYear).toBeCloseTo(3, 0)
    expect(found.movingMmPerYear).toBe(2 * found.farSdMmPerYear)
    expect(found.movingFraction).toBe(1)
    expect(found.ringMovingFraction).toBeLessThan(0.1)
    expect(found.farMovingFraction).toBeCloseTo(0.045, 1)
    expect(found.medianTowardMmPerYear).toBeCloseTo(-25, 0)
    expect(motion(velocity, 'away').medianTowardMmPerYear).toBeCloseTo(25, 0)
    expect(found.places).toBeGreaterThan(100)
    expect(found.pValue).toBe(1 / (1 + found.places))
    expect(found.ringPValue).toBeGreaterThan(0.05)
  })

  it('finds a still scar moving by chance in no more than about 1 of 20 rasters', () => {
    let alarms = 0
    for (let seed = 1; seed <= 60; seed++) {
      if ((motion(noise(seed)).pValue ?? 1) <= 0.05) alarms++
    }
    expect(alarms).toBeLessThanOrEqual(7)
  })

  it('says so where coherence was lost on the scar', () => {
    const velocity = noise(3).map((value, i) => (mask[i] ? NaN : value))
    expect(motion(velocity)).toMatchObject({
      coveredFraction: 0,
      movingFraction: null,
      pValue: null,
    })
  })
})
