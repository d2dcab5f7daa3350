import {
  type FrameObject,
  type FrameResult,
  type MemoryEncoding,
  type ModelCall as OwnCall,
  type PropagateOptions,
  Sam2Error,
  type StateDescription,
  type StoredOutput,
  type VideoPredictor,
  type VideoState,
} from '@scarline/sam2'
import { z } from 'zod'
import { type Encode, MaskRecipe, type ModelCall, type StateAfter, type Step } from './manifest.ts'
import { paintMask } from './masks.ts'

/** One returned frame with what the memory bank holds of each object at that moment. */
export interface ReturnedFrame {
  readonly frame: FrameResult
  /** One for each of `frame.masks`. */
  readonly outputs: readonly (StoredOutput | null)[]
}

/** What one call did. */
export interface StepOutcome {
  readonly frames: readonly ReturnedFrame[]
  /** Objects left after a removal. */
  readonly objIds?: readonly number[]
  /** The error it threw, one of the package's own. */
  readonly error?: Sam2Error
}

const Args = z.object({
  frame_idx: z.int().optional(),
  obj_id: z.int().optional(),
  points: z.array(z.tuple([z.number(), z.number()])).nullish(),
  labels: z.array(z.int()).nullish(),
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullish(),
  clear_old_points: z.boolean().optional(),
  normalize_coords: z.boolean().optional(),
  mask: MaskRecipe.optional(),
  start_frame_idx: z.int().nullish(),
  max_frame_num_to_track: z.int().nullish(),
  reverse: z.boolean().optional(),
  strict: z.boolean().optional(),
  need_output: z.boolean().optional(),
})
type Args = z.infer<typeof Args>

/**
 * Performs one call of the manifest. An error of the package is part of the outcome; any other is thrown.
 * @throws Sam2Error `input` for a call or an argument that is not known
 */
export async function performStep(
  predictor: VideoPredictor,
  state: VideoState,
  step: Step,
): Promise<StepOutcome> {
  const args = readArgs(step)
  const frames: ReturnedFrame[] = []
  try {
    const objIds = await perform(predictor, state, step.call, args, async (frame) => {
      frames.push(await withOutputs(predictor, state, frame))
    })
    return objIds ? { frames, objIds } : { frames }
  } catch (error) {
    if (error instanceof Sam2Error && error.code !== 'runtime' && !isUnknownCall(error)) {
      return { frames, error }
    }
    throw error
  }
}

async function perform(
  predictor: VideoPredictor,
  state: VideoState,
  call: string,
  args: Args,
  onFrame: (frame: FrameResult) => Promise<void>,
): Promise<readonly number[] | undefined> {
  const at: FrameObject = { frameIdx: args.frame_idx ?? 0, objId: args.obj_id ?? 0 }
  switch (call) {
    case 'add_new_points_or_box':
    case 'add_new_points': {
      await onFrame(
        await predictor.addNewPointsOrBox(state, {
          ...at,
          ...(args.points ? { points: args.points } : {}),
          ...(args.labels ? { labels: args.labels } : {}),
          ...(args.box ? { box: args.box } : {}),
          ...(args.clear_old_points === undefined ? {} : { clearOldPoints: args.clear_old_points }),
          ...(args.normalize_coords === undefined
            ? {}
            : { normalizeCoords: args.normalize_coords }),
        }),
      )
      return undefined
    }
    case 'add_new_mask': {
      if (!args.mask) return unknown('add_new_mask without a mask')
      await onFrame(await predictor.addNewMask(state, { ...at, ...paintMask(args.mask) }))
      return undefined
    }
    case 'propagate_in_video': {
      for await (const frame of predictor.propagateInVideo(state, propagateOptions(args))) {
        await onFrame(frame)
      }
      return undefined
    }
    case 'clear_all_prompts_in_frame': {
      await onFrame(await predictor.clearAllPromptsInFrame(state, at))
      return undefined
    }
    case 'remove_object': {
      const options = args.strict === undefined ? {} : { strict: args.strict }
      const removal = await predictor.removeObject(state, at.objId, options)
      for (const frame of removal.updated) await onFrame(frame)
      return removal.objIds
    }
    case 'reset_state': {
      predictor.resetState(state)
      return undefined
    }
    default:
      return unknown(`the call ${call}`)
  }
}

