import { SURFACE } from './land-cover.ts'
import { type BandReflectance, type ColourBand, groundOn } from './reflectance.ts'
import { isScar, vegetationLeft } from './scar-history.ts'
import { FINE_PIXEL_M } from './site-pixels.ts'
import type { ScenePlan } from './valley-plan.ts'
import type { Valley } from './valley.ts'

/** Standard deviation of the optics' blur, metres, beside the pixel's own 10 m square. */
const BLUR_M = 3
const IMAGE_PIXEL_M = 10

/** Weights of fine pixels for each image pixel along one axis: the square pixel blurred by the optics. */
interface AxisWeights {
  /** First fine pixel of each image pixel. */
  first: Int32Array
  /** `taps` weights for each image pixel. */
  weights: Float32Array
  taps: number
}

function errorFunction(x: number): number {
  // Abramowitz & Stegun 7.1.26, |error| < 1.5e-7.
  const t = 1 / (1 + 0.3275911 * Math.abs(x))
  const poly =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
  return Math.sign(x) * (1 - poly * Math.exp(-x * x))
}

/**
 * @param offsetM where the first image pixel starts, metres into the fine raster
 */
function axisWeights(offsetM: number, imagePx: number, finePx: number): AxisWeights {
  const reachM = IMAGE_PIXEL_M / 2 + 3 * BLUR_M
  const taps = Math.ceil((2 * reachM) / FINE_PIXEL_M) + 1
  const first = new Int32Array(imagePx)
  const weights = new Float32Array(imagePx * taps)
  const step = (distanceM: number): number => errorFunction(distanceM / (BLUR_M * Math.SQRT2))
  for (let i = 0; i < imagePx; i++) {
    const centreM = offsetM + (i + 0.5) * IMAGE_PIXEL_M
    const start = Math.max(
      0,
      Math.min(finePx - taps, Math.floor((centreM - reachM) / FINE_PIXEL_M)),
    )
    first[i] = start
    let sum = 0
    for (let k = 0; k < taps; k++) {
      const d = (start + k + 0.5) * FINE_PIXEL_M - centreM
      const weight = step(d + IMAGE_PIXEL_M / 2) - step(d - IMAGE_PIXEL_M / 2)
      weights[i * taps + k] = weight
      sum += weight
    }
    for (let k = 0; k < taps; k++) weights[i * taps + k] = (weights[i * taps + k] as number) / sum
  }
  return { first, weights, taps }
}

/** Averages a fine raster to image pixels. */
function blurDown(
  fine: Float32Array,
  finePx: number,
  columns: AxisWeights,
  rows: AxisWeights,
  imagePx: number,
): Float32Array {
  const half = new Float32Array(finePx * imagePx)
  for (let row = 0; row < finePx; row++) {
    for (let i = 0; i < imagePx; i++) {
      const start = row * finePx + (columns.first[i] as number)
      let sum = 0
      for (let k = 0; k < columns.taps; k++) {
        sum += (columns.weights[i * columns.taps + k] as number) * (fine[start + k] as number)
      }
      half[row * imagePx + i] = sum
    }
  }
  const image = new Float32Array(imagePx * imagePx)
  for (let j = 0; j < imagePx; j++) {
    for (let k = 0; k < rows.taps; k++) {
      const weight = rows.weights[j * rows.taps + k] as number
      const source = ((rows.first[j] as number) + k) * imagePx
      for (let i = 0; i < imagePx; i++) {
        image[j * imagePx + i] =
          (image[j * imagePx + i] as number) + weight * (half[source + i] as number)
      }
    }
  }
  return image
}

/** Fractions of a fine pixel on one day; what is left of 1 is soil. */
interface DayCover {
  grass: Float32Array
  shrub: Float32Array
  crop: Float32Array
  /** 0/1 */
  water: Uint8Array
}

function coverOn(valley: Valley, day: number): DayCover {
  const { cover, history } = valley
  const length = cover.cover.length
  const state = groundOn(valley.plan.seed, day)
  const grass = new Float32Array(length)
  const shrub = new Float32Array(length)
  const crop = new Float32Array(length)
  const water = new Uint8Array(length)
  for (let i = 0; i < length; i++) {
    const surface = cover.surface[i]
    if (surface === SURFACE.river || surface === SURFACE.gravelBar) {
      const dry = surface === SURFACE.gravelBar && (cover.barStage[i] as number) > state.riverStage
      water[i] = dry || isScar(history, i, day) ? 0 : 1
      continue
    }
    const left = vegetationLeft(history, i, day)
    if (surface === SURFACE.field) {
      crop[i] = state.cropCover * left
      continue
    }
    const plants = (cover.cover[i] as number) * left
    // Herbs come up on bare ground where plants did well before.
    const herbs = state.herbCover * (0.3 + 1.3 * (cover.cover[i] as number))
    const shrubs = plants * (cover.shrubShare[i] as number)
    shrub[i] = shrubs
    grass[i] = plants - shrubs + herbs * (1 - plants)
  }
  return { grass, shrub, crop, water }
}

function composeBand(
  cover: DayCover,
  soilBrightness: Float32Array,
  band: BandReflectance,
): Float32Array {
  const length = soilBrightness.length
  const fine = new Float32Array(length)
  for (let i = 0; i < length; i++) {
    if (cover.water[i]) {
      fine[i] = band.water
      continue
    }
    const grass = cover.grass[i] as number
    const shrub = cover.shrub[i] as number
    const crop = cover.crop[i] as number
    fine[i] =
      (1 - grass - shrub - crop) * band.soil * (soilBrightness[i] as number) +
      grass * band.grass +
      shrub * band.shrub +
      crop * band.crop
  }
  return fine
}

/**
 * Reflectance of the lit ground without sky, as the satellite's 10 m pixels average it, for each of
 * the bands asked for. Geolocation error included.
 */
export function renderGround(
  valley: Valley,
  scene: ScenePlan,
  bands: readonly ColourBand[],
): Partial<Record<ColourBand, Float32Array>> {
  const { pixels, plan } = valley
  const imagePx = plan.imageGrid.width
  const marginM = pixels.marginPx * FINE_PIXEL_M
  // What is drawn too far east shows in each pixel what lies to the west of it.
  const columns = axisWeights(marginM - scene.shiftM.east, imagePx, pixels.sizePx)
  const rows = axisWeights(marginM + scene.shiftM.north, imagePx, pixels.sizePx)
  const state = groundOn(plan.seed, scene.day)
  const cover = coverOn(valley, scene.day)
  const images: Partial<Record<ColourBand, Float32Array>> = {}
  for (const name of bands) {
    const fine = composeBand(cover, valley.cover.soilBrightness, state.bands[name])
    images[name] = blurDown(fine, pixels.sizePx, columns, rows, imagePx)
  }
  return images
}
