import { fillHoles } from '../../raster/morphology.ts'
import type { Membership } from './object-membership.ts'
import { NATIVE_PIXEL_M, type WorkingGrid } from './working-grid.ts'

/**
 * Log-odds (stored steps) of each working pixel being the object on a frame: those of bare ground for
 * its members, of the ground they follow where they were overrun, and never above zero elsewhere.
 */
export function objectLogOdds(membership: Membership, posterior: Int8Array): Float32Array {
  const { member, follows } = membership
  const result = new Float32Array(posterior.length)
  for (let i = 0; i < posterior.length; i++) {
    const own = posterior[i] as number
    const leader = follows[i] as number
    if (!member[i]) result[i] = -Math.abs(own)
    else result[i] = leader < 0 ? own : Math.min(own, posterior[leader] as number)
  }
  return result
}

/** Log-odds given to ground inside the object that is too small for the sensor to have seen apart. */
const SPECK = 1

/** Closes holes smaller than a native pixel, in place: no observation can vouch for them. */
export function closeSpecks(logOdds: Float32Array, working: WorkingGrid): void {
  const inside = new Uint8Array(logOdds.length)
  for (let i = 0; i < inside.length; i++) if ((logOdds[i] as number) > 0) inside[i] = 1
  const maxPixels = Math.floor((NATIVE_PIXEL_M / working.pixelM) ** 2)
  const closed = fillHoles(inside, working.width, working.height, maxPixels)
  for (let i = 0; i < closed.length; i++) if (closed[i] && !inside[i]) logOdds[i] = SPECK
}
