import { createFractal, createNoise, smoothStep } from './noise.ts'
import { REFERENCE_SIZE_M } from './plan-valley.ts'
import { createRandom } from './random.ts'
import { type SitePixels, forEachPixel } from './site-pixels.ts'
import type { ValleyPlan } from './valley-plan.ts'

/** What a fine pixel is made of, apart from the landslide. */
export const SURFACE = { land: 0, river: 1, gravelBar: 2, road: 3, field: 4 } as const

/** The ground as it would be without the landslide. */
export interface LandCover {
  /** {@link SURFACE} codes. */
  surface: Uint8Array
  /** Cover of the vegetation in its season, 0..1. */
  cover: Float32Array
  /** Share of evergreen shrubs in that cover, 0..1. */
  shrubShare: Float32Array
  /** Brightness of the soil against the mean. */
  soilBrightness: Float32Array
  /** River stage (0 lowest, 1 highest) from which a gravel bar is under water. */
  barStage: Float32Array
}

/** Rock stands clear of the ground that the slide ever takes by this much (none to full), metres. */
const ROCK_CLEARANCE_M = [15, 40] as const

/**
 * Lays out vegetation, outcrops, the river with its bars, a road along it and some fields. An outcrop
 * that scar grew into could be told from it by nobody: rock keeps clear of the slide.
 *
 * @param slideDistanceM distance of each pixel from ground that is scar at some time, metres
 */
export function layOutCover(
  plan: ValleyPlan,
  pixels: SitePixels,
  slideDistanceM: Float32Array,
): LandCover {
  const random = createRandom(plan.seed, 'cover')
  const scale = plan.sizeM / REFERENCE_SIZE_M
  const density = createFractal(random, { wavelength: 420, octaves: 7, gain: 0.6 })
  const tufts = createFractal(random, { wavelength: 14, octaves: 2 })
  const shrubs = createFractal(random, { wavelength: 160, octaves: 4 })
  const stones = createFractal(random, { wavelength: 260 * scale, octaves: 6, gain: 0.62 })
  const grain = createFractal(random, { wavelength: 60, octaves: 5, gain: 0.7 })
  const winding = createNoise(random)
  const bars = createNoise(random)
  const { upslopeM, alongM, sizePx } = pixels
  const length = sizePx * sizePx
  const result: LandCover = {
    surface: new Uint8Array(length),
    cover: new Float32Array(length),
    shrubShare: new Float32Array(length),
    soilBrightness: new Float32Array(length),
    barStage: new Float32Array(length),
  }
  const { surface, cover, shrubShare, soilBrightness, barStage } = result
  const bankToBank = 2 * plan.frame.riverHalfWidthM
  const barWidthM = 0.8 * plan.frame.riverHalfWidthM
  const roadHeightM = random.between(45, 95) * Math.max(0.6, scale)
  const outcropLevel = random.between(0.5, 0.6)
  const fields = Array.from({ length: 3 }, () => ({
    alongM: random.between(-0.4, 0.4) * plan.sizeM,
    upslopeM: random.chance(0.6)
      ? -bankToBank - random.between(60, 200) * scale
      : random.between(130, 260) * scale,
    halfM: [random.between(28, 55) * scale, random.between(18, 34) * scale] as const,
  }))

  forEachPixel(pixels, plan.sizeM, (pixel, eastM, northM) => {
    const up = upslopeM[pixel] as number
    const along = alongM[pixel] as number
    soilBrightness[pixel] = 1 + 0.22 * grain(eastM, northM)
    const clearance = smoothStep(...ROCK_CLEARANCE_M, slideDistanceM[pixel] as number)
    const rock = clearance * smoothStep(outcropLevel, outcropLevel + 0.12, stones(eastM, northM))
    const grown = 0.6 + 0.62 * density(eastM, northM) + 0.12 * tufts(eastM, northM)
    cover[pixel] = Math.max(0.06, Math.min(0.97, grown)) * (1 - 0.92 * rock)
    shrubShare[pixel] = smoothStep(-0.1, 0.75, shrubs(eastM, northM)) * 0.45
    if (rock > 0) soilBrightness[pixel] = (soilBrightness[pixel] as number) * (1 - 0.08 * rock)
    if (up < 0 && up > -bankToBank) {
      surface[pixel] = SURFACE.river
      cover[pixel] = 0
      const side = up > -bankToBank / 2 ? 0 : 50
      const fromBank = side === 0 ? -up : up + bankToBank
      const bar = bars(along / (260 * Math.max(0.5, scale)), side + 0.5) - fromBank / barWidthM
      if (bar > -0.05) {
        surface[pixel] = SURFACE.gravelBar
        barStage[pixel] = smoothStep(-0.05, 0.6, bar)
      }
      return
    }
    const roadM = roadHeightM + 26 * winding(along / 210, 0.5) + 9 * winding(along / 70, 9.5)
    if (Math.abs(up - roadM) < 3.5) {
      surface[pixel] = SURFACE.road
      cover[pixel] = 0.04
      soilBrightness[pixel] = 1.05
      return
    }
    for (const field of fields) {
      const inAlong = Math.abs(along - field.alongM) < field.halfM[0]
      if (inAlong && Math.abs(up - field.upslopeM) < field.halfM[1]) surface[pixel] = SURFACE.field
    }
  })
  return result
}
