import type {
  FrameSource as ModelFrameSource,
  Sam2Model,
  VideoPredictor,
  VideoState,
} from '@scarline/sam2'
import { answerOf } from './sam2-segmenter-answer.ts'
import { fromSam2Error } from './sam2-segmenter-errors.ts'
import {
  type ConditioningPlan,
  type FramePrompts,
  type TrackingRun,
  framesOfWork,
  neededConditioning,
  planConditioning,
  planRuns,
  planSweeps,
} from './sam2-segmenter-plan.ts'
import { type ResumeStore, resumeStore } from './sam2-segmenter-store.ts'
import type {
  FrameInfo,
  FrameSource,
  OpenSegmenterOptions,
  PrepareProgress,
  SegmentationRequest,
  SegmentedFrame,
  Segmenter,
  SegmenterSession,
} from './segmenter.ts'

/** Version of this engine around the model: equal versions and models give equal masks. */
const VERSION = 'sam2-1'
/** Conditioning frames that a frame attends to; each costs as much as a seventh of the memory does. */
const MAX_COND_FRAMES = 4
const MS_PER_DAY = 86_400_000
const OBJ_ID = 1

/** A loaded model with what it runs on. */
export interface OpenedSam2Model {
  model: Sam2Model
  /** Frees the model and what it runs on. */
  close(): Promise<void>
}

/** Which model to track with. */
export interface Sam2SegmenterOptions {
  /** Such as `sam2.1-hiera-tiny`. */
  id: string
  /** Identifies the weights, the configuration and the package: equal hashes give equal masks. */
  modelHash: string
  openModel(options: {
    signal?: AbortSignal
    onProgress?: (progress: PrepareProgress) => void
  }): Promise<OpenedSam2Model>
}

/** SAM 2 as an engine: a video model with memory, prompted by clicks, boxes and masks. */
export function createSam2Segmenter(options: Sam2SegmenterOptions): Segmenter {
  const modelHash = `${VERSION}:${options.modelHash}`
  return {
    id: options.id,
    modelHash,
    open: (source, openOptions) => openSession(options, modelHash, source, openOptions),
  }
}

/** What every frame of a session needs. */
interface Session {
  predictor: VideoPredictor
  source: FrameSource
  video: ModelFrameSource
  /** Frames that the memory of a frame reaches. */
  reach: number
}

