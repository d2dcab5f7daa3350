import { Sam2Error } from '../errors.ts'
import { collectResult } from './collect-result.ts'
import { cachedFeatures } from './condition-features.ts'
import type { FrameResult } from './frame-result.ts'
import { dropNonCond, prepareNonCond, storeCond } from './memory-bank.ts'
import type { MemoryEncoding } from './model-call.ts'
import type { MemoryPlan, OutputKind } from './plan-memory.ts'
import type { PredictorContext } from './predictor-context.ts'
import { encodeMemory, trackStep } from './track-step.ts'
import type { FrameOutput, HeavyOutput, ObjectState, VideoState } from './video-state.ts'

/** Which frames to track. */
export interface PropagateOptions {
  /** The earliest conditioning frame of any object where absent. */
  readonly startFrameIdx?: number
  /** n yields n + 1 frames, as upstream; all where absent. */
  readonly maxFrameNumToTrack?: number
  readonly reverse?: boolean
  readonly signal?: AbortSignal
}

const KINDS: readonly OutputKind[] = ['non_cond', 'cond']

interface PendingOutput {
  readonly object: ObjectState
  readonly kind: OutputKind
  readonly frameIdx: number
}

/**
 * Frames in the order they are tracked. The end is inclusive; reverse from frame 0 tracks nothing, as
 * upstream.
 */
export function frameOrder(
  numFrames: number,
  startFrameIdx: number,
  maxFrameNumToTrack: number,
  reverse: boolean,
): number[] {
  if (reverse) {
    if (startFrameIdx === 0) return []
    const end = Math.max(startFrameIdx - maxFrameNumToTrack, 0)
    return Array.from({ length: startFrameIdx - end + 1 }, (_, i) => startFrameIdx - i)
  }
  const end = Math.min(startFrameIdx + maxFrameNumToTrack, numFrames - 1)
  return Array.from({ length: end - startFrameIdx + 1 }, (_, i) => startFrameIdx + i)
}

/**
 * Moves pending outputs into the memory bank, encoding their memory first. Upstream:
 * `propagate_in_video_preflight`. Objects are taken in order, so that those before one without any
 * conditioning frame are done when it raises.
 * @throws Sam2Error `state` without prompts; the signal's reason
 */
export async function flushPending(
  context: PredictorContext,
  state: VideoState,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (state.objects.size === 0) throw withoutPrompts('any object')
  const objects = [...state.objects.values()]
  const bare = objects.findIndex(
    ({ stored, pending }) => stored.cond.size + pending.cond.size === 0,
  )
  const ready = bare === -1 ? objects : objects.slice(0, bare + 1)
  await encodePending(context, state, ready, signal)
  for (const object of ready) {
    for (const kind of KINDS) {
      for (const [frameIdx, output] of object.pending[kind]) {
        if (kind === 'cond') storeCond(object, frameIdx, output)
        else (await prepareNonCond(object, frameIdx, output, context.options)).commit()
        object.pending[kind].delete(frameIdx)
      }
    }
    if (object.stored.cond.size === 0) throw withoutPrompts(`object ${object.objId}`)
    for (const frameIdx of object.stored.cond.keys()) dropNonCond(object, frameIdx)
  }
}

/** Encodes what has no memory yet, frame by frame so that each frame's features are computed once. */
async function encodePending(
  context: PredictorContext,
  state: VideoState,
  objects: readonly ObjectState[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const waiting: PendingOutput[] = objects.flatMap((object) =>
    KINDS.flatMap((kind) =>
      [...object.pending[kind]]
        .filter(([, { heavy }]) => heavy?.memory === null)
        .map(([frameIdx]) => ({ object, kind, frameIdx })),
    ),
  )
  const reports = new Map<PendingOutput, MemoryEncoding>()
  for (const item of waiting.toSorted((a, b) => a.frameIdx - b.frameIdx)) {
    const { object, kind, frameIdx } = item
    const output = object.pending[kind].get(frameIdx) as FrameOutput
    const heavy = output.heavy as HeavyOutput
    const cached = await cachedFeatures(context, {
      state,
      object,
      frameIdx,
      reverse: false,
      signal,
    })
    signal?.throwIfAborted()
    const { memory, report } = await encodeMemory(context, { object, frameIdx }, cached, {
      lowResLogits: heavy.lowResLogits,
      objectScoreLogit: output.objectScoreLogit,
      binarize: context.model.config.binarizeMaskFromPtsForMemEnc,
      inTrackStep: false,
    })
    object.pending[kind].set(frameIdx, { ...output, heavy: { ...heavy, memory } })
    if (report) reports.set(item, report)
    signal?.throwIfAborted()
  }
  for (const item of waiting) {
    const report = reports.get(item)
    if (report) context.options.onMemoryEncoded?.(report)
  }
}

function withoutPrompts(subject: string): Sam2Error {
  return new Sam2Error(`got no prompt for ${subject}, expected at least one`, {
    code: 'state',
    hint: 'Add a point, box or mask before propagating.',
  })
}

/**
 * Tracks every object through one frame and stores what came out, all of it at once. Frames with a
 * conditioning output repeat it.
 */
export async function trackFrame(
  context: PredictorContext,
  state: VideoState,
  frameIdx: number,
  reverse: boolean,
  signal: AbortSignal | undefined,
): Promise<FrameResult> {
  const commits: (() => void)[] = []
  const plans = new Map<number, MemoryPlan>()
  for (const object of state.objects.values()) {
    signal?.throwIfAborted()
    if (object.stored.cond.has(frameIdx)) continue
    const { output, plan } = await trackStep(context, {
      state,
      object,
      frameIdx,
      reverse,
      signal,
      isInitCondFrame: false,
      points: null,
      mask: null,
      prevLogits: null,
      runMemEncoder: true,
    })
    plans.set(object.objId, plan)
    commits.push((await prepareNonCond(object, frameIdx, output, context.options)).commit)
  }
  signal?.throwIfAborted()
  for (const commit of commits) commit()
  for (const object of state.objects.values()) object.tracked.set(frameIdx, { reverse })
  return collectResult(context, state, frameIdx, 'non_cond', plans)
}

/** The earliest conditioning frame of any object. */
export function earliestCondFrame(state: VideoState): number {
  let earliest = Infinity
  for (const { stored } of state.objects.values()) {
    for (const frameIdx of stored.cond.keys()) earliest = Math.min(earliest, frameIdx)
  }
  return earliest
}
