import { ScarlineError } from '../errors.ts'
import { pixelSizeM } from '../geo/affine.ts'
import { type Advance, type BoundaryAdvance, SECTORS } from '../model/analysis-growth.ts'
import type { Grid } from '../model/grid.ts'
import { fillHoles, invert, labelComponents, squaredDistances } from '../raster/morphology.ts'
import { NEVER_SEEN } from './change.ts'
import {
  type ClassChange,
  type ComparedLengths,
  type MaskComparison,
  type SeenGround,
  compareByClass,
  comparedLengths,
  cropComparison,
} from './mask-comparison.ts'
import { cropPixels } from './pixel-window.ts'
import { type SectorMap, sectorsAboutScar } from './sectors.ts'

const DAY_MS = 86_400_000

/** Shortest boundary that an advance is told of, sensor pixels: a resolution cell. */
const MIN_BOUNDARY_SENSOR_PIXELS = 2

/** Margin around both scars that holds all of their boundaries, sensor pixels. */
const MARGIN_SENSOR_PIXELS = 2

/** Share of the outline that lies behind the farthest advance. */
const FARTHEST_SHARE = 0.95

/** Settings of {@link boundaryAdvance}. */
export interface AdvanceOptions {
  /** UTC ISO 8601. */
  fromAt: string
  toAt: string
  /** Of the comparison's grid; by default about the centroid of the earlier mask. */
  sectors?: SectorMap
}

/**
 * Mean advance along the outward normal, per sector: net gained area over the mean length of the
 * earlier and the later boundary. That is exact for a straight boundary and for an arc (between radii R
 * and R + d over an angle α: area α d (R + d/2), mean length α (R + d/2)). Boundaries are outer outlines:
 * holes count as scar, and patches without contact to the other time's scar are left out and told
 * apart. The farthest advance is read from the signed distance to the earlier outline (exact
 * Euclidean distance transform). Intervals: see {@link compareByClass}, divided by the length.
 *
 * @returns null where the earlier mask is empty and no sectors are given
 * @throws ScarlineError `invalid-input` where `toAt` is not after `fromAt`
 */
export function boundaryAdvance(
  comparison: MaskComparison,
  options: AdvanceOptions,
): BoundaryAdvance | null {
  const { fromAt, toAt } = options
  const days = (Date.parse(toAt) - Date.parse(fromAt)) / DAY_MS
  if (!(days > 0)) {
    throw new ScarlineError(`got ${fromAt} to ${toAt}, expected two times in order`, {
      code: 'invalid-input',
      hint: 'Give the earlier mask first.',
    })
  }
  const map = options.sectors ?? sectorsAboutScar(comparison)
  if (map === null) return null
  const around = cropComparison(comparison, MARGIN_SENSOR_PIXELS * comparison.sensorPixelM)
  const outlines = attachedOutlines(around.comparison)
  const measured = measureOutlines(outlines.comparison)
  const classes = cropPixels(map.classes, comparison.grid.width, around.window)
  const sectors = advanceByClass(measured, classes, SECTORS.length, days)
  const [whole] = advanceByClass(measured, new Uint8Array(classes.length), 1, days)
  return {
    fromAt,
    toAt,
    days,
    centre: map.centre,
    whole: whole ?? null,
    sectors: SECTORS.map((sector, i) => ({ sector, advance: sectors[i] ?? null })),
    detachedGainedM2: outlines.detachedGainedM2,
    detachedLostM2: outlines.detachedLostM2,
  }
}

/** Outlines at two times with what is measured of them whatever the classes of ground. */
export interface MeasuredOutlines {
  outlines: MaskComparison
  lengths: ComparedLengths
  /** {@link signedDistancesM} of the earlier outline. */
  distancesM: Float32Array
}

/** Lengths of both outlines, and distances from the earlier one. */
export function measureOutlines(outlines: MaskComparison): MeasuredOutlines {
  return {
    outlines,
    lengths: comparedLengths(outlines),
    distancesM: signedDistancesM(outlines.before.states, outlines.grid),
  }
}

/** {@link Advance} in each class of ground: see {@link boundaryAdvance}. */
export function advanceByClass(
  { outlines, lengths, distancesM }: MeasuredOutlines,
  classes: Uint8Array,
  classCount: number,
  days: number,
): (Advance | null)[] {
  const changes = compareByClass(outlines, classes, classCount, lengths)
  const reaches = reachesByClass(outlines, distancesM, classes, classCount)
  return changes.map((change, i) =>
    advanceOf(change, reaches[i] ?? [], outlines.sensorPixelM, days),
  )
}

function advanceOf(
  change: ClassChange,
  reachesM: number[],
  sensorPixelM: number,
  days: number,
): Advance | null {
  const boundaryM = (change.boundaryBeforeM + change.boundaryAfterM) / 2
  if (boundaryM < MIN_BOUNDARY_SENSOR_PIXELS * sensorPixelM) return null
  const meanM = (change.gainedM2 - change.lostM2) / boundaryM
  const halfM = change.halfWidthM2 / boundaryM
  const [lowM, highM] = [meanM - halfM, meanM + halfM]
  reachesM.sort((a, b) => a - b)
  return {
    meanM,
    lowM,
    highM,
    farthestM: reachesM[Math.ceil(FARTHEST_SHARE * reachesM.length) - 1] ?? null,
    meanMPerDay: meanM / days,
    lowMPerDay: lowM / days,
    highMPerDay: highM / days,
    boundaryM,
    seenFraction: (2 * boundaryM) / change.boundaryTotalM,
  }
}

