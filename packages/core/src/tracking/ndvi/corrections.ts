import { type Extent, extentOf, extentWith, joinExtents, placeIn } from './extent.ts'
import { pixelLogOdds } from './frame-state.ts'
import type { WorkingPoint } from './named-labels.ts'
import type { Membership } from './object-membership.ts'
import { splitPieces } from './pieces.ts'
import { spreadLabels } from './spread-labels.ts'
import { NATIVE_PIXEL_M, type WorkingGrid, pixelsOf } from './working-grid.ts'

/** What a person said of single pixels on one frame, and how long it holds. */
export interface Correction {
  frameIndex: number
  /** Working pixels. */
  pixels: Int32Array
  /** 1: the object, 0: not. */
  labels: Uint8Array
  /** First and last frame on which it holds, by pixel. */
  from: Uint16Array
  to: Uint16Array
}

/** Certainty of a corrected pixel, stored steps of log-odds: odds of 50 to 1. */
const CERTAIN = 32

/** A correction that says on `frameIndex` what `labels` says, and for now holds only there. */
export function createCorrection(
  frameIndex: number,
  pixels: Int32Array,
  labels: Uint8Array,
): Correction {
  return {
    frameIndex,
    pixels,
    labels,
    from: new Uint16Array(pixels.length).fill(frameIndex),
    to: new Uint16Array(pixels.length).fill(frameIndex),
  }
}

/**
 * Where an accepted mask and the engine differ.
 * @param posterior of the mask's frame
 */
export function correctionOfMask(
  frameIndex: number,
  accepted: Uint8Array,
  membership: Membership,
  posterior: Int8Array,
  { width, height }: WorkingGrid,
): Correction {
  const pixels: number[] = []
  // Elsewhere both say no.
  const extent = joinExtents(membership.extent, extentOf(accepted, width, height, 0))
  for (let row = 0; row < (extent?.height ?? 0); row++) {
    const start = ((extent?.top ?? 0) + row) * width + (extent?.left ?? 0)
    for (let i = start; i < start + (extent?.width ?? 0); i++) {
      const own = pixelLogOdds(membership, posterior, i) > 0 ? 1 : 0
      if ((accepted[i] as number) !== own) pixels.push(i)
    }
  }
  const at = Int32Array.from(pixels)
  return createCorrection(
    frameIndex,
    at,
    Uint8Array.from(at, (i) => accepted[i] as number),
  )
}

/** Some ground of a rectangle of the raster. */
export interface Piece {
  extent: Extent
  /** 0/1, of the rectangle. */
  inside: Uint8Array
}

/** Whether a pixel of the raster, `width` wide, lies in a piece. */
export function isInPiece({ extent, inside }: Piece, pixel: number, width: number): boolean {
  const row = Math.floor(pixel / width) - extent.top
  const col = (pixel % width) - extent.left
  if (row < 0 || col < 0 || row >= extent.height || col >= extent.width) return false
  return inside[row * extent.width + col] === 1
}

/** What holds an object and all that it is corrected by. */
export function reachOf(
  { extent }: Membership,
  corrections: readonly Correction[],
  width: number,
): Extent | null {
  return corrections.reduce((reach, { pixels }) => extentWith(reach, pixels, width), extent)
}

/**
 * The ground that a click speaks of beyond what it names: a positive click on ground that the engine left
 * out the hole of the mask that it lies in, and a native pixel around it; a negative one the piece of the mask that it
 * lies in. Null where the mask says so already.
 * @param extent holds the mask, the click with a native pixel around it, and a pixel more where the raster goes on
 * @param logOdds of that rectangle
 */
export function groundOfPoint(
  point: WorkingPoint,
  extent: Extent,
  logOdds: Float32Array,
  working: WorkingGrid,
): Piece | null {
  const { width, height } = extent
  const at = placeIn(extent, point.row * working.width + point.col, working.width)
  if ((logOdds[at] as number) > 0 === point.positive) return null
  const inside = new Uint8Array(logOdds.length)
  if (point.positive) {
    takeHole(inside, logOdds, at, width, height)
    const radius = pixelsOf(working, NATIVE_PIXEL_M)
    const [row, col] = [point.row - extent.top, point.col - extent.left]
    for (let r = Math.max(0, row - radius); r <= row + radius && r < height; r++) {
      for (let c = Math.max(0, col - radius); c <= col + radius && c < width; c++) {
        if ((r - row) ** 2 + (c - col) ** 2 <= radius * radius) inside[r * width + c] = 1
      }
    }
    return { extent, inside }
  }
  for (let i = 0; i < inside.length; i++) if ((logOdds[i] as number) > 0) inside[i] = 1
  const { labels } = splitPieces(inside, width, height, pixelsOf(working, 0.7 * NATIVE_PIXEL_M))
  for (let i = 0; i < inside.length; i++) inside[i] = labels[i] === labels[at] ? 1 : 0
  return { extent, inside }
}

/**
 * What a click corrects of the ground that it speaks of: all of it, but for a piece that positive clicks lie in, too:
 * that they share by distance along it.
 * @param ground of {@link groundOfPoint}
 * @param others pixels of the positive clicks in it
 */
