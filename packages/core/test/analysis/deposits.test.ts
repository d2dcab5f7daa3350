import { describe, expect, it } from 'vitest'
import { NEVER_SEEN } from '../../src/analysis/change.ts'
import { riverHeights, valleyFloor } from '../../src/analysis/deposits-valley-floor.ts'
import { depositPixels, sourceAndDeposit } from '../../src/analysis/deposits.ts'
import { type RiverCourse, planRiverCourse, riverState } from '../../src/analysis/river-course.ts'
import { damIntervals } from '../../src/analysis/river-dams.ts'
import { VALIDITY } from '../../src/model/validity.ts'
import type { Raster } from '../../src/raster/raster.ts'
import { compared, gridOf, paint } from './geometry-scenes.ts'

/** 1.2 by 1.2 km in 30 m pixels: a valley from north to south that falls by 2 %, its river in column 20. */
const demGrid = gridOf(40, 40, 30)
function valley(extraM: (col: number, row: number) => number = () => 0): Raster<Float32Array> {
  const data = Float32Array.from({ length: 1600 }, (_, i) => {
    const [col, row] = [i % 40, Math.floor(i / 40)]
    return 1000 + 0.02 * 30 * (39 - row) + 0.5 * 30 * Math.abs(col - 20) + extraM(col, row)
  })
  return { grid: demGrid, data }
}

describe('riverHeights', () => {
  it('finds the river where 0.1 km² drain, and 15 m for a pixel beside it, by hand', () => {
    // Each row gives 40 * 900 m² = 36,000 m²: the third row has 108,000. Slopes fall 15 m a pixel to the west
    // or east and 0.6 m to the south: straight and diagonal ways are 0.5 and (15 + 0.6)/42.4 = 0.37, so
    // pixels drain straight to the river of their own row.
    const { river, heightM } = riverHeights(valley())
    const rows = [...river].flatMap((value, i) =>
      value === 1 ? [[i % 40, Math.floor(i / 40)]] : [],
    )
    expect(rows.every(([col]) => col === 20)).toBe(true)
    expect(rows).toHaveLength(38)
    expect(heightM[10 * 40 + 20]).toBe(0)
    expect(heightM[10 * 40 + 21]).toBeCloseTo(15, 3)
    expect(heightM[10 * 40 + 26]).toBeCloseTo(90, 3)
  })

  it('fills hollows on the way and takes a steep gully for no river', () => {
    // A hollow of 3 m in the river, and a gully along row 20 that gathers the eastern slope.
    const { river, heightM } = riverHeights(
      valley((col, row) => (col === 20 && row === 25 ? -3 : col > 20 ? 3 * Math.abs(row - 20) : 0)),
      { channelAreaM2: 50_000 },
    )
    expect(river[26 * 40 + 20]).toBe(1)
    for (let col = 22; col < 40; col++) expect(river[20 * 40 + col]).toBe(0)
    expect(heightM[20 * 40 + 30]).toBeCloseTo(150, 1)
  })

  it('finds a flat river and says nothing where there is none', () => {
    const flat = valley()
    flat.data.forEach((_, i) => {
      flat.data[i] = 1000 + Math.max(0, 15 * (Math.abs((i % 40) - 20) - 1))
    })
    const floor = valleyFloor(flat, demGrid)
    expect([...(floor as Uint8Array).subarray(400, 440)]).toEqual(
      Array.from({ length: 40 }, (_, col) => (Math.abs(col - 20) <= 1 ? 1 : 0)),
    )
    const slope = valley()
    slope.data.forEach((_, i) => {
      slope.data[i] = 15 * (i % 40)
    })
    expect(valleyFloor(slope, demGrid)).toBe(null)
  })

  it('does not know the floor beyond the DEM', () => {
    const wide = gridOf(48, 48, 30)
    const floor = valleyFloor(valley(), wide) as Uint8Array
    expect(floor[0]).toBe(NEVER_SEEN)
    expect(floor[24 * 48 + 24]).toBe(1)
  })
})

/** 60 by 60 pixels of 10 m with a river 8 pixels (80 m) wide from north to south. */
const grid = gridOf(60, 60)
const floor = paint(grid, (col) => col >= 30 && col < 38)
const known = { floor, edgeErrorM: 0 }
const clear = new Uint8Array(3600).fill(VALIDITY.clear)
const box = (left: number, right: number, top: number, bottom: number): Uint8Array =>
  paint(grid, (col, row) => col >= left && col < right && row >= top && row < bottom)

