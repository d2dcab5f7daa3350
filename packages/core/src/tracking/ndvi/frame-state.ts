import { fillHoles } from '../../raster/morphology.ts'
import { type Extent, cropMask, extentOf } from './extent.ts'
import type { Membership } from './object-membership.ts'
import { NATIVE_PIXEL_M, type WorkingGrid } from './working-grid.ts'

/**
 * Log-odds (stored steps) of each working pixel being the object on a frame: those of bare ground for
 * its members, and never above zero elsewhere.
 * @param width of the raster, pixels
 */
export function objectLogOdds(
  membership: Membership,
  posterior: Int8Array,
  width: number,
): Float32Array {
  const { member, extent } = membership
  const result = new Float32Array(posterior.length)
  for (let i = 0; i < posterior.length; i++) result[i] = -Math.abs(posterior[i] as number)
  for (let row = 0; row < (extent?.height ?? 0); row++) {
    const start = ((extent?.top ?? 0) + row) * width + (extent?.left ?? 0)
    for (let i = start; i < start + (extent?.width ?? 0); i++) {
      if (member[i]) result[i] = posterior[i] as number
    }
  }
  return result
}

/** {@link objectLogOdds} of the pixels of a rectangle of a raster `width` wide. */
export function objectLogOddsIn(
  extent: Extent,
  membership: Membership,
  posterior: Int8Array,
  width: number,
): Float32Array {
  const result = new Float32Array(extent.width * extent.height)
  for (let row = 0, k = 0; row < extent.height; row++) {
    const start = (extent.top + row) * width + extent.left
    for (let i = start; i < start + extent.width; i++, k++) {
      result[k] = pixelLogOdds(membership, posterior, i)
    }
  }
  return result
}

/** {@link objectLogOdds} of one pixel. */
export function pixelLogOdds({ member }: Membership, posterior: Int8Array, at: number): number {
  const own = posterior[at] as number
  return member[at] ? own : -Math.abs(own)
}

/** Log-odds given to ground inside the object that is too small for the sensor to have seen apart. */
const SPECK = 1

/**
 * Closes holes smaller than a native pixel, in place: no observation can vouch for them.
 * @param within holds all that is above zero, and a pixel around it where the raster goes on
 */
export function closeSpecks(
  logOdds: Float32Array,
  { width, pixelM }: Pick<WorkingGrid, 'width' | 'pixelM'>,
  within: Extent | null,
): void {
  if (within === null) return
  const inside = new Uint8Array(within.width * within.height)
  for (let row = 0, k = 0; row < within.height; row++) {
    const start = (within.top + row) * width + within.left
    for (let i = start; i < start + within.width; i++, k++) {
      if ((logOdds[i] as number) > 0) inside[k] = 1
    }
  }
  // A hole lies between set pixels: what is beyond them need not be looked at.
  const part = extentOf(inside, within.width, within.height, 1)
  if (part === null) return
  const own = cropMask(inside, within.width, part)
  const extent = { ...part, left: within.left + part.left, top: within.top + part.top }
  const maxPixels = Math.floor((NATIVE_PIXEL_M / pixelM) ** 2)
  const closed = fillHoles(own, extent.width, extent.height, maxPixels)
  for (let i = 0; i < closed.length; i++) {
    if (!closed[i] || own[i]) continue
    const row = Math.floor(i / extent.width)
    logOdds[(extent.top + row) * width + extent.left + i - row * extent.width] = SPECK
  }
}
