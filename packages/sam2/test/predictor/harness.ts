import type { FrameResult, ObjectMask } from '../../src/predictor/frame-result.ts'
import type { ModelCall } from '../../src/predictor/model-call.ts'
import type { PredictorOptions } from '../../src/predictor/predictor-options.ts'
import {
  type PropagateOptions,
  type VideoPredictor,
  createVideoPredictor,
} from '../../src/predictor/video-predictor.ts'
import type { VideoState } from '../../src/predictor/video-state.ts'
import { type FakeModel, type FakeOptions, fakeModel, fakeVideo } from './fake-model.ts'

/** One click on object 1 on frame 0. */
export const CLICK = {
  frameIdx: 0,
  objId: 1,
  points: [[5, 6]] as [number, number][],
  labels: [1],
}

/** What a test works with. */
export interface Bench {
  readonly model: FakeModel
  /** Forward passes so far. */
  readonly calls: ModelCall[]
  readonly predictor: VideoPredictor
  readonly video: ReturnType<typeof fakeVideo>
  readonly state: VideoState
}

/** A predictor on a fake model, with everything it reports. */
export function setUp(
  options: PredictorOptions = {},
  fake: FakeOptions = {},
  numFrames = 14,
): Bench {
  const model = fakeModel(fake)
  const calls: ModelCall[] = []
  const predictor = createVideoPredictor(model, {
    onModelCall: (call) => calls.push(call),
    ...options,
  })
  const video = fakeVideo(numFrames)
  return { model, calls, predictor, video, state: predictor.initState(video) }
}

/** All frames of a propagation. */
export async function track(
  predictor: VideoPredictor,
  state: VideoState,
  options?: PropagateOptions,
): Promise<FrameResult[]> {
  const frames: FrameResult[] = []
  for await (const frame of predictor.propagateInVideo(state, options)) frames.push(frame)
  return frames
}

/** The first object of a result. */
export function only(frame: FrameResult | undefined): ObjectMask {
  return frame?.masks[0] as ObjectMask
}

/** The first object's logits on a frame. */
export function logitsOf(frames: readonly FrameResult[], frameIdx: number): Float32Array {
  return only(frames.find((frame) => frame.frameIdx === frameIdx)).logits
}

/** What a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('expected a failure')
}
