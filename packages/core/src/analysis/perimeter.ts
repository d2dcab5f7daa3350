import { pixelSizeM } from '../geo/affine.ts'
import type { Grid } from '../model/grid.ts'

/**
 * Length of a mask's boundary, m. Pixel edges between set and unset pixels are counted and multiplied
 * by pi/4, which is exact on average over all directions of a boundary (Cauchy-Crofton): a staircase
 * is longer than the line that it stands for. Edges on the rim of the grid are no boundary.
 */
export function perimeterM(mask: Uint8Array, grid: Grid): number {
  const { width, height } = grid
  const [pixelWidthM, pixelHeightM] = pixelSizeM(grid)
  let across = 0
  let along = 0
  for (let row = 0; row < height; row++) {
    for (let col = 0; col < width; col++) {
      const i = row * width + col
      if (col + 1 < width && mask[i] !== mask[i + 1]) across++
      if (row + 1 < height && mask[i] !== mask[i + width]) along++
    }
  }
  return (Math.PI / 4) * (across * pixelHeightM + along * pixelWidthM)
}
