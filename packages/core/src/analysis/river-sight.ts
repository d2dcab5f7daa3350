import { pixelSizeM } from '../geo/affine.ts'
import { dilateByDiscs, openByDiscs } from '../raster/disc-dilation.ts'
import { labelComponents } from '../raster/morphology.ts'
import { selectInPlace } from '../raster/select.ts'
import { cropPixels } from './pixel-window.ts'
import { type RiverCourse, type RiverState, courseState } from './river-course.ts'

/** How near to the scar debris of it begins, sensor pixels: a resolution cell. */
const NEAR_SENSOR_PIXELS = 2

/** Ground of a kind that its NDVI is taken from, sensor pixels (1 ha for Sentinel-2). */
const MIN_SAMPLE_SENSOR_PIXELS = 100

/** At most one pixel in twenty of either kind is on the wrong side of the middle (normal, one-sided). */
const Z05 = 1.645

/** Median absolute deviation to standard deviation, normal distribution. */
const MAD_TO_SD = 1.4826

/** A frame as the river is looked at on it: all on the site grid. */
export interface RiverFrame {
  /** NaN where hidden. */
  ndvi: Float32Array
  /** The scar, 0/1. */
  mask: Uint8Array
  /** NDVI up to which ground is bare; stands in for the scar's where too little of that is seen. */
  bareNdvi: number
}

/** How a frame tells water from bare ground; null where it cannot. */
export interface WaterContrast {
  waterNdvi: number
  bareNdvi: number
  /** Distance of either kind from the middle in its own standard deviations, the smaller of the two. */
  z: number
}

/** What one frame shows along a river's course. */
export interface CourseSight {
  state: RiverState
  contrast: WaterContrast | null
  /** Debris of the scar in the river, 0/1 on the site grid; null where the frame cannot tell. */
  debris: Uint8Array | null
}

/**
 * Whether a frame shows debris across the river. Both kinds of ground are measured on the frame itself,
 * under the same haze and sun: water as the lower quartile of NDVI along the course (so that debris may
 * cover up to three quarters of it), bare ground as the median over the scar. A pixel of the course above
 * the middle of the two is more bare than water. The frame tells nothing where the middle is within
 * 1.645 robust standard deviations (1.4826 MAD) of either kind, or where less than 1 ha of the river is
 * seen. Debris is bare ground in the course no narrower than a sensor pixel and in patches (8-connected)
 * that come within a resolution cell of the scar; the state is that of {@link courseState}. Hidden
 * banks beside debris count as hidden river does.
 */
export function seeCourse(
  course: RiverCourse,
  { ndvi, mask, bareNdvi }: RiverFrame,
  sensorPixelM: number,
): CourseSight {
  const { grid, window, floor } = course
  const own = cropPixels(ndvi, grid.width, window)
  const { seen, inRiver } = seenRiver(floor, own)
  const pixelM = pixelSizeM(grid)[0]
  const leastPx = MIN_SAMPLE_SENSOR_PIXELS * (sensorPixelM / pixelM) ** 2
  const scar = seenValues(ndvi, mask)
  const contrast = waterContrast(
    seenValues(own, inRiver),
    scar.length >= leastPx ? scar : null,
    bareNdvi,
    leastPx,
  )
  if (contrast === null) return { state: 'unknown', contrast, debris: null }
  const middle = (contrast.waterNdvi + contrast.bareNdvi) / 2
  const bare = inRiver.map((value, i) => (value === 1 && (own[i] as number) >= middle ? 1 : 0))
  const { width, height } = window
  const broad = openByDiscs(bare, width, height, sensorPixelM / 2 / pixelM)
  const near = nearScar(course, mask, (NEAR_SENSOR_PIXELS * sensorPixelM) / pixelM)
  const { labels, count } = labelComponents(broad, width, height, 8)
  const isDebris = new Uint8Array(count + 1)
  for (let i = 0; i < labels.length; i++) if (near[i] === 1) isDebris[labels[i] as number] = 1
  isDebris[0] = 0
  const debris = new Uint8Array(labels.length)
  for (let i = 0; i < labels.length; i++) debris[i] = isDebris[labels[i] as number] as number
  const onGrid = new Uint8Array(mask.length)
  for (let row = 0; row < height; row++) {
    const line = debris.subarray(row * width, (row + 1) * width)
    onGrid.set(line, (row + window.row) * grid.width + window.col)
  }
  return { state: courseState(course, debris, seen), contrast, debris: onGrid }
}

