/** Which store of an object an output belongs to. */
export type OutputKind = 'cond' | 'non_cond'

/** A frame whose memory features take part in memory attention. */
export interface MemoryFrame {
  readonly frame: number
  readonly kind: OutputKind
  /** Row of `maskmem_tpos_enc` that is added. */
  readonly tposIndex: number
}

/** A frame whose object pointer takes part in memory attention. */
export interface PointerFrame {
  readonly frame: number
  readonly kind: OutputKind
  /** Distance in frames over `M - 1`, float32; positive in the past of the tracking direction. */
  readonly tpos: number
}

/** What memory attention sees, in the order of its tokens. */
export interface MemoryPlan {
  readonly memory: readonly MemoryFrame[]
  readonly pointers: readonly PointerFrame[]
}

/** The part of a model's configuration that selects memory. */
export interface MemorySettings {
  readonly numMaskmem: number
  readonly maxObjPtrsInEncoder: number
  /** -1: all. */
  readonly maxCondFramesInAttn: number
  readonly memoryTemporalStrideForEval: number
  readonly useObjPtrsInEncoder: boolean
  readonly onlyObjPtrsInThePastForEval: boolean
  readonly useSignedTposEncToObjPtrs: boolean
}

/** One object's outputs as far as planning needs to know them. */
export interface MemoryPlanInput {
  readonly frameIdx: number
  readonly reverse: boolean
  readonly numFrames: number
  /** In the order they became conditioning frames. */
  readonly condFrames: readonly number[]
  /** Whether the frame has a non-conditioning output (its pointer is always kept). */
  readonly hasNonCond: (frameIdx: number) => boolean
  /** Whether that output's memory features can be had. */
  readonly hasMemory: (frameIdx: number) => boolean
  readonly settings: MemorySettings
}

/**
 * Selects the memory frames and object pointers for a frame, as upstream's
 * `_prepare_memory_conditioned_features` does: all (or the selected) conditioning frames, past and
 * future, in the order they were inserted; then the `numMaskmem - 1` frames before this one in tracking
 * direction, oldest first, that have memory. Pointers: the selected conditioning frames not in the
 * future, then frames at distance 1 to M - 1, nearest first.
 *
 * One thing differs: pointer times are divided by `max(M - 1, 1)`. Upstream divides by M - 1 = 0 in
 * a video of one frame (M = min(frames, max_obj_ptrs_in_encoder)), which turns the frame's features into
 * NaN and the object silently absent; the only distance there is 0, so the time is 0 here.
 */
export function planMemory(input: MemoryPlanInput): MemoryPlan {
  const { selected, unselected } = selectCondFrames(
    input.condFrames,
    input.frameIdx,
    input.settings.maxCondFramesInAttn,
  )
  return {
    memory: planMemoryFrames(input, selected, unselected),
    pointers: input.settings.useObjPtrsInEncoder ? planPointers(input, selected, unselected) : [],
  }
}

function planMemoryFrames(
  { frameIdx, reverse, hasMemory, settings }: MemoryPlanInput,
  selected: readonly number[],
  unselected: ReadonlySet<number>,
): MemoryFrame[] {
  const { numMaskmem, memoryTemporalStrideForEval: stride } = settings
  const plan: MemoryFrame[] = selected.map((frame) => ({
    frame,
    kind: 'cond',
    tposIndex: numMaskmem - 1,
  }))
  for (let distance = numMaskmem - 1; distance >= 1; distance--) {
    const frame = windowFrame(frameIdx, distance, stride, reverse)
    const tposIndex = distance - 1
    if (hasMemory(frame)) plan.push({ frame, kind: 'non_cond', tposIndex })
    else if (unselected.has(frame)) plan.push({ frame, kind: 'cond', tposIndex })
  }
  return plan
}

/** The `distance`-th memory frame back in tracking direction: the neighbour, then multiples of the stride. */
function windowFrame(frameIdx: number, distance: number, stride: number, reverse: boolean): number {
  if (distance === 1) return reverse ? frameIdx + 1 : frameIdx - 1
  const steps = (distance - 2) * stride
  return reverse
    ? Math.ceil((frameIdx + 2) / stride) * stride + steps
    : Math.floor((frameIdx - 2) / stride) * stride - steps
}

function planPointers(
  { frameIdx, reverse, numFrames, hasNonCond, settings }: MemoryPlanInput,
  selected: readonly number[],
  unselected: ReadonlySet<number>,
): PointerFrame[] {
  const maxPointers = Math.min(numFrames, settings.maxObjPtrsInEncoder)
  const scale = Math.max(maxPointers - 1, 1)
  const plan: PointerFrame[] = []
  for (const frame of selected) {
    const elapsed = reverse ? frame - frameIdx : frameIdx - frame
    if (settings.onlyObjPtrsInThePastForEval && elapsed < 0) continue
    const distance = settings.useSignedTposEncToObjPtrs ? elapsed : Math.abs(elapsed)
    plan.push({ frame, kind: 'cond', tpos: Math.fround(distance / scale) })
  }
  for (let distance = 1; distance < maxPointers; distance++) {
    const frame = reverse ? frameIdx + distance : frameIdx - distance
    if (frame < 0 || frame >= numFrames) break
    const tpos = Math.fround(distance / scale)
    if (hasNonCond(frame)) plan.push({ frame, kind: 'non_cond', tpos })
    else if (unselected.has(frame)) plan.push({ frame, kind: 'cond', tpos })
  }
  return plan
}

/**
 * The conditioning frames that a frame attends to: all, or the closest earlier one, the closest one not
 * earlier, then the nearest others, ties in order of insertion. Upstream: `select_closest_cond_frames`.
 */
function selectCondFrames(
  condFrames: readonly number[],
  frameIdx: number,
  limit: number,
): { selected: readonly number[]; unselected: ReadonlySet<number> } {
  if (limit === -1 || condFrames.length <= limit) {
    return { selected: condFrames, unselected: new Set() }
  }
  const earlier = condFrames.filter((frame) => frame < frameIdx)
  const notEarlier = condFrames.filter((frame) => frame >= frameIdx)
  const selected: number[] = []
  if (earlier.length > 0) selected.push(earlier.reduce((a, b) => Math.max(a, b)))
  if (notEarlier.length > 0) selected.push(notEarlier.reduce((a, b) => Math.min(a, b)))
  const others = condFrames
    .filter((frame) => !selected.includes(frame))
    .toSorted((a, b) => Math.abs(a - frameIdx) - Math.abs(b - frameIdx))
  selected.push(...others.slice(0, Math.max(limit - selected.length, 0)))
  return { selected, unselected: new Set(condFrames.filter((frame) => !selected.includes(frame))) }
}
