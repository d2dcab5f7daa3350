import type { OnnxModel } from '../onnx/model.ts'
import type { Tensor } from './tensor.ts'

/** Named tensors going in or coming out. */
export type NamedTensors = Readonly<Record<string, Tensor>>

/** An inference engine: runs ONNX graphs, off the caller's thread where it can. */
export interface Runtime extends AsyncDisposable {
  readonly name: string
  /**
   * Loads a graph. The model's buffers belong to the runtime from here on (they may be detached).
   * @throws Sam2Error `runtime`
   */
  createSession(model: OnnxModel): Promise<RuntimeSession>
  /** Sessions that are open: none may be left when the work is done. */
  readonly openSessions: number
  /** Waits for the run in progress, then frees everything. */
  close(): Promise<void>
}

/** One loaded graph. */
export interface RuntimeSession extends AsyncDisposable {
  readonly name: string
  /**
   * Runs the graph once. `feeds` are copied, never detached; the outputs belong to the caller.
   * @throws Sam2Error `runtime`
   */
  run(feeds: NamedTensors): Promise<Record<string, Tensor>>
  close(): Promise<void>
}
