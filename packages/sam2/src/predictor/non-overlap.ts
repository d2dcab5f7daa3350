/** Logit below which losers are pushed, as upstream. */
const LOSER_LOGIT = -10

/**
 * Leaves each pixel to the object with the highest logit (the first of equals); the others' are lowered to
 * at most -10. Upstream: `_apply_non_overlapping_constraints`. Changes the arrays in place.
 */
export function separateMasks(masks: readonly Float32Array[]): void {
  const [first] = masks
  if (!first || masks.length === 1) return
  for (let i = 0; i < first.length; i++) {
    let winner = 0
    for (let object = 1; object < masks.length; object++) {
      if (value(masks, object, i) > value(masks, winner, i)) winner = object
    }
    for (const [object, mask] of masks.entries()) {
      if (object !== winner) mask[i] = Math.min(mask[i] as number, LOSER_LOGIT)
    }
  }
}

function value(masks: readonly Float32Array[], object: number, at: number): number {
  return (masks[object] as Float32Array)[at] as number
}
