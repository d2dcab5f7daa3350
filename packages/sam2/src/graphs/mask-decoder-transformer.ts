import { Sam2Error } from '../errors.ts'
import { type Weight, type Weights, weightOf } from '../checkpoint/weights.ts'
import type { Graph, Value } from '../onnx/graph.ts'
import { add, gemm, matMul, reshape, softmax, transpose } from '../onnx/operators.ts'
import {
  TOKEN_NORM_EPSILON,
  layerNorm,
  linear,
  mlp,
  parameter,
  transposed,
  weightShaped,
} from './layers.ts'
import type { Taps } from './taps.ts'

/** Heads of every attention of the mask decoder; upstream fixes them. */
const HEADS = 8
const TRANSFORMER = 'sam_mask_decoder.transformer'

/** What the transformer works on. */
export interface TwoWayInputs {
  /** Prompt tokens, dynamic in number: [n, C]. They are their own positional part. */
  readonly tokens: Value
  /** Image tokens with the dense prompt added: [hw, C]. */
  readonly image: Value
  /** Positional part of the image tokens: [hw, C]. */
  readonly imagePosition: Value
  /** hw. */
  readonly imageTokens: number
  readonly channels: number
}

/**
 * The two-way transformer: prompt tokens attend to themselves and to the image, the image attends to the
 * tokens. Upstream: `TwoWayTransformer`. Returns both: [n, C] and [hw, C].
 *
 * There are few tokens and many pixels, so the image side is never projected: a head's query or key is
 * carried through the other side's projection instead ((x Wq)(y Wk)^T = x (y Wk Wq^T)^T), which leaves
 * two Gemms per attention between [hw, C] and [heads * n, C] and nothing to transpose.
 *
 * @throws Sam2Error `weights` where projections have shapes that do not go together
 */
export function twoWayTransformer(
  g: Graph,
  weights: Weights,
  inputs: TwoWayInputs,
  taps: Taps,
): { tokens: Value; image: Value } {
  const { tokens: position, imagePosition, imageTokens, channels } = inputs
  const norm = (name: string, x: Value): Value =>
    layerNorm(g, weights, `${TRANSFORMER}.${name}`, x, TOKEN_NORM_EPSILON)
  let queries = inputs.tokens // [n, C]
  let keys = inputs.image // [hw, C]
  let depth = 0
  for (; weights.has(`${TRANSFORMER}.layers.${depth}.norm1.weight`); depth++) {
    const layer = `layers.${depth}`
    if (depth === 0) {
      // The first layer has no positional part and no residual.
      queries = attendTokens(g, weights, `${layer}.self_attn`, queries, queries)
    } else {
      const placed = add(g, queries, position)
      queries = add(g, queries, attendTokens(g, weights, `${layer}.self_attn`, placed, queries))
    }
    queries = norm(`${layer}.norm1`, queries) // [n, C]

    const placedKeys = add(g, keys, imagePosition) // [hw, C]
    const seen = attendImage(
      g,
      weights,
      `${layer}.cross_attn_token_to_image`,
      add(g, queries, position),
      placedKeys,
      keys,
    )
    queries = norm(`${layer}.norm2`, add(g, queries, seen)) // [n, C]

    const hidden = mlp(g, weights, `${TRANSFORMER}.${layer}.mlp`, queries)
    queries = norm(`${layer}.norm3`, add(g, queries, hidden)) // [n, C]

    const updated = imageAttends(g, weights, `${layer}.cross_attn_image_to_token`, {
      placedKeys,
      keys,
      placedTokens: add(g, queries, position),
      tokens: queries,
      imageTokens,
    })
    keys = norm(`${layer}.norm4`, updated) // [hw, C]

    const [layerQueries, layerKeys] = [queries, keys]
    taps.offer(`layer${depth}_queries`, [1, 'tokens', channels], () =>
      reshape(g, layerQueries, [1, -1, channels]),
    )
    taps.offer(`layer${depth}_keys`, [1, imageTokens, channels], () =>
      reshape(g, layerKeys, [1, imageTokens, channels]),
    )
  }
  if (depth === 0) weightOf(weights, `${TRANSFORMER}.layers.0.norm1.weight`)

  const seen = attendImage(
    g,
    weights,
    'final_attn_token_to_image',
    add(g, queries, position),
    add(g, keys, imagePosition),
    keys,
  )
  return { tokens: norm('norm_final_attn', add(g, queries, seen)), image: keys }
}

