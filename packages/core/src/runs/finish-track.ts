import type { FrameList } from '../model/frame.ts'
import type { ReviewItem } from '../model/studio-api-marks.ts'
import type { MaskChange, Track, TrackedFrame } from '../model/track.ts'
import { areaContinuity, reviewQueue, scoreOf } from '../tracking/confidence.ts'

/** What a propagation did. */
export interface TrackSummary {
  segmenter: string
  objects: number[]
  computed: number
  kept: number
  locked: number
  /** Frames whose masks the propagation changed, and by how much. */
  changes: MaskChange[]
  /** The frames where a correction gains most, best first (at most ten). */
  review: ReviewItem[]
  resumed: boolean
}

/** Puts frames in order and adds what only the neighbours tell. */
export function finishTrack(state: Track, list: FrameList): Track {
  const position = new Map(list.frames.map(({ sceneId }, index) => [sceneId, index]))
  const order = (item: { sceneId: string; objectId: number }): number =>
    item.objectId * 1e6 + (position.get(item.sceneId) ?? 1e6 - 1)
  const frames = [...state.frames].sort((a, b) => order(a) - order(b))
  const isNeighbour = (a: TrackedFrame | undefined, b: TrackedFrame): a is TrackedFrame =>
    a !== undefined && a.objectId === b.objectId && position.has(a.sceneId)
  const rated = frames.map((frame, i): TrackedFrame => {
    const [before, after] = [frames[i - 1], frames[i + 1]]
    const continuity = areaContinuity(
      isNeighbour(before, frame) ? before.areaM2 : null,
      frame.areaM2,
      isNeighbour(after, frame) ? after.areaM2 : null,
    )
    return { ...frame, confidence: scoreOf({ ...frame.confidence.parts, jump: continuity }) }
  })
  return {
    ...state,
    frames: rated,
    run: null,
    changes: [...state.changes].sort((a, b) => order(a) - order(b)),
  }
}

/** The summary of a track that is complete. */
export function summariseTrack(
  state: Track,
  list: FrameList,
  facts: { objects: number[]; computed: number; segmenter: string; resumed: boolean },
): TrackSummary {
  const scenes = new Set(list.frames.map(({ sceneId }) => sceneId))
  const current = state.frames.filter(({ sceneId }) => scenes.has(sceneId))
  const review = facts.objects.flatMap((objectId) =>
    reviewQueue(current.filter((frame) => frame.objectId === objectId)),
  )
  return {
    ...facts,
    kept: current.length - facts.computed,
    locked: current.filter(({ locked }) => locked).length,
    changes: state.changes,
    review: review.sort((a, b) => b.gainM2 - a.gainM2).slice(0, 10),
  }
}
