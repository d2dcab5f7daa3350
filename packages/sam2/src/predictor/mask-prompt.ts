import type { PredictorWeights } from './sam2-model.ts'
import { resizeBilinearAntialiased } from './resize-mask.ts'

const OUT_SCALE = 20
const OUT_BIAS = -10
/** Kernel and stride of `mask_downsample`. */
const REDUCTION = 4

/** What a mask prompt becomes without the decoder. */
export interface MaskPromptOutput {
  /** [S/4, S/4] +10 inside, -10 outside, between them along the edge. */
  readonly lowResLogits: Float32Array
  readonly isEmpty: boolean
  /** +10, or -10 for an empty mask. */
  readonly objectScoreLogit: number
}

/** The output of a mask prompt of 0 and 1 at the model's size. Upstream: `_use_mask_as_output`. */
export function maskPromptOutput(mask: Float32Array, size: number): MaskPromptOutput {
  const logits = mask.map((value) => value * OUT_SCALE + OUT_BIAS)
  const lowRes = size / REDUCTION
  const isEmpty = !mask.some((value) => value > 0)
  return {
    lowResLogits: resizeBilinearAntialiased(logits, size, size, lowRes, lowRes),
    isEmpty,
    objectScoreLogit: isEmpty ? OUT_BIAS : OUT_SCALE + OUT_BIAS,
  }
}

/** The `mask_downsample` convolution: [S, S] to [S/4, S/4]. */
export function downsampleMask(
  mask: Float32Array,
  size: number,
  { weight, bias }: PredictorWeights['maskDownsample'],
): Float32Array {
  const lowRes = size / REDUCTION
  const out = new Float32Array(lowRes * lowRes)
  for (let y = 0, at = 0; y < lowRes; y++) {
    for (let x = 0; x < lowRes; x++, at++) {
      let sum = bias
      for (let ky = 0; ky < REDUCTION; ky++) {
        const row = (y * REDUCTION + ky) * size + x * REDUCTION
        for (let kx = 0; kx < REDUCTION; kx++) {
          sum += (mask[row + kx] as number) * (weight[ky * REDUCTION + kx] as number)
        }
      }
      out[at] = sum
    }
  }
  return out
}
