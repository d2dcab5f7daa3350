import { type Correction, applyCorrections, reachOf } from './corrections.ts'
import { placeIn } from './extent.ts'
import { closeSpecks, objectLogOddsIn } from './frame-state.ts'
import type { Membership } from './object-membership.ts'
import type { WorkingGrid } from './working-grid.ts'

/** An object as its prompts and corrections make it. */
export interface ObjectShape {
  membership: Membership
  corrections: readonly Correction[]
}

/**
 * Working pixels that an object covers on a frame, looked for only where it can be.
 *
 * @param posteriorOf stored posterior of a frame
 */
export function objectAreas(
  { membership, corrections }: ObjectShape,
  posteriorOf: (frameIndex: number) => Promise<Int8Array>,
  days: ArrayLike<number>,
  { width, pixelM }: WorkingGrid,
): (frameIndex: number) => Promise<number> {
  const window = reachOf(membership, corrections, width)
  if (window === null) return async () => 0
  const placeOf = (pixel: number): number => placeIn(window, pixel, width)
  return async (frameIndex) => {
    const posterior = await posteriorOf(frameIndex)
    const logOdds = objectLogOddsIn(window, membership, posterior, width)
    const whole = { left: 0, top: 0, width: window.width, height: window.height }
    closeSpecks(logOdds, { width: window.width, pixelM }, whole)
    applyCorrections(corrections, frameIndex, days, logOdds, placeOf)
    return logOdds.reduce((area, value) => (value > 0 ? area + 1 : area), 0)
  }
}
