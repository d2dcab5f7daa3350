import { createNoise } from './noise.ts'
import { createRandom } from './random.ts'
import type { ColourBand } from './reflectance.ts'
import type { Sky } from './render-sky.ts'
import type { ScenePlan } from './valley-plan.ts'
import type { Valley } from './valley.ts'

/** Codes of the Sentinel-2 scene classification. */
const SCL = {
  nodata: 0,
  dark: 2,
  shadow: 3,
  vegetation: 4,
  bare: 5,
  water: 6,
  unclassified: 7,
  cloudMedium: 8,
  cloudHigh: 9,
  cirrus: 10,
  snow: 11,
} as const

/** Pixels of 20 m on the tile's lattice that the site touches, with their codes. */
export interface ClassRaster {
  data: Uint8Array
  /** Place on the tile's 20 m raster. */
  col: number
  row: number
  width: number
  height: number
}

/**
 * A classification with the habits of Sentinel-2's: on 20 m pixels, blind to thin rims of clouds and
 * of their shadows, and on some days taking bright bare ground for cloud. Pixels of 20 m that the
 * site covers in part only are left without data, as the images are beyond the site.
 */
export function classifyScene(
  valley: Valley,
  scene: ScenePlan,
  sky: Sky,
  light: Float32Array,
  reflectance: Partial<Record<ColourBand, Float32Array>>,
): ClassRaster {
  const { plan } = valley
  const imagePx = plan.imageGrid.width
  const tile = plan.tile.transform
  const site = plan.imageGrid.transform
  const col10 = Math.round((site[2] - tile[2]) / 10)
  const row10 = Math.round((tile[5] - site[5]) / 10)
  const col = Math.ceil(col10 / 2)
  const row = Math.ceil(row10 / 2)
  const width = Math.floor((col10 + imagePx) / 2) - col
  const height = Math.floor((row10 + imagePx) / 2) - row
  const random = createRandom(plan.seed, `classes ${scene.date}`)
  const doubt = createNoise(random)
  const red = reflectance.red as Float32Array
  const nir = reflectance.nir as Float32Array
  const data = new Uint8Array(width * height)
  for (let r = 0; r < height; r++) {
    for (let c = 0; c < width; c++) {
      const i0 = (2 * (row + r) - row10) * imagePx + 2 * (col + c) - col10
      const mean = (values: Float32Array | Uint8Array): number =>
        ((values[i0] as number) +
          (values[i0 + 1] as number) +
          (values[i0 + imagePx] as number) +
          (values[i0 + imagePx + 1] as number)) /
        4
      data[r * width + c] = codeOf({
        outside: mean(sky.outside),
        cloud: mean(sky.cloud) + 0.1 * doubt(c / 5, r / 5) + 0.04 * (random.next() - 0.5),
        shadow: mean(sky.shadow) + 0.15 * doubt(c / 5 + 31.5, r / 5),
        snow: mean(sky.snow) + 0.15 * doubt(c / 4 + 77.5, r / 4),
        light: mean(light),
        red: mean(red),
        nir: mean(nir),
        brightDoubt: scene.bareAsCloud ? doubt(c / 7 + 13.5, r / 7) : -1,
        luck: random.next(),
        detection: scene.clouds?.detectionOpacity ?? 2,
      })
    }
  }
  return { data, col, row, width, height }
}

interface Evidence {
  outside: number
  cloud: number
  shadow: number
  snow: number
  light: number
  red: number
  nir: number
  brightDoubt: number
  luck: number
  detection: number
}

function codeOf(seen: Evidence): number {
  const ndvi = (seen.nir - seen.red) / (seen.nir + seen.red)
  if (seen.outside > 0) return SCL.nodata
  if (seen.cloud > Math.max(0.55, seen.detection + 0.15)) return SCL.cloudHigh
  if (seen.cloud > seen.detection) return seen.luck < 0.12 ? SCL.cirrus : SCL.cloudMedium
  if (seen.snow > 0.45) return SCL.snow
  if (seen.shadow > 0.55 && seen.nir < 0.16) return SCL.shadow
  if (ndvi < -0.05) return SCL.water
  if (seen.light < 0.34 && seen.nir < 0.12) return SCL.dark
  if (seen.brightDoubt > -0.05 && ndvi < 0.11 && seen.red > 0.15) return SCL.cloudMedium
  if (seen.luck < 0.002) return SCL.unclassified
  return ndvi > 0.2 ? SCL.vegetation : SCL.bare
}