/** Signed distances of the later boundary's seen pixels from the earlier outline, m, by class. */
function reachesByClass(
  { grid, before, after }: MaskComparison,
  distancesM: Float32Array,
  classes: Uint8Array,
  classCount: number,
): number[][] {
  const { width, height } = grid
  const reaches: number[][] = Array.from({ length: classCount }, () => [])
  const { states } = after
  for (let i = 0; i < states.length; i++) {
    if (states[i] !== 1 || before.states[i] === NEVER_SEEN) continue
    const col = i % width
    const isBoundary =
      (col > 0 && states[i - 1] === 0) ||
      (col + 1 < width && states[i + 1] === 0) ||
      (i >= width && states[i - width] === 0) ||
      (i + width < width * height && states[i + width] === 0)
    const distanceM = distancesM[i] as number
    if (isBoundary && Number.isFinite(distanceM)) reaches[classes[i] as number]?.push(distanceM)
  }
  return reaches
}

/**
 * Signed distance of each pixel from the outermost pixels of the scar (state 1), m: 0 on them, above 0
 * outside, below 0 inside. Infinite where there is no scar or nothing but scar.
 */
export function signedDistancesM(states: Uint8Array, grid: Grid): Float32Array {
  const { width, height } = grid
  const [pixelM] = pixelSizeM(grid)
  const scar = pixelsIn(states)
  const toScar = squaredDistances(scar, width, height)
  const toRest = squaredDistances(invert(scar), width, height)
  const distancesM = new Float32Array(states.length)
  for (let i = 0; i < distancesM.length; i++) {
    const squared = toScar[i] as number
    const outwards = Math.sqrt(squared)
    distancesM[i] =
      (squared > 0 ? outwards : Math.min(0, 1 - Math.sqrt(toRest[i] as number))) * pixelM
  }
  return distancesM
}

/** The outer outline: holes of the scar are scar. Ground that was not seen stays so. */
export function outerStates(states: Uint8Array, { width, height }: Grid): Uint8Array {
  const outer = fillHoles(pixelsIn(states), width, height)
  for (let i = 0; i < outer.length; i++) if (states[i] === NEVER_SEEN) outer[i] = NEVER_SEEN
  return outer
}

/** 0/1: the pixels of state 1. */
function pixelsIn(states: Uint8Array): Uint8Array {
  const scar = new Uint8Array(states.length)
  for (let i = 0; i < scar.length; i++) if (states[i] === 1) scar[i] = 1
  return scar
}

/** Outer outlines at both times without the patches that nowhere touch the other time's scar. */
export function attachedOutlines(comparison: MaskComparison): {
  comparison: MaskComparison
  detachedGainedM2: number
  detachedLostM2: number
} {
  const { grid, before, after } = comparison
  const was = outerStates(before.states, grid)
  const is = outerStates(after.states, grid)
  const keptBefore = touching(was, is, grid)
  const keptAfter = touching(is, was, grid)
  const [pixelWidthM, pixelHeightM] = pixelSizeM(grid)
  const pixelM2 = pixelWidthM * pixelHeightM
  let lost = 0
  let gained = 0
  for (let i = 0; i < was.length; i++) {
    if (was[i] === 1 && keptBefore[i] === 0 && is[i] === 0) lost++
    if (is[i] === 1 && keptAfter[i] === 0 && was[i] === 0) gained++
  }
  const swap = (ground: SeenGround, states: Uint8Array): SeenGround => ({ ...ground, states })
  return {
    comparison: {
      ...comparison,
      before: swap(before, keptBefore),
      after: swap(after, keptAfter),
    },
    detachedGainedM2: gained * pixelM2,
    detachedLostM2: lost * pixelM2,
  }
}

/** States without the patches (8-connected) that neither overlap nor touch scar of the other time. */
function touching(states: Uint8Array, other: Uint8Array, { width, height }: Grid): Uint8Array {
  const { labels, count } = labelComponents(pixelsIn(states), width, height, 8)
  const touches = new Uint8Array(count + 1)
  for (let i = 0; i < states.length; i++) {
    const label = labels[i] as number
    if (label === 0 || touches[label]) continue
    const col = i % width
    const row = (i - col) / width
    for (let r = Math.max(0, row - 1); r <= Math.min(height - 1, row + 1); r++) {
      for (let c = Math.max(0, col - 1); c <= Math.min(width - 1, col + 1); c++) {
        if (other[r * width + c] === 1) touches[label] = 1
      }
    }
  }
  const kept = Uint8Array.from(states)
  for (let i = 0; i < kept.length; i++) {
    if (kept[i] === 1 && !touches[labels[i] as number]) kept[i] = 0
  }
  return kept
}
