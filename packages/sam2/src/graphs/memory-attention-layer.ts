import type { Weights } from '../checkpoint/weights.ts'
import type { Graph, Value } from '../onnx/graph.ts'
import { add, concat, gemm, matMul, relu } from '../onnx/operators.ts'
import { reshape, rotaryEmbedding, softmax, split } from '../onnx/operators.ts'
import { TOKEN_NORM_EPSILON, layerNorm, linear } from './layers.ts'
import { type Linear, composeLinear, linearOf, scaleLinear } from './memory-attention-weights.ts'

/** Values that all layers share. hw: tokens of a frame; L: tokens of the whole memory; D: its channels. */
export interface AttentionContext {
  readonly g: Graph
  readonly weights: Weights
  /** Tokens of a frame (hw) and their channels (C). */
  readonly tokens: number
  readonly channels: number
  /** Query tokens whose scores are held at once. */
  readonly queryChunk: number
  /** Row of the rotation tables for each token of the frame, [hw, 1]. */
  readonly framePlaces: Value
  /** Row of the rotation tables for each memory token, [L, 1]. */
  readonly memoryPlaces: Value
  /** Rotation tables [hw + 1, C / 2]; the last row turns by nothing. */
  readonly cosTable: Value
  readonly sinTable: Value
  /** Memory and pointer tokens with their position encodings added, [L, D]. */
  readonly memoryWithPos: Value
  /** Memory and pointer tokens, [L, D]. */
  readonly memory: Value
}

/** What one layer computes on the way, each [hw, C]. */
export interface LayerValues {
  readonly selfAttn: Value
  readonly crossAttn: Value
  readonly out: Value
}

/** Upstream: `MemoryAttentionLayer.forward` (pre-norm, ReLU). x: [hw, C]. */
export function memoryAttentionLayer(
  context: AttentionContext,
  x: Value,
  index: number,
): LayerValues {
  const { g, weights } = context
  const name = `memory_attention.layers.${index}`
  const norm = (y: Value, which: string): Value =>
    layerNorm(g, weights, `${name}.${which}`, y, TOKEN_NORM_EPSILON)
  const selfAttn = selfAttention(context, norm(x, 'norm1'), `${name}.self_attn`) // [hw, C]
  const afterSelf = add(g, x, selfAttn) // [hw, C]
  const crossAttn = crossAttention(context, norm(afterSelf, 'norm2'), `${name}.cross_attn_image`) // [hw, C]
  const afterCross = add(g, afterSelf, crossAttn) // [hw, C]
  const hidden = relu(g, linear(g, weights, `${name}.linear1`, norm(afterCross, 'norm3'))) // [hw, dimFeedforward]
  const fed = linear(g, weights, `${name}.linear2`, hidden) // [hw, C]
  return { selfAttn, crossAttn, out: add(g, afterCross, fed) }
}

/** Attention of the frame's tokens to each other. x: [hw, C] -> [hw, C]. */
function selfAttention(context: AttentionContext, x: Value, name: string): Value {
  const { g, weights, framePlaces } = context
  const keys = linear(g, weights, `${name}.k_proj`, x) // [hw, C]
  const k = rotate(context, keys, framePlaces) // [hw, C]
  const values = apply(g, valueToOutput(weights, name), x) // [hw, C]
  return attend(context, queries(context, x, name), k, values) // [hw, C]
}

/**
 * Attention of the frame's tokens to the memory, whose values stay in their D channels until the
 * attention is done. x: [hw, C] -> [hw, C].
 */
function crossAttention(context: AttentionContext, x: Value, name: string): Value {
  const { g, weights, memory, memoryWithPos, memoryPlaces } = context
  const keys = linear(g, weights, `${name}.k_proj`, memoryWithPos) // [L, C]
  const k = rotate(context, keys, memoryPlaces) // [L, C]
  const attended = attend(context, queries(context, x, name), k, memory) // [hw, D]
  return apply(g, valueToOutput(weights, name), attended) // [hw, C]
}

/** Rotated queries with the 1 / sqrt(C) of the scores in their projection. x: [hw, C] -> [hw, C]. */
function queries(context: AttentionContext, x: Value, name: string): Value {
  const { g, weights, channels, framePlaces } = context
  const scaled = scaleLinear(linearOf(weights, `${name}.q_proj`), channels ** -0.5)
  return rotate(context, apply(g, scaled, x), framePlaces)
}

/** v_proj and out_proj in one. */
function valueToOutput(weights: Weights, name: string): Linear {
  return composeLinear(linearOf(weights, `${name}.v_proj`), linearOf(weights, `${name}.out_proj`))
}

/** softmax(q k') v, a chunk of queries at a time. q: [hw, C], k: [L, C], v: [L, E] -> [hw, E]. */
function attend({ g, tokens, queryChunk }: AttentionContext, q: Value, k: Value, v: Value): Value {
  const sizes: number[] = []
  for (let at = 0; at < tokens; at += queryChunk) sizes.push(Math.min(queryChunk, tokens - at))
  const chunks = sizes.length > 1 ? split(g, q, sizes, 0) : [q]
  const attended = chunks.map((chunk) => {
    const scores = gemm(g, chunk, k, null, { transB: true }) // [chunk, L]
    return matMul(g, softmax(g, scores), v) // [chunk, E]
  })
  return attended.length > 1 ? concat(g, attended, 0) : (attended[0] as Value)
}

/** Rotary encoding of each token by its place. x: [tokens, C], places: [tokens, 1] -> [tokens, C]. */
function rotate(
  { g, channels, cosTable, sinTable }: AttentionContext,
  x: Value,
  places: Value,
): Value {
  // One token a batch entry: the operator refuses sequences that are longer than its tables.
  const batched = reshape(g, x, [-1, 1, channels]) // [tokens, 1, C]
  return reshape(g, rotaryEmbedding(g, batched, places, cosTable, sinTable), [-1, channels])
}

/** x: [rows, in] -> [rows, out]. */
function apply(g: Graph, { weight, bias, out, in: input }: Linear, x: Value): Value {
  const matrix = g.constant(weight, [out, input])
  return gemm(g, x, matrix, g.constant(bias, [out]), { transB: true })
}
