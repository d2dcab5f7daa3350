import { type Graph, createGraph } from '../../src/onnx/graph.ts'
import type { OnnxModel } from '../../src/onnx/model.ts'
import { add, matMul, relu } from '../../src/onnx/operators.ts'
import { type Tensor, floats } from '../../src/runtime/tensor.ts'

/** `y = x W` with W = 2 on the diagonal, `sum = y + x`; x is [n, size]. */
export function smallGraph(name = 'small', size = 64): OnnxModel {
  const g = createGraph(name)
  const x = g.input('x', 'float32', ['n', size])
  const y = matMul(g, x, diagonal(g, size))
  g.output('y', y, ['n', size])
  g.output('sum', add(g, y, x), ['n', size])
  return g.finish()
}

/** Many products of [size, size] matrices: busy for a good while. */
export function slowGraph(times: number, size = 512): OnnxModel {
  const g = createGraph('slow')
  const x = g.input('x', 'float32', [size, size])
  let y = x
  for (let i = 0; i < times; i++) y = relu(g, matMul(g, y, x))
  g.output('y', y, [size, size])
  return g.finish()
}

/** `rows` rows of one value. */
export function filled(value: number, rows = 1, size = 64): Tensor {
  return floats([rows, size], new Float32Array(rows * size).fill(value))
}

function diagonal(g: Graph, size: number): ReturnType<Graph['constant']> {
  const weight = new Float32Array(size * size)
  for (let i = 0; i < size; i++) weight[i * size + i] = 2
  return g.constant(weight, [size, size])
}
