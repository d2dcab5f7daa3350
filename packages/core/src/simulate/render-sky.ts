import { createFractal, smoothStep } from './noise.ts'
import { createRandom } from './random.ts'
import type { ScenePlan, ValleyPlan } from './valley-plan.ts'

/** Clouds, their shadows, snow and the swath over the image's pixels. */
export interface Sky {
  /** 0 clear .. 1 opaque */
  cloud: Float32Array
  /** 0 lit .. 1 in the shadow of an opaque cloud */
  shadow: Float32Array
  /** Share of the pixel under snow, 0..1 */
  snow: Float32Array
  /** 1 where the swath leaves the pixel out */
  outside: Uint8Array
}

const RADIANS = Math.PI / 180

/** Value below which a share of the numbers lies. */
function quantile(values: Float32Array, share: number): number {
  const sorted = values.slice().sort()
  return sorted[
    Math.max(0, Math.min(sorted.length - 1, Math.floor(share * sorted.length)))
  ] as number
}

/**
 * @param elevationM of each image pixel
 */
export function renderSky(plan: ValleyPlan, scene: ScenePlan, elevationM: Float32Array): Sky {
  const sizePx = plan.imageGrid.width
  const length = sizePx * sizePx
  const sky: Sky = {
    cloud: new Float32Array(length),
    shadow: new Float32Array(length),
    snow: new Float32Array(length),
    outside: new Uint8Array(length),
  }
  if (scene.clouds) renderClouds(plan, scene, scene.clouds, sky)
  if (scene.snowLineM !== null) {
    const random = createRandom(plan.seed, `snow ${scene.date}`)
    const drift = createFractal(random, { wavelength: 320, octaves: 5, gain: 0.6 })
    for (let i = 0; i < length; i++) {
      const col = i % sizePx
      const row = (i - col) / sizePx
      const above = (elevationM[i] as number) - scene.snowLineM + 190 * drift(col * 10, row * 10)
      sky.snow[i] = smoothStep(-25, 55, above)
    }
  }
  if (scene.swath) {
    const random = createRandom(plan.seed, `swath ${scene.date}`)
    const tilt = random.between(0.18, 0.22)
    const jagged = createFractal(random, { wavelength: 60, octaves: 3 })
    const { missingFraction, fromEast } = scene.swath
    const detector = random.chance(0.4) ? 35 : 0
    for (let i = 0; i < length; i++) {
      const col = i % sizePx
      const row = (i - col) / sizePx
      const edge = (fromEast ? 1 - missingFraction : missingFraction) * sizePx
      const line = edge + tilt * (sizePx / 2 - row) + (detector * jagged(0, row * 10)) / 10
      sky.outside[i] = fromEast === col > line ? 1 : 0
    }
  }
  return sky
}

function renderClouds(
  plan: ValleyPlan,
  scene: ScenePlan,
  clouds: NonNullable<ScenePlan['clouds']>,
  sky: Sky,
): void {
  const sizePx = plan.imageGrid.width
  const random = createRandom(plan.seed, `clouds ${scene.date}`)
  const field = createFractal(random, {
    wavelength: random.between(700, 2200),
    octaves: 7,
    gain: 0.58,
  })
  const thickness = new Float32Array(sizePx * sizePx)
  for (let i = 0; i < thickness.length; i++) {
    const col = i % sizePx
    thickness[i] = field(col * 10, ((i - col) / sizePx) * 10)
  }
  const level = quantile(thickness, 1 - clouds.coverFraction)
  const opacity = (value: number): number =>
    smoothStep(level - clouds.softness, level + clouds.softness, value)
  const throwM = clouds.heightM / Math.tan(scene.sun.elevationDeg * RADIANS)
  const towardsSunX = Math.sin(scene.sun.azimuthDeg * RADIANS) * throwM
  const towardsSunY = -Math.cos(scene.sun.azimuthDeg * RADIANS) * throwM
  for (let i = 0; i < thickness.length; i++) {
    const col = i % sizePx
    const row = (i - col) / sizePx
    sky.cloud[i] = opacity(thickness[i] as number)
    sky.shadow[i] = opacity(field(col * 10 + towardsSunX, row * 10 + towardsSunY))
  }
}
