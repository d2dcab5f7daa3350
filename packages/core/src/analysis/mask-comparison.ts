import { pixelAreaM2, pixelSizeM, windowGrid } from '../geo/affine.ts'
import type { Grid } from '../model/grid.ts'
import { isObserved } from '../model/validity.ts'
import { VARIANCE_OF_CODE } from './boundary-probability.ts'
import { NEVER_SEEN } from './change.ts'
import type { LineNoise } from './digitising-noise.ts'
import { meanOfStates } from './mean-of-states.ts'
import { type PixelWindow, cropPixels, scarWindow } from './pixel-window.ts'

/** z of a 90 % interval of a normal distribution. */
const Z90 = 1.645

/** Edge of a resolution cell, sensor pixels. */
const RESOLUTION_SENSOR_PIXELS = 2

/** Differences of a smoothed mask below this are rounding. */
const ROUNDING = 1e-5

/** What is known of the ground at one time: a frame, or the last sight of each pixel up to it. */
export interface SeenGround {
  /** 0/1 per pixel, {@link NEVER_SEEN} where it was not seen. */
  states: Uint8Array
  /** Probability codes 0..200, above 200 unknown; null where the segmenter gives none. */
  probability: Uint8Array | null
  /** Residual shift after registration, one standard deviation along an axis, m. */
  registrationResidualM: number
}

/** Two times of one place. Only ground seen at both is compared. */
export interface MaskComparison {
  grid: Grid
  before: SeenGround
  after: SeenGround
  /** Size of a pixel as the sensor saw it, m. */
  sensorPixelM: number
  /** How outlines drawn by hand err, in the place of mixed pixels; left out for masks of a sensor. */
  lineNoise?: LineNoise | undefined
}

/** What changed in one class of ground. */
export interface ClassChange {
  gainedM2: number
  lostM2: number
  /** Ground seen at both times, and all ground of the class. */
  comparedM2: number
  totalM2: number
  /** Length of the scar's boundary that was seen at both times, m. */
  boundaryBeforeM: number
  boundaryAfterM: number
  /** Length of both boundaries whether or not the other time saw the ground, m. */
  boundaryTotalM: number
  /** Standard deviation of area from mixed pixels and boundary probability, independent by class, m². */
  independentSdM2: number
  /** Half-width of the 90 % interval of gained and of lost ground, registration included, m². */
  halfWidthM2: number
}

/** The part of a comparison around both scars; beyond it nothing is gained or lost. */
export function cropComparison(
  comparison: MaskComparison,
  marginM: number,
): { comparison: MaskComparison; window: PixelWindow } {
  const { grid, before, after } = comparison
  const window = scarWindow([before.states, after.states], grid, marginM)
  const crop = (ground: SeenGround): SeenGround => ({
    ...ground,
    states: cropPixels(ground.states, grid.width, window),
    probability:
      ground.probability === null ? null : cropPixels(ground.probability, grid.width, window),
  })
  return {
    comparison: {
      ...comparison,
      grid: windowGrid(grid, window),
      before: crop(before),
      after: crop(after),
    },
    window,
  }
}

/** States of a frame: the mask where the ground was seen, {@link NEVER_SEEN} elsewhere. */
export function seenStates(mask: Uint8Array, validity: Uint8Array): Uint8Array {
  const states = Uint8Array.from(mask)
  for (let i = 0; i < states.length; i++) {
    if (!isObserved(validity[i] as number)) states[i] = NEVER_SEEN
  }
  return states
}

/**
 * Length of a mask's boundary at each pixel, m; the sum over a region is the length there. By the
 * co-area formula (Federer, 1959) the length is the integral of the gradient's size: here of the mask
 * averaged over a square of one sensor pixel. A straight boundary has its own length whatever way it
 * runs (the pixel-edge rule of `perimeterM` is right only on average over all directions); corners are
 * rounded to a sensor pixel.
 *
 * @param states 0/1, {@link NEVER_SEEN} where unknown: unknown ground makes no boundary
 */
export function boundaryLengths(
  states: Uint8Array,
  grid: Grid,
  sensorPixelM: number,
): Float32Array {
  const { width, height } = grid
  const [pixelWidthM, pixelHeightM] = pixelSizeM(grid)
  const pixelM2 = pixelAreaM2(grid)
  const radiusPx = Math.max(0, Math.round((sensorPixelM / pixelWidthM - 1) / 2))
  const smooth = meanOfStates(states, width, height, radiusPx)
  const lengths = new Float32Array(states.length)
  for (let row = 0; row < height; row++) {
    const up = row > 0 ? 1 : 0
    const down = row + 1 < height ? 1 : 0
    for (let col = 0; col < width; col++) {
      const i = row * width + col
      const left = col > 0 ? 1 : 0
      const right = col + 1 < width ? 1 : 0
      const across = (smooth[i + right] as number) - (smooth[i - left] as number)
      const along = (smooth[i + down * width] as number) - (smooth[i - up * width] as number)
      const isLevel = across === 0 && along === 0
      if (isLevel || states[i] === NEVER_SEEN) continue
      const dx = Math.abs(across) > ROUNDING ? across / ((left + right) * pixelWidthM) : 0
      const dy = Math.abs(along) > ROUNDING ? along / ((up + down) * pixelHeightM) : 0
      if (dx !== 0 || dy !== 0) lengths[i] = pixelM2 * Math.sqrt(dx * dx + dy * dy)
    }
  }
  return lengths
}

