import type { ShownGround } from './abrupt-ground.ts'

/** An abrupt lasting change between two frames of a series. */
export interface FoundChange {
  /** First frame that shows it. */
  frame: number
  /** Last frame before it, and first frame that dates it. */
  after: number
  by: number
  /** Negative for a loss. */
  changeM2: number
  /** Half-width of its 90 % interval, m². */
  halfWidthM2: number
  pValue: number
  /** Told by ground that came and stayed, not by the area. */
  isNewGround: boolean
  /** The part of a gain that later frames were the first to see, and the last of these; null where there is none. */
  inSight: { m2: number; frame: number } | null
  /** An instant before that of `by`, UTC ISO 8601, by which most of a gain is shown; null where `by` is the first. */
  shownAt: string | null
}

/**
 * A gain of which a frame that saw little shows at least half came by then, though that frame does not date the area
 * as a whole: the rest of it was in sight only later.
 */
export function datedByShown(change: FoundChange, shown: ShownGround | null): FoundChange {
  const { changeM2, frame } = change
  if (shown === null || changeM2 <= 0 || 2 * shown.areaM2 < changeM2) return change
  const m2 = changeM2 - shown.areaM2
  return { ...change, shownAt: shown.capturedAt, inSight: m2 > 0 ? { m2, frame } : null }
}

/**
 * Gained ground that the frame before had not seen may have come earlier: the change began after the last
 * frame that saw at least half of it. Where an earlier gain lies in that span, both are one change, dated by the
 * earlier: a failure of which the first frame sees a part. Intervals of the parts add up in squares.
 *
 * @param changes in order of time
 * @param seenSince by frame: see `HeldSeries`
 */
export function joinUnseen(changes: readonly FoundChange[], seenSince: Int32Array): FoundChange[] {
  const joined: FoundChange[] = []
  for (const change of changes) {
    const since = seenSince[change.frame] as number
    const earlier = joined.at(-1)
    if (change.changeM2 <= 0 || since < 0 || since >= change.after) joined.push(change)
    else if (earlier === undefined || earlier.changeM2 <= 0 || earlier.by <= since) {
      joined.push({ ...change, after: since })
    } else joined[joined.length - 1] = joinedChange(earlier, change)
  }
  return joined
}

function joinedChange(first: FoundChange, later: FoundChange): FoundChange {
  return {
    ...first,
    changeM2: first.changeM2 + later.changeM2,
    halfWidthM2: Math.hypot(first.halfWidthM2, later.halfWidthM2),
    pValue: Math.min(first.pValue, later.pValue),
    isNewGround: first.isNewGround && later.isNewGround,
    inSight: { m2: (first.inSight?.m2 ?? 0) + later.changeM2, frame: later.frame },
  }
}
