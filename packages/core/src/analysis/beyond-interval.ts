import { Z90 } from './normal-quantile.ts'
import { type TrendDates, type TrendTerm, YEAR_DAYS } from './trend-design.ts'

/** A series with the frames' own errors. */
export interface MeasuredDates extends TrendDates {
  /** Standard errors of the frames by their own intervals, m². */
  sigmas: Float64Array
}

/**
 * Whether a term's size (m², or m² per year for a kink) is beyond what the frames' own intervals allow.
 * A step must set the 90 % intervals of the frames on both of its sides apart:
 * |size| > 1.645 (sigma before + sigma after). A kink must lead the area away from where the rate
 * before would have led it by more than the half-width of an interval before the next kink or the end:
 * |size| T > 1.645 sigma, sigma the mean over those frames. A pulse must leave its own interval.
 *
 * @param kinks days of the other kinks
 */
export function isBeyondInterval(
  { days, sigmas }: MeasuredDates,
  term: TrendTerm,
  size: number,
  kinks: readonly number[],
): boolean {
  if (term.kind === 'pulse') return Math.abs(size) > Z90 * (sigmas[term.frame] as number)
  if (term.kind === 'step') {
    const before = sigmas[term.frame - 1] as number
    return Math.abs(size) > Z90 * (before + (sigmas[term.frame] as number))
  }
  const last = days.at(-1) as number
  const end = kinks.reduce((to, day) => (day > term.day ? Math.min(to, day) : to), last)
  let sum = 0
  let frames = 0
  for (const [i, day] of days.entries()) {
    if (day < term.day || day > end) continue
    sum += sigmas[i] as number
    frames++
  }
  const departure = (Math.abs(size) * (end - term.day)) / YEAR_DAYS
  return frames > 0 && departure > (Z90 * sum) / frames
}

/** Ground that changed between a frame and the last sight of it before, m². */
export interface PairedChange {
  gainedM2: number
  lostM2: number
}

/**
 * 90 % interval of the net change of a pair of masks, m². Errors flip cells of C m² either way with
 * equal chance, so gained less lost has the variance C (gained + lost): the test of McNemar (1947) for
 * two maps (Foody 2004), with resolution cells in the place of pixels.
 */
export function pairedChangeInterval(
  { gainedM2, lostM2 }: PairedChange,
  resolutionCellM2: number,
): [lowM2: number, highM2: number] {
  const half = Z90 * Math.sqrt(resolutionCellM2 * (gainedM2 + lostM2))
  return [gainedM2 - lostM2 - half, gainedM2 - lostM2 + half]
}
