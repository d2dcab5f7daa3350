import type { ObjectMask } from '@scarline/sam2'
import { scoreOf } from './confidence.ts'
import { ABSENT_FLAG } from './flags.ts'
import type { FrameInfo, SegmentedFrame } from './segmenter.ts'

/** One frame's result, and what is known of it besides. */
export interface AnswerInput {
  frame: FrameInfo
  objectId: number
  result: ObjectMask
  /** The mask that a person drew or accepted on this frame: it stands as it is. */
  given: Uint8Array | null
}

/** Probabilities below this are none of the object's. */
const RIM_PROBABILITY = 0.05

/**
 * A result of the model as an answer. Confidence parts, each 0..1: `model` (the model's own estimate of
 * its mask's IoU), `presence` (how sure it is that the object is there, or is not), `boundary`
 * (certainty over the mask and its rim).
 */
export function answerOf({ frame, objectId, result, given }: AnswerInput): SegmentedFrame {
  const { logits, objectScoreLogit, predictedIou } = result
  const mask = new Uint8Array(logits.length)
  const probability = new Float32Array(logits.length)
  let [certain, weighed] = [0, 0]
  for (let i = 0; i < logits.length; i++) {
    const logit = logits[i] as number
    const p = 1 / (1 + Math.exp(-logit))
    probability[i] = p
    if (logit > 0) mask[i] = 1
    if (p <= RIM_PROBABILITY) continue
    certain += Math.abs(2 * p - 1)
    weighed++
  }
  const isAbsent = objectScoreLogit === null || objectScoreLogit <= 0
  const parts: Record<string, number> = {
    presence: objectScoreLogit === null ? 0 : Math.tanh(Math.abs(objectScoreLogit) / 2),
    boundary: weighed === 0 ? 1 : certain / weighed,
  }
  // Of a mask that is not there the estimate says nothing.
  if (!isAbsent && predictedIou !== null) parts['model'] = clamp(predictedIou)
  const flags: string[] = []
  if (frame.validFraction < 0.5) flags.push('mostly-hidden')
  if (given) {
    const confidence = scoreOf({ model: 1, presence: 1, boundary: 1 })
    const sure = Float32Array.from(given)
    return {
      frameIndex: frame.index,
      objectId,
      mask: given.slice(),
      probability: sure,
      confidence,
      flags,
    }
  }
  if (isAbsent) flags.push(ABSENT_FLAG)
  else if ((parts['model'] ?? 1) < 0.5) flags.push('low-predicted-iou')
  const confidence = scoreOf(parts)
  return { frameIndex: frame.index, objectId, mask, probability, confidence, flags }
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value))
}
