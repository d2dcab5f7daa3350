import { pixelSizeM } from '../geo/affine.ts'
import type { Grid } from '../model/grid.ts'

/** Columns and rows of a grid. */
export interface PixelWindow {
  col: number
  row: number
  width: number
  height: number
}

/** The window of a row-major array. */
export function cropPixels<T extends Uint8Array | Float32Array>(
  data: T,
  width: number,
  window: PixelWindow,
): T {
  const cropped = data.slice(0, window.width * window.height) as T
  for (let row = 0; row < window.height; row++) {
    const start = (row + window.row) * width + window.col
    cropped.set(data.subarray(start, start + window.width), row * window.width)
  }
  return cropped
}

/** The window that holds all pixels of state 1 with a margin; the whole grid where there are none. */
export function scarWindow(
  states: readonly Uint8Array[],
  grid: Grid,
  marginM: number,
): PixelWindow {
  const { width, height } = grid
  let [left, right, top, bottom] = [width, -1, height, -1]
  for (const one of states) {
    for (let row = 0; row < height; row++) {
      const line = one.subarray(row * width, (row + 1) * width)
      const first = line.indexOf(1)
      if (first < 0) continue
      left = Math.min(left, first)
      right = Math.max(right, line.lastIndexOf(1))
      top = Math.min(top, row)
      bottom = Math.max(bottom, row)
    }
  }
  if (right < 0) return { col: 0, row: 0, width, height }
  const margin = Math.ceil(marginM / Math.min(...pixelSizeM(grid)))
  const col = Math.max(0, left - margin)
  const row = Math.max(0, top - margin)
  return {
    col,
    row,
    width: Math.min(width, right + margin + 1) - col,
    height: Math.min(height, bottom + margin + 1) - row,
  }
}
