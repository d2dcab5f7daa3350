import { encodeCog, encodeSparseCog } from '../cog/write-cog.ts'
import { transformBounds } from '../geo/projection.ts'
import { gridBounds } from '../geo/affine.ts'
import type { Affine, Grid } from '../model/grid.ts'
import type { Mask } from '../raster/raster.ts'
import { pickPrompts } from './pick-prompts.ts'
import type { RenderedScene } from './render-scene.ts'
import type { ScenePlan, ValleyPlan } from './valley-plan.ts'
import type { Valley } from './valley.ts'

/** A file of the archive: name relative to its folder. */
export interface ArchiveFile {
  name: string
  bytes: Uint8Array
}

const OFFSET_DN = 1000
const DEM_PIXEL_M = 30

/** The bands and the classification of an acquisition, and of its twin, as full-tile sparse COGs. */
export async function sceneFiles(
  plan: ValleyPlan,
  scene: ScenePlan,
  rendered: RenderedScene,
): Promise<ArchiveFile[]> {
  const products = [
    { id: scene.id, offsetDn: scene.offsetInPixels ? OFFSET_DN : 0 },
    ...(scene.twin
      ? [{ id: scene.twin.id, offsetDn: scene.twin.offsetInPixels ? OFFSET_DN : 0 }]
      : []),
  ]
  const { epsg, transform, sizePx } = plan.tile
  const full = { width: sizePx, height: sizePx, transform }
  const options = { nodata: 0, overviews: false }
  const files: Promise<ArchiveFile>[] = []
  const add = async (name: string, bytes: Promise<Uint8Array>): Promise<ArchiveFile> => ({
    name,
    bytes: await bytes,
  })
  const { col, row, width, height } = rendered.classes
  const classTransform: Affine = [20, 0, transform[2], 0, -20, transform[5]]
  const classGrid: Grid = {
    epsg,
    transform: [20, 0, transform[2] + 20 * col, 0, -20, transform[5] - 20 * row],
    width,
    height,
  }
  for (const { id, offsetDn } of products) {
    for (const [band, dn] of Object.entries(rendered.bands)) {
      const data = offsetDn === 0 ? dn : dn.map((value) => (value === 0 ? 0 : value + offsetDn))
      const raster = { grid: plan.imageGrid, data }
      files.push(add(`assets/${id}/${band}.tif`, encodeSparseCog(raster, full, options)))
    }
    const classes = { grid: classGrid, data: rendered.classes.data }
    const halved = { width: sizePx / 2, height: sizePx / 2, transform: classTransform }
    files.push(add(`assets/${id}/scl.tif`, encodeSparseCog(classes, halved, options)))
  }
  return Promise.all(files)
}

/** truth/<date>.tif */
export async function truthFile(date: string, truth: Mask): Promise<ArchiveFile> {
  return { name: `truth/${date}.tif`, bytes: await encodeCog(truth) }
}

/** dem.tif: elevations in 30 m pixels, metres. */
export async function demFile(valley: Valley): Promise<ArchiveFile> {
  const { imageGrid, sizeM } = valley.plan
  const size = Math.floor(sizeM / DEM_PIXEL_M)
  const data = new Float32Array(size * size)
  for (let row = 0; row < size; row++) {
    for (let col = 0; col < size; col++) {
      data[row * size + col] = valley.terrain.elevationM(
        (col + 0.5) * DEM_PIXEL_M - sizeM / 2,
        sizeM / 2 - (row + 0.5) * DEM_PIXEL_M,
      )
    }
  }
  const [, , west, , , north] = imageGrid.transform
  const grid: Grid = {
    epsg: imageGrid.epsg,
    transform: [DEM_PIXEL_M, 0, west, 0, -DEM_PIXEL_M, north],
    width: size,
    height: size,
  }
  return { name: 'dem.tif', bytes: await encodeCog({ grid, data }) }
}

/**
 * site.json: what a user would know of the site, and what the truth is.
 *
 * @param firstTruth truth of the first acquisition, from which the prompts are taken
 * @param areas true area in m² by date
 */
export function siteDocument(
  plan: ValleyPlan,
  firstTruth: Mask,
  areas: ReadonlyMap<string, number>,
): object {
  const bounds = gridBounds(plan.imageGrid)
  const firstDate = (plan.scenes[0] as ScenePlan).date
  return {
    name: plan.name,
    epsg: plan.imageGrid.epsg,
    bbox_utm: bounds,
    bbox: transformBounds(bounds, plan.imageGrid.epsg, 4326),
    first_date: firstDate,
    prompts: { frame_date: firstDate, ...pickPrompts(firstTruth, plan.seed) },
    events: plan.events,
    true_area_m2: Object.fromEntries(areas),
    simulation: { scenario: plan.scenario, seed: plan.seed, size_m: plan.sizeM },
  }
}
