import { sine1d, sine2d } from '../graphs/position-encoding.ts'
import type { Sam2Config } from '../config/model-config.ts'
import type { PredictorWeights } from './sam2-model.ts'

/** Pixels to a side of a memory token. */
const STRIDE = 16

/** Position encodings of memory frames: sine of place plus a learned row for distance in time. */
export interface MemoryPositions {
  /** [hw, mem_dim] for a row of `maskmem_tpos_enc`. */
  ofRow(tposIndex: number): Float32Array
}

/** Encodings are made when first asked for and kept: at most `num_maskmem` of them. */
export function memoryPositions(config: Sam2Config, weights: PredictorWeights): MemoryPositions {
  const memDim = config.memoryEncoder.outDim
  const side = config.imageSize / STRIDE
  const rows = new Map<number, Float32Array>()
  let place: Float32Array | undefined
  return {
    ofRow(tposIndex) {
      const known = rows.get(tposIndex)
      if (known) return known
      place ??= sine2d(memDim, side, side)
      const temporal = weights.maskmemTposEnc.subarray(tposIndex * memDim, (tposIndex + 1) * memDim)
      const row = place.map((value, i) => value + (temporal[i % memDim] as number))
      rows.set(tposIndex, row)
      return row
    },
  }
}

/**
 * Position encodings of object pointers, repeated for each token of a pointer:
 * [tpos.length * C / mem_dim, mem_dim]. SAM 2.0: zeros.
 */
export function pointerPositions(
  config: Sam2Config,
  weights: PredictorWeights,
  tpos: readonly number[],
): Float32Array {
  const channels = config.neck.dModel
  const memDim = config.memoryEncoder.outDim
  const tokens = channels / memDim
  const out = new Float32Array(tpos.length * channels)
  if (!config.addTposEncToObjPtrs) return out
  const projection = weights.objPtrTposProj
  const dim = projection ? channels : memDim
  const encoded = sine1d(tpos, dim)
  for (const row of tpos.keys()) {
    const sine = encoded.subarray(row * dim, (row + 1) * dim)
    const position = projection ? project(sine, projection) : sine
    for (let token = 0; token < tokens; token++) {
      out.set(position, row * channels + token * memDim)
    }
  }
  return out
}

function project(
  vector: Float32Array,
  { weight, bias }: { weight: Float32Array; bias: Float32Array },
): Float32Array {
  return bias.map((offset, row) => {
    let sum = offset
    for (const [i, value] of vector.entries()) {
      sum += value * (weight[row * vector.length + i] as number)
    }
    return sum
  })
}