/** Attention among tokens: q and k from `placed`, v from `values`; [n, C] -> [n, C]. */
function attendTokens(
  g: Graph,
  weights: Weights,
  name: string,
  placed: Value,
  values: Value,
): Value {
  const { prefix, inner, headDim } = attentionShape(weights, name)
  const q = splitHeads(g, scaledLinear(g, weights, `${prefix}.q_proj`, headDim, placed), headDim)
  const k = linear(g, weights, `${prefix}.k_proj`, placed) // [n, inner]
  const keysByChannel = transpose(g, reshape(g, k, [-1, HEADS, headDim]), [1, 2, 0]) // [heads, d, n]
  const v = splitHeads(g, linear(g, weights, `${prefix}.v_proj`, values), headDim) // [heads, n, d]
  const scores = softmax(g, matMul(g, q, keysByChannel)) // [heads, n, n]
  const mixed = joinHeads(g, matMul(g, scores, v), inner) // [n, inner]
  return linear(g, weights, `${prefix}.out_proj`, mixed) // [n, C]
}

/** Tokens look at the image: [n, C], keys [hw, C], values [hw, C] -> [n, C]. */
function attendImage(
  g: Graph,
  weights: Weights,
  name: string,
  tokens: Value,
  placedKeys: Value,
  values: Value,
): Value {
  const { prefix, channels, inner, headDim } = attentionShape(weights, name)
  const q = splitHeads(g, scaledLinear(g, weights, `${prefix}.q_proj`, headDim, tokens), headDim)
  // The key bias adds the same to all scores of a query: the softmax does not see it.
  const keyMatrix = parameter(g, weights, `${prefix}.k_proj.weight`, [HEADS, headDim, channels])
  const carried = reshape(g, matMul(g, q, keyMatrix), [-1, channels]) // [heads n, C]
  const scores = softmax(g, gemm(g, carried, placedKeys, null, { transB: true })) // [heads n, hw]
  const mixed = reshape(g, gemm(g, scores, values, null), [HEADS, -1, channels]) // [heads, n, C]
  const valueMatrix = transposedHeads(
    weightOf(weights, `${prefix}.v_proj.weight`),
    headDim,
    channels,
  )
  const valueWeight = g.constant(valueMatrix, [HEADS, channels, headDim])
  const perHead = joinHeads(g, matMul(g, mixed, valueWeight), inner) // [n, inner]
  // A softmax's rows sum to 1, so the value bias comes through as it is.
  const biased = add(g, perHead, parameter(g, weights, `${prefix}.v_proj.bias`))
  return linear(g, weights, `${prefix}.out_proj`, biased) // [n, C]
}

