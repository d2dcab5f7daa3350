import { squaredDistances } from '../raster/morphology.ts'
import type { Mask } from '../raster/raster.ts'
import { growBaige } from './grow-baige.ts'
import { growSela } from './grow-sela.ts'
import { type LandCover, layOutCover } from './land-cover.ts'
import { type ScarHistory, isScar } from './scar-history.ts'
import { FINE_PIXEL_M, type SitePixels, layOutPixels } from './site-pixels.ts'
import { type ElevationRaster, type Terrain, createTerrain, sampleElevations } from './terrain.ts'
import type { ValleyPlan } from './valley-plan.ts'

/** A valley with its whole history, ready to be looked at on any day. */
export interface Valley {
  plan: ValleyPlan
  terrain: Terrain
  elevations: ElevationRaster
  pixels: SitePixels
  cover: LandCover
  history: ScarHistory
}

/** Computes a planned valley: about 100 bytes for each 2 m pixel. */
export function buildValley(plan: ValleyPlan): Valley {
  const terrain = createTerrain(plan)
  const pixels = layOutPixels(plan, terrain)
  const history = plan.scenario === 'baige' ? growBaige(plan, pixels) : growSela(plan, pixels)
  return {
    plan,
    terrain,
    elevations: sampleElevations(plan, terrain),
    pixels,
    cover: layOutCover(plan, pixels, distanceFromSlideM(history, pixels)),
    history,
  }
}

function distanceFromSlideM(history: ScarHistory, { sizePx }: SitePixels): Float32Array {
  const { bareDay, bareAgainDay } = history
  const ever = Uint8Array.from(bareDay, (day, i) =>
    day < Infinity || (bareAgainDay[i] as number) < Infinity ? 1 : 0,
  )
  const squared = squaredDistances(ever, sizePx, sizePx)
  return Float32Array.from(squared, (value) => Math.sqrt(value) * FINE_PIXEL_M)
}

/**
 * The true scar on a day, 0/1 on the plan's 2 m grid: bare because of the landslide, and not yet
 * half green again.
 *
 * @param day days since 1970
 */
export function truthOn(valley: Valley, day: number): Mask {
  const { truthGrid } = valley.plan
  const { sizePx, marginPx } = valley.pixels
  const data = new Uint8Array(truthGrid.width * truthGrid.height)
  for (let row = 0; row < truthGrid.height; row++) {
    for (let col = 0; col < truthGrid.width; col++) {
      const pixel = (row + marginPx) * sizePx + col + marginPx
      if (isScar(valley.history, pixel, day)) data[row * truthGrid.width + col] = 1
    }
  }
  return { grid: truthGrid, data }
}