/** {@link boundaryLengths} at both times of a comparison. */
export interface ComparedLengths {
  before: Float32Array
  after: Float32Array
}

/** {@link boundaryLengths} at both times of a comparison. */
export function comparedLengths({
  grid,
  before,
  after,
  sensorPixelM,
}: MaskComparison): ComparedLengths {
  return {
    before: boundaryLengths(before.states, grid, sensorPixelM),
    after: boundaryLengths(after.states, grid, sensorPixelM),
  }
}

/**
 * Standard deviation of the area along a boundary from mixed pixels: each of the n = (4/pi) L/s sensor
 * pixels on it has its share wrong by s²/sqrt(12), independently (as in `measureArea`), m².
 */
export function mixedPixelSdM2(boundaryM: number, sensorPixelM: number): number {
  return sensorPixelM ** 2 * Math.sqrt(((4 / Math.PI) * boundaryM) / sensorPixelM / 12)
}

/** Half-width of a 90 % interval from independent standard deviations. */
export function halfWidth90(...deviations: readonly number[]): number {
  return Z90 * Math.hypot(...deviations)
}

/**
 * Gained and lost ground by class, with the uncertainty of `measureArea` taken class by class: both
 * masks' boundary probability, mixed pixels and registration (length L of the boundary in the class
 * times residual shift r), added in squares. Gained and lost ground of a class share the half-width,
 * for an error of either boundary there makes one or the other. Where nothing changed, errors of the
 * boundary still make some gain and as much loss; their difference is free of it.
 *
 * @param classes class per pixel; pixels of `classCount` or above belong to none
 * @param lengths of the same comparison, where more than one set of classes is compared
 */
export function compareByClass(
  comparison: MaskComparison,
  classes: Uint8Array,
  classCount: number,
  lengths: ComparedLengths = comparedLengths(comparison),
): ClassChange[] {
  const { grid, before, after, sensorPixelM } = comparison
  const pixelM2 = pixelAreaM2(grid)
  const sums = Array.from({ length: classCount }, () => ({
    gained: 0,
    lost: 0,
    compared: 0,
    total: 0,
    lengthBefore: 0,
    lengthAfter: 0,
    lengthTotal: 0,
    variance: 0,
  }))
  for (let i = 0; i < classes.length; i++) {
    const sum = sums[classes[i] as number]
    if (sum === undefined) continue
    sum.total++
    sum.lengthTotal += (lengths.before[i] as number) + (lengths.after[i] as number)
    const was = before.states[i] as number
    const is = after.states[i] as number
    if (was === NEVER_SEEN || is === NEVER_SEEN) continue
    sum.compared++
    if (is > was) sum.gained++
    else if (is < was) sum.lost++
    sum.lengthBefore += lengths.before[i] as number
    sum.lengthAfter += lengths.after[i] as number
    sum.variance += pixelVariance(before.probability, i) + pixelVariance(after.probability, i)
  }
  const cellM2 = Math.max(pixelM2, (RESOLUTION_SENSOR_PIXELS * sensorPixelM) ** 2)
  return sums.map((sum): ClassChange => {
    const independentSdM2 = Math.hypot(
      Math.sqrt(pixelM2 * cellM2 * sum.variance),
      boundarySdM2(sum.lengthBefore, comparison),
      boundarySdM2(sum.lengthAfter, comparison),
    )
    return {
      gainedM2: sum.gained * pixelM2,
      lostM2: sum.lost * pixelM2,
      comparedM2: sum.compared * pixelM2,
      totalM2: sum.total * pixelM2,
      boundaryBeforeM: sum.lengthBefore,
      boundaryAfterM: sum.lengthAfter,
      boundaryTotalM: sum.lengthTotal,
      independentSdM2,
      halfWidthM2: halfWidth90(
        independentSdM2,
        sum.lengthBefore * before.registrationResidualM,
        sum.lengthAfter * after.registrationResidualM,
      ),
    }
  })
}

/** Of the area along a boundary: drawn by hand where `lineNoise` is given, else seen by a sensor. */
function boundarySdM2(lengthM: number, { sensorPixelM, lineNoise }: MaskComparison): number {
  if (lineNoise === undefined) return mixedPixelSdM2(lengthM, sensorPixelM)
  return lineNoise.sdM * Math.sqrt(2 * lengthM * lineNoise.correlationM)
}

function pixelVariance(probability: Uint8Array | null, i: number): number {
  return probability === null ? 0 : (VARIANCE_OF_CODE[probability[i] as number] as number)
}