/** The image looks at the tokens and adds what it sees to itself: [hw, C]. */
function imageAttends(
  g: Graph,
  weights: Weights,
  name: string,
  inputs: {
    readonly placedKeys: Value
    readonly keys: Value
    readonly placedTokens: Value
    readonly tokens: Value
    readonly imageTokens: number
  },
): Value {
  const { prefix, channels, inner, headDim } = attentionShape(weights, name)
  const k = splitHeads(
    g,
    scaledLinear(g, weights, `${prefix}.k_proj`, headDim, inputs.placedTokens),
    headDim,
  ) // [heads, n, d]
  const queryMatrix = parameter(g, weights, `${prefix}.q_proj.weight`, [HEADS, headDim, channels])
  const queryBias = parameter(g, weights, `${prefix}.q_proj.bias`, [HEADS, headDim, 1])
  const carried = reshape(g, matMul(g, k, queryMatrix), [-1, channels]) // [heads n, C]
  const offsets = reshape(g, matMul(g, k, queryBias), [-1]) // [heads n]
  const raw = gemm(g, inputs.placedKeys, carried, offsets, { transB: true }) // [hw, heads n]
  const byHead = softmax(g, reshape(g, raw, [inputs.imageTokens, HEADS, -1])) // [hw, heads, n]
  const scores = reshape(g, byHead, [inputs.imageTokens, -1]) // [hw, heads n]

  const v = splitHeads(g, linear(g, weights, `${prefix}.v_proj`, inputs.tokens), headDim)
  const out = weightShaped(weights, `${prefix}.out_proj.weight`, [channels, inner])
  const outMatrix = g.constant(transposed(out.data, channels, inner), [HEADS, headDim, channels])
  // Every head's scores sum to 1: the output bias rides on the first head's values.
  const bias = new Float32Array(HEADS * channels)
  bias.set(weightOf(weights, `${prefix}.out_proj.bias`).data)
  const outValues = add(g, matMul(g, v, outMatrix), g.constant(bias, [HEADS, 1, channels]))
  const flat = reshape(g, outValues, [-1, channels]) // [heads n, C]
  return gemm(g, scores, flat, inputs.keys) // [hw, C]
}

interface AttentionShape {
  readonly prefix: string
  readonly channels: number
  readonly inner: number
  readonly headDim: number
}

function attentionShape(weights: Weights, name: string): AttentionShape {
  const prefix = `${TRANSFORMER}.${name}`
  const [inner = 0, channels = 0] = weightOf(weights, `${prefix}.q_proj.weight`).shape
  if (inner === 0 || inner % HEADS !== 0) {
    throw new Sam2Error(
      `got ${inner} channels in ${prefix}.q_proj, expected a multiple of ${HEADS} (the heads)`,
      { code: 'weights', hint: 'Use an official SAM 2 or SAM 2.1 checkpoint.' },
    )
  }
  for (const projection of ['q_proj', 'k_proj', 'v_proj']) {
    weightShaped(weights, `${prefix}.${projection}.weight`, [inner, channels])
  }
  return { prefix, channels, inner, headDim: inner / HEADS }
}

/** [n, heads * d] -> [heads, n, d]. */
function splitHeads(g: Graph, x: Value, headDim: number): Value {
  return transpose(g, reshape(g, x, [-1, HEADS, headDim]), [1, 0, 2])
}

/** [heads, n, d] -> [n, heads * d]. */
function joinHeads(g: Graph, x: Value, inner: number): Value {
  return reshape(g, transpose(g, x, [1, 0, 2]), [-1, inner])
}

/** A linear layer with the attention's 1 / sqrt(head dimension) in its weights. */
function scaledLinear(g: Graph, weights: Weights, name: string, headDim: number, x: Value): Value {
  const scale = 1 / Math.sqrt(headDim)
  const weight = weightOf(weights, `${name}.weight`)
  const bias = weightOf(weights, `${name}.bias`)
  const scaled = (data: Float32Array): Float32Array => data.map((value) => value * scale)
  return gemm(
    g,
    x,
    g.constant(scaled(weight.data), weight.shape),
    g.constant(scaled(bias.data), bias.shape),
    { transB: true },
  )
}

/** Projection weights [heads * d, C] as [heads, C, d]. */
function transposedHeads(weight: Weight, headDim: number, channels: number): Float32Array {
  const out = new Float32Array(weight.data.length)
  const block = headDim * channels
  for (let head = 0; head < HEADS; head++) {
    const rows = weight.data.subarray(head * block, (head + 1) * block)
    out.set(transposed(rows, headDim, channels), head * block)
  }
  return out
}
