import {
  applyCorrections,
  type Correction,
  correctedPixel,
  correctionOfMask,
  correctionOfPoint,
  extendCorrection,
  groundOfPoint,
} from './corrections.ts'
import { type Extent, cropMask, extentOf } from './extent.ts'
import { objectLogOdds, pixelLogOdds } from './frame-state.ts'
import type { WorkingPoint } from './named-labels.ts'
import type { Membership } from './object-membership.ts'
import type { WorkingGrid } from './working-grid.ts'

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

interface Piece {
  extent: Extent
  inside: Uint8Array
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
    // Clicks come frame by frame.
    let plain: { frameIndex: number; logOdds: Float32Array } | null = null
    const logOddsOf = async (frameIndex: number): Promise<Float32Array> => {
      if (plain?.frameIndex !== frameIndex) {
        const posterior = await readPosterior(frameIndex)
        plain = { frameIndex, logOdds: objectLogOdds(membership, posterior, working.width) }
      }
      const logOdds = plain.logOdds.slice()
      applyCorrections(corrections, frameIndex, days, logOdds)
      return logOdds
    }
    for (const point of points.slice(steps.length)) {
      request.signal?.throwIfAborted()
      const { frameIndex } = point
      const at = point.row * working.width + point.col
      const own = pixelLogOdds(membership, await readPosterior(frameIndex), at)
      const isSaid = correctedPixel(corrections, frameIndex, days, at, own) > 0 === point.positive
      const ground = isSaid ? null : groundOfPoint(point, await logOddsOf(frameIndex), working)
      if (ground === null) {
        steps.push({ point, correction: null, shared: null })
        continue
      }
      const others = point.positive ? [] : positives.filter((place) => ground[place])
      const correction = correctionOfPoint(point, ground, others, working)
      await extendCorrection(correction, { days, readPosterior, accepted })
      const shared = point.positive ? null : { piece: pieceOf(ground, working), others }
      steps.push({ point, correction, shared })
      corrections.push(correction)
    }
    last = { membership, accepted, masks, steps }
    return corrections
  }

  /** Whether the positive clicks of now leave a negative one's piece shared as it was. */
  function isSharedAlike({ shared }: Step, positives: readonly number[]): boolean {
    if (shared === null) return true
    const now = positives.filter((place) => isInside(shared.piece, place, working.width))
    return (
      now.length === shared.others.length && now.every((place, i) => place === shared.others[i])
    )
  }
}

function correctionsOf(steps: readonly Step[]): Correction[] {
  return steps.flatMap(({ correction }) => correction ?? [])
}

function pieceOf(ground: Uint8Array, { width, height }: WorkingGrid): Piece {
  const extent = extentOf(ground, width, height, 0) ?? { left: 0, top: 0, width: 0, height: 0 }
  return { extent, inside: cropMask(ground, width, extent) }
}

function isInside({ extent, inside }: Piece, place: number, width: number): boolean {
  const row = Math.floor(place / width) - extent.top
  const col = (place % width) - extent.left
  if (row < 0 || col < 0 || row >= extent.height || col >= extent.width) return false
  return inside[row * extent.width + col] === 1
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
