import { pixelAreaM2, pixelSizeM, windowGrid } from '../geo/affine.ts'
import type { AreaUncertainty, FrameArea } from '../model/analysis-areas.ts'
import type { Grid } from '../model/grid.ts'
import type { DoubtfulArea } from '../model/track.ts'
import { isObserved } from '../model/validity.ts'
import { dilateByDiscs } from '../raster/disc-dilation.ts'
import { VARIANCE_OF_CODE } from './boundary-probability.ts'
import { perimeterM } from './perimeter.ts'
import { cropPixels, scarWindow } from './pixel-window.ts'

/** z of a 90 % interval of a normal distribution. */
const Z90 = 1.645

/** "Around the scar" reaches this many sensor pixels out from its boundary. */
const AROUND_SENSOR_PIXELS = 10

/** Edge of a resolution cell, sensor pixels. */
const RESOLUTION_SENSOR_PIXELS = 2

/** What a frame's area is measured from. All arrays are row-major on `grid`. */
export interface AreaInput {
  grid: Grid
  /** 0/1. */
  mask: Uint8Array
  /** VALIDITY codes. */
  validity: Uint8Array
  /** Probability codes 0..200, above 200 unknown; null where the segmenter gives none. */
  probability: Uint8Array | null
  /** Size of a pixel as the sensor saw it, m (10 for Sentinel-2 red and near infrared). */
  sensorPixelM: number
  /** How far the frame may still be shifted after registration, one standard deviation, m. */
  registrationResidualM: number
  /**
   * How far the whole boundary may lie from where it should because the levels of bare and covered
   * ground are not known better, one standard deviation, m: see {@link levelErrorM}. Null where the
   * segmenter has no such levels.
   */
  levelErrorM: number | null
  /** Null where nothing is in doubt. */
  doubtfulM2: DoubtfulArea | null
  /** States of hidden pixels in frames before and after: see {@link HiddenGround}. */
  hidden: HiddenGround | null
}

/**
 * What is known of the ground that a frame did not see: 0/1 as last seen before it and as next seen
 * after it, 2 where it was never seen.
 */
export interface HiddenGround {
  before: Uint8Array
  after: Uint8Array
}

/** Standard deviation of a normal distribution over its median absolute deviation. */
const SIGMA_PER_MAD = 1.4826

/** No boundary of a blurred image is placed better than this as a whole, sensor pixels. */
const BEST_PLACE_SENSOR_PIXELS = 0.1

/**
 * Error of the boundary's place that a series' levels of bare and covered ground leave, one standard
 * deviation, m: 1.4826 times the median size of what each frame's own levels would move the boundary by.
 * The levels are taken to be as wrong, as a whole, as frames disagree with them one by one; the median
 * is not swayed by a few frames of snow or haze. Never below a tenth of a sensor pixel, which is as
 * well as places within a pixel are known in these images (the best registration has the same figure).
 *
 * @param offsetsM by frame; null where a frame could not tell
 * @returns null where no frame could
 */
export function levelErrorM(
  offsetsM: readonly (number | null)[],
  sensorPixelM: number,
): number | null {
  const sizes = offsetsM.flatMap((offsetM) => (offsetM === null ? [] : [Math.abs(offsetM)]))
  if (sizes.length === 0) return null
  const sorted = sizes.sort((a, b) => a - b)
  const upper = sorted[sorted.length >> 1] as number
  const lower = sorted[(sorted.length - 1) >> 1] as number
  return Math.max(BEST_PLACE_SENSOR_PIXELS * sensorPixelM, (SIGMA_PER_MAD * (lower + upper)) / 2)
}

/**
 * A mask's area with its 90 % interval, valid fractions and memory share. The interval speaks of
 * boundary, level, registration, mixed pixels, hidden ground, and of what the segmenter knows to be in doubt; one that
 * takes something else for the scar for sure, or leaves out a part of it, is none of these: that is what
 * verification is for.
 */
export function measureArea(input: AreaInput): FrameArea {
  const pixelM2 = pixelAreaM2(input.grid)
  const { grid, mask, validity } = surroundings(input)
  let pixels = 0
  let seen = 0
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue
    pixels++
    if (isObserved(validity[i] as number)) seen++
  }
  const lengthM = perimeterM(mask, grid)
  const { registrationResidualM, levelErrorM: levelM } = input
  const cellM = RESOLUTION_SENSOR_PIXELS * input.sensorPixelM
  const togetherM = levelM === null ? lengthM : Math.min(lengthM, Math.sqrt(cellM * lengthM))
  const registrationM2 = Z90 * registrationResidualM * togetherM
  const levelM2 = Z90 * lengthM * (levelM ?? 0)
  const sensorM2 = input.sensorPixelM ** 2
  const boundaryCells = ((4 / Math.PI) * lengthM) / input.sensorPixelM
  const mixedM2 = Z90 * sensorM2 * Math.sqrt(boundaryCells / 12)
  const uncertainty: AreaUncertainty = {
    boundary: boundaryUncertainty(input, pixelM2),
    level: [levelM2, levelM2],
    registration: [registrationM2, registrationM2],
    mixedPixels: [mixedM2, mixedM2],
    hidden: hiddenUncertainty(input, pixelM2),
    membership: [input.doubtfulM2?.takenIn ?? 0, input.doubtfulM2?.leftOut ?? 0],
  }
  const areaM2 = pixels * pixelM2
  return {
    areaM2,
    ...intervalOf(areaM2, uncertainty),
    uncertainty,
    seenM2: seen * pixelM2,
    hiddenM2: (pixels - seen) * pixelM2,
    validInside: pixels === 0 ? 1 : seen / pixels,
    validAround: validAround(grid, mask, validity, aroundM(input)),
    perimeterM: lengthM,
  }
}

