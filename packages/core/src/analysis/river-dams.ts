import type { MultiPolygon } from 'geojson'
import { pixelAreaM2, windowGrid } from '../geo/affine.ts'
import type { ScarEvent } from '../model/analysis-events.ts'
import type { Dam, DamInterval } from '../model/analysis-evolution.ts'
import type { Grid } from '../model/grid.ts'
import { traceBoundaries } from './boundaries.ts'
import { boundaryLengths, halfWidth90, mixedPixelSdM2 } from './mask-comparison.ts'
import { cropPixels, scarWindow } from './pixel-window.ts'
import type { RiverState } from './river-course.ts'

/** Sights that a dam needs where no abrupt gain of the scar bears it out. */
const MIN_SIGHTS = 2

/** Debris in the river on one frame. */
export interface Debris {
  areaM2: number
  /** 90 % interval from mixed pixels and registration, m². */
  lowM2: number
  highM2: number
  outline: MultiPolygon
}

/** What one frame shows of the river. */
export interface RiverSight {
  /** UTC ISO 8601. */
  capturedAt: string
  state: RiverState
  /** Null where none is seen. */
  debris: Debris | null
}

/** Area with its 90 % interval and outline of debris in the river. */
export function measureDebris(
  debris: Uint8Array,
  grid: Grid,
  sensorPixelM: number,
  registrationResidualM: number,
): Debris | null {
  if (!debris.includes(1)) return null
  const window = scarWindow([debris], grid, 2 * sensorPixelM)
  const own = windowGrid(grid, window)
  const mask = cropPixels(debris, grid.width, window)
  const areaM2 = mask.reduce((sum, value) => sum + value, 0) * pixelAreaM2(grid)
  const boundaryM = boundaryLengths(mask, own, sensorPixelM).reduce((sum, part) => sum + part, 0)
  const halfM2 = halfWidth90(
    boundaryM * registrationResidualM,
    mixedPixelSdM2(boundaryM, sensorPixelM),
  )
  return {
    areaM2,
    lowM2: Math.max(0, areaM2 - halfM2),
    highM2: areaM2 + halfM2,
    outline: traceBoundaries(mask, own),
  }
}

/** When the river was dammed and when cleared, by the frames on either side; unknown ones are passed over. */
export function damIntervals(
  sights: readonly { capturedAt: string; state: RiverState }[],
): DamInterval[] {
  const intervals: DamInterval[] = []
  let openAt: string | null = null
  let current: DamInterval | null = null
  for (const { capturedAt, state } of sights) {
    if (state === 'open') {
      if (current !== null) current.clearedByAt = capturedAt
      current = null
      openAt = capturedAt
    } else if (state === 'dammed') {
      if (current === null) {
        current = {
          afterAt: openAt,
          dammedByAt: capturedAt,
          dammedUntilAt: capturedAt,
          clearedByAt: null,
        }
        intervals.push(current)
      }
      current.dammedUntilAt = capturedAt
    }
  }
  return intervals
}

/**
 * The dams that are borne out: debris from bank to bank on two frames at least with none between them
 * that shows the river open, or on one frame within the brackets of an abrupt gain of the scar. What one
 * frame alone shows (a shadow, snow, the rim of a cloud) is no dam.
 */
export function findDams(
  sights: readonly RiverSight[],
  events: readonly Pick<ScarEvent, 'kind' | 'afterAt' | 'byAt'>[],
): Dam[] {
  return damIntervals(sights).flatMap((interval) => {
    const { afterAt, dammedByAt } = interval
    const own = sightsOf(interval, sights)
    const isBorneOut = events.some(
      ({ kind, afterAt: before, byAt }) =>
        kind === 'abrupt-gain' && before < dammedByAt && (afterAt === null || byAt > afterAt),
    )
    if (own.length < MIN_SIGHTS && !isBorneOut) return []
    let deposit: Dam['deposit'] = null
    for (const { capturedAt, debris } of own) {
      if (debris === null || debris.areaM2 <= (deposit?.areaM2 ?? 0)) continue
      const { areaM2, lowM2, highM2 } = debris
      deposit = { capturedAt, areaM2, lowM2, highM2 }
    }
    return [{ ...interval, sights: own.length, deposit }]
  })
}

/** The sights that show a dam from bank to bank. */
export function sightsOf<T extends { capturedAt: string; state: RiverState }>(
  { dammedByAt, dammedUntilAt }: Pick<DamInterval, 'dammedByAt' | 'dammedUntilAt'>,
  sights: readonly T[],
): T[] {
  return sights.filter(
    ({ capturedAt, state }) =>
      state === 'dammed' && capturedAt >= dammedByAt && capturedAt <= dammedUntilAt,
  )
}
