import { createFractal } from './noise.ts'
import { RIVER_ELEVATION_M, REFERENCE_SIZE_M } from './plan-valley.ts'
import { createRandom } from './random.ts'
import type { SunPosition } from './sun.ts'
import type { ValleyFrame, ValleyPlan } from './valley-plan.ts'

/** Where a point lies in the valley. */
export interface ValleyPosition {
  /** Metres up from the bank on the landslide's side; negative on the river and beyond it. */
  upslopeM: number
  /** Metres along the valley from the scar's axis. */
  alongM: number
}

/** The valley's ground. Positions are metres east and north of the site's centre. */
export interface Terrain {
  positionOf(eastM: number, northM: number): ValleyPosition
  elevationM(eastM: number, northM: number): number
}

export function positionIn(frame: ValleyFrame, eastM: number, northM: number): ValleyPosition {
  const cos = Math.cos(frame.angleRad)
  const sin = Math.sin(frame.angleRad)
  const across = eastM * cos + northM * sin
  const along = northM * cos - eastM * sin
  const { amplitudeM, wavelengthM, phaseRad } = frame.meander
  const river =
    frame.riverOffsetM +
    amplitudeM * Math.sin((2 * Math.PI * along) / wavelengthM + phaseRad) +
    0.25 * amplitudeM * Math.sin((7.3 * Math.PI * along) / wavelengthM + 2 * phaseRad)
  return {
    upslopeM: river - frame.riverHalfWidthM - across,
    alongM: along - frame.scarAxisM,
  }
}

export function createTerrain(plan: ValleyPlan): Terrain {
  const random = createRandom(plan.seed, 'terrain')
  const relief = createFractal(random, { wavelength: 900, octaves: 6, gain: 0.5 })
  const gullies = createFractal(random, { wavelength: 1, octaves: 3, gain: 0.55 })
  const { frame } = plan
  const bankToBank = 2 * frame.riverHalfWidthM
  const positionOf = (eastM: number, northM: number): ValleyPosition =>
    positionIn(frame, eastM, northM)
  const elevationM = (eastM: number, northM: number): number => {
    const { upslopeM, alongM } = positionOf(eastM, northM)
    const rise =
      upslopeM >= 0
        ? 0.56 * Math.min(upslopeM, 1500) + 0.22 * Math.max(0, upslopeM - 1500)
        : 0.75 * Math.max(0, -upslopeM - bankToBank)
    const distance = upslopeM >= 0 ? upslopeM : Math.max(0, -upslopeM - bankToBank)
    const rough = Math.min(1, distance / 260)
    const hills = 62 * relief(eastM, northM) + 13 * gullies(alongM / 210, upslopeM / 700)
    return RIVER_ELEVATION_M + rise + rough * hills
  }
  return { positionOf, elevationM }
}

/** Elevations on a square raster: 10 m pixels with a margin around the site for shadows to come from. */
export interface ElevationRaster {
  data: Float32Array
  sizePx: number
  marginPx: number
}

export function sampleElevations(plan: ValleyPlan, terrain: Terrain): ElevationRaster {
  const marginPx = Math.round(40 * Math.max(0.5, plan.sizeM / REFERENCE_SIZE_M))
  const sizePx = plan.sizeM / 10 + 2 * marginPx
  const data = new Float32Array(sizePx * sizePx)
  const half = plan.sizeM / 2
  for (let row = 0; row < sizePx; row++) {
    const northM = half - (row - marginPx + 0.5) * 10
    for (let col = 0; col < sizePx; col++) {
      data[row * sizePx + col] = terrain.elevationM((col - marginPx + 0.5) * 10 - half, northM)
    }
  }
  return { data, sizePx, marginPx }
}

const RADIANS = Math.PI / 180
/** Share of sky light in the light on flat ground. */
const DIFFUSE_SHARE = 0.22

/**
 * Light on each pixel against flat ground: cosine law, sky light, and the shadows of the terrain.
 * Same raster as the elevations.
 */
export function illuminate(elevations: ElevationRaster, sun: SunPosition): Float32Array {
  const { data, sizePx } = elevations
  const light = new Float32Array(data.length)
  const sinSun = Math.sin(sun.elevationDeg * RADIANS)
  const cosSun = Math.cos(sun.elevationDeg * RADIANS)
  const sunEast = Math.sin(sun.azimuthDeg * RADIANS)
  const sunNorth = Math.cos(sun.azimuthDeg * RADIANS)
  const climb = (10 * sinSun) / cosSun
  const at = (col: number, row: number): number => {
    const c = Math.max(0, Math.min(sizePx - 1, col))
    const r = Math.max(0, Math.min(sizePx - 1, row))
    return data[r * sizePx + c] as number
  }
  for (let row = 0; row < sizePx; row++) {
    for (let col = 0; col < sizePx; col++) {
      const dzEast = (at(col + 1, row) - at(col - 1, row)) / 20
      const dzNorth = (at(col, row - 1) - at(col, row + 1)) / 20
      const norm = Math.hypot(dzEast, dzNorth, 1)
      const cosine = (sinSun - cosSun * (dzEast * sunEast + dzNorth * sunNorth)) / norm
      let direct = Math.max(0, cosine) / sinSun
      if (direct > 0) {
        const own = at(col, row)
        for (let step = 2; step <= 60; step += 2) {
          const c = Math.round(col + sunEast * step)
          const r = Math.round(row - sunNorth * step)
          if (c < 0 || r < 0 || c >= sizePx || r >= sizePx) break
          if (at(c, r) > own + climb * step + 2) {
            direct *= 0.1
            break
          }
        }
      }
      const skyView = (1 + 1 / norm) / 2
      light[row * sizePx + col] = (1 - DIFFUSE_SHARE) * direct + DIFFUSE_SHARE * skyView
    }
  }
  return light
}
