import type { Sam2Config } from '../config/model-config.ts'
import { toBfloat16 } from './bfloat16.ts'
import { type StepPlace, cachedFeatures, withMemory, withoutMemory } from './condition-features.ts'
import type { CachedFrame, DecoderFeatures } from './feature-cache.ts'
import { fillHoles } from './fill-holes.ts'
import { downsampleMask, maskPromptOutput } from './mask-prompt.ts'
import type { MemoryEncoding, ModelCall } from './model-call.ts'
import type { MemoryPlan } from './plan-memory.ts'
import type { PredictorContext } from './predictor-context.ts'
import { resizeBilinear } from './resize-mask.ts'
import type { DecodeOutput } from './sam2-model.ts'
import { type MaskSelection, selectMask, usesMultimask } from './select-mask.ts'
import type { FrameOutput, PointInputs } from './video-state.ts'

/** Logit of every pixel of an absent object. Upstream: `NO_OBJ_SCORE`. */
export const NO_OBJ_LOGIT = -1024
/** Logits of an earlier mask are fed back within plus and minus this. */
const FEEDBACK_LIMIT = 32
/** A frame without points is fed one padding point; the decoder appends its own. */
const NO_POINTS: PointInputs = { coords: new Float32Array(2), labels: Int32Array.of(-1) }

/** What a step does on its frame. */
export interface StepRequest extends StepPlace {
  readonly isInitCondFrame: boolean
  readonly points: PointInputs | null
  /** 0 and 1 at the model's size; never together with points. */
  readonly mask: Float32Array | null
  /** Low-resolution logits of the object's earlier output on this frame. */
  readonly prevLogits: Float32Array | null
  readonly runMemEncoder: boolean
}

/** What came out, and what it was computed from. */
export interface StepResult {
  readonly output: FrameOutput
  readonly plan: MemoryPlan
}

/** One forward pass for one object on one frame. Upstream: `track_step`. The state is not changed. */
export async function trackStep(
  context: PredictorContext,
  request: StepRequest,
): Promise<StepResult> {
  const cached = await cachedFeatures(context, request)
  return request.mask
    ? maskStep(context, request, cached, request.mask)
    : decodeStep(context, request, cached)
}

async function decodeStep(
  context: PredictorContext,
  request: StepRequest,
  cached: CachedFrame,
): Promise<StepResult> {
  const { model, options } = context
  const { points, signal, isInitCondFrame } = request
  const { config } = model
  const { pixFeat, plan }: DecoderFeatures = isInitCondFrame
    ? { pixFeat: withoutMemory(context, cached.features.pixFeat), plan: NO_PLAN }
    : await withMemory(context, request, cached, points !== null)
  signal?.throwIfAborted()
  const { coords, labels } = points ?? NO_POINTS
  const decoded = await model.decodeMasks({
    ...cached.features,
    pixFeat,
    pointCoords: coords,
    pointLabels: labels,
    maskInput: request.prevLogits && clampLogits(request.prevLogits),
  })
  signal?.throwIfAborted()
  const numPoints = points?.labels.length ?? 0
  const selection = selectMask(config, decoded, usesMultimask(config, isInitCondFrame, numPoints))
  const objectScoreLogit = scoreOf(config, decoded)
  const isPresent = objectScoreLogit > 0
  const lowRes = config.imageSize / 4
  const lowResLogits = isPresent
    ? decoded.masks.slice(
        selection.maskIndex * lowRes ** 2,
        (selection.maskIndex + 1) * lowRes ** 2,
      )
    : new Float32Array(lowRes ** 2).fill(NO_OBJ_LOGIT)
  const encoded = request.runMemEncoder
    ? await encodeTrackedMemory(context, request, cached, lowResLogits, objectScoreLogit)
    : null
  options.onModelCall?.({
    ...callOf(context, request, selection, decoded),
    ...memoryOfCall(context, plan, cached.features.pixFeat.length, isInitCondFrame),
    ...(encoded?.report && { memoryEncoded: encoded.report }),
  })
  return {
    plan,
    output: {
      objPtr: objPtrOf(context, decoded, selection.pointerIndex, isPresent),
      objectScoreLogit,
      predictedIou: selection.predictedIou,
      heavy: {
        lowResLogits: fillHoles(lowResLogits, lowRes, lowRes, options.fillHoleArea),
        memory: encoded?.memory ?? null,
      },
      isSpilled: false,
    },
  }
}

const NO_PLAN: MemoryPlan = { memory: [], pointers: [] }

/**
 * The mask itself is the output; the decoder runs only for the object pointer, on raw features (neither
 * `no_mem_embed` nor memory) with the reduced mask as dense prompt.
 */
async function maskStep(
  context: PredictorContext,
  request: StepRequest,
  { features }: CachedFrame,
  mask: Float32Array,
): Promise<StepResult> {
  const { model, options } = context
  const { config, weights } = model
  const size = config.imageSize
  request.signal?.throwIfAborted()
  const decoded = await model.decodeMasks({
    ...features,
    pointCoords: NO_POINTS.coords,
    pointLabels: NO_POINTS.labels,
    maskInput: downsampleMask(mask, size, weights.maskDownsample),
  })
  request.signal?.throwIfAborted()
  const selection = selectMask(config, decoded, false)
  const { lowResLogits, isEmpty, objectScoreLogit } = maskPromptOutput(mask, size)
  const isPresent = scoreOf(config, decoded) > 0
  let objPtr = objPtrOf(context, decoded, selection.pointerIndex, isPresent)
  if (isEmpty && config.predObjScores) objPtr = absentPointer(context, objPtr)
  options.onModelCall?.(callOf(context, request, selection, decoded))
  return {
    plan: NO_PLAN,
    output: {
      objPtr,
      objectScoreLogit,
      predictedIou: 1,
      heavy: {
        lowResLogits: fillHoles(lowResLogits, size / 4, size / 4, options.fillHoleArea),
        memory: null,
      },
      isSpilled: false,
    },
  }
}

