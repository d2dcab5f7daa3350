import type { Sam2ErrorCode, Sam2ErrorInit } from '../errors.ts'
import { Sam2Error } from '../errors.ts'
import type { OnnxModel } from '../onnx/model.ts'
import type { NamedTensors } from './runtime.ts'
import type { Tensor } from './tensor.ts'

/** What the worker is started with. */
export interface WorkerSettings {
  readonly threads: number
  /** One int32 of {@link WORKER_BUSY} and {@link WORKER_STOPPED}. */
  readonly state: SharedArrayBuffer
}

/** Bit: in native code, where ending the thread aborts the process. Set by the worker. */
export const WORKER_BUSY = 1
/** Bit: the process is ending, so no further call may start. Set by the thread that made the worker. */
export const WORKER_STOPPED = 2

/** What is asked of the worker. */
export type WorkerCall =
  | { readonly do: 'load' }
  | { readonly do: 'create'; readonly sessionId: number; readonly model: OnnxModel }
  | { readonly do: 'run'; readonly sessionId: number; readonly feeds: NamedTensors }
  | { readonly do: 'release'; readonly sessionId: number }

/** A call with the number by which its answer is told. */
export interface WorkerRequest {
  readonly callId: number
  readonly call: WorkerCall
}

/** The answer to one call. Only `run` has outputs. */
export interface WorkerReply {
  readonly callId: number
  readonly outputs?: Record<string, Tensor>
  readonly error?: PlainError
}

/** A {@link Sam2Error} as it crosses threads. */
export interface PlainError {
  readonly message: string
  readonly code: Sam2ErrorCode
  readonly hint: string | undefined
}

/** Takes an error apart for the way through a port. */
export function toPlainError(error: unknown): PlainError {
  if (error instanceof Sam2Error) {
    return { message: error.message, code: error.code, hint: error.hint }
  }
  return { message: String(error), code: 'runtime', hint: undefined }
}

/** Puts an error together again. */
export function fromPlainError({ message, code, hint }: PlainError): Sam2Error {
  const init: Sam2ErrorInit = hint === undefined ? { code } : { code, hint }
  return new Sam2Error(message, init)
}
