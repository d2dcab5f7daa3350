import { Sam2Error } from '../errors.ts'
import { collectResult } from './collect-result.ts'
import type { FrameResult } from './frame-result.ts'
import { findOutput, heavyOf } from './memory-bank.ts'
import type { OutputKind } from './plan-memory.ts'
import type { PredictorContext } from './predictor-context.ts'
import { trackStep } from './track-step.ts'
import type { ObjectState, PointInputs, VideoState } from './video-state.ts'

/** A prompt in the model's terms: points or a mask. */
export interface ModelPrompt {
  readonly points: PointInputs | null
  /** 0 and 1 at the model's size. */
  readonly mask: Float32Array | null
}

/**
 * Runs a prompt on a frame and keeps its output as pending. A frame that was not tracked yet for this
 * object ignores all memory; on a tracked one memory is gathered in the direction in which it was last
 * tracked. The state changes only when the model is done.
 * @throws Sam2Error `state` upstream only: a tracked frame of an object without conditioning frames
 */
export async function promptStep(
  context: PredictorContext,
  state: VideoState,
  object: ObjectState,
  frameIdx: number,
  prompt: ModelPrompt,
  signal: AbortSignal | undefined,
): Promise<FrameResult> {
  const { options } = context
  const tracked = object.tracked.get(frameIdx)
  const isInitCondFrame = tracked === undefined
  const kind: OutputKind = isInitCondFrame || options.correctionsAreCond ? 'cond' : 'non_cond'
  if (!isInitCondFrame && !options.correctionsStick && object.stored.cond.size === 0) {
    throw new Sam2Error(
      `got a prompt on tracked frame ${frameIdx} of object ${object.objId} without conditioning frames, expected one at least`,
      { code: 'state', hint: 'Prompt a frame that has not been tracked yet.' },
    )
  }
  const prevLogits = prompt.points ? await previousLogits(context, object, frameIdx, kind) : null
  const { output, plan } = await trackStep(context, {
    state,
    object,
    frameIdx,
    reverse: tracked?.reverse ?? false,
    signal,
    isInitCondFrame,
    points: prompt.points,
    mask: prompt.mask,
    prevLogits,
    runMemEncoder: false,
  })
  state.objects.set(object.objId, object)
  if (prompt.points) {
    object.pointInputs.set(frameIdx, prompt.points)
    object.maskInputs.delete(frameIdx)
  } else {
    object.maskInputs.add(frameIdx)
    object.pointInputs.delete(frameIdx)
  }
  object.pending[kind].set(frameIdx, output)
  return collectResult(context, state, frameIdx, kind, new Map([[object.objId, plan]]))
}

async function previousLogits(
  { options }: PredictorContext,
  object: ObjectState,
  frameIdx: number,
  kind: OutputKind,
): Promise<Float32Array | null> {
  const found = findOutput(object, frameIdx, kind)
  if (!found) return null
  const heavy = await heavyOf(object, frameIdx, found.output, options)
  return heavy?.lowResLogits ?? null
}
