import type { Prompt, SiteDetail, TrackedFrame } from '@scarline/core/model'
import { type FrameObject, heldOf } from '../state/held-masks.ts'
import type { HeldMask } from '../state/track-store.ts'
import { roundUp } from './time-axis.ts'

/** Ends of a 90 % interval, m². */
export interface AreaInterval {
  areaM2: number
  lowM2: number
  highM2: number
}

/** Intervals by frame and object, see {@link intervalKey}. */
export type AreaIntervals = ReadonlyMap<string, AreaInterval>

export const intervalKey = ({ sceneId, objectId }: FrameObject): string => `${sceneId} ${objectId}`

/** A frame on the timeline, as it is for the object in hand. */
export interface TimelineFrame {
  sceneId: string
  capturedAt: string
  timeMs: number
  isPrompted: boolean
  isLocked: boolean
  /** Of frame and mask. */
  flags: readonly string[]
  /** 0..1; null without a mask. */
  confidence: number | null
  isDoubtful: boolean
}

/** A point of a curve. */
export interface CurvePoint {
  timeMs: number
  areaM2: number
  /** Null where it was not analysed, or is newer than the analysis. */
  interval: AreaInterval | null
  /** Answers marks that are not propagated yet. */
  isHeld: boolean
}

/** An object's area over time. */
export interface AreaCurve {
  objectId: number
  isActive: boolean
  points: readonly CurvePoint[]
}

export interface TimelineModel {
  frames: readonly TimelineFrame[]
  /** The object in hand comes last, and lies on top. */
  curves: readonly AreaCurve[]
  /** Upper end of the area axis, m². */
  mostM2: number
}

/** A mask with a score below this is doubtful. */
export const DOUBTFUL_BELOW = 0.5

/** Areas measured within this of each other are the same. */
const SAME_AREA_M2 = 0.5

export function timelineModel(
  detail: Pick<SiteDetail, 'frames' | 'prompts' | 'track'>,
  objects: { ids: readonly number[]; active: number },
  held: readonly HeldMask[],
  intervals: AreaIntervals,
): TimelineModel {
  const list = detail.frames?.frames ?? []
  const masks = new Map<string, TrackedFrame>()
  for (const mask of detail.track?.frames ?? []) masks.set(intervalKey(mask), mask)
  const prompted = promptedScenes(detail.prompts, objects.active)
  const frames = list.map((frame): TimelineFrame => {
    const { sceneId, capturedAt } = frame
    const mask = masks.get(intervalKey({ sceneId, objectId: objects.active }))
    const confidence = mask?.confidence.score ?? null
    return {
      ...{ sceneId, capturedAt, confidence },
      timeMs: Date.parse(capturedAt),
      isPrompted: prompted.has(sceneId),
      isLocked: mask?.locked ?? false,
      flags: [...new Set([...frame.flags, ...(mask?.flags ?? [])])],
      isDoubtful: confidence !== null && confidence < DOUBTFUL_BELOW,
    }
  })
  const curves = [...objects.ids]
    .sort((a, b) => Number(a === objects.active) - Number(b === objects.active))
    .map((objectId): AreaCurve => ({
      objectId,
      isActive: objectId === objects.active,
      points: frames.flatMap(({ sceneId, timeMs }): CurvePoint[] => {
        const of = { sceneId, objectId }
        const answer = heldOf(held, of)
        if (answer) return [{ timeMs, areaM2: answer.areaM2, interval: null, isHeld: true }]
        const areaM2 = masks.get(intervalKey(of))?.areaM2
        if (areaM2 === undefined) return []
        return [{ timeMs, areaM2, interval: intervalOf(intervals, of, areaM2), isHeld: false }]
      }),
    }))
  const most = Math.max(
    0,
    ...curves.flatMap(({ points, isActive }) =>
      points.map(({ areaM2, interval }) =>
        Math.max(areaM2, isActive ? (interval?.highM2 ?? 0) : 0),
      ),
    ),
  )
  return { frames, curves, mostM2: roundUp(most) }
}

function promptedScenes(prompts: readonly Prompt[], objectId: number): Set<string> {
  return new Set(prompts.filter((one) => one.objectId === objectId).map(({ sceneId }) => sceneId))
}

function intervalOf(
  intervals: AreaIntervals,
  of: FrameObject,
  areaM2: number,
): AreaInterval | null {
  const interval = intervals.get(intervalKey(of))
  return interval && Math.abs(interval.areaM2 - areaM2) <= SAME_AREA_M2 ? interval : null
}
