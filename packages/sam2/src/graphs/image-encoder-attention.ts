import type { Graph, Value } from '../onnx/graph.ts'
import { concat, expand, multiHeadAttention, reshape } from '../onnx/operators.ts'
import type { WindowGroup } from './image-encoder-windows.ts'

/** Key and value of a padding token: the bias of their projection. */
export interface PaddingToken {
  /** [1, 1, channels]. */
  readonly key: Value
  /** [1, 1, channels]. */
  readonly value: Value
}

/** Queries, keys and values of the same windows, each [tokens, channels], window after window. */
export interface WindowTokens {
  readonly q: Value
  readonly k: Value
  readonly v: Value
  readonly channels: number
  readonly heads: number
}

/**
 * Attention inside each window of a group; result [queries, channels].
 *
 * Upstream fills windows at the edge with zeros and lets these tokens take part in the softmax. They
 * all have the same key and the same value, so here one token stands for the `padding` of them, with
 * log(padding) added to its score: e^(s + log n) = n e^s.
 */
export function attendWindows(
  g: Graph,
  { q, k, v, channels, heads }: WindowTokens,
  group: WindowGroup,
  queriesPerWindow: number,
  padding: PaddingToken,
): Value {
  const byWindow = (x: Value, tokens: number): Value =>
    reshape(g, x, [group.count, tokens, channels])
  const keys = group.rows * group.cols
  const queries = byWindow(q, queriesPerWindow) // [windows, queries, channels]
  let windowKeys = byWindow(k, keys) // [windows, keys, channels]
  let windowValues = byWindow(v, keys) // [windows, keys, channels]
  let scoreBias: Value | null = null
  if (group.padding > 0) {
    const shape = g.integers([group.count, 1, channels])
    windowKeys = concat(g, [windowKeys, expand(g, padding.key, shape)], 1) // [windows, keys + 1, channels]
    windowValues = concat(g, [windowValues, expand(g, padding.value, shape)], 1) // likewise
    scoreBias = paddingScores(g, queriesPerWindow, keys, group.padding)
  }
  const attended = multiHeadAttention(g, queries, windowKeys, windowValues, { heads, scoreBias })
  return reshape(g, attended, [-1, channels]) // [windows * queries, channels]
}

/** [1, 1, queries, keys + 1]: 0, and log(padding) for the last key. */
function paddingScores(g: Graph, queries: number, keys: number, padding: number): Value {
  const scores = new Float32Array(queries * (keys + 1))
  for (let query = 0; query < queries; query++) {
    scores[query * (keys + 1) + keys] = Math.log(padding)
  }
  return g.constant(scores, [1, 1, queries, keys + 1])
}
