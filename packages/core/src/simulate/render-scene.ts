import { createNoise, createFractal, smoothStep } from './noise.ts'
import { createRandom } from './random.ts'
import { COLOUR_BANDS, type ColourBand } from './reflectance.ts'
import { renderGround } from './render-ground.ts'
import { type Sky, renderSky } from './render-sky.ts'
import { classifyScene } from './classify-scene.ts'
import { illuminate } from './terrain.ts'
import type { ScenePlan } from './valley-plan.ts'
import type { Valley } from './valley.ts'

/** What the satellite hands down: numbers without any offset, 0 where there is nothing. */
export interface RenderedScene {
  /** uint16 on the plan's image grid: reflectance * 10000, at least 1. */
  bands: Partial<Record<ColourBand, Uint16Array>>
  /** Scene classification codes on the tile's 20 m pixels that the site touches. */
  classes: { data: Uint8Array; col: number; row: number; width: number; height: number }
  /** Share of the site that the swath left out, 0..1. */
  missingFraction: number
}

const SNOW: Record<ColourBand, number> = { red: 0.72, nir: 0.66, green: 0.74, blue: 0.75 }
const CLOUD: Record<ColourBand, number> = { red: 0.62, nir: 0.64, green: 0.62, blue: 0.64 }
/** Path radiance against that in the red. */
const HAZE: Record<ColourBand, number> = { red: 1, nir: 0.62, green: 1.35, blue: 1.9 }
/** Light that a cloud's full shadow leaves. */
const SHADOW_LIGHT: Record<ColourBand, number> = { red: 0.36, nir: 0.42, green: 0.35, blue: 0.34 }

/** Illumination and elevation at the image's pixels, as the shifted image shows them. */
function sampleShifted(valley: Valley, scene: ScenePlan, source: Float32Array): Float32Array {
  const { sizePx, marginPx } = valley.elevations
  const imagePx = valley.plan.imageGrid.width
  const result = new Float32Array(imagePx * imagePx)
  for (let row = 0; row < imagePx; row++) {
    const y = row + marginPx + scene.shiftM.north / 10
    const r = Math.floor(y)
    const fy = y - r
    for (let col = 0; col < imagePx; col++) {
      const x = col + marginPx - scene.shiftM.east / 10
      const c = Math.floor(x)
      const fx = x - c
      const at = r * sizePx + c
      const top = (source[at] as number) * (1 - fx) + (source[at + 1] as number) * fx
      const bottom =
        (source[at + sizePx] as number) * (1 - fx) + (source[at + sizePx + 1] as number) * fx
      result[row * imagePx + col] = top * (1 - fy) + bottom * fy
    }
  }
  return result
}

/** Renders one acquisition. */
export function renderScene(valley: Valley, scene: ScenePlan): RenderedScene {
  const { plan } = valley
  const names = scene.hasColour ? COLOUR_BANDS : (['red', 'nir'] as const)
  const light = sampleShifted(valley, scene, illuminate(valley.elevations, scene.sun))
  const elevationM = sampleShifted(valley, scene, valley.elevations.data)
  const sky = renderSky(plan, scene, elevationM)
  const ground = renderGround(valley, scene, names)
  const reflectance: Partial<Record<ColourBand, Float32Array>> = {}
  const cloudTexture = createFractal(createRandom(plan.seed, `texture ${scene.date}`), {
    wavelength: 500,
    octaves: 5,
  })
  const hazeField = createNoise(createRandom(plan.seed, `haze ${scene.date}`))
  const imagePx = plan.imageGrid.width
  for (const name of names) {
    const band = ground[name] as Float32Array
    for (let i = 0; i < band.length; i++) {
      const col = i % imagePx
      const row = (i - col) / imagePx
      const snow = sky.snow[i] as number
      const surface = (band[i] as number) * (1 - snow) + SNOW[name] * snow
      const lit = 1 - (sky.shadow[i] as number) * (1 - SHADOW_LIGHT[name])
      const haze = scene.haze * (1 + 0.5 * hazeField(col / 130, row / 130))
      const seen = surface * (light[i] as number) * lit * (1 - 1.6 * haze) + haze * HAZE[name]
      const opacity = sky.cloud[i] as number
      const white = CLOUD[name] * (1 + 0.3 * cloudTexture(col * 10, row * 10))
      band[i] = seen * (1 - opacity) + white * (0.55 + 0.45 * smoothStep(0.3, 1, opacity)) * opacity
    }
    reflectance[name] = band
  }
  const classes = classifyScene(valley, scene, sky, light, reflectance)
  return {
    bands: quantise(plan.seed, scene, sky, reflectance),
    classes,
    missingFraction: sky.outside.reduce((sum, flag) => sum + flag, 0) / sky.outside.length,
  }
}

function quantise(
  seed: number,
  scene: ScenePlan,
  sky: Sky,
  reflectance: Partial<Record<ColourBand, Float32Array>>,
): RenderedScene['bands'] {
  const bands: RenderedScene['bands'] = {}
  for (const name of COLOUR_BANDS) {
    const band = reflectance[name]
    if (!band) continue
    const noise = createRandom(seed, `noise ${name} ${scene.date}`)
    const dn = new Uint16Array(band.length)
    for (let i = 0; i < band.length; i++) {
      const value = band[i] as number
      // Read-out noise and a part that grows with the signal; the sum of uniforms is near normal.
      const deviation = 0.0007 + 0.0035 * value
      const draw = (noise.next() + noise.next() + noise.next() - 1.5) * 2
      const stored = Math.round(10000 * (value + deviation * draw))
      dn[i] = sky.outside[i] ? 0 : Math.max(1, Math.min(65000, stored))
    }
    bands[name] = dn
  }
  return bands
}
