import { type CachedFrame, type DecoderFeatures, featuresOfFrame } from './feature-cache.ts'
import { copyMemory, hasMemory, heavyOf, touch } from './memory-bank.ts'
import { pointerPositions } from './memory-tokens.ts'
import { type MemoryPlan, planMemory } from './plan-memory.ts'
import type { PredictorContext } from './predictor-context.ts'
import type { FrameOutput, ObjectState, VideoState } from './video-state.ts'

const NO_MEMORY: MemoryPlan = { memory: [], pointers: [] }

/** Where on which object a step runs. */
export interface StepPlace {
  readonly state: VideoState
  readonly object: ObjectState
  readonly frameIdx: number
  readonly reverse: boolean
  readonly signal: AbortSignal | undefined
}

/** The frame's features, cached. */
export function cachedFeatures(
  { model }: PredictorContext,
  { state, frameIdx, signal }: StepPlace,
): Promise<CachedFrame> {
  return featuresOfFrame(state.features, model, state.source, frameIdx, signal)
}

/** Level 2 plus `no_mem_embed`: what frames without memory are decoded from. */
export function withoutMemory({ model }: PredictorContext, pixFeat: Float32Array): Float32Array {
  const { noMemEmbed } = model.weights
  const channels = noMemEmbed.length
  return pixFeat.map((value, i) => value + (noMemEmbed[i % channels] as number))
}

/**
 * Conditions a frame's features on the object's memory bank. With `keep` the result stays with the
 * frame's cached features as long as the bank does not change, so that the next click costs no attention.
 */
export async function withMemory(
  context: PredictorContext,
  place: StepPlace,
  cached: CachedFrame,
  keep: boolean,
): Promise<DecoderFeatures> {
  const { object, reverse } = place
  const known = cached.conditioned.get(object.objId)
  if (known && known.revision === object.revision && known.reverse === reverse) return known.value
  const value = await attend(context, place, cached)
  if (keep) cached.conditioned.set(object.objId, { revision: object.revision, reverse, value })
  return value
}

async function attend(
  context: PredictorContext,
  place: StepPlace,
  { features }: CachedFrame,
): Promise<DecoderFeatures> {
  const { model, options, positions } = context
  const { state, object, frameIdx, reverse, signal } = place
  const { cond, non_cond: nonCond } = object.stored
  const plan = planMemory({
    frameIdx,
    reverse,
    numFrames: state.source.numFrames,
    condFrames: [...cond.keys()],
    hasNonCond: (frame) => nonCond.has(frame),
    hasMemory: (frame) => hasMemory(nonCond.get(frame)),
    settings: options.memory,
  })
  if (plan.memory.length === 0) {
    return { pixFeat: withoutMemory(context, features.pixFeat), plan: NO_MEMORY }
  }
  const channels = model.config.neck.dModel
  const memoryLength = (features.pixFeat.length / channels) * model.config.memoryEncoder.outDim
  const memory = new Float32Array(plan.memory.length * memoryLength)
  const memoryPos = new Float32Array(memory.length)
  for (const [row, { frame, kind, tposIndex }] of plan.memory.entries()) {
    const output = object.stored[kind].get(frame) as FrameOutput
    const heavy = await heavyOf(object, frame, output, options)
    copyMemory(heavy?.memory as Float32Array | Uint16Array, memory, row * memoryLength)
    memoryPos.set(positions.ofRow(tposIndex), row * memoryLength)
    if (kind === 'non_cond') touch(object, frame)
  }
  const pointers = new Float32Array(plan.pointers.length * channels)
  for (const [row, { frame, kind }] of plan.pointers.entries()) {
    pointers.set((object.stored[kind].get(frame) as FrameOutput).objPtr, row * channels)
  }
  const pointersPos = pointerPositions(
    model.config,
    model.weights,
    plan.pointers.map(({ tpos }) => tpos),
  )
  signal?.throwIfAborted()
  const pixFeat = await model.attendMemory({
    curr: features.pixFeat,
    memory,
    memoryPos,
    pointers,
    pointersPos,
  })
  signal?.throwIfAborted()
  return { pixFeat, plan }
}