/** Pixels of a window that are seen, and those of the river among them, 0/1. */
function seenRiver(
  floor: Uint8Array,
  ndvi: Float32Array,
): { seen: Uint8Array; inRiver: Uint8Array } {
  const seen = new Uint8Array(ndvi.length)
  const inRiver = new Uint8Array(ndvi.length)
  for (let i = 0; i < ndvi.length; i++) {
    if (Number.isNaN(ndvi[i])) continue
    seen[i] = 1
    if (floor[i] === 1) inRiver[i] = 1
  }
  return { seen, inRiver }
}

/** Values of the pixels of a mask, without NaN. */
function seenValues(ndvi: Float32Array, mask: Uint8Array): Float32Array {
  let pixels = 0
  for (let i = 0; i < mask.length; i++) if (mask[i] === 1) pixels++
  const values = new Float32Array(pixels)
  let count = 0
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 1 && !Number.isNaN(ndvi[i])) values[count++] = ndvi[i] as number
  }
  return values.subarray(0, count)
}

/** Pixels of the course's window within a distance of the scar. */
function nearScar({ grid, window }: RiverCourse, mask: Uint8Array, distancePx: number): Uint8Array {
  const rim = Math.ceil(distancePx)
  const col = Math.max(0, window.col - rim)
  const row = Math.max(0, window.row - rim)
  const width = Math.min(grid.width, window.col + window.width + rim) - col
  const height = Math.min(grid.height, window.row + window.height + rim) - row
  const around = cropPixels(mask, grid.width, { col, row, width, height })
  const inner = { ...window, col: window.col - col, row: window.row - row }
  return cropPixels(dilateByDiscs(around, width, height, distancePx), width, inner)
}

/**
 * NDVI of water and of bare ground on a frame, and how well they stand apart.
 *
 * @param river NDVI seen along the course
 * @param scar NDVI seen in the scar; null where too little of it is
 * @param bareNdvi stands in for the scar's, with the water's deviation
 * @param leastPx pixels of the river that must be seen
 * @returns null where the frame cannot tell them apart
 */
export function waterContrast(
  river: Float32Array,
  scar: Float32Array | null,
  bareNdvi: number,
  leastPx: number,
): WaterContrast | null {
  if (river.length < Math.max(1, leastPx)) return null
  const water = valueAtRank(river, Math.floor((river.length - 1) / 4))
  const bare = scar === null ? bareNdvi : upperMedian(scar)
  if (!(bare > water)) return null
  const half = (bare - water) / 2
  const waterSd =
    MAD_TO_SD *
    deviation(
      river.filter((value) => value < water + half),
      water,
    )
  const bareSd = scar === null ? waterSd : MAD_TO_SD * deviation(scar, bare)
  const z = half / Math.max(waterSd, bareSd)
  return z >= Z05 ? { waterNdvi: water, bareNdvi: bare, z } : null
}

/** The upper of the two middle values for an even count. */
function upperMedian(values: Float32Array): number {
  return valueAtRank(values, values.length >> 1)
}

/** The value with so many below it in order. */
function valueAtRank(values: Float32Array, rank: number): number {
  const copy = values.slice()
  selectInPlace(copy, copy.length, rank)
  return copy[rank] as number
}

function deviation(values: Float32Array, from: number): number {
  return upperMedian(values.map((value) => Math.abs(value - from)))
}
