import { median } from './median.ts'
import { Z90 } from './normal-quantile.ts'
import { poissonTail } from './poisson-tail.ts'

/** What a series of frames says of ground that changed and stayed so. */
export interface HeldSeries {
  /** Days since 1970, ascending. */
  days: Float64Array
  /** Held ground gained since the frame before, m²: see `trackHeldChange`. */
  gainedM2: Float64Array
  /** The same for lost ground, m². */
  lostM2: Float64Array
  /** The latest frame that had seen at least half of the gained ground: the one before, or an earlier one. */
  seenSince: Int32Array
  /**
   * The first of the frames in between, which saw too little to date the area, that shows at least half of the gained
   * ground; null where none does.
   */
  shownBy: readonly (ShownGround | null)[]
}

/** Part of the ground gained between two frames that a frame in between shows. */
export interface ShownGround {
  /** UTC ISO 8601. */
  capturedAt: string
  areaM2: number
}

/** Held ground that one interval between frames gained and its neighbours did not. */
export interface AbruptGround {
  /** First frame that shows it. */
  frame: number
  /** Held ground gained beyond what the intervals around it gain, m². */
  changeM2: number
  /** Half-width of its 90 % interval, m². */
  halfWidthM2: number
  /** Beyond what is expected, m² per day. */
  m2PerDay: number
  /** How often chance gives as much in any interval of the series. */
  pValue: number
}

/** What held ground says of the intervals between frames. */
export interface HeldTurns {
  /** In order of time. */
  abrupt: AbruptGround[]
  /**
   * What each interval right before one of those gained out of turn, asked by itself: by chance it would among so many
   * intervals as there are of its kind, not in all of the series.
   */
  leading: AbruptGround[]
  /**
   * 1 where a frame's interval gained no more than is to be expected beside its neighbours, within the half-width of
   * the 90 % interval of such a gain, by itself or together with the interval before, whose growth an unclear frame
   * leaves to it; 0 where it did, or where too few neighbours tell.
   */
  isInTurn: Uint8Array
}

/** Intervals on each side that say what is to be expected. */
const NEIGHBOURS = 6
/** Fewest of them. */
const LEAST_NEIGHBOURS = 3
/** Standard deviation over the median distance from the median. */
const SIGMA_PER_MAD = 1.4826

/**
 * Intervals in which the scar gained held ground out of turn. To be expected is the median of what the
 * six intervals on each side gained, each by itself or in proportion to its days, whichever is more;
 * intervals beyond one that is already out of turn do not speak. Ground flips in resolution cells of
 * C m²: where g m² are gained and e m² to be expected, the chance is that of g / C or more in a Poisson
 * count of mean e / C, times the number of intervals (Bonferroni). C is larger than a resolution cell
 * where the series scatters more than such a count does.
 *
 * @param resolutionCellM2 area within which errors of masks go together, m²
 * @param significance largest chance of what counts as abrupt
 */
export function findAbruptGround(
  series: Pick<HeldSeries, 'days' | 'gainedM2' | 'lostM2'>,
  resolutionCellM2: number,
  significance: number,
): HeldTurns {
  const { days, gainedM2, lostM2 } = series
  const found = new Map<number, AbruptGround>()
  const gapDays = (frame: number): number => (days[frame] as number) - (days[frame - 1] as number)
  for (;;) {
    const expected = days.map((_, frame) => (frame === 0 ? NaN : expectedM2(frame)))
    const cellM2 = resolutionCellM2 * overdispersion(expected)
    const others = [...days.keys()].slice(1).filter((frame) => !found.has(frame))
    const outOfTurn = (frames: readonly number[], trials: number): AbruptGround[] =>
      frames.flatMap((frame) => beyond(frame, expected[frame] as number, cellM2, trials) ?? [])
    const [best] = outOfTurn(others, days.length - 1).sort((a, b) => b.changeM2 - a.changeM2)
    if (best !== undefined) {
      found.set(best.frame, best)
      continue
    }
    const before = others.filter((frame) => found.has(frame + 1))
    return {
      abrupt: [...found.values()].sort((a, b) => a.frame - b.frame),
      leading: outOfTurn(before, before.length),
      isInTurn: Uint8Array.from(expected, (_, frame) => inTurn(frame, expected, cellM2)),
    }
  }

  /** Null where an interval gained no more than chance gives in one of so many trials. */
  function beyond(
    frame: number,
    mean: number,
    cellM2: number,
    trials: number,
  ): AbruptGround | null {
    const gained = gainedM2[frame] as number
    if (mean !== mean || gained <= mean) return null
    const chance = poissonTail(gained / cellM2, Math.max(cellM2, mean) / cellM2)
    const pValue = Math.min(1, trials * chance)
    const halfWidthM2 = halfWidthOf(gained, lostM2[frame] as number, mean, cellM2)
    const changeM2 = gained - mean
    if (pValue > significance || changeM2 <= halfWidthM2) return null
    return { frame, changeM2, halfWidthM2, m2PerDay: changeM2 / gapDays(frame), pValue }
  }

  function inTurn(frame: number, expected: Float64Array, cellM2: number): 0 | 1 {
    const isWithin = (...frames: number[]): boolean => {
      const sum = (of: Float64Array): number =>
        frames.reduce((total, at) => total + (of[at] as number), 0)
      const [gained, mean] = [sum(gainedM2), sum(expected)]
      const isTold = frames.every((at) => at > 0 && !found.has(at)) && mean === mean
      return isTold && gained - mean <= halfWidthOf(gained, sum(lostM2), mean, cellM2)
    }
    return isWithin(frame) || isWithin(frame - 1, frame) ? 1 : 0
  }

  function neighboursOf(frame: number): number[] {
    const near: number[] = []
    for (let at = frame - 1; at >= Math.max(1, frame - NEIGHBOURS) && !found.has(at); at--) {
      near.push(at)
    }
    const end = Math.min(days.length - 1, frame + NEIGHBOURS)
    for (let at = frame + 1; at <= end && !found.has(at); at++) near.push(at)
    return near
  }

  function expectedM2(frame: number): number {
    const near = neighboursOf(frame)
    if (near.length < LEAST_NEIGHBOURS) return NaN
    const each = median(near.map((at) => gainedM2[at] as number))
    const aDay = median(near.map((at) => (gainedM2[at] as number) / gapDays(at)))
    return Math.max(each, aDay * gapDays(frame))
  }

  /** How many times the variance of the intervals exceeds that of a count of resolution cells, at least 1. */
  function overdispersion(expected: Float64Array): number {
    const residuals: number[] = []
    for (let frame = 1; frame < days.length; frame++) {
      const mean = expected[frame] as number
      if (found.has(frame) || mean !== mean) continue
      const sigma = Math.sqrt(resolutionCellM2 * Math.max(resolutionCellM2, mean))
      residuals.push(Math.abs((gainedM2[frame] as number) - mean) / sigma)
    }
    if (residuals.length === 0) return 1
    return Math.max(1, (SIGMA_PER_MAD * median(residuals)) ** 2)
  }
}

/** Half-width of the 90 % interval of a gain, m². */
function halfWidthOf(gainedM2: number, lostM2: number, mean: number, cellM2: number): number {
  return Z90 * Math.sqrt(cellM2 * (gainedM2 + lostM2 + mean))
}
