import { Sam2Error } from '../errors.ts'
import { acceptOutput, type RemovalResult, clearPrompts, removeFromState } from './edit-state.ts'
import { forgetObject } from './feature-cache.ts'
import type { FrameResult, StoredOutput } from './frame-result.ts'
import type { FrameSource } from './frame-source.ts'
import { type PointsAndBox, joinPoints, pointInputs } from './point-inputs.ts'
import { type PredictorContext, createContext } from './predictor-context.ts'
import type { PredictorOptions } from './predictor-options.ts'
import { promptStep } from './prompt-step.ts'
import {
  type PropagateOptions,
  earliestCondFrame,
  flushPending,
  frameOrder,
  trackFrame,
} from './propagation.ts'
import { maskAtModelSize } from './resize-mask.ts'
import type { Sam2Model } from './sam2-model.ts'
import { claimState, exclusively } from './state-lock.ts'
import { exportStoredOutput, importStoredOutput, readStoredOutput } from './transfer-output.ts'
import { type ObjectState, type VideoState, createState, newObject } from './video-state.ts'

export type { PropagateOptions } from './propagation.ts'
export type { RemovalResult } from './edit-state.ts'

/** An object on a frame. */
export interface FrameObject {
  readonly frameIdx: number
  readonly objId: number
}

/** Clicks, a box, or both: pixels of the video, or 0 to 1 with `normalizeCoords: false`. */
export interface PointPrompt extends FrameObject, PointsAndBox {
  /** Forget earlier clicks on this frame; true. The mask so far is fed back either way, as upstream. */
  readonly clearOldPoints?: boolean
  /** Coordinates are pixels and still to be normalised; true. */
  readonly normalizeCoords?: boolean
}

/** A mask drawn by hand. */
export interface MaskPrompt extends FrameObject {
  /** Rows from the top, non-zero in the object; of any size. */
  readonly mask: Uint8Array
  readonly width: number
  readonly height: number
}

/**
 * Tracks objects through videos. Calls and their effects are upstream's `SAM2VideoPredictor`, but for what
 * {@link PredictorOptions} adds. Every call throws Sam2Error `input` for wrong arguments, `state` while another
 * call works on the same state, and the reason of an aborted signal as it is; a call that throws leaves the
 * state as it was before, or as after the last frame that was yielded.
 */
export interface VideoPredictor {
  readonly model: Sam2Model
  /** A state without objects; nothing is read yet. */
  initState(source: FrameSource): VideoState
  /**
   * Segments an object by clicks and a box. The first prompt of an object decides its mask on that frame
   * without memory; a prompt on a tracked frame corrects it. A click after the first on a frame costs
   * a pass of the mask decoder only.
   * @throws Sam2Error `input` for a box together with `clearOldPoints: false`
   */
  addNewPointsOrBox(
    state: VideoState,
    prompt: PointPrompt,
    signal?: AbortSignal,
  ): Promise<FrameResult>
  /** Gives an object's mask on a frame. */
  addNewMask(state: VideoState, prompt: MaskPrompt, signal?: AbortSignal): Promise<FrameResult>
  /**
   * Tracks all objects frame by frame. The state is taken until the generator ends, is closed
   * (`return()`, leaving a `for await`) or throws. Frames that were yielded are kept, an aborted one
   * leaves nothing. Frames with a conditioning output repeat it bit for bit.
   * @throws Sam2Error `state` while an object has no prompt
   */
  propagateInVideo(state: VideoState, options?: PropagateOptions): AsyncGenerator<FrameResult, void>
  /**
   * Drops an object's prompts on a frame. Its conditioning output becomes an ordinary one: the next
   * propagation computes the frame anew. An unknown object is made, as upstream.
   */
  clearAllPromptsInFrame(state: VideoState, at: FrameObject): Promise<FrameResult>
  /** Forgets an object. @throws Sam2Error `state` for an unknown one, with `strict` */
  removeObject(
    state: VideoState,
    objId: number,
    options?: { readonly strict?: boolean },
  ): Promise<RemovalResult>
  /** Forgets all objects; image features stay cached. */
  resetState(state: VideoState): void
  /**
   * Accepts a frame's output: it becomes a conditioning one, with the mask and memory it has, and every
   * later propagation repeats it bit for bit. {@link VideoPredictor.clearAllPromptsInFrame} takes it back.
   * @throws Sam2Error `state` where the frame has no output, or it was dropped from memory
   */
  acceptFrame(state: VideoState, at: FrameObject): Promise<void>
  /** What the memory bank holds; null: nothing. Allowed between the frames of a propagation. */
  readOutput(state: VideoState, at: FrameObject): Promise<StoredOutput | null>
  /**
   * An output as bytes, with the frame's prompts, so that a job can go on elsewhere: a state into which all
   * outputs are imported in the order they were first made tracks on bit-identically. Allowed between
   * the frames of a propagation.
   * @throws Sam2Error `state` where there is none, or it was dropped from memory
   */
  exportOutput(state: VideoState, at: FrameObject): Promise<Uint8Array>
  /** Puts an exported output into a state. @throws Sam2Error `input` for bytes of anything else */
  importOutput(state: VideoState, bytes: Uint8Array): Promise<FrameObject>
}

/**
 * A video predictor on a loaded model. It keeps nothing itself: all that is known of a video is in its state.
 * @throws Sam2Error `input` for options out of range, `config` for a model with unofficial rules
 */
