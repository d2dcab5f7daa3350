import { planNativeGrid } from '../raster/scene-rasters.ts'
import type { Grid } from '../model/grid.ts'
import type { Scene } from '../model/scene.ts'
import type { Site } from '../model/site.ts'

/** The native grid that a site's read scenes are screened on, and that their `validity.tif` has. */
export function nativeGridOf(site: Site, scenes: readonly Scene[]): Grid {
  return planNativeGrid(
    site.grid,
    scenes.filter((scene) => scene.status === 'read'),
  )
}

/** Path of a scene's validity codes, on the site's native grid. */
export function validityFile(scene: Scene): string {
  return `scenes/${scene.id}/validity.tif`
}
