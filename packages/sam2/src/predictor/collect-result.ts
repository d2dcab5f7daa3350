import type { FrameResult, MemoryUse, ObjectMask } from './frame-result.ts'
import { type FoundOutput, findOutput, heavyOf } from './memory-bank.ts'
import { separateMasks } from './non-overlap.ts'
import type { MemoryPlan, OutputKind } from './plan-memory.ts'
import type { PredictorContext } from './predictor-context.ts'
import { resizeBilinear } from './resize-mask.ts'
import { NO_OBJ_LOGIT } from './track-step.ts'
import type { ObjectState, VideoState } from './video-state.ts'

/**
 * All objects on a frame. Each contributes its pending output of the given kind, else its stored one, else
 * -1024. `plans`: the objects that were computed just now, and from which memory. Upstream:
 * `_consolidate_temp_output_across_obj`, `_get_orig_video_res_output`.
 */
export async function collectResult(
  context: PredictorContext,
  state: VideoState,
  frameIdx: number,
  pendingKind: OutputKind,
  plans: ReadonlyMap<number, MemoryPlan>,
): Promise<FrameResult> {
  const masks: ObjectMask[] = []
  for (const object of state.objects.values()) {
    const found = findOutput(object, frameIdx, pendingKind)
    const lowRes = found ? await lowResOf(context, object, frameIdx, found) : null
    masks.push(objectMask(context, state, frameIdx, object, found, lowRes, plans.get(object.objId)))
  }
  if (context.options.nonOverlapMasks) separateMasks(masks.map(({ logits }) => logits))
  return { frameIdx, objIds: masks.map(({ objId }) => objId), masks }
}

async function lowResOf(
  { options }: PredictorContext,
  object: ObjectState,
  frameIdx: number,
  { output }: FoundOutput,
): Promise<Float32Array | null> {
  const heavy = await heavyOf(object, frameIdx, output, options)
  return heavy?.lowResLogits ?? null
}

function objectMask(
  { model }: PredictorContext,
  { source: video }: VideoState,
  frameIdx: number,
  { objId }: ObjectState,
  found: FoundOutput | null,
  lowRes: Float32Array | null,
  plan: MemoryPlan | undefined,
): ObjectMask {
  const side = model.config.imageSize / 4
  const uses = (frames: readonly { frame: number; kind: OutputKind }[] = []): MemoryUse[] =>
    frames.map(({ frame, kind }) => ({
      frameIdx: frame,
      kind,
      gap: video.times ? (video.times[frameIdx] as number) - (video.times[frame] as number) : null,
    }))
  return {
    objId,
    logits: lowRes
      ? resizeBilinear(lowRes, side, side, video.width, video.height)
      : new Float32Array(video.width * video.height).fill(NO_OBJ_LOGIT),
    source: found?.source ?? null,
    evicted: found !== null && lowRes === null,
    objectScoreLogit: found?.output.objectScoreLogit ?? null,
    predictedIou: found?.output.predictedIou ?? null,
    computed: plan !== undefined,
    memoryFrames: uses(plan?.memory),
    pointerFrames: uses(plan?.pointers),
  }
}

/** Upstream looks for pending conditioning outputs where any object has one on the frame. */
export function pendingKindOf(state: VideoState, frameIdx: number): OutputKind {
  const isCond = [...state.objects.values()].some(({ pending }) => pending.cond.has(frameIdx))
  return isCond ? 'cond' : 'non_cond'
}