export function correctionOfPoint(
  point: WorkingPoint,
  { extent, inside }: Piece,
  others: readonly number[],
  working: WorkingGrid,
): Correction {
  let own: ArrayLike<number> = inside
  if (!point.positive) {
    const nearer = new Int32Array(inside.length)
    for (const other of others) nearer[placeIn(extent, other, working.width)] = 2
    nearer[placeIn(extent, point.row * working.width + point.col, working.width)] = 1
    spreadLabels(nearer, inside, extent.width, extent.height)
    own = nearer
  }
  const pixels: number[] = []
  for (let row = 0, k = 0; row < extent.height; row++) {
    const start = (extent.top + row) * working.width + extent.left
    for (let i = start; i < start + extent.width; i++, k++) {
      if (inside[k] && own[k] === 1) pixels.push(i)
    }
  }
  const label = point.positive ? 1 : 0
  return createCorrection(
    point.frameIndex,
    Int32Array.from(pixels),
    new Uint8Array(pixels.length).fill(label),
  )
}

/** Sets the hole of the mask around `at`, if that is what it lies in: closed, and no larger than the mask. */
function takeHole(
  region: Uint8Array,
  logOdds: Float32Array,
  at: number,
  width: number,
  height: number,
): void {
  let area = 0
  for (let i = 0; i < logOdds.length; i++) if ((logOdds[i] as number) > 0) area++
  const hole: number[] = [at]
  region[at] = 1
  for (let next = 0; next < hole.length; next++) {
    const i = hole[next] as number
    const col = i % width
    const isAtEdge = col === 0 || col === width - 1 || i < width || i >= (height - 1) * width
    if (isAtEdge || hole.length > area) {
      for (const pixel of hole) region[pixel] = 0
      return
    }
    for (let side = 0; side < 4; side++) {
      const j = side === 0 ? i - 1 : side === 1 ? i + 1 : side === 2 ? i - width : i + width
      if (region[j] || (logOdds[j] as number) > 0) continue
      region[j] = 1
      hole.push(j)
    }
  }
}

/** What is needed to find how long a correction holds. */
export interface HoldingInput {
  days: ArrayLike<number>
  readPosterior: (index: number) => Promise<Int8Array>
  /** Accepted masks on the working grid by frame. */
  accepted: ReadonlyMap<number, Uint8Array>
}

/**
 * Lets a correction hold, backwards and forwards in time, pixel by pixel, for as long as the ground
 * itself does not change between bare and vegetated. An accepted mask that says otherwise ends it
 * half way in days.
 */
export async function extendCorrection(correction: Correction, input: HoldingInput): Promise<void> {
  const { frameIndex, pixels, labels } = correction
  const start = await input.readPosterior(frameIndex)
  for (const step of [-1, 1]) {
    const ends = step < 0 ? correction.from : correction.to
    const alive = new Uint8Array(pixels.length).fill(1)
    let left = pixels.length
    for (let t = frameIndex + step; left > 0 && t >= 0 && t < input.days.length; t += step) {
      const posterior = await input.readPosterior(t)
      const accepted = input.accepted.get(t)
      const half = ((input.days[t] as number) + (input.days[frameIndex] as number)) / 2
      for (let k = 0; k < pixels.length; k++) {
        if (!alive[k]) continue
        const i = pixels[k] as number
        const contradicted = accepted !== undefined && accepted[i] !== labels[k]
        if (contradicted) {
          let end = ends[k] as number
          while (end !== frameIndex && ((input.days[end] as number) - half) * step > 0) end -= step
          ends[k] = end
        }
        if (contradicted || (posterior[i] as number) > 0 !== (start[i] as number) > 0) {
          alive[k] = 0
          left--
        } else ends[k] = t
      }
    }
  }
}

/** {@link applyCorrections} of one pixel: what its log-odds become. */
export function correctedPixel(
  corrections: readonly Correction[],
  frameIndex: number,
  days: ArrayLike<number>,
  at: number,
  logOdds: number,
): number {
  let result = logOdds
  for (const { pixels, labels, from, to } of farFirst(corrections, frameIndex, days)) {
    const k = pixels.indexOf(at)
    if (k < 0 || frameIndex < (from[k] as number) || frameIndex > (to[k] as number)) continue
    const size = Math.max(CERTAIN, Math.abs(result))
    result = labels[k] ? size : -size
  }
  return result
}

/** Of two corrections the nearer in time has the last word. */
function farFirst(
  corrections: readonly Correction[],
  frameIndex: number,
  days: ArrayLike<number>,
): Correction[] {
  const gap = (correction: Correction): number =>
    Math.abs((days[correction.frameIndex] as number) - (days[frameIndex] as number))
  return [...corrections].sort((a, b) => gap(b) - gap(a))
}

/**
 * Writes the corrections that hold on a frame into its log-odds; of two the nearer in time wins.
 * @param placeOf where a working pixel lies in `logOdds`, which is the whole raster without it
 */
export function applyCorrections(
  corrections: readonly Correction[],
  frameIndex: number,
  days: ArrayLike<number>,
  logOdds: Float32Array,
  placeOf: (pixel: number) => number = (pixel) => pixel,
): void {
  for (const { pixels, labels, from, to } of farFirst(corrections, frameIndex, days)) {
    for (let k = 0; k < pixels.length; k++) {
      if (frameIndex < (from[k] as number) || frameIndex > (to[k] as number)) continue
      const i = placeOf(pixels[k] as number)
      const size = Math.max(CERTAIN, Math.abs(logOdds[i] as number))
      logOdds[i] = labels[k] ? size : -size
    }
  }
}
