import { pixelSizeM } from '../../geo/affine.ts'
import type { Grid } from '../../model/grid.ts'
import { extentOf } from './extent.ts'

/** Side of the sensor's red and near-infrared pixels, metres (Sentinel-2 B04, B08). */
export const NATIVE_PIXEL_M = 10

/** Stored NDVI: `round(ndvi * 20000)`; {@link HIDDEN} where the ground was not observed. */
export const NDVI_SCALE = 20000
/** Stored value of a hidden pixel. */
export const HIDDEN = -32768

/**
 * The grid that the engine reasons on: the site grid thinned by a whole factor. The site grid is
 * interpolated from 10 m pixels, so that about 4 m holds everything there is to know.
 */
export interface WorkingGrid {
  /** Columns, working pixels. */
  width: number
  /** Rows, working pixels. */
  height: number
  /** Site pixels per working pixel along each side. */
  stride: number
  /** Side of a working pixel, metres (geometric mean of both sides). */
  pixelM: number
  /** Columns and rows of the site grid. */
  siteWidth: number
  siteHeight: number
}

/** The working grid of a site grid: the coarsest whole multiple that is no coarser than 0.4 native pixels. */
export function planWorkingGrid(grid: Grid): WorkingGrid {
  const [widthM, heightM] = pixelSizeM(grid)
  const sitePixelM = Math.sqrt(widthM * heightM)
  const stride = Math.max(1, Math.floor((0.4 * NATIVE_PIXEL_M) / sitePixelM + 1e-6))
  return {
    width: Math.ceil(grid.width / stride),
    height: Math.ceil(grid.height / stride),
    stride,
    pixelM: sitePixelM * stride,
    siteWidth: grid.width,
    siteHeight: grid.height,
  }
}

/** Where the working pixels of a site grid lie. */
export function workingGridOnMap({ width, height, stride }: WorkingGrid, site: Grid): Grid {
  const [a, b, x, d, e, y] = site.transform
  return {
    ...site,
    transform: [a * stride, b * stride, x, d * stride, e * stride, y],
    width,
    height,
  }
}

/** Working pixels that `metres` make, at least 1. */
export function pixelsOf(working: WorkingGrid, metres: number): number {
  return Math.max(1, Math.round(metres / working.pixelM))
}

/**
 * Means of the observed NDVI in each working pixel, stored as {@link NDVI_SCALE} says.
 *
 * @param ndvi site grid, NaN where not observed
 */
export function shrinkNdvi(ndvi: Float32Array, working: WorkingGrid): Int16Array {
  const { width, height, stride, siteWidth, siteHeight } = working
  const result = new Int16Array(width * height)
  for (let row = 0, at = 0; row < height; row++) {
    const lastRow = Math.min(siteHeight, (row + 1) * stride)
    for (let col = 0; col < width; col++, at++) {
      const lastCol = Math.min(siteWidth, (col + 1) * stride)
      let sum = 0
      let count = 0
      for (let r = row * stride; r < lastRow; r++) {
        for (let i = r * siteWidth + col * stride; i < r * siteWidth + lastCol; i++) {
          const value = ndvi[i] as number
          if (value === value) {
            sum += value
            count++
          }
        }
      }
      result[at] =
        count === 0 ? HIDDEN : Math.round(Math.min(1.6, Math.max(-1.6, sum / count)) * NDVI_SCALE)
    }
  }
  return result
}

/** Working pixels of which at least half the site pixels are set. */
export function shrinkMask(mask: Uint8Array, working: WorkingGrid): Uint8Array {
  const { width, height, stride, siteWidth, siteHeight } = working
  const result = new Uint8Array(width * height)
  for (let row = 0, at = 0; row < height; row++) {
    const lastRow = Math.min(siteHeight, (row + 1) * stride)
    for (let col = 0; col < width; col++, at++) {
      const lastCol = Math.min(siteWidth, (col + 1) * stride)
      let set = 0
      let count = 0
      for (let r = row * stride; r < lastRow; r++) {
        for (let c = col * stride; c < lastCol; c++, count++) {
          if (mask[r * siteWidth + c]) set++
        }
      }
      result[at] = 2 * set >= count && set > 0 ? 1 : 0
    }
  }
  return result
}

