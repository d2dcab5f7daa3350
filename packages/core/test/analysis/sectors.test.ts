import { describe, expect, it } from 'vitest'
import { NEVER_SEEN } from '../../src/analysis/change.ts'
import { gainDirection } from '../../src/analysis/directions.ts'
import { boundaryLengths, compareByClass, seenStates } from '../../src/analysis/mask-comparison.ts'
import {
  gridConvergenceDeg,
  scarCentroid,
  sectorIndex,
  sectorMap,
  sectorRose,
} from '../../src/analysis/sectors.ts'
import { projectionOf } from '../../src/geo/projection.ts'
import { SECTORS, type Sector, type SectorRose } from '../../src/model/analysis-growth.ts'
import { compared, gridOf, paint } from './geometry-scenes.ts'

const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0)

describe('gridConvergenceDeg', () => {
  it('is 2° sin 30° = 1.00° two degrees east of the central meridian, as worked out by hand', () => {
    const { forward } = projectionOf(32647)
    expect(gridConvergenceDeg(32647, forward([101, 30]))).toBeCloseTo(1, 2)
    expect(gridConvergenceDeg(32647, forward([97, 30]))).toBeCloseTo(-1, 2)
    expect(gridConvergenceDeg(32647, forward([99, 30]))).toBeCloseTo(0, 6)
  })
})

describe('sectorIndex', () => {
  it('puts azimuths into sectors of 22.5° about their middles', () => {
    const named = (azimuth: number): Sector => SECTORS[sectorIndex(azimuth)] as Sector
    expect([0, 11, 12, 90, 348, 349, 359.9].map(named)).toEqual([
      'N',
      'N',
      'NNE',
      'E',
      'NNW',
      'N',
      'N',
    ])
  })
})

describe('boundaryLengths', () => {
  it('measures a straight boundary within 3 % whatever way it runs', () => {
    const grid = gridOf(80, 80, 2)
    const length = (isSet: (col: number, row: number) => boolean): number =>
      sum(boundaryLengths(paint(grid, isSet), grid, 10))
    expect(length((col) => col < 40)).toBeCloseTo(160, 2)
    // The diagonal of the square grid, and a line with a slope of 1 : 2.
    expect(Math.abs(length((col, row) => col < row) / (160 * Math.SQRT2) - 1)).toBeLessThan(0.03)
    const steep = length((col, row) => col < 20 + row / 2) / (160 * Math.hypot(1, 0.5))
    expect(Math.abs(steep - 1)).toBeLessThan(0.03)
  })

  it('takes the rim of hidden ground for no boundary', () => {
    const grid = gridOf(40, 40, 2)
    const states = new Uint8Array(1600).fill(1)
    states.fill(NEVER_SEEN, 0, 800)
    expect(sum(boundaryLengths(states, grid, 10))).toBe(0)
  })
})

describe('compareByClass', () => {
  it('reckons a straight boundary as worked out by hand', () => {
    // 400 m of boundary move by one pixel: 4000 m². n = (4/pi) 400/10 = 50.93 sensor pixels for each mask,
    // 100 sqrt(50.93/12) = 206.01 m², both 291.35 m²; shifts 400 * 1 and 400 * 2 m²: 894.43 m²;
    // 1.645 sqrt(291.35² + 894.43²) = 1547.4 m².
    const grid = gridOf(20, 40)
    const [before, after] = [paint(grid, (col) => col < 8), paint(grid, (col) => col < 9)]
    const [change] = compareByClass(compared(grid, before, after, [1, 2]), new Uint8Array(800), 1)
    expect(change).toMatchObject({ gainedM2: 4000, lostM2: 0, comparedM2: 80_000 })
    expect(change?.boundaryBeforeM).toBeCloseTo(400, 3)
    expect(change?.independentSdM2).toBeCloseTo(291.35, 1)
    expect(change?.halfWidthM2).toBeCloseTo(1547.4, 0)
  })

  it('counts only ground seen at both times', () => {
    const grid = gridOf(4, 2)
    const validity = Uint8Array.from([1, 1, 2, 1, 1, 1, 2, 2])
    const before = seenStates(Uint8Array.from([1, 0, 0, 0, 1, 0, 0, 0]), validity)
    const after = Uint8Array.from([1, 1, 1, 1, 0, 1, 1, 1])
    expect([...before]).toEqual([1, 0, 2, 0, 1, 0, 2, 2])
    const [change] = compareByClass(compared(grid, before, after), new Uint8Array(8), 1)
    expect(change).toMatchObject({ gainedM2: 300, lostM2: 100, comparedM2: 500, totalM2: 800 })
  })
})

