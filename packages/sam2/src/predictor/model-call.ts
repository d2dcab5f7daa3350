import type { MemoryFrame, PointerFrame } from './plan-memory.ts'

/** A pass of the memory encoder. */
export interface MemoryEncoding {
  readonly frameIdx: number
  readonly objId: number
  /** The mask went in as 0 and 1 (prompted frames), not as probabilities. */
  readonly binarized: boolean
  /** Pixels > 0 of the mask at the model's resolution. */
  readonly areaPositive: number
  readonly objectScoreLogit: number
  /** False for prompted frames, whose memory is made when propagation starts. */
  readonly inTrackStep: boolean
}

/** One forward pass: what went in, what was decided. Optional fields are absent where they have no meaning. */
export interface ModelCall {
  readonly frameIdx: number
  readonly objId: number
  readonly isInitCondFrame: boolean
  readonly reverse: boolean
  readonly numPoints: number
  /** A mask prompt. */
  readonly maskInput: boolean
  readonly prevMaskFed: boolean
  readonly runMemEncoder: boolean
  /** Tokens in memory attention, pointers included. */
  readonly nMemoryTokens?: number
  readonly nPtrTokens?: number
  /** Absent for a mask prompt, which looks at no memory. */
  readonly memory?: readonly MemoryFrame[]
  readonly pointers?: readonly PointerFrame[]
  /** Memory without any pointer: upstream raises a type error there unless autocast is on. */
  readonly memoryWasBf16Only?: true
  readonly multimaskOutput: boolean
  /** Predicted IoU of the masks that were candidates: 3, or the one that came out. */
  readonly ious: readonly number[]
  /** Of the 3 masks; with `multimaskOutput`. */
  readonly bestIndex?: number
  /** Without `multimaskOutput`: of all 4 masks, with the single mask's stability. */
  readonly allIous?: readonly number[]
  readonly stability?: number
  readonly stabilityFallback?: boolean
  readonly decoderObjectScoreLogit: number
  readonly memoryEncoded?: MemoryEncoding
}
