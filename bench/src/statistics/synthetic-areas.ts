import { type DatedMeasure, seededChance } from '@scarline/core/internals'

const DAY_MS = 86_400_000
const FIRST_DAY = Date.parse('2016-01-01T04:00:00.000Z') / DAY_MS
const YEAR_DAYS = 365.2425
const Z90 = 1.6449

/** Errors of a series of areas, all as shares of the area before any change. */
export interface SeriesErrors {
  /** Standard deviation of the error that is independent from frame to frame. */
  independent: number
  /** Standard deviation of the error that goes together in time (Ornstein-Uhlenbeck). */
  slow: number
  /** e-folding time of it, days. */
  slowDays: number
  /** Amplitude of the yearly season. */
  season: number
  /** Chance that a frame is off by itself, by 10 to 40 %. */
  offChance: number
}

/** A series to be drawn. */
export interface SeriesPlan {
  frames: number
  years: number
  errors: SeriesErrors
  /** True area, m², by days since the beginning. */
  areaAt: (day: number) => number
}

export const NO_ERRORS: SeriesErrors = {
  independent: 0,
  slow: 0,
  slowDays: 60,
  season: 0,
  offChance: 0,
}

/** The area that errors are shares of, m². */
export const REFERENCE_M2 = 300_000

/** UTC ISO 8601 of days since the beginning of a drawn series. */
export function instantAt(day: number): string {
  return new Date(Math.round((FIRST_DAY + day) * DAY_MS)).toISOString()
}

/** Days since the beginning of a drawn series. */
export function daysSinceStart(instant: string): number {
  return Date.parse(instant) / DAY_MS - FIRST_DAY
}

/**
 * Draws a series: dates as cloud leaves them (multiples of five days, half as many in a third of the
 * year), errors as planned, and intervals that say the standard deviation of these errors to within a fifth.
 */
export function drawSeries(plan: SeriesPlan, seed: number): DatedMeasure[] {
  const chance = seededChance(seed)
  const days = drawDays(plan, chance.uniform)
  const { errors } = plan
  const phase = 2 * Math.PI * chance.uniform()
  let slow = chance.normal()
  let before = 0
  return days.map((day) => {
    const carry = Math.exp(-(day - before) / errors.slowDays)
    slow = carry * slow + Math.sqrt(1 - carry * carry) * chance.normal()
    before = day
    const season = errors.season * Math.cos((2 * Math.PI * day) / YEAR_DAYS + phase)
    const isOff = chance.uniform() < errors.offChance
    const size = 0.1 + 0.3 * chance.uniform()
    const off = isOff ? (chance.uniform() < 0.3 ? size : -size) : 0
    const error = errors.independent * chance.normal() + errors.slow * slow + season + off
    const areaM2 = plan.areaAt(day) + REFERENCE_M2 * error
    const sigma = Math.hypot(errors.independent, errors.slow, errors.season / Math.SQRT2)
    const half = Z90 * REFERENCE_M2 * sigma * (0.8 + 0.4 * chance.uniform())
    return {
      capturedAt: instantAt(day),
      areaM2,
      lowM2: areaM2 - half,
      highM2: areaM2 + half,
      validInside: 1,
      validAround: 1,
      flags: [],
    }
  })
}

function drawDays({ frames, years }: SeriesPlan, uniform: () => number): number[] {
  const places = Math.floor((years * YEAR_DAYS) / 5)
  const chosen = new Set<number>()
  while (chosen.size < frames) {
    const place = Math.floor(uniform() * places)
    const isRainy = Math.cos((2 * Math.PI * (5 * place - 200)) / YEAR_DAYS) > 0.5
    if (!isRainy || uniform() < 0.5) chosen.add(place)
  }
  return [...chosen].sort((a, b) => a - b).map((place) => 5 * place)
}
