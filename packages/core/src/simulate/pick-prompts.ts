import { lngLatOfPixel } from '../geo/place-of-pixel.ts'
import type { LngLat } from '../model/grid.ts'
import { squaredDistances } from '../raster/morphology.ts'
import type { Mask } from '../raster/raster.ts'
import { createRandom } from './random.ts'

/** Clicks as an expert would make them on one frame. */
export interface PickedPrompts {
  positive: LngLat[]
  negative: LngLat[]
}

const POSITIVE_COUNT = 5
const NEGATIVE_COUNT = 4
/** Clicks on the scar lie this far apart; clicks beside it that far from it, metres. */
const SPACING_M = 120
const CLEARANCE_M = [50, 400] as const

/**
 * Clicks in the middle of the scar's largest parts, and on stable ground around it. The lists are
 * empty where there is no scar.
 */
export function pickPrompts(truth: Mask, seed: number): PickedPrompts {
  const { grid, data } = truth
  const { width, height } = grid
  const pixelM = grid.transform[0]
  if (!data.includes(1)) return { positive: [], negative: [] }
  const inverted = data.map((value) => 1 - value)
  const depth = squaredDistances(inverted, width, height)
  const spacing = Math.min(SPACING_M, (width * pixelM) / 16) / pixelM
  const positive: number[] = []
  while (positive.length < POSITIVE_COUNT) {
    let best = -1
    for (let i = 0; i < data.length; i++) {
      if (!data[i] || (best >= 0 && (depth[i] as number) <= (depth[best] as number))) continue
      const near = positive.some((other) => {
        const dCol = (i % width) - (other % width)
        const dRow = Math.floor(i / width) - Math.floor(other / width)
        return Math.hypot(dCol, dRow) < spacing
      })
      if (!near) best = i
    }
    // A speck of less than a 10 m pixel is nothing that a person would click on.
    if (best < 0 || (positive.length > 0 && Math.sqrt(depth[best] as number) * pixelM < 6)) break
    positive.push(best)
  }
  const distance = squaredDistances(data, width, height)
  const random = createRandom(seed, 'prompts')
  const negative: number[] = []
  for (let tries = 0; tries < 20_000 && negative.length < NEGATIVE_COUNT; tries++) {
    const pixel = random.index(data.length)
    const away = Math.sqrt(distance[pixel] as number) * pixelM
    if (away > CLEARANCE_M[0] && away < CLEARANCE_M[1]) negative.push(pixel)
  }
  const placesOf = (pixels: number[]): LngLat[] => pixels.map((pixel) => lngLatOfPixel(grid, pixel))
  return { positive: placesOf(positive), negative: placesOf(negative) }
}
