import { type FeatureCache, createFeatureCache } from './feature-cache.ts'
import { type FrameSource, requireSource } from './frame-source.ts'
import type { OutputKind } from './plan-memory.ts'

/** The large part of an output. */
export interface HeavyOutput {
  /** [S/4, S/4] */
  readonly lowResLogits: Float32Array
  /** [hw, mem_dim], as bfloat16 bits where they are rounded; null: not encoded yet. */
  readonly memory: Float32Array | Uint16Array | null
}

/** One object's output on one frame. Never changed, only replaced. */
export interface FrameOutput {
  /** [C] */
  readonly objPtr: Float32Array
  readonly objectScoreLogit: number
  readonly predictedIou: number
  /** Null: evicted from memory. */
  readonly heavy: HeavyOutput | null
  /** The spill store has a copy of `heavy`. */
  readonly isSpilled: boolean
}

/** Clicks of one object on one frame, box corners first; model pixels. */
export interface PointInputs {
  /** [P, 2] */
  readonly coords: Float32Array
  /** [P] */
  readonly labels: Int32Array
}

/** Frame to output, in order of insertion. */
export type OutputMap = Map<number, FrameOutput>

/** One object: prompts, outputs, and what has been tracked. Names as upstream's inference state. */
export interface ObjectState {
  readonly objId: number
  readonly pointInputs: Map<number, PointInputs>
  /** Frames with a mask prompt. */
  readonly maskInputs: Set<number>
  /** `output_dict_per_obj` */
  readonly stored: Readonly<Record<OutputKind, OutputMap>>
  /** `temp_output_dict_per_obj`: prompted since the last propagation. */
  readonly pending: Readonly<Record<OutputKind, OutputMap>>
  /** `frames_tracked_per_obj` */
  readonly tracked: Map<number, { readonly reverse: boolean }>
  /** Non-conditioning frames whose heavy part is in memory, longest unused first. */
  readonly recent: Set<number>
  /** Grows with every change of `stored`. */
  revision: number
}

/** Everything known of one video and its objects. Plain data: dropping the last reference frees it. */
export interface VideoState {
  readonly source: FrameSource
  /** In the order they were added. */
  readonly objects: Map<number, ObjectState>
  readonly features: FeatureCache
  /** The operation in progress. */
  busyWith: string | null
}

/**
 * A state without objects.
 * @throws Sam2Error `input` for a source without frames
 */
export function createState(source: FrameSource, featureCacheFrames: number): VideoState {
  requireSource(source)
  return {
    source,
    objects: new Map(),
    features: createFeatureCache(featureCacheFrames),
    busyWith: null,
  }
}

/** The object of that id; made where it is unknown, as upstream. */
export function objectOf(state: VideoState, objId: number): ObjectState {
  const object = state.objects.get(objId) ?? newObject(objId)
  state.objects.set(objId, object)
  return object
}

/** An object without prompts and outputs. */
export function newObject(objId: number): ObjectState {
  return {
    objId,
    pointInputs: new Map(),
    maskInputs: new Set(),
    stored: { cond: new Map(), non_cond: new Map() },
    pending: { cond: new Map(), non_cond: new Map() },
    tracked: new Map(),
    recent: new Set(),
    revision: 0,
  }
}
