import type { DatedMeasure } from '../../src/analysis/dated-measure.ts'
import { dateOf, dayOf } from '../../src/simulate/days.ts'
import { type Random, createRandom } from '../../src/simulate/random.ts'
import { type AreaCurve } from '../../src/simulate/scar-history.ts'

/** Knots of an area curve by date, m²; two knots a day apart are a jump. */
type Knots = readonly (readonly [date: string, areaM2: number])[]

const curveOf = (knots: Knots): AreaCurve => knots.map(([date, areaM2]) => [dayOf(date), areaM2])

const BAIGE_M2 = 600_000
const SELA_M2 = 2_073_600

/** The shape of growth of simulate/grow-baige.ts: rate x2.3 on 2017-11-07, x2.7 on 2018-06-05, failures. */
export const BAIGE: AreaCurve = curveOf(
  (
    [
      ['2017-01-01', 0.37],
      ['2017-11-07', 0.42],
      ['2018-06-05', 0.5],
      ['2018-10-09', 0.63],
      ['2018-10-10', 1],
      ['2018-11-02', 1],
      ['2018-11-03', 1.08],
      ['2019-05-01', 1.098],
      ['2019-11-20', 1.107],
      ['2021-06-01', 1.042],
      ['2023-09-10', 0.967],
      ['2023-11-20', 1.002],
      ['2024-02-01', 1.003],
      ['2026-01-01', 0.957],
    ] as const
  ).map(([date, share]) => [date, share * BAIGE_M2] as const),
)

/** The shape of growth of simulate/grow-sela.ts: creep, flood 2018-11-03, greening, growth from 2023-12-01. */
export const SELA: AreaCurve = curveOf(
  (
    [
      ['2017-01-01', 0.005],
      ['2018-11-02', 0.0066],
      ['2018-11-03', 0.028],
      ['2018-11-18', 0.0405],
      ['2019-02-20', 0.0445],
      ['2019-06-20', 0.048],
      ['2020-06-10', 0.0408],
      ['2022-05-20', 0.0344],
      ['2023-12-01', 0.0332],
      ['2025-06-15', 0.043],
      ['2026-12-31', 0.0517],
    ] as const
  ).map(([date, share]) => [date, share * SELA_M2] as const),
)

export const STEADY: AreaCurve = curveOf([
  ['2010-01-01', 300_000],
  ['2030-01-01', 300_000],
])

export const CREEPING: AreaCurve = curveOf([
  ['2010-01-01', 150_000],
  ['2030-01-01', 450_000],
])

export interface SyntheticOptions {
  seed: number
  curve: AreaCurve
  from: string
  to: string
  framesPerYear: number
  /** Independent error, share of the area. */
  white: number
  /** Slow error (correlation 60 days), share of the area. */
  slow: number
  /** Amplitude of the season, share of the area. */
  season: number
  /** Chance that a frame is off by 10 to 40 %. */
  outliers: number
}

/** A series of areas with errors of known size on irregular dates, fewer of them in the rains. */
export function syntheticSeries(options: SyntheticOptions): DatedMeasure[] {
  const random = createRandom(options.seed, 'synthetic-series')
  const from = dayOf(options.from)
  const to = dayOf(options.to)
  const days = datesOf(random, from, to, options.framesPerYear)
  const phase = random.between(0, 2 * Math.PI)
  let slow = random.normal()
  let before = from
  return days.map((day) => {
    const carry = Math.exp(-(day - before) / 60)
    slow = carry * slow + Math.sqrt(1 - carry * carry) * random.normal()
    before = day
    const truth = areaAt(options.curve, day)
    const season = options.season * Math.cos((2 * Math.PI * day) / 365.25 + phase)
    const off = random.chance(options.outliers) ? outlier(random) : 0
    const error = options.white * random.normal() + options.slow * slow + season
    const areaM2 = truth * (1 + error + off)
    const sigma = Math.hypot(options.white, options.slow, options.season / Math.SQRT2)
    const half = 1.645 * truth * sigma * random.between(0.8, 1.25)
    return {
      capturedAt: `${dateOf(day)}T04:00:00.000Z`,
      areaM2,
      lowM2: areaM2 - half,
      highM2: areaM2 + half,
      validInside: 1,
      validAround: 1,
      flags: [],
    }
  })
}

function outlier(random: Random): number {
  const size = random.between(0.1, 0.4)
  return random.chance(0.3) ? size : -size
}

function datesOf(random: Random, from: number, to: number, perYear: number): number[] {
  const days: number[] = []
  for (let day = from; day < to; day += 5) {
    const isRainy = Math.cos((2 * Math.PI * (day - dayOf('2018-07-20'))) / 365.25) > 0.5
    if (random.chance((perYear * 5 * (isRainy ? 0.5 : 1.25)) / 365.25)) days.push(day)
  }
  return days
}

export function areaAt(curve: AreaCurve, day: number): number {
  let i = 0
  while (i + 1 < curve.length && (curve[i + 1]?.[0] as number) < day) i++
  const [day0, area0] = curve[i] as readonly [number, number]
  const [day1, area1] = (curve[i + 1] ?? curve[i]) as readonly [number, number]
  return day1 === day0 ? area0 : area0 + ((area1 - area0) * (day - day0)) / (day1 - day0)
}
