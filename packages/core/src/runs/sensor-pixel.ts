import { pixelSizeM } from '../geo/affine.ts'
import type { Grid } from '../model/grid.ts'
import type { Scene } from '../model/scene.ts'

/** The coarsest pixel that red and near infrared were delivered in, m; the grid's own where unknown. */
export function sensorPixelOf(scenes: readonly Scene[], grid: Grid): number {
  const sizes = scenes.flatMap(({ parts }) =>
    parts.flatMap(({ bands }) =>
      [bands.red, bands.nir, bands.ndvi].flatMap((band) =>
        band === undefined ? [] : pixelSizeM(band.grid),
      ),
    ),
  )
  return Math.max(...pixelSizeM(grid), ...sizes)
}
