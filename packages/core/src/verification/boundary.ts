import { dilateByDiscs } from '../raster/disc-dilation.ts'

/** Boundary tolerance of the DAVIS benchmark, as a share of the image diagonal. */
export const BOUNDARY_TOLERANCE = 0.008

/** Agreement of two boundaries, each 0..1. */
export interface BoundaryAgreement {
  /** Share of the mask's boundary within the tolerance of the truth's. */
  precision: number
  /** Share of the truth's boundary within the tolerance of the mask's. */
  recall: number
  /** Harmonic mean of the two; 0 where both are 0. */
  f: number
}

/**
 * Boundary pixels of a mask as the DAVIS benchmark draws them: a pixel differs from its neighbour to
 * the right, below, or both. An edge counts only where all the pixels that it parts are `valid`, so
 * that the rim of unobserved ground is no boundary.
 *
 * @param mask 0/1, `width * height` long
 * @param valid 0/1, same length; null takes all pixels
 */
export function boundaryPixels(
  mask: Uint8Array,
  width: number,
  height: number,
  valid: Uint8Array | null = null,
): Uint8Array {
  const boundary = new Uint8Array(mask.length)
  for (let row = 0; row < height; row++) {
    for (let col = 0; col < width; col++) {
      const i = row * width + col
      if (valid !== null && !valid[i]) continue
      const hasRight = col + 1 < width
      const hasBelow = row + 1 < height
      if (
        (hasRight && differs(mask, valid, i, i + 1)) ||
        (hasBelow && differs(mask, valid, i, i + width)) ||
        (hasRight && hasBelow && differs(mask, valid, i, i + width + 1))
      ) {
        boundary[i] = 1
      }
    }
  }
  return boundary
}

function differs(mask: Uint8Array, valid: Uint8Array | null, a: number, b: number): boolean {
  return mask[a] !== mask[b] && (valid === null || valid[b] === 1)
}

/** Tolerance in pixels on an image: 0.008 of its diagonal, rounded up (DAVIS). */
export function boundaryTolerancePx(
  width: number,
  height: number,
  tolerance: number = BOUNDARY_TOLERANCE,
): number {
  return tolerance >= 1 ? tolerance : Math.ceil(tolerance * Math.hypot(width, height))
}

/**
 * Boundary F measure of the DAVIS benchmark (Perazzi et al., CVPR 2016, "A Benchmark Dataset and
 * Evaluation Methodology for Video Object Segmentation", section 4): precision and recall of
 * boundary pixels matched within a disc. No boundary in either mask counts 1; in one of them only, 0.
 */
export function boundaryAgreement(
  mask: Uint8Array,
  truth: Uint8Array,
  width: number,
  height: number,
  valid: Uint8Array | null = null,
  tolerance: number = BOUNDARY_TOLERANCE,
): BoundaryAgreement {
  const radiusPx = boundaryTolerancePx(width, height, tolerance)
  const window = boundsOfBoth(mask, truth, width, height)
  if (window === null) return { precision: 1, recall: 1, f: 1 }
  const cut = (pixels: Uint8Array): Uint8Array => cutOut(pixels, width, window)
  const near = valid === null ? null : cut(valid)
  const maskBoundary = boundaryPixels(cut(mask), window.width, window.height, near)
  const truthBoundary = boundaryPixels(cut(truth), window.width, window.height, near)
  const maskCount = count(maskBoundary)
  const truthCount = count(truthBoundary)
  if (maskCount === 0 && truthCount === 0) return { precision: 1, recall: 1, f: 1 }
  if (maskCount === 0) return { precision: 1, recall: 0, f: 0 }
  if (truthCount === 0) return { precision: 0, recall: 1, f: 0 }
  const precision =
    matched(maskBoundary, truthBoundary, window.width, window.height, radiusPx) / maskCount
  const recall =
    matched(truthBoundary, maskBoundary, window.width, window.height, radiusPx) / truthCount
  const sum = precision + recall
  return { precision, recall, f: sum === 0 ? 0 : (2 * precision * recall) / sum }
}

interface Window {
  col: number
  row: number
  width: number
  height: number
}

/** The pixels that either mask sets and one more around, in which all boundaries lie. */
function boundsOfBoth(a: Uint8Array, b: Uint8Array, width: number, height: number): Window | null {
  let [left, top, right, bottom] = [width, height, -1, -1]
  for (let row = 0; row < height; row++) {
    for (let col = 0; col < width; col++) {
      const i = row * width + col
      if (!a[i] && !b[i]) continue
      if (col < left) left = col
      if (col > right) right = col
      if (row < top) top = row
      bottom = row
    }
  }
  if (right < 0) return null
  left = Math.max(0, left - 1)
  top = Math.max(0, top - 1)
  right = Math.min(width - 1, right + 1)
  bottom = Math.min(height - 1, bottom + 1)
  return { col: left, row: top, width: right - left + 1, height: bottom - top + 1 }
}

function cutOut(pixels: Uint8Array, width: number, window: Window): Uint8Array {
  const result = new Uint8Array(window.width * window.height)
  for (let row = 0; row < window.height; row++) {
    const start = (window.row + row) * width + window.col
    result.set(pixels.subarray(start, start + window.width), row * window.width)
  }
  return result
}

function count(pixels: Uint8Array): number {
  let n = 0
  for (let i = 0; i < pixels.length; i++) n += pixels[i] as number
  return n
}

function matched(
  pixels: Uint8Array,
  targets: Uint8Array,
  width: number,
  height: number,
  radiusPx: number,
): number {
  const near = dilateByDiscs(targets, width, height, radiusPx)
  let n = 0
  for (let i = 0; i < pixels.length; i++) if (pixels[i] && near[i]) n++
  return n
}
