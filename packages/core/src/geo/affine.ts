import type { Affine, Grid } from '../model/grid.ts'

/** Map coordinates of a continuous pixel position; (0, 0) is the outer corner of the first pixel. */
export function pixelToMap(t: Affine, colPx: number, rowPx: number): [x: number, y: number] {
  return [t[0] * colPx + t[1] * rowPx + t[2], t[3] * colPx + t[4] * rowPx + t[5]]
}

/** Continuous pixel position of map coordinates. The transform must be invertible. */
export function mapToPixel(t: Affine, x: number, y: number): [colPx: number, rowPx: number] {
  const det = t[0] * t[4] - t[1] * t[3]
  const dx = x - t[2]
  const dy = y - t[5]
  return [(t[4] * dx - t[1] * dy) / det, (t[0] * dy - t[3] * dx) / det]
}

/** Area of one pixel, map units squared (m² in a metric projection). */
export function pixelAreaM2(grid: Grid): number {
  const t = grid.transform
  return Math.abs(t[0] * t[4] - t[1] * t[3])
}

/** Pixel size across columns and rows, map units. */
export function pixelSizeM(grid: Grid): [widthM: number, heightM: number] {
  const t = grid.transform
  return [Math.hypot(t[0], t[3]), Math.hypot(t[1], t[4])]
}

/** Extent of a grid in its own map coordinates: min x, min y, max x, max y. */
export function gridBounds(grid: Grid): [minX: number, minY: number, maxX: number, maxY: number] {
  const corners = [
    pixelToMap(grid.transform, 0, 0),
    pixelToMap(grid.transform, grid.width, 0),
    pixelToMap(grid.transform, 0, grid.height),
    pixelToMap(grid.transform, grid.width, grid.height),
  ]
  const xs = corners.map(([x]) => x)
  const ys = corners.map(([, y]) => y)
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}

/** Whether two grids are the same pixels, within a millionth of a pixel. */
export function sameGrid(a: Grid, b: Grid): boolean {
  if (a.epsg !== b.epsg || a.width !== b.width || a.height !== b.height) return false
  const tolerance = 1e-6 * Math.hypot(a.transform[0], a.transform[3])
  return a.transform.every((value, i) => Math.abs(value - (b.transform[i] ?? NaN)) <= tolerance)
}

/** The grid of a window of a grid. */
export function windowGrid(
  grid: Grid,
  window: { col: number; row: number; width: number; height: number },
): Grid {
  const [x, y] = pixelToMap(grid.transform, window.col, window.row)
  const t = grid.transform
  return {
    epsg: grid.epsg,
    transform: [t[0], t[1], x, t[3], t[4], y],
    width: window.width,
    height: window.height,
  }
}
