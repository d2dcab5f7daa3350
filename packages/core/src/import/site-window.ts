import { gridBounds, mapToPixel } from '../geo/affine.ts'
import { transformBounds } from '../geo/projection.ts'
import type { Grid } from '../model/grid.ts'

/** A rectangle of a raster's pixels. */
export interface RasterWindow {
  col: number
  row: number
  width: number
  height: number
}

/** Pixels kept around the site on each side, for registration and resampling. */
export const WINDOW_MARGIN_PX = 12

/**
 * The part of a raster that covers a site, with the margin, clipped to the raster; null where the site
 * lies outside it.
 *
 * @param grid north up
 */
export function windowOnSite(
  grid: Grid,
  site: Grid,
  marginPx: number = WINDOW_MARGIN_PX,
): RasterWindow | null {
  const [minX, minY, maxX, maxY] = transformBounds(gridBounds(site), site.epsg, grid.epsg)
  const [left, top] = mapToPixel(grid.transform, minX, maxY)
  const [right, bottom] = mapToPixel(grid.transform, maxX, minY)
  if (![left, top, right, bottom].every(Number.isFinite)) return null
  const slack = 1e-6
  if (
    right <= slack ||
    bottom <= slack ||
    left >= grid.width - slack ||
    top >= grid.height - slack
  ) {
    return null
  }
  const col = Math.max(0, Math.floor(left + slack) - marginPx)
  const row = Math.max(0, Math.floor(top + slack) - marginPx)
  const endCol = Math.min(grid.width, Math.ceil(right - slack) + marginPx)
  const endRow = Math.min(grid.height, Math.ceil(bottom - slack) + marginPx)
  return { col, row, width: endCol - col, height: endRow - row }
}