async function openSession(
  { openModel }: Sam2SegmenterOptions,
  modelHash: string,
  source: FrameSource,
  options: OpenSegmenterOptions,
): Promise<SegmenterSession> {
  const { scratch, signal, onProgress } = options
  let opened: OpenedSam2Model
  try {
    opened = await openModel({
      ...(signal ? { signal } : {}),
      ...(onProgress ? { onProgress } : {}),
    })
  } catch (error) {
    throw fromSam2Error(error)
  }
  const { createVideoPredictor } = await import('@scarline/sam2')
  const { model } = opened
  const { numMaskmem, memoryTemporalStrideForEval, maxObjPtrsInEncoder } = model.config
  const session: Session = {
    predictor: createVideoPredictor(model, { maxCondFramesInAttn: MAX_COND_FRAMES }),
    source,
    video: videoOf(source),
    reach: Math.max(numMaskmem * memoryTemporalStrideForEval, maxObjPtrsInEncoder),
  }
  let isOpen = true
  const close = async (): Promise<void> => {
    if (!isOpen) return
    isOpen = false
    await opened.close()
  }
  return {
    async *segment(request, requestSignal) {
      if (!isOpen) throw new Error('the session is closed')
      try {
        const store = resumeStore(scratch, request, modelHash)
        yield* segmentObject(session, request, store, requestSignal)
      } catch (error) {
        throw fromSam2Error(error)
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** The series as the model sees it: the pictures, in which hidden ground is filled from memory. */
function videoOf(source: FrameSource): ModelFrameSource {
  const { width, height } = source.grid
  return {
    numFrames: source.frames.length,
    width,
    height,
    times: source.frames.map(({ capturedAt }) => Date.parse(capturedAt) / MS_PER_DAY),
    readFrame: async (index, signal) => ({
      width,
      height,
      data: await source.readPicture(index, signal),
    }),
  }
}

async function* segmentObject(
  session: Session,
  request: SegmentationRequest,
  store: ResumeStore,
  signal?: AbortSignal,
): AsyncGenerator<SegmentedFrame> {
  const { predictor, source, video } = session
  const plan = planConditioning(request)
  if (request.frameIndices.length === 0) return
  if (plan.anchors.length === 0) throw new RangeError('no prompt says where the object is')
  let frames = await store.readFrames()
  let conditioning = frames ? await store.readConditioning() : null
  if (!frames || !conditioning) {
    frames = [...request.frameIndices]
    conditioning = await findConditioning(session, plan, request, signal)
    await store.writeConditioning(conditioning)
    await store.writeFrames(frames)
  }
  const conditioningFrames = conditioning.map(({ frameIndex }) => frameIndex)
  const wanted = new Set(request.frameIndices)
  for (const run of planRuns(frames, conditioningFrames)) {
    // No run sees what another tracked: a run alone, after an interruption, comes out the same.
    const state = predictor.initState(video)
    for (const { bytes } of conditioning) await predictor.importOutput(state, bytes)
    for await (const { frameIdx, masks } of trackRun(session, state, run, wanted, store, signal)) {
      const [result] = masks
      if (!result || !wanted.has(frameIdx)) continue
      const frame = source.frames[frameIdx] as FrameInfo
      yield answerOf({ frame, objectId: request.objectId, result, given: givenOn(plan, frameIdx) })
    }
  }
}

/** Masks that a person drew or accepted are the truth for their frame, unless clicks mend them. */
function givenOn({ accepted, prompts }: ConditioningPlan, frameIndex: number): Uint8Array | null {
  const own = prompts.get(frameIndex)
  return accepted.get(frameIndex) ?? (own && own.points.length === 0 ? own.mask : null)
}

/** Masks of all conditioning frames that matter to the work, corrections found on what is tracked there. */
async function findConditioning(
  { predictor, video, reach }: Session,
  plan: ConditioningPlan,
  request: SegmentationRequest,
  signal?: AbortSignal,
): Promise<{ frameIndex: number; bytes: Uint8Array }[]> {
  const sweeps = planSweeps(plan)
  const work = framesOfWork(request.frameIndices, sweeps)
  const all = [...plan.anchors, ...plan.corrections]
  const needed = neededConditioning(all, work, MAX_COND_FRAMES, reach)
  const state = predictor.initState(video)
  const anchors = needed.filter((frame) => plan.anchors.includes(frame))
  const ways = sweeps.map(({ frameIndex, from }) => Math.abs(frameIndex - from))
  const total = ways.reduce((sum, frames) => sum + frames, anchors.length)
  let done = 0
  const advance = (): void => request.onPrepare?.({ done: ++done, total })
  for (const frameIndex of anchors) {
    signal?.throwIfAborted()
    await promptFrame(predictor, state, plan, frameIndex, signal)
    await encodeMemory(predictor, state, frameIndex, signal)
    advance()
  }
  for (const { frameIndex, from, reverse } of sweeps) {
    const length = Math.abs(frameIndex - from)
    const tracking = predictor.propagateInVideo(state, {
      startFrameIdx: from,
      maxFrameNumToTrack: length,
      reverse,
      ...(signal ? { signal } : {}),
    })
    for await (const { frameIdx } of tracking) {
      if (frameIdx !== from && frameIdx !== frameIndex) advance()
    }
    await promptFrame(predictor, state, plan, frameIndex, signal)
    await encodeMemory(predictor, state, frameIndex, signal)
    advance()
  }
  const outputs: { frameIndex: number; bytes: Uint8Array }[] = []
  for (const frameIndex of needed) {
    const at = { frameIdx: frameIndex, objId: OBJ_ID }
    outputs.push({ frameIndex, bytes: await predictor.exportOutput(state, at) })
  }
  return outputs
}

/** Has the memory of a prompted frame encoded while its features are at hand: tracking that frame alone does it. */
async function encodeMemory(
  predictor: VideoPredictor,
  state: VideoState,
  frameIndex: number,
  signal?: AbortSignal,
): Promise<void> {
  const only = { startFrameIdx: frameIndex, maxFrameNumToTrack: 0, ...(signal ? { signal } : {}) }
  for await (const { frameIdx } of predictor.propagateInVideo(state, only)) {
    if (frameIdx !== frameIndex) throw new RangeError(`frame ${frameIdx}, expected ${frameIndex}`)
  }
}

async function promptFrame(
  predictor: VideoPredictor,
  state: VideoState,
  { accepted, prompts }: ConditioningPlan,
  frameIndex: number,
  signal?: AbortSignal,
): Promise<void> {
  const { width, height } = state.source
  const at = { frameIdx: frameIndex, objId: OBJ_ID }
  const own = prompts.get(frameIndex)
  const mask = accepted.get(frameIndex) ?? own?.mask
  if (mask) await predictor.addNewMask(state, { ...at, mask, width, height }, signal)
  if (!own || accepted.has(frameIndex) || (own.points.length === 0 && !own.box)) return
  const { imageSize } = predictor.model.config
  await predictor.addNewPointsOrBox(
    state,
    { ...at, ...modelPrompt(own, width, height, imageSize) },
    signal,
  )
}

/**
 * Clicks and box in the words of the model, which counts from the middle of the first pixel, in pixels of
 * its own: half of one of those is added inside. A box runs from the first pixel to the last.
 */
function modelPrompt(
  { points, box }: FramePrompts,
  width: number,
  height: number,
  imageSize: number,
): {
  points?: [number, number][]
  labels?: number[]
  box?: [number, number, number, number]
} {
  const [dx, dy] = [(0.5 * width) / imageSize, (0.5 * height) / imageSize]
  const clicks =
    points.length === 0
      ? {}
      : {
          points: points.map(({ xPx, yPx }): [number, number] => [xPx - dx, yPx - dy]),
          labels: points.map(({ positive }) => (positive ? 1 : 0)),
        }
  if (!box) return clicks
  const { x0Px, y0Px, x1Px, y1Px } = box
  return {
    ...clicks,
    box: [x0Px, y0Px, Math.max(x0Px, x1Px - 1), Math.max(y0Px, y1Px - 1)],
  }
}

/**
 * Tracks one run, from its first frame that is still wanted where the outputs before that were kept,
 * else from its beginning; the masks are the same either way.
 */
async function* trackRun(
  { predictor, reach }: Session,
  state: VideoState,
  { frames, tracked, reverse }: TrackingRun,
  wanted: ReadonlySet<number>,
  store: ResumeStore,
  signal?: AbortSignal,
): ReturnType<VideoPredictor['propagateInVideo']> {
  const firstWanted = frames.findIndex((frame) => wanted.has(frame))
  if (firstWanted === -1) return
  const done = frames.slice(0, firstWanted).filter((frame) => tracked.has(frame))
  const kept = await keptBefore(done, reach, store, reverse)
  const begin = kept ? firstWanted : 0
  for (const bytes of kept ?? []) await predictor.importOutput(state, bytes)
  let start = frames[begin] as number
  // Upstream's predictor tracks nothing backwards from frame 0.
  if (reverse && start === 0) start = 1
  const end = frames.findLast((frame) => wanted.has(frame)) as number
  const tracking = predictor.propagateInVideo(state, {
    startFrameIdx: start,
    maxFrameNumToTrack: Math.abs(end - start),
    reverse,
    ...(signal ? { signal } : {}),
  })
  for await (const result of tracking) {
    const at = { frameIdx: result.frameIdx, objId: OBJ_ID }
    if (result.masks[0]?.computed) {
      const bytes = await predictor.exportOutput(state, at)
      await store.writeOutput(result.frameIdx, reverse, bytes)
    }
    yield result
  }
}

/** The outputs that the memory of the next frame reaches; null where one of them is gone. */
async function keptBefore(
  done: readonly number[],
  reach: number,
  store: ResumeStore,
  reverse: boolean,
): Promise<Uint8Array[] | null> {
  const outputs: Uint8Array[] = []
  for (const frame of done.slice(-reach)) {
    const bytes = await store.readOutput(frame, reverse)
    if (!bytes) return null
    outputs.push(bytes)
  }
  return outputs
}
