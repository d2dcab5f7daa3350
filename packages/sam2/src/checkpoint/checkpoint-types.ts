/** Element types that a tensor may be stored in. */
export type ElementType =
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'float64'
  | 'int64'
  | 'int32'
  | 'int16'
  | 'int8'
  | 'uint8'
  | 'bool'

/** What is known of a tensor before its values are read. */
export interface TensorInfo {
  readonly shape: readonly number[]
  readonly dtype: ElementType
}

/** Named tensors in a file; values are read when asked for. */
export interface Checkpoint {
  /** The file's name, for messages. */
  readonly name: string
  readonly format: 'pytorch' | 'safetensors'
  /** In the file's order. */
  readonly tensors: ReadonlyMap<string, TensorInfo>
  /** The `__metadata__` of a safetensors header. */
  readonly metadata?: ReadonlyMap<string, string>
  /**
   * Values as float32, C order, in a fresh array; other types are rounded once.
   * @throws Sam2Error `weights` for an unknown name, `checkpoint` when its bytes are damaged
   */
  readTensor(name: string): Promise<Float32Array>
}
