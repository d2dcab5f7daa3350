/** Sentinel-2 scene classification codes that masks are translated to. */
export const SCL = {
  nodata: 0,
  defective: 1,
  dark: 2,
  shadow: 3,
  water: 6,
  unclassified: 7,
  cloudMedium: 8,
  cloudHigh: 9,
  cirrus: 10,
  snow: 11,
} as const

/**
 * Bits of MAJA's cloud mask (CLM): 1 any cloud or shadow, 2 any cloud but the thinnest, 4 found in one
 * image, 8 found by comparison in time, 16 the thinnest, 32 shadow of a cloud in the image, 64 shadow
 * of one outside, 128 high cloud by the 1.38 µm band.
 */
const CLOUD_OR_SHADOW = 1
const CLOUD = 2
const ONE_IMAGE = 4
const IN_TIME = 8
const THINNEST = 16
const SHADOW_INSIDE = 32
const SHADOW_OUTSIDE = 64
const HIGH_CLOUD = 128

/**
 * Bits of MAJA's geophysical mask (MG2): 1 water, 2 any cloud, 4 snow, 8 shadow of a cloud, 16 shadow
 * of terrain, 32 hidden by terrain, 64 sun too low, 128 sun tangent to the slope.
 */
const WATER = 1
const SNOW = 4
const CLOUD_SHADOW = 8
const TERRAIN_SHADOW = 16
const HIDDEN = 32
const SUN_LOW = 64
const SUN_TANGENT = 128

/** Saturation mask (SAT) at 10 m: bit n is band n of B2, B3, B4, B8; at 20 m of B5, B6, B7, B8A, B11, B12. */
const SATURATED_RED_OR_NIR = { R1: 4 | 8, R2: 8 } as const

/** One pixel of MAJA's masks; 0 where a mask is missing. */
export interface MajaPixel {
  cloud: number
  edge: number
  saturation: number
  geophysical: number
}

/**
 * The SCL code of a MAJA pixel. What hides the ground wins over what only darkens or whitens it:
 * outside, saturated, cloud, cloud shadow, hidden, snow, terrain shadow, water.
 *
 * @param saturationAt resolution of the saturation mask, which decides what its bits mean
 */
export function sclOfMaja(pixel: MajaPixel, saturationAt: 'R1' | 'R2' = 'R1'): number {
  const { cloud, edge, saturation, geophysical } = pixel
  if (edge !== 0) return SCL.nodata
  if ((saturation & SATURATED_RED_OR_NIR[saturationAt]) !== 0) return SCL.defective
  if ((cloud & CLOUD) !== 0) {
    if ((cloud & ONE_IMAGE) !== 0) return SCL.cloudHigh
    return (cloud & IN_TIME) !== 0 || (cloud & HIGH_CLOUD) === 0 ? SCL.cloudMedium : SCL.cirrus
  }
  if ((cloud & (SHADOW_INSIDE | SHADOW_OUTSIDE)) !== 0 || (geophysical & CLOUD_SHADOW) !== 0) {
    return SCL.shadow
  }
  if ((cloud & (THINNEST | HIGH_CLOUD)) !== 0) return SCL.cirrus
  // Bit 1 alone: "cloud or shadow" of a kind that this version does not tell apart.
  if ((cloud & CLOUD_OR_SHADOW) !== 0) return SCL.shadow
  if ((geophysical & HIDDEN) !== 0) return SCL.defective
  if ((geophysical & SNOW) !== 0) return SCL.snow
  if ((geophysical & (TERRAIN_SHADOW | SUN_LOW | SUN_TANGENT)) !== 0) return SCL.dark
  if ((geophysical & WATER) !== 0) return SCL.water
  return SCL.unclassified
}
