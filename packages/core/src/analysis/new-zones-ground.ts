import type { Grid } from '../model/grid.ts'
import { labelComponents, open, squaredDistances } from '../raster/morphology.ts'
import type { PixelWindow } from './pixel-window.ts'

/** Connected pieces of ground (8) after what is narrower than a sensor pixel has been cut off. */
export function broadPieces(pixels: readonly number[], grid: Grid, sensorPx: number): number[][] {
  const { window, mask } = maskAround(pixels, grid)
  const radiusPx = sensorPx / 2
  const broad = radiusPx >= 1 ? open(mask, window.width, window.height, radiusPx) : mask
  const { labels, count } = labelComponents(broad, window.width, window.height, 8)
  const pieces: number[][] = Array.from({ length: count }, () => [])
  for (let i = 0; i < labels.length; i++) {
    const row = Math.floor(i / window.width) + window.row
    const pixel = row * grid.width + (i % window.width) + window.col
    pieces[(labels[i] as number) - 1]?.push(pixel)
  }
  return pieces
}

/** Parts of some pixels with gaps of more than `gapPx` between them, from edge to edge. */
export function partsWithin(
  pixels: readonly number[],
  grid: Pick<Grid, 'width' | 'height'>,
  gapPx: number,
): number[][] {
  if (pixels.length === 0) return []
  const { window, mask } = maskAround(pixels, grid, Math.ceil(gapPx / 2) + 1)
  const near = squaredDistances(mask, window.width, window.height).map((squared) =>
    squared <= (gapPx / 2) ** 2 ? 1 : 0,
  )
  const { labels, count } = labelComponents(Uint8Array.from(near), window.width, window.height, 8)
  const parts: number[][] = Array.from({ length: count }, () => [])
  for (const pixel of pixels) {
    const col = pixel % grid.width
    const row = (pixel - col) / grid.width
    const label = labels[(row - window.row) * window.width + col - window.col] as number
    parts[label - 1]?.push(pixel)
  }
  return parts
}

/** A mask of some pixels in the window that holds them, with a rim of unset ones inside the grid. */
export function maskAround(
  pixels: readonly number[],
  { width, height }: Pick<Grid, 'width' | 'height'>,
  rim = 3,
): { window: PixelWindow; mask: Uint8Array } {
  let [left, right, top, bottom] = [width, -1, height, -1]
  for (const pixel of pixels) {
    const col = pixel % width
    const row = (pixel - col) / width
    left = Math.min(left, col)
    right = Math.max(right, col)
    top = Math.min(top, row)
    bottom = Math.max(bottom, row)
  }
  const col = Math.max(0, left - rim)
  const row = Math.max(0, top - rim)
  const window = {
    col,
    row,
    width: Math.min(width, right + rim + 1) - col,
    height: Math.min(height, bottom + rim + 1) - row,
  }
  const mask = new Uint8Array(window.width * window.height)
  for (const pixel of pixels) {
    const at = pixel % width
    mask[((pixel - at) / width - row) * window.width + at - col] = 1
  }
  return { window, mask }
}
