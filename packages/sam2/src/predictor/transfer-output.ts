import { Sam2Error } from '../errors.ts'
import { fromBfloat16 } from './bfloat16.ts'
import type { StoredOutput } from './frame-result.ts'
import { heavyOf, newestOutput, prepareNonCond, storeCond } from './memory-bank.ts'
import { decodeOutput, encodeOutput } from './output-codec.ts'
import type { PredictorContext } from './predictor-context.ts'
import { type ObjectState, type VideoState, objectOf } from './video-state.ts'

/** What the bank holds of an object on a frame; null: nothing. */
export async function readStoredOutput(
  { options }: PredictorContext,
  object: ObjectState | undefined,
  frameIdx: number,
): Promise<StoredOutput | null> {
  const found = object && newestOutput(object, frameIdx)
  if (!found) return null
  const { output, source } = found
  const heavy = await heavyOf(object, frameIdx, output, options)
  const memory = heavy?.memory ?? null
  return {
    source,
    lowResLogits: heavy?.lowResLogits.slice() ?? null,
    objPtr: output.objPtr.slice(),
    objectScoreLogit: output.objectScoreLogit,
    predictedIou: output.predictedIou,
    memory: memory instanceof Uint16Array ? fromBfloat16(memory) : (memory?.slice() ?? null),
  }
}

/**
 * An object's output on a frame as bytes.
 * @throws Sam2Error `state` where there is none, or it was dropped
 */
export async function exportStoredOutput(
  { model, options }: PredictorContext,
  object: ObjectState | undefined,
  frameIdx: number,
): Promise<Uint8Array> {
  const found = object && newestOutput(object, frameIdx)
  const heavy = found && (await heavyOf(object, frameIdx, found.output, options))
  if (!found || !heavy) {
    throw new Sam2Error(
      `got frame ${frameIdx} ${found ? 'whose output was dropped' : 'without an output'}, expected one that is kept`,
      { code: 'state', hint: 'Export a frame right after it is tracked, or give a spill store.' },
    )
  }
  return encodeOutput(
    {
      model: model.config.name,
      frameIdx,
      objId: object.objId,
      kind: found.source.kind,
      pending: found.source.pending,
      trackedReverse: object.tracked.get(frameIdx)?.reverse ?? null,
      hasMaskPrompt: object.maskInputs.has(frameIdx),
      points: object.pointInputs.get(frameIdx) ?? null,
    },
    { ...found.output, heavy },
  )
}

/**
 * Puts exported bytes back, in place of what the frame had.
 * @throws Sam2Error `input` for other bytes, another model's, or a frame outside the video
 */
export async function importStoredOutput(
  { model, options }: PredictorContext,
  state: VideoState,
  bytes: Uint8Array,
): Promise<{ frameIdx: number; objId: number }> {
  const { meta, output } = decodeOutput(bytes)
  const { frameIdx, objId, kind } = meta
  const { config } = model
  const tokens = (config.imageSize / 16) ** 2
  const { lowResLogits, memory } = output.heavy
  const isOurs =
    meta.model === config.name &&
    output.objPtr.length === config.neck.dModel &&
    lowResLogits.length === (config.imageSize / 4) ** 2 &&
    (memory === null ? meta.pending : memory.length === tokens * config.memoryEncoder.outDim)
  if (!isOurs) {
    throw new Sam2Error(`got an output of ${meta.model}, expected one of ${config.name}`, {
      code: 'input',
      hint: 'Import outputs into the model that made them.',
    })
  }
  if (frameIdx < 0 || frameIdx >= state.source.numFrames) {
    throw new Sam2Error(
      `got an output of frame ${frameIdx}, expected one below ${state.source.numFrames}`,
      { code: 'input', hint: 'Import outputs into the video they were made from.' },
    )
  }
  const object = objectOf(state, objId)
  const place =
    !meta.pending && kind === 'non_cond'
      ? await prepareNonCond(object, frameIdx, output, options)
      : null
  if (meta.pending) object.pending[kind].set(frameIdx, output)
  else if (place) place.commit()
  else storeCond(object, frameIdx, output)
  if (meta.trackedReverse === null) object.tracked.delete(frameIdx)
  else object.tracked.set(frameIdx, { reverse: meta.trackedReverse })
  if (meta.points) object.pointInputs.set(frameIdx, meta.points)
  if (meta.hasMaskPrompt) object.maskInputs.add(frameIdx)
  return { frameIdx, objId }
}
