import { Sam2Error } from '../errors.ts'
import { collectResult, pendingKindOf } from './collect-result.ts'
import { forgetObject } from './feature-cache.ts'
import type { FrameResult } from './frame-result.ts'
import { dropNonCond, heavyOf, prepareNonCond, storeCond } from './memory-bank.ts'
import type { PredictorContext } from './predictor-context.ts'
import { type ObjectState, type VideoState, objectOf } from './video-state.ts'

/** What removing an object did. */
export interface RemovalResult {
  readonly objIds: readonly number[]
  /** Frames where the object had prompts, without it. */
  readonly updated: readonly FrameResult[]
}

/**
 * Drops an object's prompts and pending outputs on a frame. A conditioning output becomes a non-conditioning
 * one, with its memory, and the frame counts as not tracked. Upstream: `clear_all_prompts_in_frame`.
 */
export async function clearPrompts(
  context: PredictorContext,
  state: VideoState,
  frameIdx: number,
  objId: number,
): Promise<FrameResult> {
  const object = objectOf(state, objId)
  const output = object.stored.cond.get(frameIdx)
  const downgrade = output && (await prepareNonCond(object, frameIdx, output, context.options))
  forgetPrompts(object, frameIdx)
  if (downgrade) {
    object.stored.cond.delete(frameIdx)
    downgrade.commit()
    object.tracked.delete(frameIdx)
  }
  return collectResult(context, state, frameIdx, pendingKindOf(state, frameIdx), new Map())
}

function forgetPrompts(object: ObjectState, frameIdx: number): void {
  object.pointInputs.delete(frameIdx)
  object.maskInputs.delete(frameIdx)
  object.pending.cond.delete(frameIdx)
  object.pending.non_cond.delete(frameIdx)
}

/**
 * Forgets an object; the last one takes all of the state with it. Upstream: `remove_object`.
 * @throws Sam2Error `state` for an unknown object, with `strict`
 */
export async function removeFromState(
  context: PredictorContext,
  state: VideoState,
  objId: number,
  strict: boolean,
): Promise<RemovalResult> {
  const object = state.objects.get(objId)
  const updated: FrameResult[] = []
  if (!object) {
    if (!strict) return { objIds: [...state.objects.keys()], updated }
    throw new Sam2Error(
      `got object ${objId} to remove, expected one of ${[...state.objects.keys()].join(', ') || 'none'}`,
      { code: 'state', hint: 'Remove an object that exists.' },
    )
  }
  state.objects.delete(objId)
  forgetObject(state.features, objId)
  if (state.objects.size > 0) {
    const frames = new Set([...object.pointInputs.keys(), ...object.maskInputs])
    for (const frameIdx of [...frames].sort((a, b) => a - b)) {
      const kind = pendingKindOf(state, frameIdx)
      updated.push(await collectResult(context, state, frameIdx, kind, new Map()))
    }
  }
  return { objIds: [...state.objects.keys()], updated }
}

/**
 * Makes the output of a frame a conditioning one as it is.
 * @throws Sam2Error `state` where there is no output, or it was dropped from memory
 */
export async function acceptOutput(
  { options }: PredictorContext,
  object: ObjectState | undefined,
  frameIdx: number,
): Promise<void> {
  const corrected = object?.pending.non_cond.get(frameIdx)
  if (object && corrected) {
    object.pending.non_cond.delete(frameIdx)
    object.pending.cond.set(frameIdx, corrected)
    return
  }
  if (object?.pending.cond.has(frameIdx) || object?.stored.cond.has(frameIdx)) return
  const tracked = object?.stored.non_cond.get(frameIdx)
  const heavy = object && tracked && (await heavyOf(object, frameIdx, tracked, options))
  if (!object || !tracked || !heavy) {
    throw new Sam2Error(
      `got frame ${frameIdx} ${tracked ? 'whose output was dropped' : 'without an output'}, expected one that is kept`,
      { code: 'state', hint: 'Track the frame again, or give a spill store.' },
    )
  }
  dropNonCond(object, frameIdx)
  storeCond(object, frameIdx, { ...tracked, heavy, isSpilled: false })
}
