import { pixelAreaM2 } from '../geo/affine.ts'
import type { FrameChange } from '../model/analysis-areas.ts'
import type { Grid } from '../model/grid.ts'
import { isObserved } from '../model/validity.ts'

/** State of a pixel that no frame has seen yet. */
export const NEVER_SEEN = 2

/** A grid of pixels never seen. */
export function nothingSeen(grid: Grid): Uint8Array {
  return new Uint8Array(grid.width * grid.height).fill(NEVER_SEEN)
}

/**
 * Compares a frame with the last sight of each of its pixels and takes over what it saw into
 * `lastSeen`. Hidden pixels are neither gained nor lost; when they come into sight again, the change
 * counts then. So gains minus losses over a series add up to the change of the seen mask.
 *
 * @param lastSeen 0/1, or {@link NEVER_SEEN}; changed in place
 */
export function changeSinceLastSeen(
  grid: Grid,
  mask: Uint8Array,
  validity: Uint8Array,
  lastSeen: Uint8Array,
): FrameChange {
  let gained = 0
  let lost = 0
  let compared = 0
  for (let i = 0; i < mask.length; i++) {
    if (!isObserved(validity[i] as number)) continue
    const now = mask[i] as number
    const before = lastSeen[i] as number
    if (before !== NEVER_SEEN) {
      compared++
      if (now > before) gained++
      else if (now < before) lost++
    }
    lastSeen[i] = now
  }
  const pixelM2 = pixelAreaM2(grid)
  return {
    gainedM2: gained * pixelM2,
    lostM2: lost * pixelM2,
    comparedFraction: mask.length === 0 ? 0 : compared / mask.length,
  }
}
