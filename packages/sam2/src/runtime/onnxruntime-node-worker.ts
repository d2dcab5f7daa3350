import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { Engine } from './engine.ts'
import { buffersOf, freeBuffers } from './free-buffers.ts'
import { loadNodeEngine } from './onnxruntime-node-engine.ts'
import {
  WORKER_BUSY,
  type WorkerCall,
  type WorkerReply,
  type WorkerRequest,
  type WorkerSettings,
  toPlainError,
} from './onnxruntime-node-protocol.ts'
import type { Tensor } from './tensor.ts'

const port = parentPort as MessagePort
const { threads, state: shared } = workerData as WorkerSettings
const state = new Int32Array(shared)
let engine: Engine | undefined
let queue: Promise<void> = Promise.resolve()

port.on('message', (request: WorkerRequest) => {
  queue = queue.then(() => serve(request))
})
// Nobody would be told otherwise; so the thread ends, and with it every pending call.
port.on('messageerror', (error) => {
  throw error
})

async function serve({ callId, call }: WorkerRequest): Promise<void> {
  // Fails only when stopped.
  if (Atomics.compareExchange(state, 0, 0, WORKER_BUSY) !== 0) return
  let reply: WorkerReply = { callId }
  try {
    const outputs = await answer(call)
    if (outputs) reply = { callId, outputs }
  } catch (error) {
    reply = { callId, error: toPlainError(error) }
  }
  Atomics.and(state, 0, ~WORKER_BUSY)
  Atomics.notify(state, 0)
  const made = Object.values(reply.outputs ?? {}).map(({ data }) => data)
  port.postMessage(reply, buffersOf(made))
}

async function answer(call: WorkerCall): Promise<Record<string, Tensor> | undefined> {
  engine ??= await loadNodeEngine(threads)
  if (call.do === 'run') {
    const outputs = await engine.run(call.sessionId, call.feeds)
    freeBuffers(Object.values(call.feeds).map(({ data }) => data))
    return outputs
  }
  if (call.do === 'create') {
    await engine.create(call.sessionId, call.model)
    freeBuffers([call.model.proto, ...call.model.externalData.map(({ data }) => data)])
  }
  if (call.do === 'release') await engine.release(call.sessionId)
  return undefined
}
