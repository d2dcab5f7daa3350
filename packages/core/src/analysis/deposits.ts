import { pixelSizeM } from '../geo/affine.ts'
import type { Grid } from '../model/grid.ts'
import { labelComponents, squaredDistances } from '../raster/morphology.ts'
import { type ClassChange, type MaskComparison, compareByClass } from './mask-comparison.ts'

/** How far onto the valley floor debris must reach beyond doubt, sensor pixels: a resolution cell. */
const REACH_SENSOR_PIXELS = 2

/** Least bank, sensor pixels (1 ha for Sentinel-2): smaller ground within the floor is an island. */
const MIN_BANK_SENSOR_PIXELS = 100

/** Where the valley floor is. */
export interface KnownFloor {
  /** 0/1 on the masks' grid, `NEVER_SEEN` where unknown: `valleyFloor`, or a river mask. */
  floor: Uint8Array
  /** How far its edge may be off, m: half a pixel of the DEM, or of the image a river mask is from. */
  edgeErrorM: number
}

/** Gained and lost ground of the landslide's source and of its deposit on the valley floor. */
export interface SourceAndDeposit {
  source: ClassChange
  deposit: ClassChange
}

/**
 * Debris on the valley floor: patches (8-connected) of scar on the floor that either reach farther from
 * its edge than a resolution cell (two sensor pixels) and the error of that edge together, or touch both
 * banks. What stays nearer to one bank cannot be told from the foot of the slope and is left with the
 * source.
 *
 * @param mask 0/1
 */
export function depositPixels(
  mask: Uint8Array,
  known: KnownFloor,
  grid: Grid,
  sensorPixelM: number,
): Uint8Array {
  return depositFinder(known, grid, sensorPixelM)(mask)
}

/** {@link depositPixels} for many masks on one floor, whose edge and banks are found once. */
export function depositFinder(
  { floor, edgeErrorM }: KnownFloor,
  grid: Grid,
  sensorPixelM: number,
): (mask: Uint8Array) => Uint8Array {
  const { width, height } = grid
  const offFloor = floor.map((value) => (value === 1 ? 0 : 1))
  const toEdge = squaredDistances(offFloor, width, height)
  const banks = labelComponents(offFloor, width, height, 8)
  const pixelM = pixelSizeM(grid)[0]
  const reachPx = (REACH_SENSOR_PIXELS * sensorPixelM + edgeErrorM) / pixelM
  const minBankPx = MIN_BANK_SENSOR_PIXELS * (sensorPixelM / pixelM) ** 2
  const floorPixels = pixelsOf(floor)
  const besides = [-1, 1, -width, width]
  return (mask) => {
    const onFloor = new Uint8Array(mask.length)
    for (const i of floorPixels) if (mask[i] === 1) onFloor[i] = 1
    const { labels, count } = labelComponents(onFloor, width, height, 8)
    const isDebris = new Uint8Array(count + 1)
    const bankOf = new Int32Array(count + 1)
    for (const i of floorPixels) {
      const label = labels[i] as number
      if (label === 0) continue
      if ((toEdge[i] as number) >= reachPx ** 2) isDebris[label] = 1
      for (const beside of besides) {
        const bank = banks.labels[i + beside] ?? 0
        if (bank === 0 || (banks.sizesPx[bank] as number) < minBankPx) continue
        if (bankOf[label] !== 0 && bankOf[label] !== bank) isDebris[label] = 1
        bankOf[label] = bank
      }
    }
    for (const i of floorPixels) onFloor[i] = isDebris[labels[i] as number] as number
    return onFloor
  }
}

/** Pixels of state 1, in reading order. */
function pixelsOf(states: Uint8Array): Int32Array {
  const pixels = new Int32Array(states.length)
  let count = 0
  for (let i = 0; i < states.length; i++) if (states[i] === 1) pixels[count++] = i
  return pixels.slice(0, count)
}

/**
 * Splits change into source and deposit: ground that is deposit ({@link depositPixels}) in either mask
 * is deposit, all else source. Uncertainty as in {@link compareByClass}. Masks that leave out debris in
 * the river give no deposit; that is no proof that there was none.
 */
export function sourceAndDeposit(comparison: MaskComparison, known: KnownFloor): SourceAndDeposit {
  const { grid, before, after, sensorPixelM } = comparison
  const [was, is] = [before, after].map(({ states }) =>
    depositPixels(states, known, grid, sensorPixelM),
  ) as [Uint8Array, Uint8Array]
  const classes = was.map((value, i) => (value === 1 || is[i] === 1 ? 1 : 0))
  const [source, deposit] = compareByClass(comparison, classes, 2)
  return { source: source as ClassChange, deposit: deposit as ClassChange }
}
