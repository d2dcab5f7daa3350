import { availableParallelism, totalmem } from 'node:os'
import type { DoctorCheck } from '@scarline/core'
import { createNodeRuntime } from '@scarline/sam2/onnxruntime-node'
import { type ListedModel, formatMegabytes, listModels } from './model-library.ts'
import { DEFAULT_MODEL_ID } from './official-models.ts'
import { PEAK_MEMORY_BYTES } from './peak-memory.ts'

/** Checks of what the sam2 segmenters need; none of them is required, as `ndvi` needs none. */
export function modelChecks(folder: string): (() => Promise<DoctorCheck>)[] {
  return [checkInference, () => checkModels(folder), async () => judgeModelMemory(totalmem())]
}

/** Loads onnxruntime-node in a thread of its own, as tracking does. */
async function checkInference(): Promise<DoctorCheck> {
  const name = 'inference (onnxruntime)'
  const started = performance.now()
  try {
    const runtime = await createNodeRuntime()
    await runtime.close()
    const threads = availableParallelism()
    const ms = Math.round(performance.now() - started)
    const detail = `loads, ${threads} ${threads === 1 ? 'thread' : 'threads'} (${ms} ms)`
    return { name, ok: true, required: false, detail, mend: null }
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] as string) : String(error)
    return {
      name,
      ok: false,
      required: false,
      detail: `does not load: ${reason}`,
      mend: 'Run npm ci again, or track with --segmenter ndvi, which needs none.',
    }
  }
}

async function checkModels(folder: string): Promise<DoctorCheck> {
  try {
    return judgeModels(folder, await listModels(folder))
  } catch (error) {
    return {
      name: 'models',
      ok: false,
      required: false,
      detail: (error as Error).message,
      mend: 'Mend or delete what it names, or track with --segmenter ndvi.',
    }
  }
}

/** Which weights are there. */
export function judgeModels(folder: string, models: readonly ListedModel[]): DoctorCheck {
  const name = 'models'
  const present = models.filter((model) => model.present)
  if (present.length === 0) {
    return {
      name,
      ok: false,
      required: false,
      detail: `none in ${folder}: track uses ndvi`,
      mend: `Run scarline models pull ${DEFAULT_MODEL_ID}, or scarline models import FILE.`,
    }
  }
  const listed = present.map(({ id, bytes }) => `${id} (${formatMegabytes(bytes)})`).join(', ')
  return { name, ok: true, required: false, detail: `${listed} in ${folder}`, mend: null }
}

/** Which models the machine's memory is enough for. */
export function judgeModelMemory(totalBytes: number): DoctorCheck {
  const sizes = Object.entries(PEAK_MEMORY_BYTES)
  const fit = sizes.filter(([, bytes]) => bytes <= totalBytes).map(([size]) => size)
  const peaks = sizes.map(([size, bytes]) => `${size} ${(bytes / 2 ** 30).toFixed(1)}`).join(', ')
  const enough = fit.length === sizes.length ? 'all models' : fit.join(', ') || 'none of the models'
  return {
    name: 'memory for models',
    ok: fit.length > 0,
    required: false,
    detail: `enough for ${enough} (GiB: ${peaks})`,
    mend: fit.length > 0 ? null : 'Track with --segmenter ndvi.',
  }
}
