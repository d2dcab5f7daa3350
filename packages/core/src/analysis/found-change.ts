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
