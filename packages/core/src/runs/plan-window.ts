import { mapToPixel } from '../geo/affine.ts'
import { transformBounds } from '../geo/projection.ts'
import type { Grid } from '../model/grid.ts'

/** Map bounds: min x, min y, max x, max y. */
export type MapBounds = [minX: number, minY: number, maxX: number, maxY: number]

/** Native pixels that are read around the site on each side, for registration and resampling. */
export const MARGIN_PIXELS = 12

/** Bounds of the site with its margin in another system, map units of `epsg`. */
export function boundsWithMargin(siteGrid: Grid, epsg: number, marginM: number): MapBounds {
  const t = siteGrid.transform
  const bounds: MapBounds = [
    t[2] - marginM,
    t[5] + t[4] * siteGrid.height - marginM,
    t[2] + t[0] * siteGrid.width + marginM,
    t[5] + marginM,
  ]
  return transformBounds(bounds, siteGrid.epsg, epsg)
}

/** Pixels of an image that cover the bounds, clipped to the image; null where it does not reach them. */
export function planWindow(
  image: Grid,
  [minX, minY, maxX, maxY]: MapBounds,
): { col: number; row: number; width: number; height: number } | null {
  const corners = [
    mapToPixel(image.transform, minX, minY),
    mapToPixel(image.transform, minX, maxY),
    mapToPixel(image.transform, maxX, minY),
    mapToPixel(image.transform, maxX, maxY),
  ]
  // A hundredth of a pixel forgives bounds that were meant to lie on the lattice.
  const slack = 0.01
  const cols = corners.map(([col]) => col)
  const rows = corners.map(([, row]) => row)
  const col = Math.max(0, Math.floor(Math.min(...cols) + slack))
  const row = Math.max(0, Math.floor(Math.min(...rows) + slack))
  const width = Math.min(image.width, Math.ceil(Math.max(...cols) - slack)) - col
  const height = Math.min(image.height, Math.ceil(Math.max(...rows) - slack)) - row
  return width > 0 && height > 0 ? { col, row, width, height } : null
}
