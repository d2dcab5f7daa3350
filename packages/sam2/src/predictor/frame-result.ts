import type { OutputKind } from './plan-memory.ts'

/** Where a mask comes from. */
export interface OutputSource {
  /** Prompted since the last propagation, its memory not yet in the bank. */
  readonly pending: boolean
  readonly kind: OutputKind
}

/** A frame of the past (or, in other directions, the future) that a result was computed with. */
export interface MemoryUse {
  readonly frameIdx: number
  readonly kind: OutputKind
  /**
   * Time of the result's frame minus time of this one, in the unit of `FrameSource.times`; null where the
   * source has none.
   */
  readonly gap: number | null
}

/** One object on one frame. */
export interface ObjectMask {
  readonly objId: number
  /** [height, width] logits at the video's size; the object is where they are > 0. */
  readonly logits: Float32Array
  /** Null: the object has no output on this frame (logits are -1024). */
  readonly source: OutputSource | null
  /** The output was dropped from memory and not spilled (logits are -1024): see `maxFramesInMemory`. */
  readonly evicted: boolean
  /** > 0: the object is there. Null without output. */
  readonly objectScoreLogit: number | null
  /** The model's own estimate, 0 to 1; 1 for a mask prompt. Null without output. */
  readonly predictedIou: number | null
  /** The model ran for this result; false: the stored output is repeated bit for bit. */
  readonly computed: boolean
  /** Frames whose memory features were attended to; empty where nothing was computed. */
  readonly memoryFrames: readonly MemoryUse[]
  /** Frames whose object pointers were attended to. */
  readonly pointerFrames: readonly MemoryUse[]
}

/** All objects on one frame. */
export interface FrameResult {
  readonly frameIdx: number
  /** In the order the objects were added. */
  readonly objIds: readonly number[]
  /** One for each of `objIds`. */
  readonly masks: readonly ObjectMask[]
}

/** What the memory bank holds of one object on one frame. */
export interface StoredOutput {
  readonly source: OutputSource
  /** [S / 4, S / 4]; null: evicted. */
  readonly lowResLogits: Float32Array | null
  /** [C] */
  readonly objPtr: Float32Array
  readonly objectScoreLogit: number
  readonly predictedIou: number
  /** [hw, mem_dim] as memory attention sees it; null: not encoded yet, or evicted. */
  readonly memory: Float32Array | null
}
