import type { InverseVelocity, ScarEvent } from '../model/analysis-events.ts'
import type { DatedMeasure } from './dated-measure.ts'
import { leastSquares } from './least-squares.ts'
import { Z90 } from './normal-quantile.ts'
import { studentT90 } from './student-quantile.ts'
import { dateWord, dayNumber, instantOf, isSeen } from './trend-fit.ts'

/** Fewest rates that a line is drawn through, and that it is worth a look with. */
const FEWEST_RATES = 3
const ENOUGH_RATES = 6

/** Beyond a thousand years a line that hardly falls meets 0 at no date. */
const FARTHEST_DAYS = 365_243

/** Share of the variance of 1/rate that the line must explain to be worth a look. */
const ENOUGH_R2 = 0.7

/** What {@link inverseVelocity} looks at. */
export interface InverseVelocityWindow {
  /** UTC ISO 8601: an onset, or the beginning of the series. */
  fromAt: string
  /** Last frame before the gain, or the last frame there is. */
  untilAt: string
  /** The gain that came, null where none has. */
  event: ScarEvent | null
}

/**
 * Inverse velocity (Fukuzono 1985; Voight 1988, exponent 2): when a slope runs to failure 1/v falls
 * in a straight line and reaches 0 at failure. Here v is the rate at which the scar's area grew
 * between frames, not the velocity of ground, so the plot is exploratory. Frames are joined until their
 * growth leaves its own interval; the line is weighted by v⁴ / var(v) and met with 0 by Fieller's theorem.
 * Spans that share a frame count as independent, and joining stops at a growth that stands out, so that
 * rates are rather too high: reasons more to look at the plot only.
 */
export function inverseVelocity(
  measures: readonly DatedMeasure[],
  window: InverseVelocityWindow,
): InverseVelocity {
  const from = dayNumber(window.fromAt)
  const until = dayNumber(window.untilAt)
  const inside = measures
    .filter((measure) => {
      const day = dayNumber(measure.capturedAt)
      return day >= from && day <= until && isSeen(measure)
    })
    .sort((a, b) => dayNumber(a.capturedAt) - dayNumber(b.capturedAt))
  const spans = growingSpans(inside)
  const fit = spans.length < FEWEST_RATES ? null : fitLine(spans, from)
  return {
    fromAt: window.fromAt,
    untilAt: window.untilAt,
    rates: spans.map(({ day, rate, error }) => ({
      at: instantOf(day),
      rateM2PerDay: rate,
      inverseRate: 1 / rate,
      low: 1 / (rate + Z90 * error),
      high: rate > Z90 * error ? 1 / (rate - Z90 * error) : null,
    })),
    fit,
    warnings: warningsOf(spans.length, fit, window),
  }
}

interface Span {
  day: number
  rate: number
  /** Standard error of the rate. */
  error: number
}

function growingSpans(measures: readonly DatedMeasure[]): Span[] {
  const spans: Span[] = []
  let start = 0
  for (let end = 1; end < measures.length; end++) {
    const a = measures[start] as DatedMeasure
    const b = measures[end] as DatedMeasure
    const error = Math.hypot(a.highM2 - a.lowM2, b.highM2 - b.lowM2) / (2 * Z90)
    const days = dayNumber(b.capturedAt) - dayNumber(a.capturedAt)
    const growth = b.areaM2 - a.areaM2
    if (days <= 0 || growth <= Z90 * error) continue
    spans.push({
      day: (dayNumber(a.capturedAt) + dayNumber(b.capturedAt)) / 2,
      rate: growth / days,
      error: error / days,
    })
    start = end
  }
  return spans
}

function fitLine(spans: readonly Span[], fromDay: number): InverseVelocity['fit'] {
  const roots = spans.map(({ rate, error }) => rate ** 2 / Math.max(error, 1e-9 * rate))
  const column = (value: (span: Span) => number): Float64Array =>
    Float64Array.from(spans, (span, i) => value(span) * (roots[i] as number))
  const y = column(({ rate }) => 1 / rate)
  const line = leastSquares([column(() => 1), column(({ day }) => day - fromDay)], y)
  const level = leastSquares([column(() => 1)], y)
  if (line === null || level === null) return null
  const [intercept, slope] = line.coefficients as unknown as [number, number]
  const degrees = spans.length - 2
  const variance = line.rss / Math.max(1, degrees)
  const r2 = level.rss > 0 ? 1 - line.rss / level.rss : 0
  const v11 = variance * line.varianceOf(Float64Array.of(1, 0))
  const v22 = variance * line.varianceOf(Float64Array.of(0, 1))
  const v12 = (variance * line.varianceOf(Float64Array.of(1, 1)) - v11 - v22) / 2
  const zero = slope < 0 ? -intercept / slope : null
  const [low, high] =
    zero === null ? [null, null] : fieller(intercept, slope, v11, v22, v12, degrees)
  const instant = (days: number | null): string | null =>
    days === null || Math.abs(days) > FARTHEST_DAYS ? null : instantOf(fromDay + days)
  return {
    inverseRateAtStart: intercept,
    slopePerDay: slope,
    r2,
    extrapolatedAt: instant(zero),
    lowAt: instant(low),
    highAt: instant(high),
  }
}

/** 90 % interval of -a / b: all t with (a + b t)² <= t90² var(a + b t). */
function fieller(
  a: number,
  b: number,
  v11: number,
  v22: number,
  v12: number,
  degrees: number,
): [low: number | null, high: number | null] {
  const t2 = studentT90(degrees) ** 2
  const square = b * b - t2 * v22
  const half = a * b - t2 * v12
  const free = a * a - t2 * v11
  const discriminant = half * half - square * free
  if (square <= 0 || discriminant < 0) return [null, null]
  const root = Math.sqrt(discriminant)
  return [(-half - root) / square, (-half + root) / square]
}

function warningsOf(
  rates: number,
  fit: InverseVelocity['fit'],
  { event, untilAt }: InverseVelocityWindow,
): string[] {
  const warnings = [
    "The growth of a scar's area is not displacement of the ground: that its inverse falls in a straight line is an analogy, not a law.",
  ]
  if (event !== null) {
    warnings.push(
      `Hindsight: the window ends before a gain that is known to have come (${dateWord(event.afterAt)} to ${dateWord(event.byAt)}); nobody could have chosen it beforehand.`,
    )
  }
  if (rates < ENOUGH_RATES) {
    warnings.push(
      `Too few rates: ${rates} spans of growth beyond the intervals; ${ENOUGH_RATES} are the least to look at.`,
    )
  }
  if (fit === null) return warnings
  if (fit.extrapolatedAt === null || fit.highAt === null) {
    warnings.push(
      'The rate does not rise beyond its uncertainty: the line meets 0 at no certain date.',
    )
  }
  if (fit.r2 < ENOUGH_R2) {
    warnings.push(
      `The line explains ${Math.round(100 * fit.r2)} % of the inverse rates' variance only.`,
    )
  }
  if (fit.extrapolatedAt !== null && fit.extrapolatedAt < untilAt) {
    warnings.push('The line meets 0 before the last frame: what it foretells has not come.')
  }
  return warnings
}
