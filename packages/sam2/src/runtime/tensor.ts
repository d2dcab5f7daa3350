/** Element types that cross the border between a predictor and a runtime. */
export type TensorType = 'float32' | 'int32'

/** A dense array in C order. */
export interface Tensor {
  readonly type: TensorType
  readonly dims: readonly number[]
  readonly data: Float32Array | Int32Array
}

/** Wraps float32 values, `data.length` being the product of `dims`. */
export function floats(dims: readonly number[], data: Float32Array): Tensor {
  return { type: 'float32', dims, data }
}

/** Wraps int32 values, `data.length` being the product of `dims`. */
export function ints(dims: readonly number[], data: Int32Array): Tensor {
  return { type: 'int32', dims, data }
}