export function createVideoPredictor(
  model: Sam2Model,
  options: PredictorOptions = {},
): VideoPredictor {
  const context = createContext(model, options)
  return {
    model,
    initState: (source) => createState(source, context.options.featureCacheFrames),
    addNewPointsOrBox: (state, prompt, signal) =>
      exclusively(state, 'addNewPointsOrBox', () => addPoints(context, state, prompt, signal)),
    addNewMask: (state, prompt, signal) =>
      exclusively(state, 'addNewMask', () => addMask(context, state, prompt, signal)),
    propagateInVideo: (state, propagation = {}) => propagate(context, state, propagation),
    clearAllPromptsInFrame: (state, { frameIdx, objId }) =>
      exclusively(state, 'clearAllPromptsInFrame', async () => {
        requireFrameIdx(state, frameIdx)
        requireObjId(objId)
        return clearPrompts(context, state, frameIdx, objId)
      }),
    removeObject: (state, objId, { strict = false } = {}) =>
      exclusively(state, 'removeObject', () => removeFromState(context, state, objId, strict)),
    resetState(state) {
      const release = claimState(state, 'resetState')
      for (const objId of state.objects.keys()) forgetObject(state.features, objId)
      state.objects.clear()
      release()
    },
    acceptFrame: (state, { frameIdx, objId }) =>
      exclusively(state, 'acceptFrame', () =>
        acceptOutput(context, state.objects.get(objId), frameIdx),
      ),
    readOutput: (state, { frameIdx, objId }) =>
      readStoredOutput(context, state.objects.get(objId), frameIdx),
    exportOutput: (state, { frameIdx, objId }) =>
      exportStoredOutput(context, state.objects.get(objId), frameIdx),
    importOutput: (state, bytes) =>
      exclusively(state, 'importOutput', () => importStoredOutput(context, state, bytes)),
  }
}

async function addPoints(
  context: PredictorContext,
  state: VideoState,
  prompt: PointPrompt,
  signal: AbortSignal | undefined,
): Promise<FrameResult> {
  const { frameIdx, box, clearOldPoints = true, normalizeCoords = true } = prompt
  requireFrameIdx(state, frameIdx)
  if (box && !clearOldPoints) {
    throw new Sam2Error('got a box with clearOldPoints false, expected a box to come first', {
      code: 'input',
      hint: 'Give the box with clearOldPoints, then add points.',
    })
  }
  const object = promptedObject(state, prompt.objId)
  const picture = normalizeCoords ? state.source : { width: 1, height: 1 }
  const added = pointInputs(prompt, picture, context.model.config.imageSize)
  const points = clearOldPoints ? added : joinPoints(object.pointInputs.get(frameIdx), added)
  return promptStep(context, state, object, frameIdx, { points, mask: null }, signal)
}

async function addMask(
  context: PredictorContext,
  state: VideoState,
  { frameIdx, objId, mask, width, height }: MaskPrompt,
  signal: AbortSignal | undefined,
): Promise<FrameResult> {
  requireFrameIdx(state, frameIdx)
  if (mask.length === 0 || mask.length !== width * height) {
    throw new Sam2Error(`got a mask of ${mask.length} pixels, expected ${width} x ${height}`, {
      code: 'input',
      hint: 'Give one byte a pixel, rows from the top.',
    })
  }
  const object = promptedObject(state, objId)
  const atModelSize = maskAtModelSize(mask, width, height, context.model.config.imageSize)
  const prompt = { points: null, mask: atModelSize }
  return promptStep(context, state, object, frameIdx, prompt, signal)
}

/** A new object joins the state only with its first output. */
function promptedObject(state: VideoState, objId: number): ObjectState {
  requireObjId(objId)
  return state.objects.get(objId) ?? newObject(objId)
}

async function* propagate(
  context: PredictorContext,
  state: VideoState,
  { startFrameIdx, maxFrameNumToTrack, reverse = false, signal }: PropagateOptions,
): AsyncGenerator<FrameResult, void> {
  const { numFrames } = state.source
  if (startFrameIdx !== undefined) requireFrameIdx(state, startFrameIdx)
  if (maxFrameNumToTrack !== undefined && !(maxFrameNumToTrack >= 0)) {
    throw new Sam2Error(`got ${maxFrameNumToTrack} frames to track, expected 0 or more`, {
      code: 'input',
      hint: 'Leave maxFrameNumToTrack out to track all frames.',
    })
  }
  const release = claimState(state, 'propagateInVideo')
  try {
    signal?.throwIfAborted()
    await flushPending(context, state, signal)
    const start = startFrameIdx ?? earliestCondFrame(state)
    const count = Math.floor(Math.min(maxFrameNumToTrack ?? numFrames, numFrames))
    for (const frameIdx of frameOrder(numFrames, start, count, reverse)) {
      signal?.throwIfAborted()
      yield await trackFrame(context, state, frameIdx, reverse, signal)
    }
  } finally {
    release()
  }
}

function requireFrameIdx({ source }: VideoState, frameIdx: number): void {
  if (Number.isInteger(frameIdx) && frameIdx >= 0 && frameIdx < source.numFrames) return
  throw new Sam2Error(`got frame ${frameIdx}, expected one of 0 to ${source.numFrames - 1}`, {
    code: 'input',
    hint: 'Give the index of a frame of this video.',
  })
}

function requireObjId(objId: number): void {
  if (Number.isInteger(objId)) return
  throw new Sam2Error(`got object ${objId}, expected a whole number`, {
    code: 'input',
    hint: 'Number the objects.',
  })
}
