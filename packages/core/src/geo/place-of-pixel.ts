import type { Grid, LngLat } from '../model/grid.ts'
import { pixelToMap } from './affine.ts'
import { projectionOf } from './projection.ts'

/** Degrees, WGS 84, of the middle of a pixel; row-major index. */
export function lngLatOfPixel(grid: Grid, pixel: number): LngLat {
  const col = pixel % grid.width
  const row = (pixel - col) / grid.width
  return projectionOf(grid.epsg).inverse(pixelToMap(grid.transform, col + 0.5, row + 0.5))
}
