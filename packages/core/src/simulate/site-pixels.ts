import type { Terrain } from './terrain.ts'
import type { ValleyPlan } from './valley-plan.ts'

/** Metres around the site that are simulated too, for blur and shifts. */
export const FINE_MARGIN_M = 40
/** Edge of a fine pixel, metres. */
export const FINE_PIXEL_M = 2

/** The fine (2 m) raster that everything on the ground is simulated on, with where it lies. */
export interface SitePixels {
  sizePx: number
  marginPx: number
  /** Metres up from the river bank. */
  upslopeM: Float32Array
  /** Metres along the valley from the scar's axis. */
  alongM: Float32Array
}

export function layOutPixels(plan: ValleyPlan, terrain: Terrain): SitePixels {
  const marginPx = FINE_MARGIN_M / FINE_PIXEL_M
  const sizePx = plan.sizeM / FINE_PIXEL_M + 2 * marginPx
  const upslopeM = new Float32Array(sizePx * sizePx)
  const alongM = new Float32Array(sizePx * sizePx)
  forEachPixel({ sizePx, marginPx }, plan.sizeM, (pixel, eastM, northM) => {
    const position = terrain.positionOf(eastM, northM)
    upslopeM[pixel] = position.upslopeM
    alongM[pixel] = position.alongM
  })
  return { sizePx, marginPx, upslopeM, alongM }
}

/** Visits every fine pixel with its position in metres from the site's centre. */
export function forEachPixel(
  { sizePx, marginPx }: Pick<SitePixels, 'sizePx' | 'marginPx'>,
  sizeM: number,
  visit: (pixel: number, eastM: number, northM: number) => void,
): void {
  for (let row = 0; row < sizePx; row++) {
    const northM = sizeM / 2 - (row - marginPx + 0.5) * FINE_PIXEL_M
    for (let col = 0; col < sizePx; col++) {
      visit(row * sizePx + col, (col - marginPx + 0.5) * FINE_PIXEL_M - sizeM / 2, northM)
    }
  }
}