describe('sectorRose', () => {
  // A square of 50 m that grew by a column to the east.
  const grid = gridOf(41, 41)
  const inSquare = (col: number, row: number): boolean =>
    Math.max(Math.abs(col - 20), Math.abs(row - 20)) <= 2
  const before = paint(grid, inSquare)
  const after = paint(grid, (col, row) => inSquare(col, row) || inSquare(col - 1, row))

  it('finds 200, 100 and 200 m² in ENE, E and ESE of a square that grew by a column to the east', () => {
    // Pixel centres 30 m east and 20, 10, 0, -10, -20 m north of the centre: azimuths 56.3°, 71.6°, 90°,
    // 108.4° and 123.7°.
    const rose = sectorRose(compared(grid, before, after)) as SectorRose
    expect(rose.centre[0]).toBeCloseTo(500_000, 6)
    const gained = rose.sectors.filter(({ gainedM2 }) => gainedM2 > 0)
    expect(gained.map(({ sector, gainedM2 }) => [sector, gainedM2])).toEqual([
      ['ENE', 200],
      ['E', 100],
      ['ESE', 200],
    ])
    expect(rose.sectors.every(({ lostM2 }) => lostM2 === 0)).toBe(true)
    const boundaryM = rose.sectors.reduce(
      (total, { boundaryBeforeM }) => total + boundaryBeforeM,
      0,
    )
    expect(boundaryM / 200).toBeGreaterThan(0.9)
    expect(boundaryM / 200).toBeLessThan(1.05)
  })

  it('says what a sector gains when the centre moves by its standard deviation, by hand', () => {
    // A column of pixels 30 m east, at 20, 10, 0, -10 and -20 m north. From 10 m further east they are seen 20 m east,
    // at 45°, 63.4°, 90°, 116.6° and 135°: one each in NE, ENE, E, ESE, SE. From 10 m further west, 40 m east, at 63.4°, 76°,
    // 90°, 104° and 116.6°: two in ENE, one in E, two in ESE.
    const sectors = sectorMap(grid, scarCentroid(before, grid), 10)
    const rose = sectorRose(compared(grid, before, after), sectors) as SectorRose
    const byX = rose.sectors.flatMap(({ sector, centreGainM2: [x] }) =>
      x === 0 ? [] : [[sector, x]],
    )
    expect(byX).toEqual([
      ['NE', 50],
      ['ENE', -50],
      ['ESE', -50],
      ['SE', 50],
    ])
    expect(rose.centreSdM).toBe(10)
  })

  it('has no rose without a centre', () => {
    const grid = gridOf(3, 3)
    expect(sectorRose(compared(grid, new Uint8Array(9), new Uint8Array(9)))).toBe(null)
  })
})

function roseOf(
  gains: Partial<Record<Sector, number>>,
  residualM = 0,
  boundaryM = 0,
  centreGain: Partial<Record<Sector, number>> = {},
): SectorRose {
  return {
    centre: [0, 0],
    centreSdM: 0,
    convergenceDeg: 0,
    residualBeforeM: residualM,
    residualAfterM: 0,
    sectors: SECTORS.map((sector, i) => ({
      sector,
      azimuthDeg: 22.5 * i,
      gainedM2: gains[sector] ?? 0,
      gainedLowM2: 0,
      gainedHighM2: 0,
      lostM2: 0,
      lostLowM2: 0,
      lostHighM2: 0,
      comparedFraction: 1,
      boundaryBeforeM: gains[sector] === undefined ? 0 : boundaryM,
      boundaryAfterM: 0,
      independentSdM2: residualM > 0 ? 0 : 100,
      centreGainM2: [centreGain[sector] ?? 0, 0],
    })),
  }
}

