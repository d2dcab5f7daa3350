import type { Confidence } from '../model/track.ts'
import type { Grid } from '../model/grid.ts'

/** What a segmenter may know of a frame without reading its pixels. */
export interface FrameInfo {
  index: number
  sceneId: string
  /** UTC ISO 8601. */
  capturedAt: string
  /** NDVI; at or below it a pixel is taken for bare ground. */
  threshold: number
  /** 0..1. */
  validFraction: number
}

/** The series as a segmenter sees it; pixels are read on demand, row-major on `grid`. */
export interface FrameSource {
  readonly grid: Grid
  /** In time order; `frames[i].index === i`. */
  readonly frames: readonly FrameInfo[]
  /** NDVI, NaN where the ground was not observed; `grid.width * grid.height` long. */
  readNdvi(index: number, signal?: AbortSignal): Promise<Float32Array>
  /** VALIDITY codes, `grid.width * grid.height` long. */
  readValidity(index: number, signal?: AbortSignal): Promise<Uint8Array>
  /** RGB, 3 bytes a pixel: the picture that a model sees. */
  readPicture(index: number, signal?: AbortSignal): Promise<Uint8Array>
  /**
   * Reflectance of red and near infrared together, clouds included, NaN outside of the scene, on a grid
   * asked for; null where a frame's bands are not known. Left out by a source that never knows them.
   */
  readBrightness?(index: number, grid: Grid, signal?: AbortSignal): Promise<Float32Array | null>
}

/** Temporary storage that a segmenter may spill to, so that memory does not grow with the series. */
export interface Scratch {
  write(key: string, bytes: Uint8Array): Promise<void>
  read(key: string): Promise<Uint8Array | null>
}

/** A prompt in pixel coordinates of the grid (continuous; (0.5, 0.5) is the first pixel's centre). */
export type PixelPrompt =
  | { kind: 'point'; frameIndex: number; xPx: number; yPx: number; positive: boolean }
  | { kind: 'box'; frameIndex: number; x0Px: number; y0Px: number; x1Px: number; y1Px: number }
  | { kind: 'mask'; frameIndex: number; mask: Uint8Array }

/** A mask that a person has accepted or corrected: the truth for its frame. */
export interface AcceptedMask {
  frameIndex: number
  /** 0/1, `grid.width * grid.height` long. */
  mask: Uint8Array
}

/** Segment one object over a run of frames. */
export interface SegmentationRequest {
  objectId: number
  prompts: readonly PixelPrompt[]
  accepted: readonly AcceptedMask[]
  /**
   * Frames wanted, ascending, or descending to track in reverse. An engine that tracks outwards from the
   * prompts may answer in another order.
   */
  frameIndices: readonly number[]
  /** No probability is wanted: answers may leave it out. */
  maskOnly?: boolean
  /**
   * Answer from what is known: where the prompts would have the engine look at the whole series again, that is left
   * for later, and the answer is provisional.
   */
  hasty?: boolean
  /** Hears how far the work before the first answer is, where there is any. */
  onPrepare?: (progress: PrepareProgress) => void
}

/** One frame's answer. */
export interface SegmentedFrame {
  frameIndex: number
  objectId: number
  /** 0/1, `grid.width * grid.height` long. */
  mask: Uint8Array
  /** Probability of being the object, 0..1, same length; null where the engine has none. */
  probability: Float32Array | null
  /**
   * How far the frame's own levels of bare and covered ground would move the boundary, m, outwards
   * positive; null or absent where the engine has no such levels or could not tell.
   */
  levelOffsetM?: number | null
  /**
   * Ground of which the engine cannot tell whether it is the object's, the largest first; null or absent
   * where it does not ask, or a person has said.
   */
  doubts?: readonly DoubtfulGround[] | null
  confidence: Confidence
  flags: string[]
  /** Of a hasty request: without haste the answer may be another. */
  isProvisional?: true
}

/** Ground that a click would decide. */
export interface DoubtfulGround {
  /** Whether the mask has it; else it is beside the mask. */
  isTakenIn: boolean
  areaM2: number
  /** A place on it, pixels of the grid. */
  xPx: number
  yPx: number
}

/** Progress of preparing, 0..1 of `total` steps. */
export interface PrepareProgress {
  done: number
  total: number
}

/**
 * An engine that carries a mask through the series: `ndvi`, `sam2.1-hiera-tiny` and others.
 * Same source, prompts and accepted masks give bit-identical answers.
 */
export interface Segmenter {
  readonly id: string
  /** Identifies engine version and settings (and weights). */
  readonly modelHash: string
  /** Prompt-independent work over the series. */
  open(source: FrameSource, options: OpenSegmenterOptions): Promise<SegmenterSession>
}

export interface OpenSegmenterOptions {
  scratch: Scratch
  /**
   * Kept from run to run for this very series and engine: what does not depend on prompts may be found
   * here, and left here. Without it everything goes into `scratch`.
   */
  prepared?: Scratch
  signal?: AbortSignal
  onProgress?: (progress: PrepareProgress) => void
}

/** An opened series; owns its buffers until closed. */
export interface SegmenterSession {
  segment(request: SegmentationRequest, signal?: AbortSignal): AsyncGenerator<SegmentedFrame>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
