import type { Grid } from '../model/grid.ts'
import { pixelSizeM } from '../geo/affine.ts'

/** Light from the north-west, as on every printed map. */
const SUN_AZIMUTH_DEG = 315
const SUN_ELEVATION_DEG = 45

/**
 * Shaded relief, one byte a pixel; 0 where the height is not known (Horn, 1981, on a north-up grid).
 * @param elevationM on `grid`, m; NaN where unknown
 */
export function hillshade(elevationM: Float32Array, grid: Grid): Uint8Array {
  const { width, height } = grid
  const [xM, yM] = pixelSizeM(grid)
  const azimuth = (SUN_AZIMUTH_DEG * Math.PI) / 180
  const elevation = (SUN_ELEVATION_DEG * Math.PI) / 180
  const east = Math.sin(azimuth) * Math.cos(elevation)
  const north = Math.cos(azimuth) * Math.cos(elevation)
  const up = Math.sin(elevation)
  const shade = new Uint8Array(elevationM.length)
  for (let row = 0; row < height; row++) {
    const above = Math.max(0, row - 1) * width
    const below = Math.min(height - 1, row + 1) * width
    for (let col = 0; col < width; col++) {
      const left = Math.max(0, col - 1)
      const right = Math.min(width - 1, col + 1)
      const at = (start: number, column: number): number => elevationM[start + column] as number
      const here = row * width
      const toEast =
        at(above, right) +
        2 * at(here, right) +
        at(below, right) -
        (at(above, left) + 2 * at(here, left) + at(below, left))
      const toNorth =
        at(above, left) +
        2 * at(above, col) +
        at(above, right) -
        (at(below, left) + 2 * at(below, col) + at(below, right))
      const slopeEast = toEast / (8 * xM)
      const slopeNorth = toNorth / (8 * yM)
      const light =
        (up - slopeEast * east - slopeNorth * north) / Math.hypot(1, slopeEast, slopeNorth)
      // NaN compares false: unknown ground stays 0.
      if (light === light) shade[here + col] = 1 + Math.round(254 * Math.max(0, light))
    }
  }
  return shade
}
