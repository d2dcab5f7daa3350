import { Sam2Error } from '../errors.ts'
import { type Weight, type Weights, weightOf } from '../checkpoint/weights.ts'
import type { Graph, Value } from '../onnx/graph.ts'
import { gemm, layerNormalization, relu } from '../onnx/operators.ts'

/** `LayerNorm2d` (channel-first norms) and the trunk's norms upstream. */
export const CHANNEL_NORM_EPSILON = 1e-6
/** `nn.LayerNorm` where upstream does not say otherwise. */
export const TOKEN_NORM_EPSILON = 1e-5

/** A parameter as a constant of the graph, in its own shape or another of as many elements. */
export function parameter(
  g: Graph,
  weights: Weights,
  name: string,
  dims?: readonly number[],
): Value {
  const weight = weightOf(weights, name)
  return g.constant(weight.data, dims ?? weight.shape)
}

/**
 * `<name>.weight` [out, in] and `<name>.bias` applied to tokens: [n, in] -> [n, out]. `dims` reads a 1 x 1
 * convolution's weight as the matrix that it is.
 */
export function linear(
  g: Graph,
  weights: Weights,
  name: string,
  x: Value,
  dims?: readonly [number, number],
): Value {
  const weight = parameter(g, weights, `${name}.weight`, dims)
  return gemm(g, x, weight, parameter(g, weights, `${name}.bias`), { transB: true })
}

/** Normalises the last axis with `<name>.weight` and `<name>.bias`. */
export function layerNorm(
  g: Graph,
  weights: Weights,
  name: string,
  x: Value,
  epsilon: number,
): Value {
  const scale = parameter(g, weights, `${name}.weight`)
  return layerNormalization(g, x, scale, parameter(g, weights, `${name}.bias`), { epsilon })
}

/** The names of an MLP's linear layers: `<name>.layers.0` and on, or `<name>` where it is one layer. */
export function mlpLayers(weights: Weights, name: string): string[] {
  if (weights.has(`${name}.weight`)) return [name]
  const layers: string[] = []
  while (weights.has(`${name}.layers.${layers.length}.weight`)) {
    layers.push(`${name}.layers.${layers.length}`)
  }
  if (layers.length === 0) weightOf(weights, `${name}.layers.0.weight`)
  return layers
}

/** Linear layers with ReLU between them: [n, in] -> [n, out]. Depth and widths are the tensors'. */
export function mlp(g: Graph, weights: Weights, name: string, x: Value): Value {
  return mlpLayers(weights, name).reduce(
    (y, layer, i) => linear(g, weights, layer, i === 0 ? y : relu(g, y)),
    x,
  )
}

/** A matrix's columns as rows: [rows, columns] -> [columns, rows], C order. */
export function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(data.length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      out[column * rows + row] = data[row * columns + column] as number
    }
  }
  return out
}

/**
 * The parameter of that name, its shape checked.
 * @throws Sam2Error `weights` naming it and both shapes
 */
export function weightShaped(weights: Weights, name: string, shape: readonly number[]): Weight {
  const weight = weightOf(weights, name)
  if (weight.shape.join() === shape.join()) return weight
  throw new Sam2Error(
    `got tensor ${name} of shape [${weight.shape.join(', ')}], expected [${shape.join(', ')}]`,
    {
      code: 'weights',
      hint: 'Use the configuration that belongs to this checkpoint.',
      details: { name, shape: weight.shape, expected: shape },
    },
  )
}
