import { pixelSizeM } from '../../geo/affine.ts'
import type { Grid } from '../../model/grid.ts'
import { type Extent, extentOf } from './extent.ts'

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
  if (working.stride === 1) return values.slice()
  const { siteWidth, siteHeight } = working
  return enlargePart(values, working, { left: 0, top: 0, width: siteWidth, height: siteHeight })
}

/** 0/1 on the site grid: where {@link enlarge} gives more than zero. */
export function enlargeMask(values: Float32Array, working: WorkingGrid): Uint8Array {
  const { width, height, stride, siteWidth, siteHeight } = working
  const result = new Uint8Array(siteWidth * siteHeight)
  const positive = new Uint8Array(values.length)
  for (let i = 0; i < values.length; i++) if ((values[i] as number) > 0) positive[i] = 1
  if (stride === 1) return positive
  // Between values of which none is above zero, nothing is.
  const extent = extentOf(positive, width, height, 1)
  if (extent === null) return result
  const [left, top] = [extent.left * stride, extent.top * stride]
  const part = {
    ...{ left, top },
    width: Math.min(siteWidth, left + extent.width * stride) - left,
    height: Math.min(siteHeight, top + extent.height * stride) - top,
  }
  const fine = enlargePart(values, working, part)
  for (let row = 0, i = 0; row < part.height; row++) {
    const start = (top + row) * siteWidth + left
    for (let at = start; at < start + part.width; at++, i++) {
      if ((fine[i] as number) > 0) result[at] = 1
    }
  }
  return result
}

/** The part of the enlarged raster, in site pixels. */
function enlargePart(values: Float32Array, working: WorkingGrid, part: Extent): Float32Array {
  const { width, height, stride } = working
  const left = new Int32Array(part.width)
  const right = new Int32Array(part.width)
  const share = new Float32Array(part.width)
  for (let col = 0; col < part.width; col++) {
    const x = Math.min(width - 1, Math.max(0, (part.left + col + 0.5) / stride - 0.5))
    left[col] = Math.floor(x)
    right[col] = Math.min(width - 1, Math.floor(x) + 1)
    share[col] = x - Math.floor(x)
  }
  const [first, last] = [left[0] as number, right.at(-1) as number]
  const result = new Float32Array(part.width * part.height)
  const line = new Float32Array(width)
  for (let row = part.top, at = 0; row < part.top + part.height; row++) {
    const y = Math.min(height - 1, Math.max(0, (row + 0.5) / stride - 0.5))
    const top = Math.floor(y) * width
    const bottom = Math.min(height - 1, Math.floor(y) + 1) * width
    const fraction = y - Math.floor(y)
    for (let col = first; col <= last; col++) {
      const above = values[top + col] as number
      line[col] = above + fraction * ((values[bottom + col] as number) - above)
    }
    for (let col = 0; col < part.width; col++, at++) {
      const west = line[left[col] as number] as number
      const east = line[right[col] as number] as number
      result[at] = west + (share[col] as number) * (east - west)
    }
  }
  return result
}
