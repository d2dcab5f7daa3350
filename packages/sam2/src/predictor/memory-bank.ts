import { fromBfloat16 } from './bfloat16.ts'
import { type WholeOutput, decodeOutput, encodeOutput } from './output-codec.ts'
import type { OutputKind } from './plan-memory.ts'
import type { OutputStore, ResolvedOptions } from './predictor-options.ts'
import type { OutputSource } from './frame-result.ts'
import type { FrameOutput, HeavyOutput, ObjectState, OutputMap } from './video-state.ts'

/** An output and where it was found. */
export interface FoundOutput {
  readonly output: FrameOutput
  readonly source: OutputSource
}

/** The output that upstream would look at: pending of that kind, conditioning, non-conditioning. */
export function findOutput(
  object: ObjectState,
  frameIdx: number,
  pendingKind: OutputKind,
): FoundOutput | null {
  const { pending, stored } = object
  const places: [OutputMap, OutputSource][] = [
    [pending[pendingKind], { pending: true, kind: pendingKind }],
    [stored.cond, { pending: false, kind: 'cond' }],
    [stored.non_cond, { pending: false, kind: 'non_cond' }],
  ]
  for (const [map, source] of places) {
    const output = map.get(frameIdx)
    if (output) return { output, source }
  }
  return null
}

/** The newest output of a frame, pending ones of either kind first. */
export function newestOutput(object: ObjectState, frameIdx: number): FoundOutput | null {
  const kind = object.pending.non_cond.has(frameIdx) ? 'non_cond' : 'cond'
  return findOutput(object, frameIdx, kind)
}

/** Puts an output among the conditioning ones; an older one of the frame keeps its place in the order. */
export function storeCond(object: ObjectState, frameIdx: number, output: FrameOutput): void {
  object.stored.cond.set(frameIdx, output)
  object.revision++
}

/** Drops a non-conditioning output. */
export function dropNonCond(object: ObjectState, frameIdx: number): void {
  if (!object.stored.non_cond.delete(frameIdx)) return
  object.recent.delete(frameIdx)
  object.revision++
}

/** Marks a frame's heavy part as just used. */
export function touch(object: ObjectState, frameIdx: number): void {
  if (object.recent.delete(frameIdx)) object.recent.add(frameIdx)
}

/**
 * Stores non-conditioning outputs of an object and evicts the ones longest unused beyond the limit. What
 * goes to the spill store is written by `prepare`; `commit` changes the state at once and cannot fail.
 */
export async function prepareNonCond(
  object: ObjectState,
  frameIdx: number,
  output: FrameOutput,
  options: ResolvedOptions,
): Promise<{ commit: () => void }> {
  const excess =
    object.recent.size + (object.recent.has(frameIdx) ? 0 : 1) - options.maxFramesInMemory
  const victims = [...object.recent]
    .filter((frame) => frame !== frameIdx)
    .slice(0, Math.max(excess, 0))
  const { spill } = options
  if (spill) {
    for (const victim of victims) await writeSpill(spill, object, victim)
  }
  return {
    commit: () => {
      for (const victim of victims) {
        const evicted = object.stored.non_cond.get(victim) as FrameOutput
        object.stored.non_cond.set(victim, {
          ...evicted,
          heavy: null,
          isSpilled: spill !== undefined,
        })
        object.recent.delete(victim)
      }
      object.stored.non_cond.set(frameIdx, output)
      object.recent.delete(frameIdx)
      object.recent.add(frameIdx)
      object.revision++
    },
  }
}

async function writeSpill(
  spill: OutputStore,
  object: ObjectState,
  frameIdx: number,
): Promise<void> {
  const output = object.stored.non_cond.get(frameIdx) as WholeOutput
  if (output.isSpilled) return
  const meta = {
    model: '',
    frameIdx,
    objId: object.objId,
    kind: 'non_cond',
    pending: false,
    trackedReverse: null,
    hasMaskPrompt: false,
    points: null,
  } as const
  await spill.write(spillKey(object.objId, frameIdx), encodeOutput(meta, output))
}

/** The heavy part of an output, read back where it was spilled; null: dropped. */
export async function heavyOf(
  object: ObjectState,
  frameIdx: number,
  output: FrameOutput,
  options: ResolvedOptions,
): Promise<HeavyOutput | null> {
  if (output.heavy) return output.heavy
  if (!output.isSpilled || !options.spill) return null
  const bytes = await options.spill.read(spillKey(object.objId, frameIdx))
  return decodeOutput(bytes).output.heavy
}

function spillKey(objId: number, frameIdx: number): string {
  return `object-${objId}-frame-${frameIdx}`
}

/** Whether an output's memory features can be had. */
export function hasMemory(output: FrameOutput | undefined): boolean {
  if (!output) return false
  return output.heavy ? output.heavy.memory !== null : output.isSpilled
}

/** Copies memory features into `out` at `offset` as float32. */
export function copyMemory(
  memory: Float32Array | Uint16Array,
  out: Float32Array,
  offset: number,
): void {
  if (memory instanceof Uint16Array) fromBfloat16(memory, out, offset)
  else out.set(memory, offset)
}