/** Score of the object, above 0 where the model cannot tell. */
function scoreOf({ predObjScores }: Sam2Config, { objectScoreLogit }: DecodeOutput): number {
  return predObjScores ? objectScoreLogit : 10
}

function objPtrOf(
  context: PredictorContext,
  { objPtrs }: DecodeOutput,
  index: number,
  isPresent: boolean,
): Float32Array {
  const channels = context.model.config.neck.dModel
  const pointer = objPtrs.slice(index * channels, (index + 1) * channels)
  return isPresent ? pointer : absentPointer(context, pointer)
}

function absentPointer({ model }: PredictorContext, pointer: Float32Array): Float32Array {
  const { noObjPtr } = model.weights
  if (model.config.fixedNoObjPtr) return noObjPtr.slice()
  return pointer.map((value, i) => value + (noObjPtr[i] as number))
}

function clampLogits(logits: Float32Array): Float32Array {
  return logits.map((value) => Math.min(Math.max(value, -FEEDBACK_LIMIT), FEEDBACK_LIMIT))
}

async function encodeTrackedMemory(
  context: PredictorContext,
  request: StepRequest,
  cached: CachedFrame,
  lowResLogits: Float32Array,
  objectScoreLogit: number,
): Promise<EncodedMemory> {
  const binarize = request.points !== null && context.model.config.binarizeMaskFromPtsForMemEnc
  const encoded = await encodeMemory(context, request, cached, {
    lowResLogits,
    objectScoreLogit,
    binarize,
    inTrackStep: true,
  })
  request.signal?.throwIfAborted()
  return encoded
}

/** Memory features as they are kept, and the report of how they were made. */
export interface EncodedMemory {
  readonly memory: Float32Array | Uint16Array
  /** Null where nobody listens: the area costs a full-size mask. */
  readonly report: MemoryEncoding | null
}

/** Runs the memory encoder on raw features. Upstream: `_encode_new_memory`. */
export async function encodeMemory(
  { model, options }: PredictorContext,
  { object, frameIdx }: Pick<StepPlace, 'object' | 'frameIdx'>,
  { features }: CachedFrame,
  mask: Pick<MemoryEncoding, 'objectScoreLogit' | 'inTrackStep'> & {
    lowResLogits: Float32Array
    binarize: boolean
  },
): Promise<EncodedMemory> {
  const { lowResLogits, binarize, objectScoreLogit, inTrackStep } = mask
  const raw = await model.encodeMemory({
    pixFeat: features.pixFeat,
    lowResLogits,
    binarize,
    objectScoreLogit,
  })
  const isHeard = inTrackStep ? options.onModelCall : options.onMemoryEncoded
  const size = model.config.imageSize
  return {
    memory: options.roundMemoryToBfloat16 ? toBfloat16(raw) : raw,
    report: isHeard
      ? {
          frameIdx,
          objId: object.objId,
          binarized: binarize,
          areaPositive: countPositive(resizeBilinear(lowResLogits, size / 4, size / 4, size, size)),
          objectScoreLogit,
          inTrackStep,
        }
      : null,
  }
}

function countPositive(logits: Float32Array): number {
  let count = 0
  for (const logit of logits) if (logit > 0) count++
  return count
}

function callOf(
  context: PredictorContext,
  request: StepRequest,
  selection: MaskSelection,
  decoded: DecodeOutput,
): ModelCall {
  const { multimaskOutput, ious, bestIndex, allIous, stability, stabilityFallback } = selection
  return {
    frameIdx: request.frameIdx,
    objId: request.object.objId,
    isInitCondFrame: request.isInitCondFrame,
    reverse: request.reverse,
    numPoints: request.points?.labels.length ?? 0,
    maskInput: request.mask !== null,
    prevMaskFed: request.prevLogits !== null,
    runMemEncoder: request.runMemEncoder,
    multimaskOutput,
    ious,
    ...(bestIndex !== undefined && { bestIndex }),
    ...(allIous && { allIous }),
    ...(stability !== undefined && { stability }),
    ...(stabilityFallback !== undefined && { stabilityFallback }),
    decoderObjectScoreLogit: scoreOf(context.model.config, decoded),
  }
}

function memoryOfCall(
  { model, options }: PredictorContext,
  plan: MemoryPlan,
  featureLength: number,
  isInitCondFrame: boolean,
): Partial<ModelCall> {
  const { memory, pointers } = plan
  if (isInitCondFrame || memory.length === 0) return { memory, pointers }
  const channels = model.config.neck.dModel
  const nPtrTokens = (pointers.length * channels) / model.config.memoryEncoder.outDim
  return {
    nMemoryTokens: (memory.length * featureLength) / channels + nPtrTokens,
    nPtrTokens,
    memory,
    pointers,
    ...(pointers.length === 0 && options.roundMemoryToBfloat16 && { memoryWasBf16Only: true }),
  }
}