/** The 90 % interval that the causes give together, in squares. */
export function intervalOf(
  areaM2: number,
  uncertainty: AreaUncertainty,
): Pick<FrameArea, 'lowM2' | 'highM2'> {
  const causes = Object.values(uncertainty) as [number, number][]
  return {
    lowM2: Math.max(0, areaM2 - Math.hypot(...causes.map(([down]) => down))),
    highM2: areaM2 + Math.hypot(...causes.map(([, up]) => up)),
  }
}

/** Whether two 90 % intervals have nothing in common. */
export function areApart(
  one: Pick<FrameArea, 'lowM2' | 'highM2'>,
  other: Pick<FrameArea, 'lowM2' | 'highM2'>,
): boolean {
  return other.lowM2 > one.highM2 || other.highM2 < one.lowM2
}

/**
 * Areas as they are to be compared with each other: whatever ground is in doubt is so on all of them, and
 * leaves their differences alone.
 */
export function comparedAreas<
  T extends Pick<FrameArea, 'areaM2' | 'lowM2' | 'highM2' | 'uncertainty'>,
>(areas: readonly T[]): T[] {
  return areas.map((area) => {
    const { areaM2, uncertainty } = area
    const isSure = uncertainty.membership.every((halfM2) => halfM2 === 0)
    return isSure
      ? area
      : { ...area, ...intervalOf(areaM2, { ...uncertainty, membership: [0, 0] }) }
  })
}

function boundaryUncertainty(input: AreaInput, pixelM2: number): [number, number] {
  const { validity, probability, sensorPixelM } = input
  if (probability === null) return [0, 0]
  let variance = 0
  for (let i = 0; i < probability.length; i++) {
    const own = VARIANCE_OF_CODE[probability[i] as number] as number
    if (own > 0 && isObserved(validity[i] as number)) variance += own
  }
  const cellM2 = (RESOLUTION_SENSOR_PIXELS * sensorPixelM) ** 2
  const halfM2 = Z90 * Math.sqrt(pixelM2 * Math.max(pixelM2, cellM2) * variance)
  return [halfM2, halfM2]
}

function hiddenUncertainty(input: AreaInput, pixelM2: number): [number, number] {
  const { mask, validity, hidden } = input
  if (hidden === null) return [0, 0]
  let mayBeOutside = 0
  let mayBeInside = 0
  for (let i = 0; i < mask.length; i++) {
    if (isObserved(validity[i] as number)) continue
    const before = hidden.before[i]
    const after = hidden.after[i]
    if (mask[i]) {
      if (before === 0 || after === 0) mayBeOutside++
    } else if (before === 1 || after === 1) mayBeInside++
  }
  return [mayBeOutside * pixelM2, mayBeInside * pixelM2]
}

/** How far "around the scar" reaches out from its boundary. */
function aroundM({ sensorPixelM }: AreaInput): number {
  return AROUND_SENSOR_PIXELS * sensorPixelM
}

/** The part of a frame around its scar; the whole frame where there is none. */
function surroundings(input: AreaInput): Pick<AreaInput, 'grid' | 'mask' | 'validity'> {
  const { grid, mask, validity } = input
  const window = scarWindow([mask], grid, aroundM(input))
  return {
    grid: windowGrid(grid, window),
    mask: cropPixels(mask, grid.width, window),
    validity: cropPixels(validity, grid.width, window),
  }
}

/** Share of the ground around a scar that was seen; of all ground where there is no scar. */
function validAround(grid: Grid, mask: Uint8Array, validity: Uint8Array, reachM: number): number {
  const radiusPx = reachM / Math.max(...pixelSizeM(grid))
  const near = mask.includes(1) ? dilateByDiscs(mask, grid.width, grid.height, radiusPx) : null
  let around = 0
  let seen = 0
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] || (near !== null && !near[i])) continue
    around++
    if (isObserved(validity[i] as number)) seen++
  }
  return around === 0 ? 1 : seen / around
}
