import {
  applyCorrections,
  type Correction,
  correctedPixel,
  correctionOfMask,
  correctionOfPoint,
  extendCorrection,
  groundOfPoint,
  isInPiece,
  type Piece,
  reachOf,
} from './corrections.ts'
import { type Extent, extentWith, joinExtents, placeIn, widenExtent } from './extent.ts'
import { objectLogOddsIn, pixelLogOdds } from './frame-state.ts'
import type { WorkingPoint } from './named-labels.ts'
import type { Membership } from './object-membership.ts'
import { NATIVE_PIXEL_M, type WorkingGrid, pixelsOf } from './working-grid.ts'

/** What an object is corrected by. */
export interface CorrectionRequest {
  membership: Membership
  /** Masks that a person gave, on the working grid, by frame. */
  accepted: ReadonlyMap<number, Uint8Array>
  points: readonly WorkingPoint[]
  signal?: AbortSignal | undefined
}

/** What a click came to, after those before it. */
interface Step {
  point: WorkingPoint
  /** Null where the mask said so already. */
  correction: Correction | null
  /** The piece that a negative click speaks of, and the pixels of the positive clicks that it shares it with. */
  shared: { piece: Piece; others: number[] } | null
}

/** The corrections of one request, in the order in which they were found. */
interface Chain {
  membership: Membership
  accepted: ReadonlyMap<number, Uint8Array>
  masks: readonly Correction[]
  steps: readonly Step[]
}

/**
 * Finds the corrections that accepted masks and clicks make. Remembers the last ones: a click more begins where
 * those before it ended.
 */
export function correctionFinder(
  readPosterior: (frameIndex: number) => Promise<Int8Array>,
  days: ArrayLike<number>,
  working: WorkingGrid,
): (request: CorrectionRequest) => Promise<Correction[]> {
  let last: Chain | null = null

  const masksOf = async (request: CorrectionRequest): Promise<Correction[]> => {
    const { membership, accepted, signal } = request
    const corrections: Correction[] = []
    for (const [frameIndex, mask] of accepted) {
      signal?.throwIfAborted()
      const posterior = await readPosterior(frameIndex)
      const correction = correctionOfMask(frameIndex, mask, membership, posterior, working)
      await extendCorrection(correction, { days, readPosterior, accepted })
      corrections.push(correction)
    }
    return corrections
  }

  return async (request) => {
    const { membership, accepted } = request
    const points = request.points.filter(({ frameIndex }) => !accepted.has(frameIndex))
    const positives = request.points
      .filter(({ positive }) => positive)
      .map(({ row, col }) => row * working.width + col)
    const known =
      last?.membership === membership && isSameMap(last.accepted, accepted) ? last : null
    const masks = known?.masks ?? (await masksOf(request))
    const steps: Step[] = []
    for (const step of known?.steps ?? []) {
      const point = points[steps.length]
      if (!point || !isSamePoint(point, step.point) || !isSharedAlike(step, positives)) break
      steps.push(step)
    }
    const corrections = [...masks, ...correctionsOf(steps)]
    // Nothing else can be above zero.
    let reach = reachOf(membership, corrections, working.width)
    const logOddsIn = async (window: Extent, frameIndex: number): Promise<Float32Array> => {
      const posterior = await readPosterior(frameIndex)
      const logOdds = objectLogOddsIn(window, membership, posterior, working.width)
      applyCorrections(corrections, frameIndex, days, logOdds, (pixel) =>
        placeIn(window, pixel, working.width),
      )
      return logOdds
    }
    for (const point of points.slice(steps.length)) {
      request.signal?.throwIfAborted()
      const { frameIndex } = point
      const at = point.row * working.width + point.col
      const own = pixelLogOdds(membership, await readPosterior(frameIndex), at)
      const isSaid = correctedPixel(corrections, frameIndex, days, at, own) > 0 === point.positive
      const window = windowOf(point, reach, working)
      const ground = isSaid
        ? null
        : groundOfPoint(point, window, await logOddsIn(window, frameIndex), working)
      if (ground === null) {
        steps.push({ point, correction: null, shared: null })
        continue
      }
      const others = point.positive
        ? []
        : positives.filter((pixel) => isInPiece(ground, pixel, working.width))
      const correction = correctionOfPoint(point, ground, others, working)
      await extendCorrection(correction, { days, readPosterior, accepted })
      steps.push({ point, correction, shared: point.positive ? null : { piece: ground, others } })
      corrections.push(correction)
      reach = extentWith(reach, correction.pixels, working.width)
    }
    last = { membership, accepted, masks, steps }
    return corrections
  }

  /** Whether the positive clicks of now leave a negative one's piece shared as it was. */
  function isSharedAlike({ shared }: Step, positives: readonly number[]): boolean {
    if (shared === null) return true
    const now = positives.filter((pixel) => isInPiece(shared.piece, pixel, working.width))
    return (
      now.length === shared.others.length && now.every((pixel, i) => pixel === shared.others[i])
    )
  }
}

function correctionsOf(steps: readonly Step[]): Correction[] {
  return steps.flatMap(({ correction }) => correction ?? [])
}

/** A rectangle around what can be the object and what a click on it can change. */
function windowOf({ row, col }: WorkingPoint, reach: Extent | null, working: WorkingGrid): Extent {
  const radius = pixelsOf(working, NATIVE_PIXEL_M)
  const clicked = widenExtent({ left: col, top: row, width: 1, height: 1 }, radius, working)
  return widenExtent(joinExtents(reach, clicked) ?? clicked, 1, working)
}

function isSamePoint(a: WorkingPoint, b: WorkingPoint): boolean {
  return (
    a.frameIndex === b.frameIndex && a.row === b.row && a.col === b.col && a.positive === b.positive
  )
}

function isSameMap<K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>): boolean {
  const others = [...b]
  return (
    a.size === b.size &&
    [...a].every(([key, value], i) => key === others[i]?.[0] && value === others[i]?.[1])
  )
}
