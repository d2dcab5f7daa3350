import type { Graph, Value } from './graph.ts'

/** Matrix product of the last two axes, the others broadcast. */
export function matMul(g: Graph, a: Value, b: Value): Value {
  return g.node('MatMul', [a, b])
}

/** `alpha A' B' + C` of matrices; `transB` reads B as [columns, rows], as torch keeps linear weights. */
export function gemm(
  g: Graph,
  a: Value,
  b: Value,
  c: Value | null,
  options: { transA?: boolean; transB?: boolean; alpha?: number } = {},
): Value {
  return g.node('Gemm', c ? [a, b, c] : [a, b], {
    attributes: {
      transA: options.transA ? 1 : 0,
      transB: options.transB ? 1 : 0,
      alpha: { float: options.alpha ?? 1 },
    },
  })
}

/** Two-dimensional convolution, [N, C, H, W]. `pads`: top, left, bottom, right. */
export function conv(
  g: Graph,
  x: Value,
  weight: Value,
  bias: Value | null,
  options: {
    kernel: readonly [number, number]
    strides?: readonly [number, number]
    pads?: readonly [number, number, number, number]
    group?: number
  },
): Value {
  return g.node('Conv', bias ? [x, weight, bias] : [x, weight], {
    attributes: {
      kernel_shape: options.kernel,
      strides: options.strides ?? [1, 1],
      pads: options.pads ?? [0, 0, 0, 0],
      group: options.group ?? 1,
    },
  })
}

/** Largest value of each window, [N, C, H, W]. */
export function maxPool(
  g: Graph,
  x: Value,
  kernel: readonly [number, number],
  strides: readonly [number, number],
): Value {
  return g.node('MaxPool', [x], { attributes: { kernel_shape: kernel, strides } })
}

/** Elementwise sum, broadcast. */
export function add(g: Graph, a: Value, b: Value): Value {
  return g.node('Add', [a, b])
}

/** Elementwise difference, broadcast. */
export function sub(g: Graph, a: Value, b: Value): Value {
  return g.node('Sub', [a, b])
}

/** Elementwise product, broadcast. */
export function mul(g: Graph, a: Value, b: Value): Value {
  return g.node('Mul', [a, b])
}

/** Elementwise quotient, broadcast. */
export function div(g: Graph, a: Value, b: Value): Value {
  return g.node('Div', [a, b])
}

/** Elementwise maximum, broadcast. */
export function max(g: Graph, a: Value, b: Value): Value {
  return g.node('Max', [a, b])
}

/** Largest value along an axis, which is dropped. */
export function reduceMax(g: Graph, x: Value, axis: number): Value {
  return g.node('ReduceMax', [x, g.integers([axis])], { attributes: { keepdims: 0 } })
}

/** Mean along an axis, which stays with size 1. */
export function reduceMean(g: Graph, x: Value, axis: number): Value {
  return g.node('ReduceMean', [x, g.integers([axis])], { attributes: { keepdims: 1 } })
}

/** Elementwise square root. */
export function sqrt(g: Graph, x: Value): Value {
  return g.node('Sqrt', [x])
}

/** Exponentials over an axis, normalised to sum 1. */
export function softmax(g: Graph, x: Value, axis = -1): Value {
  return g.node('Softmax', [x], { attributes: { axis } })
}

/** Normalises the last axis (or all from `axis` on) to mean 0 and variance 1, then scales and shifts. */
export function layerNormalization(
  g: Graph,
  x: Value,
  scale: Value,
  bias: Value,
  options: { epsilon: number; axis?: number },
): Value {
  return g.node('LayerNormalization', [x, scale, bias], {
    attributes: { axis: options.axis ?? -1, epsilon: { float: options.epsilon } },
  })
}

/** Gaussian error linear unit, exact (erf) form. */
export function gelu(g: Graph, x: Value): Value {
  return g.node('Gelu', [x])
}

/** max(x, 0). */
export function relu(g: Graph, x: Value): Value {
  return g.node('Relu', [x])
}

/** 1 / (1 + e^-x). */
export function sigmoid(g: Graph, x: Value): Value {
  return g.node('Sigmoid', [x])
}

/** Sine, radians. */
export function sin(g: Graph, x: Value): Value {
  return g.node('Sin', [x])
}

/** Cosine, radians. */
export function cos(g: Graph, x: Value): Value {
  return g.node('Cos', [x])
}

