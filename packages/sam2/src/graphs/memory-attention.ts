import { Sam2Error } from '../errors.ts'
import type { Weights } from '../checkpoint/weights.ts'
import type { Sam2Config } from '../config/model-config.ts'
import { type Graph, type Value, createGraph } from '../onnx/graph.ts'
import type { OnnxModel } from '../onnx/model.ts'
import { add, concat, expand, reshape, shape, slice } from '../onnx/operators.ts'
import type { GraphOptions } from './graph-options.ts'
import { TOKEN_NORM_EPSILON, layerNorm } from './layers.ts'
import { type AttentionContext, memoryAttentionLayer } from './memory-attention-layer.ts'
import { axialRopeTables, sine2d } from './position-encoding.ts'
import { createTaps } from './taps.ts'

/** Pixels to a side of a level-2 token. */
const STRIDE = 16
/** Weight of the position encoding in the input (upstream's `pos_enc_at_input`). */
const INPUT_POS_WEIGHT = Math.fround(0.1)
/** Fewer queries at once pack the keys for the product more often; more only take more memory. */
const QUERY_CHUNK = 512

/** How the memory attention graph is built. */
export interface MemoryAttentionOptions extends GraphOptions {
  /**
   * Queries whose scores against the whole memory are held at once, 512: with 7 memory frames at 1024
   * pixels 59 MB a score matrix.
   */
  readonly queryChunk?: number
}

/** Whether memory attention needs the tensor of this official name. */
export function memoryAttentionTensors(name: string): boolean {
  return name.startsWith('memory_attention.')
}

/**
 * Conditions a frame's features on the memory bank. Upstream: `MemoryAttention.forward` with
 * `RoPEAttention` layers of one head.
 *
 * - in `curr` [hw, C]: level-2 tokens without `no_mem_embed`; their position encoding is added here
 * - in `memory`, `memory_pos` [n, hw, mem_dim], n >= 1: memory frames and their encodings
 *   (sine + temporal); `pointers`, `pointers_pos` [p, mem_dim], p >= 0: pointer tokens, never rotated
 * - out `pix_feat_with_mem` [hw, C]
 * - taps `layer<i>_self_attn`, `layer<i>_cross_attn`, `layer<i>`, `out`, each [hw, C]
 *
 * Equal to upstream but for rounding: value and output projections are multiplied out beforehand (see
 * `composeLinear`), the 1 / sqrt(C) of the scores sits in the query projection.
 * @throws Sam2Error `weights` naming a missing tensor, `input` for a tap or chunk that cannot be
 */
export function buildMemoryAttention(
  config: Sam2Config,
  weights: Weights,
  options: MemoryAttentionOptions = {},
): OnnxModel {
  const g = createGraph('memory attention')
  const taps = createTaps(g, options)
  const size = config.imageSize / STRIDE
  const tokens = size * size
  const channels = config.neck.dModel
  const memDim = config.memoryEncoder.outDim
  const curr = g.input('curr', 'float32', [tokens, channels])
  const memory = g.input('memory', 'float32', ['n', tokens, memDim])
  const memoryPos = g.input('memory_pos', 'float32', ['n', tokens, memDim])
  const pointers = g.input('pointers', 'float32', ['p', memDim])
  const pointersPos = g.input('pointers_pos', 'float32', ['p', memDim])

  const memoryTokens = concat(g, [reshape(g, memory, [-1, memDim]), pointers], 0) // [n hw + p, D]
  const posTokens = concat(g, [reshape(g, memoryPos, [-1, memDim]), pointersPos], 0) // [n hw + p, D]
  const tables = axialRopeTables(channels, size, size, config.memoryAttention.ropeTheta)
  const context: AttentionContext = {
    g,
    weights,
    tokens,
    channels,
    queryChunk: checkedChunk(options.queryChunk ?? QUERY_CHUNK),
    framePlaces: g.integers(range(tokens), [tokens, 1]),
    memoryPlaces: memoryPlaces(g, memory, pointers, tokens),
    cosTable: withLastRow(g, tables.cos, channels / 2, 1),
    sinTable: withLastRow(g, tables.sin, channels / 2, 0),
    memoryWithPos: add(g, memoryTokens, posTokens), // [n hw + p, D]
    memory: memoryTokens,
  }

  const position = sine2d(channels, size, size).map((value) => value * INPUT_POS_WEIGHT)
  let x = add(g, curr, g.constant(position, [tokens, channels])) // [hw, C]
  for (let i = 0; i < config.memoryAttention.numLayers; i++) {
    const { selfAttn, crossAttn, out } = memoryAttentionLayer(context, x, i) // [hw, C] each
    taps.offer(`layer${i}_self_attn`, [tokens, channels], () => selfAttn)
    taps.offer(`layer${i}_cross_attn`, [tokens, channels], () => crossAttn)
    taps.offer(`layer${i}`, [tokens, channels], () => out)
    x = out
  }
  const normed = layerNorm(g, weights, 'memory_attention.norm', x, TOKEN_NORM_EPSILON) // [hw, C]
  g.output('pix_feat_with_mem', normed, [tokens, channels])
  taps.offer('out', [tokens, channels], () => normed)
  taps.close()
  return g.finish()
}

/** Table row of every memory token, [n hw + p, 1]: its place in the frame; pointers take the last row. */
function memoryPlaces(g: Graph, memory: Value, pointers: Value, tokens: number): Value {
  const frames = slice(g, shape(g, memory), 0, 2, 0) // [2]: n, hw
  const places = expand(g, g.integers(range(tokens), [1, tokens]), frames) // [n, hw]
  const pointerCount = slice(g, shape(g, pointers), 0, 1, 0) // [1]: p
  const nowhere = expand(g, g.integers([tokens]), pointerCount) // [p]
  return concat(g, [reshape(g, places, [-1, 1]), reshape(g, nowhere, [-1, 1])], 0)
}

/** A table [rows, columns] with one more row of a single value. */
function withLastRow(g: Graph, table: Float32Array, columns: number, value: number): Value {
  const longer = new Float32Array(table.length + columns).fill(value)
  longer.set(table)
  return g.constant(longer, [longer.length / columns, columns])
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}

function checkedChunk(queryChunk: number): number {
  if (Number.isInteger(queryChunk) && queryChunk > 0) return queryChunk
  throw new Sam2Error(`got a query chunk of ${queryChunk}, expected a positive integer`, {
    code: 'input',
    hint: 'Leave queryChunk out or give a number of tokens such as 256.',
  })
}
