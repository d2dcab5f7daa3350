import type { Sam2Config } from '../config/model-config.ts'

/** Image features of one frame, tokens row-major, channels last. */
export interface FrameFeatures {
  /** Level 2, raw: [hw, C] at stride 16. */
  readonly pixFeat: Float32Array
  /** [(S/4)^2, C/8] */
  readonly highRes0: Float32Array
  /** [(S/8)^2, C/4] */
  readonly highRes1: Float32Array
}

/** Input of the prompt encoder and mask decoder. */
export interface DecodeInput {
  /** [hw, C] with `no_mem_embed` added, or conditioned on memory. */
  readonly pixFeat: Float32Array
  readonly highRes0: Float32Array
  readonly highRes1: Float32Array
  /** [P, 2] x and y in model pixels; P may be 0. */
  readonly pointCoords: Float32Array
  /** [P] 0 negative, 1 positive, 2 and 3 the corners of a box, -1 padding. */
  readonly pointLabels: Int32Array
  /** [S/4, S/4] logits, or null. */
  readonly maskInput: Float32Array | null
}

/** All that the mask decoder puts out, before any selection. */
export interface DecodeOutput {
  /** [4, S/4, S/4] logits; the single mask first. */
  readonly masks: Float32Array
  /** [4] */
  readonly ious: Float32Array
  readonly objectScoreLogit: number
  /** [4, C] projected pointer of each mask token. */
  readonly objPtrs: Float32Array
}

/** Input of the memory encoder. */
export interface EncodeMemoryInput {
  /** [hw, C] raw */
  readonly pixFeat: Float32Array
  /** [S/4, S/4] */
  readonly lowResLogits: Float32Array
  readonly binarize: boolean
  readonly objectScoreLogit: number
}

/** Input of memory attention: n >= 1 frames, p >= 0 pointer tokens. */
export interface AttendMemoryInput {
  /** [hw, C] raw */
  readonly curr: Float32Array
  /** [n, hw, mem_dim] */
  readonly memory: Float32Array
  readonly memoryPos: Float32Array
  /** [p, mem_dim] */
  readonly pointers: Float32Array
  readonly pointersPos: Float32Array
}

/** The few parameters that the predictors use outside any graph. */
export interface PredictorWeights {
  /** [C] */
  readonly noMemEmbed: Float32Array
  /** [num_maskmem, mem_dim] */
  readonly maskmemTposEnc: Float32Array
  /** [C] */
  readonly noObjPtr: Float32Array
  /** [4, 4] and [1]: a convolution of stride 4. */
  readonly maskDownsample: { readonly weight: Float32Array; readonly bias: number }
  /** [mem_dim, C] and [mem_dim]; null in SAM 2.0. */
  readonly objPtrTposProj: { readonly weight: Float32Array; readonly bias: Float32Array } | null
}

/** Which parts of a model are loaded. */
export type ModelStage = 'image encoder' | 'mask decoder' | 'memory encoder' | 'memory attention'

/** A SAM 2 model on a runtime: its stages as functions. Owns its sessions, not the runtime. */
export interface Sam2Model extends AsyncDisposable {
  readonly config: Sam2Config
  readonly weights: PredictorWeights
  /** `image` [3, S, S], normalised. */
  encodeImage(image: Float32Array): Promise<FrameFeatures>
  decodeMasks(input: DecodeInput): Promise<DecodeOutput>
  /** [hw, mem_dim], not yet rounded. */
  encodeMemory(input: EncodeMemoryInput): Promise<Float32Array>
  /** [hw, C] */
  attendMemory(input: AttendMemoryInput): Promise<Float32Array>
  /** Frees the sessions; twice is as good as once. */
  close(): Promise<void>
}