/** Same values, other shape; -1 is inferred, 0 copies the input's size. */
export function reshape(g: Graph, x: Value, dims: readonly number[]): Value {
  return g.node('Reshape', [x, g.integers(dims)])
}

/** Axes in another order. */
export function transpose(g: Graph, x: Value, perm: readonly number[]): Value {
  return g.node('Transpose', [x], { attributes: { perm } })
}

/** Joins along an axis. */
export function concat(g: Graph, values: readonly Value[], axis: number): Value {
  return g.node('Concat', values, { attributes: { axis } })
}

/** Cuts an axis into parts of the given sizes. */
export function split(g: Graph, x: Value, sizes: readonly number[], axis: number): Value[] {
  return g.nodes('Split', [x, g.integers(sizes)], sizes.length, { attributes: { axis } })
}

/** The part from `start` to before `end` of one axis. */
export function slice(g: Graph, x: Value, start: number, end: number, axis: number): Value {
  return g.node('Slice', [x, g.integers([start]), g.integers([end]), g.integers([axis])])
}

/** Rows of `x` along `axis`, picked by `indices`. */
export function gather(g: Graph, x: Value, indices: Value, axis = 0): Value {
  return g.node('Gather', [x, indices], { attributes: { axis } })
}

/** Zeros around; `pads`: begin of every axis, then end of every axis. */
export function pad(g: Graph, x: Value, pads: readonly number[]): Value {
  return g.node('Pad', [x, g.integers(pads)], { attributes: { mode: 'constant' } })
}

/** Repeats size-1 axes up to the given shape. */
export function expand(g: Graph, x: Value, shape: Value): Value {
  return g.node('Expand', [x, shape])
}

/** New axes of size 1. */
export function unsqueeze(g: Graph, x: Value, axes: readonly number[]): Value {
  return g.node('Unsqueeze', [x, g.integers(axes)])
}

/** The sizes of all axes, int64. */
export function shape(g: Graph, x: Value): Value {
  return g.node('Shape', [x])
}

/** Another element type. */
export function cast(g: Graph, x: Value, to: 'float32' | 'int32' | 'int64' | 'bool'): Value {
  return g.node('Cast', [x], {
    attributes: { to: { float32: 1, int32: 6, int64: 7, bool: 9 }[to] },
  })
}

/** 1 where a > b. */
export function greater(g: Graph, a: Value, b: Value): Value {
  return g.node('Greater', [a, b])
}

/** 1 where a = b. */
export function equal(g: Graph, a: Value, b: Value): Value {
  return g.node('Equal', [a, b])
}

/** `a` where the condition holds, `b` elsewhere. */
export function where(g: Graph, condition: Value, a: Value, b: Value): Value {
  return g.node('Where', [condition, a, b])
}

/** A float32 constant of one element and no axes. */
export function scalar(g: Graph, value: number): Value {
  return g.constant(Float32Array.of(value), [])
}

/** Scales the last two axes of [N, C, H, W] by linear interpolation between pixel centres. */
export function resizeBilinear(g: Graph, x: Value, factor: number): Value {
  const scales = g.constant(Float32Array.of(1, 1, factor, factor), [4])
  return g.node('Resize', [x, null, scales], {
    attributes: { mode: 'linear', coordinate_transformation_mode: 'half_pixel' },
  })
}

/** Rotates adjacent channel pairs of [batch, tokens, channels] by the angles of their token's row. */
export function rotaryEmbedding(
  g: Graph,
  x: Value,
  positions: Value,
  cosTable: Value,
  sinTable: Value,
): Value {
  return g.node('RotaryEmbedding', [x, positions, cosTable, sinTable], {
    domain: 'com.microsoft',
    attributes: { interleaved: 1 },
  })
}

/**
 * Scaled dot-product attention in `heads` heads, tiled so that no whole score matrix is kept.
 * `q`: [batch, queries, channels]; `k`, `v`: [batch, keys, channels]; `scoreBias`: added to the
 * scores, [1, 1, queries, keys].
 */
export function multiHeadAttention(
  g: Graph,
  q: Value,
  k: Value,
  v: Value,
  options: { heads: number; scoreBias?: Value | null },
): Value {
  return g.node('MultiHeadAttention', [q, k, v, null, null, options.scoreBias ?? null], {
    domain: 'com.microsoft',
    attributes: { num_heads: options.heads },
  })
}
