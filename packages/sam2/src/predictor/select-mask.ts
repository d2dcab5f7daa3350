import type { Sam2Config } from '../config/model-config.ts'
import type { DecodeOutput } from './sam2-model.ts'

/** Which of the decoder's four masks comes out, and why. */
export interface MaskSelection {
  readonly multimaskOutput: boolean
  /** Of the four masks. */
  readonly maskIndex: number
  /** Of the four pointers. */
  readonly pointerIndex: number
  readonly predictedIou: number
  readonly ious: readonly number[]
  readonly bestIndex?: number
  readonly allIous?: readonly number[]
  readonly stability?: number
  readonly stabilityFallback?: boolean
}

/** Whether three masks are asked for. Upstream: `_use_multimask`. */
export function usesMultimask(
  config: Sam2Config,
  isInitCondFrame: boolean,
  numPoints: number,
): boolean {
  return (
    config.multimaskOutputInSam &&
    (isInitCondFrame || config.multimaskOutputForTracking) &&
    numPoints >= config.multimaskMinPtNum &&
    numPoints <= config.multimaskMaxPtNum
  )
}

/**
 * With `multimaskOutput` the best of the last three masks by predicted IoU (the first of equals); else the
 * single mask, or that best one where the single mask is unstable. The pointer is that of the mask
 * only in the first case. Upstream: `MaskDecoder.forward`, `_dynamic_multimask_via_stability`.
 */
export function selectMask(
  config: Sam2Config,
  { masks, ious }: Pick<DecodeOutput, 'masks' | 'ious'>,
  multimaskOutput: boolean,
): MaskSelection {
  const allIous = [...ious]
  const threeIous = allIous.slice(1)
  const bestIndex = threeIous.indexOf(Math.max(...threeIous))
  if (multimaskOutput) {
    return {
      multimaskOutput,
      maskIndex: bestIndex + 1,
      pointerIndex: config.useMultimaskTokenForObjPtr ? bestIndex + 1 : 0,
      predictedIou: threeIous[bestIndex] as number,
      ious: threeIous,
      bestIndex,
    }
  }
  if (!config.dynamicMultimaskViaStability) {
    const predictedIou = allIous[0] as number
    return { multimaskOutput, maskIndex: 0, pointerIndex: 0, predictedIou, ious: [predictedIou] }
  }
  const single = masks.subarray(0, masks.length / 4)
  const stability = stabilityScore(single, config.dynamicMultimaskStabilityDelta)
  const isStable = stability >= Math.fround(config.dynamicMultimaskStabilityThresh)
  const maskIndex = isStable ? 0 : bestIndex + 1
  const predictedIou = allIous[maskIndex] as number
  return {
    multimaskOutput,
    maskIndex,
    pointerIndex: 0,
    predictedIou,
    ious: [predictedIou],
    allIous,
    stability,
    stabilityFallback: !isStable,
  }
}

/** Area above `delta` over area above `-delta`; 1 where the latter is empty. float32. */
export function stabilityScore(logits: Float32Array, delta: number): number {
  const limit = Math.fround(delta)
  let inner = 0
  let outer = 0
  for (const logit of logits) {
    if (logit > limit) inner++
    if (logit > -limit) outer++
  }
  return outer > 0 ? Math.fround(inner / outer) : 1
}