describe('gainDirection', () => {
  it('gives the mean direction 84.4° ± 6.8° of 1000 m² in ENE and 3000 m² in E, by hand', () => {
    // C = 382.68, S = 3923.88: atan2 = 84.43°, length 3942.5 m² (concentration 0.9856). Each of 16 sectors has
    // 100 m²: sd = 100 sqrt(8)/3942.5 = 0.07174 = 4.110°, times 1.645 = 6.76°.
    const direction = gainDirection(roseOf({ ENE: 1000, E: 3000 }))
    expect(direction).toMatchObject({
      sector: 'E',
      gainedM2: 3000,
      beyondUncertainty: true,
      rivals: [],
    })
    expect(direction?.mean.azimuthDeg).toBeCloseTo(84.43, 2)
    expect(direction?.mean.lowDeg).toBeCloseTo(84.43 - 6.76, 1)
    expect(direction?.mean.highDeg).toBeCloseTo(84.43 + 6.76, 1)
    expect(direction?.concentration).toBeCloseTo(0.9856, 4)
    expect(direction?.largest).toMatchObject({ lowDeg: 78.75, highDeg: 101.25 })
  })

  it('widens the arc by rivals within 1.645 * 141.4 = 232.6 m², and gives it up over half the circle', () => {
    expect(gainDirection(roseOf({ N: 2900, NNW: 3000 }))).toMatchObject({
      rivals: ['N'],
      largest: { lowDeg: 326.25, highDeg: 11.25 },
    })
    expect(gainDirection(roseOf({ E: 3000, ENE: 2700 }))?.rivals).toEqual([])
    expect(gainDirection(roseOf({ E: 3000, W: 2900 }))).toMatchObject({
      rivals: ['W'],
      largest: { lowDeg: null, highDeg: null },
    })
  })

  it('lets a shift of the whole frame move ground from one side to the other', () => {
    // 100 m of boundary each, shift 10 m: variances 10^6, covariance -10^6, sd of the difference 2000 m²;
    // 3000 m² are less than 1.645 * 2000 = 3290 m².
    expect(gainDirection(roseOf({ E: 4000, W: 1000 }, 10, 100))?.rivals).toEqual(['W'])
    expect(gainDirection(roseOf({ E: 4400, W: 1000 }, 10, 100))?.rivals).toEqual([])
  })

  it('lets the centre move ground from one side to the other', () => {
    // East 500 m² less and west 500 m² more: sd of the difference sqrt(2 * 100² + 1000²) = 1010 m², times 1.645 = 1661 m².
    const centreGain = { E: -500, W: 500 }
    expect(gainDirection(roseOf({ E: 4000, W: 2340 }, 0, 0, centreGain))?.rivals).toEqual(['W'])
    expect(gainDirection(roseOf({ E: 4000, W: 2338 }, 0, 0, centreGain))?.rivals).toEqual([])
  })

  it('takes 273 m² for a gain beyond uncertainty of 100 m² and 272 m² for none, by hand', () => {
    expect(gainDirection(roseOf({ S: 272 }))?.beyondUncertainty).toBe(false)
    expect(gainDirection(roseOf({ S: 273 }))?.beyondUncertainty).toBe(true)
    // Where the centre lies decides in which sector ground was gained, not whether.
    expect(gainDirection(roseOf({ S: 273 }, 0, 0, { S: 500 }))?.beyondUncertainty).toBe(true)
  })

  it('has no direction where nothing was gained', () => {
    expect(gainDirection(roseOf({}))).toBe(null)
  })
})
