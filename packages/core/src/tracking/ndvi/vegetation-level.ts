import { dilateSquare, wideBlur } from './blur.ts'
import type { FrameScaling } from './frame-scaling.ts'
import { middleOf } from './middle.ts'
import { HIDDEN, NATIVE_PIXEL_M, NDVI_SCALE, type WorkingGrid, pixelsOf } from './working-grid.ts'

/** Sums from which each pixel's own vegetation is found. */
export interface VegetationSums {
  /** Weighted sum of vigour while the pixel was away from bare ground. */
  total: Float64Array
  weight: Float64Array
}

export function createVegetationSums(working: WorkingGrid): VegetationSums {
  const pixels = working.width * working.height
  return { total: new Float64Array(pixels), weight: new Float64Array(pixels) }
}

/**
 * Adds a frame: pixels that were neither surely bare nor within reach of the blur of such a pixel.
 *
 * @param pure stored posterior of being surely bare
 */
export function addVegetation(
  sums: VegetationSums,
  ndvi: Int16Array,
  scaling: FrameScaling,
  bareVigour: number,
  pure: Int8Array,
  working: WorkingGrid,
): void {
  const { gain, offset, noise } = scaling
  if (gain <= 0) return
  const bare = new Uint8Array(pure.length)
  for (let i = 0; i < pure.length; i++) if ((pure[i] as number) > 0) bare[i] = 1
  const reach = dilateSquare(
    bare,
    working.width,
    working.height,
    pixelsOf(working, 1.1 * NATIVE_PIXEL_M),
  )
  const weight = 1 / (noise * noise + 0.05 * 0.05)
  for (let i = 0; i < ndvi.length; i++) {
    const stored = ndvi[i] as number
    if (stored === HIDDEN || reach[i]) continue
    const vigour = (stored / NDVI_SCALE - offset) / gain
    if (vigour <= 1.6 * bareVigour) continue
    sums.total[i] = (sums.total[i] as number) + weight * vigour
    sums.weight[i] = (sums.weight[i] as number) + weight
  }
}

/**
 * Vigour of each pixel's vegetation: its own where it was seen vegetated long enough, else that of
 * the ground around it, from near to far. Never within a quarter of the way to bare ground.
 */
export function vegetationLevel(
  sums: VegetationSums,
  bareVigour: number,
  working: WorkingGrid,
): Float32Array {
  const { width, height } = working
  const seen = sums.weight.filter((weight) => weight > 0)
  const typical = seen.length > 0 ? middleOf(seen) : 1
  const level = new Float64Array(sums.total.length)
  const rest = new Float64Array(sums.total.length).fill(1)
  for (const scale of [0, 2.5, 5, 10, 20]) {
    const sigmaPx = (scale * NATIVE_PIXEL_M) / working.pixelM
    const total = scale === 0 ? sums.total : wideBlur(sums.total, width, height, sigmaPx)
    const weight = scale === 0 ? sums.weight : wideBlur(sums.weight, width, height, sigmaPx)
    const enough = (scale === 0 ? 0.3 : 0.1) * typical
    for (let i = 0; i < level.length; i++) {
      const w = weight[i] as number
      if (w <= 1e-9 * typical) continue
      const share = (rest[i] as number) * Math.min(1, w / enough)
      level[i] = (level[i] as number) + (share * (total[i] as number)) / w
      rest[i] = (rest[i] as number) - share
    }
  }
  const lowest = 0.75 * bareVigour
  return Float32Array.from(level, (value) => Math.max(lowest, value))
}
