import {
  type JudgedFrame,
  type ScoringInputs,
  countOf,
  dayOf,
  pixelM2,
} from './evolution-inputs.ts'

/** Shorter phases, and those with fewer frames, have no true rate worth the name. */
const LEAST_DAYS = 180
const LEAST_FRAMES = 4

/** Rates of phases against the truth. */
export interface RateScore {
  phases: number
  /** Phases whose true rate is in the 90 % interval. */
  held: number
}

/**
 * How often the 90 % interval of a phase's rate holds the slope of the line through the true areas of its frames' days.
 * Phases with an abrupt change in them are left out: the truth has no one rate there.
 */
export function scoreRates({ frames, evolution, schedule, grid }: ScoringInputs): RateScore {
  const score = { phases: 0, held: 0 }
  for (const { fromAt, toAt, lowM2PerDay, highM2PerDay } of evolution.phases) {
    const isBroken = schedule.changes.some(
      ({ date, untilDate }) => date <= toAt.slice(0, 10) && untilDate >= fromAt.slice(0, 10),
    )
    const own = frames.filter(({ capturedAt }) => capturedAt >= fromAt && capturedAt <= toAt)
    if (isBroken || own.length < LEAST_FRAMES || dayOf(toAt) - dayOf(fromAt) < LEAST_DAYS) continue
    const rate = slopeOf(own, pixelM2(grid))
    score.phases++
    if (lowM2PerDay <= rate && rate <= highM2PerDay) score.held++
  }
  return score
}

/** Slope of the line of least squares through true areas, m² a day. */
function slopeOf(frames: readonly JudgedFrame[], pixelAreaM2: number): number {
  const points = frames.map(({ capturedAt, truth }) => ({
    day: dayOf(capturedAt),
    areaM2: countOf(truth) * pixelAreaM2,
  }))
  const middle = points.reduce((sum, { day }) => sum + day, 0) / points.length
  const square = points.reduce((sum, { day }) => sum + (day - middle) ** 2, 0)
  return points.reduce((sum, { day, areaM2 }) => sum + (day - middle) * areaM2, 0) / square
}
