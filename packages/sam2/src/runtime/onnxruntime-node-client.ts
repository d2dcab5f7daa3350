import { Worker } from 'node:worker_threads'
import { Sam2Error } from '../errors.ts'
import {
  WORKER_BUSY,
  WORKER_STOPPED,
  type WorkerCall,
  type WorkerReply,
  type WorkerRequest,
  type WorkerSettings,
  fromPlainError,
} from './onnxruntime-node-protocol.ts'
import type { Tensor } from './tensor.ts'

/** How the worker is started. */
export interface WorkerOptions {
  /** The module that serves the calls. */
  entry: string | URL
  threads: number
  /** Told once when the thread ends without having been asked to. */
  onDeath: () => void
}

/** The near end of the worker. Calls are answered in the order in which they were made. */
export interface WorkerClient {
  /** @throws Sam2Error `runtime`; also from every pending call when the worker dies */
  call(call: WorkerCall, transfer?: ArrayBuffer[]): Promise<Record<string, Tensor>>
  /** Waits for the pending calls, then ends the thread. */
  end(): Promise<void>
  /** The thread has ended without having been asked to. */
  readonly dead: boolean
}

interface PendingCall {
  resolve(outputs: Record<string, Tensor>): void
  reject(error: Sam2Error): void
}

/** Starts the thread. It keeps the process alive only while a call is pending. */
export function startWorker({ entry, threads, onDeath }: WorkerOptions): WorkerClient {
  const settings: WorkerSettings = { threads, state: new SharedArrayBuffer(4) }
  const state = new Int32Array(settings.state)
  const worker = new Worker(entry, { workerData: settings, execArgv: [], name: 'sam2-onnxruntime' })
  const pending = new Map<number, PendingCall>()
  let callCount = 0
  let death: Sam2Error | undefined
  let ended: Promise<void> | undefined
  let drained = (): void => {}

  // process.exit() ends threads, and ending one that is in native code aborts the process.
  const waitForNativeCode = (): void => {
    Atomics.or(state, 0, WORKER_STOPPED)
    if (!death) Atomics.wait(state, 0, WORKER_BUSY | WORKER_STOPPED)
  }
  process.on('exit', waitForNativeCode)

  const die = (reason: string, cause?: unknown): void => {
    if (death) return
    death = new Sam2Error(`got an inference thread that ended: ${reason}`, {
      code: 'runtime',
      hint: 'Create a new runtime; if memory ran out, use a smaller model.',
      cause,
    })
    for (const { reject } of pending.values()) reject(death)
    pending.clear()
    drained()
    onDeath()
  }
  worker.unref()
  worker.on('message', ({ callId, outputs, error }: WorkerReply) => {
    const call = pending.get(callId)
    pending.delete(callId)
    if (pending.size === 0) worker.unref()
    if (error) call?.reject(fromPlainError(error))
    else call?.resolve(outputs ?? {})
    if (pending.size === 0) drained()
  })
  worker.on('error', (error: Error) => die(error.message, error))
  worker.on('messageerror', (error: Error) => die(error.message, error))
  worker.on('exit', (code) => {
    process.off('exit', waitForNativeCode)
    if (!ended || pending.size > 0) die(`exit code ${code}`)
  })

  const end = async (): Promise<void> => {
    if (pending.size > 0) {
      await new Promise<void>((resolve) => {
        drained = resolve
      })
    }
    await worker.terminate()
  }

  return {
    get dead() {
      return death !== undefined
    },
    call(call, transfer = []) {
      if (death) return Promise.reject(death)
      const request: WorkerRequest = { callId: callCount++, call }
      return new Promise((resolve, reject) => {
        worker.postMessage(request, transfer)
        pending.set(request.callId, { resolve, reject })
        worker.ref()
      })
    },
    end() {
      ended ??= end()
      return ended
    },
  }
}