function propagateOptions(args: Args): PropagateOptions {
  const { start_frame_idx, max_frame_num_to_track, reverse } = args
  return {
    ...(typeof start_frame_idx === 'number' ? { startFrameIdx: start_frame_idx } : {}),
    ...(typeof max_frame_num_to_track === 'number'
      ? { maxFrameNumToTrack: max_frame_num_to_track }
      : {}),
    ...(reverse === undefined ? {} : { reverse }),
  }
}

async function withOutputs(
  predictor: VideoPredictor,
  state: VideoState,
  frame: FrameResult,
): Promise<ReturnedFrame> {
  const outputs: (StoredOutput | null)[] = []
  for (const { objId } of frame.masks) {
    outputs.push(await predictor.readOutput(state, { frameIdx: frame.frameIdx, objId }))
  }
  return { frame, outputs }
}

function readArgs({ call, args }: Step): Args {
  const unknownArg = Object.keys(args).find((name) => !(name in Args.shape))
  if (unknownArg) return unknown(`the argument ${unknownArg} of ${call}`)
  const parsed = Args.safeParse(args)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  return unknown(`${issue?.path.join('.')} of ${call}: ${issue?.message}`)
}

const UNKNOWN = 'unknown call'

function unknown(what: string): never {
  throw new Sam2Error(`got ${what} in the manifest, expected a call that this runner knows`, {
    code: 'input',
    hint: 'Teach perform-step.ts the call.',
    details: { kind: UNKNOWN },
  })
}

function isUnknownCall(error: Sam2Error): boolean {
  return error.details['kind'] === UNKNOWN
}

/** One of our forward passes in the manifest's words. */
export function manifestCall(call: OwnCall): ModelCall {
  return {
    frame_idx: call.frameIdx,
    is_init_cond_frame: call.isInitCondFrame,
    reverse: call.reverse,
    num_points: call.numPoints,
    mask_input: call.maskInput,
    prev_mask_fed: call.prevMaskFed,
    run_mem_encoder: call.runMemEncoder,
    n_memory_tokens: call.nMemoryTokens,
    n_ptr_tokens: call.nPtrTokens,
    memory: (call.memory ?? []).map(({ frame, kind, tposIndex }) => ({
      frame,
      kind,
      tpos_index: tposIndex,
    })),
    pointers: (call.pointers ?? []).map(({ frame, kind, tpos }) => ({ frame, kind, tpos })),
    multimask_output: call.multimaskOutput,
    stability: call.stability,
    stability_fallback: call.stabilityFallback,
    all_ious: call.allIous ? [...call.allIous] : undefined,
    ious: [...call.ious],
    best_index: call.bestIndex,
    decoder_object_score_logit: call.decoderObjectScoreLogit,
    memory_encoded: call.memoryEncoded ? manifestEncode(call.memoryEncoded) : undefined,
    memory_was_bf16_only: call.memoryWasBf16Only,
  }
}

/** One of our memory encodings in the manifest's words. */
export function manifestEncode(encoding: MemoryEncoding): Encode {
  return {
    binarized: encoding.binarized,
    area_positive: encoding.areaPositive,
    object_score_logit: encoding.objectScoreLogit,
  }
}

/** Our state in the manifest's words. */
export function manifestState({ objIds, perObj }: StateDescription): StateAfter {
  return {
    obj_ids: [...objIds],
    per_obj: perObj.map((frames) => ({
      cond: [...frames.cond],
      non_cond: [...frames.nonCond],
      temp_cond: [...frames.tempCond],
      temp_non_cond: [...frames.tempNonCond],
      tracked: { ...frames.tracked },
      point_frames: [...frames.pointFrames],
      mask_frames: [...frames.maskFrames],
    })),
  }
}