/** Bilinear interpolation of a working raster at the site pixels' centres; the edge is held. */
export function enlarge(values: Float32Array, working: WorkingGrid): Float32Array {
  const { width, height, stride, siteWidth, siteHeight } = working
  if (stride === 1) return values.slice()
  const { first, second, share } = neighbours(0, siteWidth, width, stride)
  const result = new Float32Array(siteWidth * siteHeight)
  const line = new Float32Array(width)
  for (let row = 0, at = 0; row < siteHeight; row++) {
    const y = Math.min(height - 1, Math.max(0, (row + 0.5) / stride - 0.5))
    const top = Math.floor(y) * width
    const bottom = Math.min(height - 1, Math.floor(y) + 1) * width
    const fraction = y - Math.floor(y)
    for (let col = 0; col < width; col++) {
      const above = values[top + col] as number
      line[col] = above + fraction * ((values[bottom + col] as number) - above)
    }
    for (let col = 0; col < siteWidth; col++, at++) {
      const west = line[first[col] as number] as number
      const east = line[second[col] as number] as number
      result[at] = west + (share[col] as number) * (east - west)
    }
  }
  return result
}

/** 0/1 on the site grid: where {@link enlarge} gives more than zero. */
export function enlargeMask(values: Float32Array, working: WorkingGrid): Uint8Array {
  const { width, height, stride, siteWidth, siteHeight } = working
  const positive = new Uint8Array(values.length)
  for (let i = 0; i < values.length; i++) if ((values[i] as number) > 0) positive[i] = 1
  if (stride === 1) return positive
  const result = new Uint8Array(siteWidth * siteHeight)
  // Between values of which none is above zero, nothing is.
  const extent = extentOf(positive, width, height, 1)
  if (extent === null) return result
  const left = extent.left * stride
  const across = Math.min(siteWidth, left + extent.width * stride) - left
  const { first, second, share } = neighbours(left, across, width, stride)
  const line = new Float32Array(1)
  const lastRow = Math.min(siteHeight, (extent.top + extent.height) * stride)
  for (let row = extent.top * stride; row < lastRow; row++) {
    const y = Math.min(height - 1, Math.max(0, (row + 0.5) / stride - 0.5))
    const top = Math.floor(y) * width
    const bottom = Math.min(height - 1, Math.floor(y) + 1) * width
    const fraction = y - Math.floor(y)
    const between = (col: number): number => {
      const above = values[top + col] as number
      line[0] = above + fraction * ((values[bottom + col] as number) - above)
      return line[0]
    }
    for (let col = 0, at = row * siteWidth + left; col < across; col++, at++) {
      const [a, b] = [first[col] as number, second[col] as number]
      const set =
        (positive[top + a] as number) +
        (positive[top + b] as number) +
        (positive[bottom + a] as number) +
        (positive[bottom + b] as number)
      // Only where the four differ it matters how near each is.
      if (set === 0) continue
      if (set === 4) result[at] = 1
      else {
        const west = between(a)
        if (west + (share[col] as number) * (between(b) - west) > 0) result[at] = 1
      }
    }
  }
  return result
}

/** For `count` site pixels from `from` on: the working pixels around each centre, and how far it is from the first to the second. */
function neighbours(
  from: number,
  count: number,
  size: number,
  stride: number,
): { first: Int32Array; second: Int32Array; share: Float32Array } {
  const first = new Int32Array(count)
  const second = new Int32Array(count)
  const share = new Float32Array(count)
  for (let k = 0; k < count; k++) {
    const x = Math.min(size - 1, Math.max(0, (from + k + 0.5) / stride - 0.5))
    first[k] = Math.floor(x)
    second[k] = Math.min(size - 1, Math.floor(x) + 1)
    share[k] = x - Math.floor(x)
  }
  return { first, second, share }
}
