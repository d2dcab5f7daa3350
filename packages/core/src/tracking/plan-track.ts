import type { Track, TrackRun, TrackedFrame } from '../model/track.ts'

/** What a plan needs to know of a frame. */
export interface PlanFrame {
  sceneId: string
  /** Changes when the frame's pixels do. */
  frameHash: string
}

/** Input of {@link planTrack}; hashes are opaque and only compared. */
export interface PlanTrackInput {
  /** In time order. */
  frames: readonly PlanFrame[]
  objectId: number
  /** Hash of the prompts per scene of this object; scenes without prompts are absent. */
  promptHashes: ReadonlyMap<string, string>
  previous: Track | null
  segmenter: string
  modelHash: string
  /** Compute every frame that is not locked again, corrected frames too. */
  all?: boolean
  /** Only frames from this index on (or back, in reverse). */
  fromFrame?: number
  reverse?: boolean
}

/** What one object's propagation will do. */
export interface TrackPlan {
  objectId: number
  /** Indices of frames to compute, in the order to compute them. */
  compute: number[]
  /** Indices of frames whose masks stand and condition the others. */
  accepted: number[]
  /** Locked frames whose prompts have changed since: the lock wins. */
  lockedButPrompted: number[]
}

/**
 * Which frames a propagation computes. A frame is stale when it has no mask, when its pixels or the
 * engine have changed, or when its prompts are not those its mask answers. Everything between a stale
 * frame and the next locked frames on either side is computed again; locked frames, and corrected
 * frames whose prompts are unchanged, stand as they are.
 */
export function planTrack(input: PlanTrackInput): TrackPlan {
  const { frames, objectId, promptHashes, previous, segmenter, modelHash } = input
  const before = new Map<string, TrackedFrame>()
  for (const frame of previous?.frames ?? []) {
    if (frame.objectId === objectId) before.set(frame.sceneId, frame)
  }
  const locked = frames.map(({ sceneId }) => before.get(sceneId)?.locked === true)
  const stale = frames.map(({ sceneId, frameHash }) => {
    const old = before.get(sceneId)
    return (
      old === undefined ||
      old.frameHash !== frameHash ||
      old.segmenter !== segmenter ||
      old.modelHash !== modelHash ||
      old.promptHash !== (promptHashes.get(sceneId) ?? null)
    )
  })
  const wanted = frames.map(() => input.all === true)
  for (let start = 0; start < frames.length;) {
    let end = start
    while (end < frames.length && !locked[end]) end++
    if (stale.slice(start, end).some(Boolean)) wanted.fill(true, start, end)
    start = end + 1
  }

  const compute: number[] = []
  const accepted: number[] = []
  const lockedButPrompted: number[] = []
  frames.forEach(({ sceneId }, index) => {
    if (locked[index]) {
      accepted.push(index)
      const old = before.get(sceneId) as TrackedFrame
      if (promptHashes.has(sceneId) && old.promptHash !== promptHashes.get(sceneId)) {
        lockedButPrompted.push(index)
      }
      return
    }
    if (!stale[index] && promptHashes.has(sceneId) && input.all !== true) {
      accepted.push(index)
      return
    }
    const inRange =
      input.fromFrame === undefined ||
      (input.reverse ? index <= input.fromFrame : index >= input.fromFrame)
    if (wanted[index] && inRange) compute.push(index)
  })
  if (input.reverse) compute.reverse()
  return { objectId, compute, accepted, lockedButPrompted }
}

/**
 * Whether an unfinished run may go on: same engine, same inputs. It then keeps the conditioning
 * frames it began with, so that the masks come out as if it had never stopped.
 */
export function canResume(
  run: TrackRun | null,
  now: { segmenter: string; modelHash: string; inputHash: string },
): run is TrackRun {
  return (
    run !== null &&
    run.pending.length > 0 &&
    run.segmenter === now.segmenter &&
    run.modelHash === now.modelHash &&
    run.inputHash === now.inputHash
  )
}
