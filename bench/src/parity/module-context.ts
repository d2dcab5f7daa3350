import type { Checkpoint, OnnxModel, Runtime, Sam2Config, Tensor } from '@scarline/sam2'
import type * as sam2Inside from './sam2-inside.ts'
import { compareValues, countBeyondStep } from './compare.ts'
import { moduleLimit } from './limits.ts'
import type { ModuleTensor, Video } from './manifest.ts'
import { type ReferenceFolder, readFloats } from './read-folder.ts'
import type { ModuleResult } from './result.ts'
import { elementsOf } from './weights.ts'

/** Wraps float32 values, `data.length` being the product of `dims`. */
export function floats(dims: readonly number[], data: Float32Array): Tensor {
  return { type: 'float32', dims, data }
}

/** The parts of the package that are compared one by one; of another build, for the tests. */
export type Sam2Inside = typeof sam2Inside

/** What every group of module tensors needs. */
export interface ModuleContext {
  readonly folder: ReferenceFolder
  readonly config: Sam2Config
  readonly checkpoint: Checkpoint
  readonly runtime: Runtime
  readonly inside: Sam2Inside
  /** The video whose frames the module tensors were made from. */
  readonly video: Video
  /** Tensors of the manifest by name. */
  readonly tensors: ReadonlyMap<string, ModuleTensor>
  /** Results so far, by name. */
  readonly results: Map<string, ModuleResult>
}

/** Values of one tensor of the manifest, when they are stored whole. */
export async function storedWhole(
  context: ModuleContext,
  name: string,
): Promise<Float32Array | undefined> {
  const tensor = context.tensors.get(name)
  if (!tensor || tensor.dtype !== 'float32') return undefined
  const values = await readFloats(context.folder, tensor.file)
  return values.length === elementsOf(tensor.shape) ? values : undefined
}

/**
 * Compares one of our tensors, in the flat order of the manifest's shape, with the stored one. Does
 * nothing when the manifest has none of that name.
 */
export async function compareTensor(
  context: ModuleContext,
  name: string,
  values: Float32Array,
  limit: number = moduleLimit(context.tensors.get(name)?.noise),
): Promise<void> {
  const tensor = context.tensors.get(name)
  if (!tensor) return
  const elements = elementsOf(tensor.shape)
  if (values.length !== elements) {
    const reason = `got ${values.length} values, expected ${elements} (${tensor.shape.join(' x ')})`
    context.results.set(name, { name, isWithin: false, reason })
    return
  }
  const expected = await readFloats(context.folder, tensor.file)
  const difference = compareValues(values, expected)
  const result = { name, difference, limit, isWithin: difference.maxAbs <= limit }
  if (!result.isWithin && /bf16|bfloat16/.test(tensor.what)) {
    const isWithin = countBeyondStep(values, expected, limit) === 0
    const reason = isWithin ? 'some values rounded the other way, by one bfloat16 step' : ''
    context.results.set(name, { ...result, isWithin, reason })
  } else context.results.set(name, result)
}

/** Notes why a tensor of the manifest was not compared. */
export function skipTensor(context: ModuleContext, name: string, reason: string): void {
  if (!context.tensors.has(name) || context.results.has(name)) return
  context.results.set(name, { name, isWithin: true, reason: `not compared: ${reason}` })
}

/** Runs a graph once in a session of its own. */
export async function runOnce(
  runtime: Runtime,
  model: OnnxModel,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Float32Array>> {
  const session = await runtime.createSession(model)
  try {
    const outputs = await session.run(feeds)
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { data }]) => [
        name,
        data instanceof Float32Array ? data : Float32Array.from(data),
      ]),
    )
  } finally {
    await session.close()
  }
}
