import { type OpenedSam2Model, fromSam2Error } from '@scarline/core'
import { type Runtime, type Sam2Model, loadModel } from '@scarline/sam2'
import { createNodeRuntime } from '@scarline/sam2/onnxruntime-node'
import { openWeights } from './check-weights.ts'
import { openModelFiles } from './model-library.ts'
import type { ModelRecord } from './model-record.ts'

/** How to load a model. */
export interface LoadOptions {
  /** Threads of the inference; default: one for each core. */
  threads?: number
  signal?: AbortSignal
  onProgress?: (progress: { done: number; total: number }) => void
}

/**
 * Loads a model of the model folder into onnxruntime-node, off this thread.
 * @throws ScarlineError where a file is not there, is another, or the runtime does not work
 */
export async function openNodeModel(
  folder: string,
  record: ModelRecord,
  options: LoadOptions = {},
): Promise<OpenedSam2Model> {
  const { signal, onProgress } = options
  await using files = await openModelFiles(folder, record, signal)
  const { checkpoint, config } = await openWeights({
    source: files.source,
    base: files.base
      ? {
          source: files.base.source,
          config: files.base.record.config,
          scale: record.base?.scale ?? null,
        }
      : null,
    config: record.config,
    configName: null,
  })
  let runtime: Runtime | null = null
  try {
    runtime = await createNodeRuntime(
      options.threads === undefined ? {} : { threads: options.threads },
    )
    const model = await loadModel({
      checkpoint,
      config,
      runtime,
      ...(signal ? { signal } : {}),
      ...(onProgress ? { onProgress: ({ done, total }) => onProgress({ done, total }) } : {}),
    })
    return openedModel(model, runtime)
  } catch (error) {
    await runtime?.close()
    throw fromSam2Error(error)
  }
}

function openedModel(model: Sam2Model, runtime: Runtime): OpenedSam2Model {
  return {
    model,
    async close() {
      try {
        await model.close()
      } finally {
        await runtime.close()
      }
    },
  }
}
