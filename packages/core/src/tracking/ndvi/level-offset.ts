import { BLUR_SIGMA } from './bare-evidence.ts'
import { dilateSquare } from './blur.ts'
import { middleOf } from './middle.ts'
import { NATIVE_PIXEL_M, type WorkingGrid, pixelsOf } from './working-grid.ts'

/**
 * How wide a sharpened edge is, m per unit of bare fraction where it passes one half. An edge that a
 * Gaussian of sigma blurs has the slope 1 / (sigma sqrt(2 pi)); `f + (f - blurred f)` makes that
 * 2 - 1 / sqrt(2) times as steep.
 */
export const EDGE_WIDTH_M: number =
  (Math.sqrt(2 * Math.PI) * BLUR_SIGMA * NATIVE_PIXEL_M) / (2 - Math.SQRT1_2)

/** Ground around the object that is asked lies between one and three native pixels from it. */
const AROUND_NATIVE_PIXELS: readonly [number, number] = [1, 3]
/** Fewer working pixels than this tell nothing. */
const LEAST_PIXELS = 10

/**
 * How far, in m, the frame itself would move the object's boundary: outwards positive. The boundary
 * lies where ground is half bare by the levels of bare and covered ground that the series gives. The
 * ground well inside the object should be wholly bare by them, that around it not at all; the halfway
 * between what the frame shows there, less one half, times the width of an edge is the offset.
 *
 * @param fraction bare fraction by working pixel, NaN where hidden
 * @param mask 0/1
 * @returns null where too little was seen inside or around
 */
export function levelOffsetM(
  fraction: Float32Array,
  mask: Uint8Array,
  working: WorkingGrid,
): number | null {
  const window = windowAround(mask, working)
  if (window === null) return null
  const [near, far] = AROUND_NATIVE_PIXELS.map((px) => pixelsOf(working, px * NATIVE_PIXEL_M))
  const { left, top, width, height } = window
  const own = new Uint8Array(width * height)
  for (let row = 0; row < height; row++) {
    const start = (row + top) * working.width + left
    own.set(mask.subarray(start, start + width), row * width)
  }
  const rim = dilateSquare(invert(own), width, height, near as number)
  const close = dilateSquare(own, width, height, near as number)
  const around = dilateSquare(own, width, height, far as number)
  const inside = new Float32Array(own.length)
  const beside = new Float32Array(own.length)
  let [insideCount, besideCount] = [0, 0]
  for (let i = 0; i < own.length; i++) {
    if (rim[i] && (close[i] || !around[i])) continue
    const row = Math.floor(i / width)
    const f = fraction[(row + top) * working.width + left + i - row * width] as number
    if (f !== f) continue
    if (rim[i]) beside[besideCount++] = f
    else inside[insideCount++] = f
  }
  if (Math.min(insideCount, besideCount) < LEAST_PIXELS) return null
  const inner = middleOf(inside.subarray(0, insideCount))
  const outer = middleOf(beside.subarray(0, besideCount))
  return EDGE_WIDTH_M * (0.5 - (inner + outer) / 2)
}

interface Window {
  left: number
  top: number
  width: number
  height: number
}

/** What holds the object and the ground around it; null for an empty mask. */
function windowAround(mask: Uint8Array, working: WorkingGrid): Window | null {
  const margin = pixelsOf(working, AROUND_NATIVE_PIXELS[1] * NATIVE_PIXEL_M) + 1
  let [left, top, right, bottom] = [working.width, working.height, -1, -1]
  for (let row = 0, i = 0; row < working.height; row++) {
    for (let col = 0; col < working.width; col++, i++) {
      if (!mask[i]) continue
      if (col < left) left = col
      if (col > right) right = col
      if (row < top) top = row
      bottom = row
    }
  }
  if (bottom < 0) return null
  left = Math.max(0, left - margin)
  top = Math.max(0, top - margin)
  const width = Math.min(working.width, right + margin + 1) - left
  return { left, top, width, height: Math.min(working.height, bottom + margin + 1) - top }
}

function invert(mask: Uint8Array): Uint8Array {
  const result = new Uint8Array(mask.length)
  for (let i = 0; i < mask.length; i++) result[i] = mask[i] ? 0 : 1
  return result
}