describe('sourceAndDeposit', () => {
  it('splits a failure of 12,000 m² that dams the river into 8,000 m² of source and 4,000 of deposit', () => {
    // Columns 14..29 of 5 rows (80 pixels) above the bank, 30..37 (40 pixels) in the river.
    const change = sourceAndDeposit(
      compared(grid, new Uint8Array(3600), box(14, 38, 20, 25)),
      known,
    )
    expect(change.source.gainedM2).toBe(8000)
    expect(change.deposit.gainedM2).toBe(4000)
    const cleared = sourceAndDeposit(
      compared(grid, box(14, 38, 20, 25), box(14, 30, 20, 25)),
      known,
    )
    expect(cleared.deposit).toMatchObject({ gainedM2: 0, lostM2: 4000 })
    expect(cleared.source).toMatchObject({ gainedM2: 0, lostM2: 0 })
  })

  it('leaves a strip along the bank with the source, unless it reaches both banks', () => {
    // Two pixels (20 m) reach no farther than a resolution cell and the floor's edge error of 15 m.
    const strip = depositPixels(box(20, 32, 20, 25), { floor, edgeErrorM: 15 }, grid, 10)
    expect(strip.includes(1)).toBe(false)
    const narrow = paint(grid, (col) => col >= 30 && col < 33)
    const across = depositPixels(box(20, 36, 20, 25), { floor: narrow, edgeErrorM: 15 }, grid, 10)
    expect(across.reduce((sum, value) => sum + value, 0)).toBe(15)
  })
})

describe('riverState', () => {
  const course = planRiverCourse(floor, grid, 10) as RiverCourse

  it('runs from rim to rim, or to where the DEM ends, or is not known', () => {
    expect(course.window).toEqual({ col: 30, row: 0, width: 8, height: 60 })
    const short = paint(grid, (col, row) => col >= 30 && col < 38 && row < 50)
    expect(planRiverCourse(short, grid, 10)).toBe(null)
    const cut = short.map((value, i) => (i >= 50 * 60 ? NEVER_SEEN : value))
    expect(planRiverCourse(cut, grid, 10)?.window.height).toBe(50)
  })

  it('is dammed from bank to bank and open when a pixel is free', () => {
    expect(riverState(course, box(10, 38, 20, 25), clear)).toBe('dammed')
    expect(riverState(course, box(10, 37, 20, 25), clear)).toBe('open')
    expect(riverState(course, new Uint8Array(3600), clear)).toBe('open')
  })

  it('is unknown where hidden ground beside the scar decides, open where hidden ground is far from it', () => {
    const cloud = (left: number, right: number, top: number, bottom: number): Uint8Array =>
      box(left, right, top, bottom).map((value) => (value === 1 ? VALIDITY.cloud : VALIDITY.clear))
    expect(riverState(course, box(10, 36, 20, 25), cloud(35, 45, 15, 30))).toBe('unknown')
    expect(riverState(course, box(10, 38, 20, 25), cloud(30, 38, 15, 30))).toBe('unknown')
    expect(riverState(course, box(10, 36, 20, 25), cloud(20, 50, 50, 60))).toBe('open')
    expect(riverState(course, box(10, 38, 20, 25), cloud(20, 50, 50, 60))).toBe('dammed')
  })
})

describe('damIntervals', () => {
  it('brackets damming and clearing by the frames on either side, passing over unknown ones', () => {
    const sights = [
      ['2018-10-09', 'open'],
      ['2018-10-11', 'dammed'],
      ['2018-10-20', 'unknown'],
      ['2018-11-03', 'dammed'],
      ['2018-11-10', 'unknown'],
      ['2018-11-20', 'open'],
      ['2019-01-01', 'dammed'],
    ] as const
    expect(damIntervals(sights.map(([capturedAt, state]) => ({ capturedAt, state })))).toEqual([
      {
        afterAt: '2018-10-09',
        dammedByAt: '2018-10-11',
        dammedUntilAt: '2018-11-03',
        clearedByAt: '2018-11-20',
      },
      {
        afterAt: '2018-11-20',
        dammedByAt: '2019-01-01',
        dammedUntilAt: '2019-01-01',
        clearedByAt: null,
      },
    ])
  })
})
