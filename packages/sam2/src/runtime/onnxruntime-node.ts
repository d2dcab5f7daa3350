import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import { Sam2Error } from '../errors.ts'
import type { OnnxModel } from '../onnx/model.ts'
import { type Engine, oneAtATime, runtimeOver } from './engine.ts'
import { buffersOf } from './free-buffers.ts'
import { type WorkerClient, startWorker } from './onnxruntime-node-client.ts'
import { loadNodeEngine } from './onnxruntime-node-engine.ts'
import type { Runtime } from './runtime.ts'

/** How graphs are run in Node. */
export interface NodeRuntimeOptions {
  /** Threads that one run uses; the machine's cores when absent. */
  threads?: number
  /** Run in a thread of its own, so that the caller's event loop stays free. Default true. */
  worker?: boolean
}

/**
 * Runs graphs by onnxruntime-node (a peer dependency, loaded here and not before).
 *
 * Inference has a thread of its own unless `worker` is false; then every run blocks the caller. The
 * thread keeps the process alive only while a call is pending, so a program that forgets `close`
 * still ends. `process.exit()` during a run takes effect when that run is over.
 *
 * onnxruntime reports usage to its maker by default; ORT_DISABLE_TELEMETRY=1 is set in the
 * environment of the process before it is loaded, so that nothing is sent, looked up or written.
 *
 * @throws Sam2Error `runtime` when onnxruntime-node is not there, or when this thread has an
 * environment of its own in which ORT_DISABLE_TELEMETRY is not set
 */
export async function createNodeRuntime(options: NodeRuntimeOptions = {}): Promise<Runtime> {
  const { threads = availableParallelism(), worker = true } = options
  if (!Number.isInteger(threads) || threads < 1) {
    throw new Sam2Error(`got threads ${threads}, expected an integer of at least 1`, {
      code: 'input',
    })
  }
  disableTelemetry()
  if (worker) return startInWorker(threads)
  return runtimeOver('onnxruntime-node', oneAtATime(await loadNodeEngine(threads))).runtime
}

/** Native code reads the environment of the process, which only the main thread can change. */
function disableTelemetry(): void {
  if (isMainThread) process.env['ORT_DISABLE_TELEMETRY'] = '1'
  else if (process.env['ORT_DISABLE_TELEMETRY'] === undefined) {
    throw new Sam2Error(
      'got no ORT_DISABLE_TELEMETRY in a thread, expected it set by the process',
      {
        code: 'runtime',
        hint: 'Set ORT_DISABLE_TELEMETRY=1 in the environment, or in the main thread before this one starts.',
      },
    )
  }
}

async function startInWorker(threads: number): Promise<Runtime> {
  // By the package's own name: the tests run this file as TypeScript, which a Node 20 worker cannot.
  const entry = createRequire(import.meta.url).resolve('@scarline/sam2/onnxruntime-node-worker')
  const client = startWorker({ entry, threads, onDeath: () => forgetSessions() })
  const { runtime, forgetSessions } = runtimeOver('onnxruntime-node', workerEngine(client))
  try {
    await client.call({ do: 'load' })
  } catch (error) {
    await client.end()
    throw error
  }
  return runtime
}

function workerEngine(client: WorkerClient): Engine {
  return {
    async create(sessionId, model) {
      const owned = ownModel(model)
      const arrays = [owned.proto, ...owned.externalData.map(({ data }) => data)]
      await client.call({ do: 'create', sessionId, model: owned }, buffersOf(arrays))
    },
    run(sessionId, feeds) {
      const transfer = buffersOf(Object.values(feeds).map(({ data }) => data))
      return client.call({ do: 'run', sessionId, feeds }, transfer)
    },
    async release(sessionId) {
      // A dead thread has freed everything.
      if (!client.dead) await client.call({ do: 'release', sessionId })
    },
    end: () => client.end(),
  }
}

/** A model whose buffers can be sent off: those that are part of a larger one are copied. */
function ownModel(model: OnnxModel): OnnxModel {
  return {
    ...model,
    proto: ownBytes(model.proto),
    externalData: model.externalData.map(({ path, data }) => ({ path, data: ownBytes(data) })),
  }
}

function ownBytes(bytes: Uint8Array): Uint8Array {
  const whole = bytes.byteLength === bytes.buffer.byteLength
  return whole && bytes.buffer instanceof ArrayBuffer ? bytes : new Uint8Array(bytes)
}
