import type { VideoState } from './video-state.ts'

/** One object's stores: frame indices in ascending order. Field names as in the reference's `state_after`. */
export interface ObjectDescription {
  readonly cond: readonly number[]
  readonly nonCond: readonly number[]
  readonly tempCond: readonly number[]
  readonly tempNonCond: readonly number[]
  /** Frame to whether it was last tracked in reverse. */
  readonly tracked: Readonly<Record<string, boolean>>
  readonly pointFrames: readonly number[]
  readonly maskFrames: readonly number[]
}

/** What a state holds. */
export interface StateDescription {
  /** In the order the objects were added. */
  readonly objIds: readonly number[]
  /** One for each of `objIds`. */
  readonly perObj: readonly ObjectDescription[]
}

/** What a state holds, as plain data; safe at any time. */
export function describeState(state: VideoState): StateDescription {
  const objects = [...state.objects.values()]
  return {
    objIds: objects.map(({ objId }) => objId),
    perObj: objects.map(({ stored, pending, tracked, pointInputs, maskInputs }) => ({
      cond: ascending(stored.cond.keys()),
      nonCond: ascending(stored.non_cond.keys()),
      tempCond: ascending(pending.cond.keys()),
      tempNonCond: ascending(pending.non_cond.keys()),
      tracked: Object.fromEntries(
        ascending(tracked.keys()).map((frame) => [frame, tracked.get(frame)?.reverse === true]),
      ),
      pointFrames: ascending(pointInputs.keys()),
      maskFrames: ascending(maskInputs),
    })),
  }
}

function ascending(frames: Iterable<number>): number[] {
  return [...frames].sort((a, b) => a - b)
}
