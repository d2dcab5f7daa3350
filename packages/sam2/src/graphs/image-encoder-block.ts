import { Sam2Error } from '../errors.ts'
import type { Weights } from '../checkpoint/weights.ts'
import type { TrunkBlock } from '../config/model-config.ts'
import type { Graph, Value } from '../onnx/graph.ts'
import {
  add,
  concat,
  gelu,
  layerNormalization,
  reduceMax,
  reshape,
  slice,
} from '../onnx/operators.ts'
import { attendWindows } from './image-encoder-attention.ts'
import {
  type Linear,
  type Slab,
  type Tokens,
  applyLinear,
  joinTokens,
  reorderTokens,
  wholeTokens,
} from './image-encoder-tokens.ts'
import {
  type TokenGrid,
  type WindowGroup,
  canPool,
  groupTokens,
  pooledGrid,
  pooledGroup,
  windowGroups,
} from './image-encoder-windows.ts'
import { CHANNEL_NORM_EPSILON, parameter, weightShaped } from './layers.ts'

/**
 * One block of the trunk (`MultiScaleBlock`): attention inside windows or over the whole frame, then an
 * MLP. At a stage change the queries and the (normalised) shortcut are max-pooled by 2 inside windows.
 * @throws Sam2Error `config` if the windows cannot be pooled, `weights` naming a tensor
 */
export function hieraBlock(g: Graph, input: Tokens, block: TrunkBlock, weights: Weights): Tokens {
  const { dimOut, numHeads, qPool } = block
  if (dimOut % numHeads) throw unfit(block, `${dimOut} channels`, `a multiple of ${numHeads} heads`)
  const x = windowsOf(g, input, block)
  const constants = blockConstants(g, block, weights)
  const slabs = x.slabs.map((slab): Slab => {
    const attended = attentionHalf(g, slab, block, constants, x.grid)
    const value = mlpHalf(g, attended, constants)
    return { value, groups: qPool ? slab.groups.map(pooledGroup) : slab.groups }
  })
  return { grid: qPool ? pooledGrid(x.grid) : x.grid, channels: dimOut, slabs }
}

/** The tokens in the order and the pieces that the block can work in. */
function windowsOf(g: Graph, input: Tokens, block: TrunkBlock): Tokens {
  const { windowSize, qPool } = block
  const ordered = windowSize ? reorderTokens(g, input, { ...input.grid, windowSize }) : input
  const poolable =
    qPool && !windowSize && !canPool(ordered.grid)
      ? reorderTokens(g, ordered, { ...ordered.grid, windowSize: 0 })
      : ordered
  const { grid } = poolable
  if (qPool && !canPool(grid)) {
    const got = `windows of ${windowSize} in ${grid.height} x ${grid.width} tokens`
    throw unfit(block, got, 'even sides, since its queries are pooled by 2')
  }
  if (windowSize) return poolable
  return wholeTokens(joinTokens(g, poolable), grid, input.channels)
}

interface Norm {
  scale: Value
  bias: Value
}

interface BlockConstants {
  norm1: Norm
  q: Linear
  k: Linear
  v: Linear
  /** `proj` of the attention. */
  out: Linear
  /** Widens the shortcut at a stage change. */
  shortcut: Linear | null
  norm2: Norm
  mlp: readonly [Linear, Linear]
}

/** The block's parameters, once for all slabs. */
function blockConstants(g: Graph, block: TrunkBlock, weights: Weights): BlockConstants {
  const prefix = `image_encoder.trunk.blocks.${block.index}`
  const { dim, dimOut } = block
  const norm = (name: string): Norm => ({
    scale: parameter(g, weights, `${prefix}.${name}.weight`),
    bias: parameter(g, weights, `${prefix}.${name}.bias`),
  })
  const linear = (name: string): Linear => ({
    weight: parameter(g, weights, `${prefix}.${name}.weight`),
    bias: parameter(g, weights, `${prefix}.${name}.bias`),
  })
  const weight = weightShaped(weights, `${prefix}.attn.qkv.weight`, [3 * dimOut, dim]).data
  const bias = weightShaped(weights, `${prefix}.attn.qkv.bias`, [3 * dimOut]).data
  const part = (i: number): Linear => ({
    weight: g.constant(weight.subarray(i * dimOut * dim, (i + 1) * dimOut * dim), [dimOut, dim]),
    bias: g.constant(bias.subarray(i * dimOut, (i + 1) * dimOut), [dimOut]),
  })
  return {
    norm1: norm('norm1'),
    q: part(0),
    k: part(1),
    v: part(2),
    out: linear('attn.proj'),
    shortcut: dim === dimOut ? null : linear('proj'),
    norm2: norm('norm2'),
    mlp: [linear('mlp.layers.0'), linear('mlp.layers.1')],
  }
}

/** [n, dim] -> [n, dimOut], or [n / 4, dimOut] where the queries are pooled. */
function attentionHalf(
  g: Graph,
  { value: x, groups }: Slab,
  block: TrunkBlock,
  constants: BlockConstants,
  grid: TokenGrid,
): Value {
  const { dimOut, numHeads, qPool } = block
  const normed = normalize(g, x, constants.norm1) // [n, dim]
  const pooled = (y: Value): Value => (qPool ? pool(g, y, groups, dimOut) : y)
  const q = pooled(applyLinear(g, normed, constants.q)) // [queries, dimOut]
  const k = applyLinear(g, normed, constants.k) // [n, dimOut]
  const v = applyLinear(g, normed, constants.v) // [n, dimOut]
  const shortcut = constants.shortcut ? pooled(applyLinear(g, normed, constants.shortcut)) : x

  const padding = {
    key: reshape(g, constants.k.bias, [1, 1, dimOut]),
    value: reshape(g, constants.v.bias, [1, 1, dimOut]),
  }
  const windows = block.windowSize ? groups : windowGroups({ ...grid, windowSize: 0 })
  const attended = windows.map((group) => {
    const cut = (y: Value, of: WindowGroup): Value =>
      windows.length === 1 ? y : slice(g, y, of.start, of.start + groupTokens(of), 0)
    const asking = qPool ? pooledGroup(group) : group
    const tokens = { q: cut(q, asking), k: cut(k, group), v: cut(v, group) }
    return attendWindows(
      g,
      { ...tokens, channels: dimOut, heads: numHeads },
      group,
      asking.rows * asking.cols,
      padding,
    )
  })
  return add(g, shortcut, applyLinear(g, joined(g, attended), constants.out)) // [queries, dimOut]
}

/** [n, dimOut] -> [n, dimOut]. */
function mlpHalf(g: Graph, x: Value, { norm2, mlp: [widen, narrow] }: BlockConstants): Value {
  const hidden = gelu(g, applyLinear(g, normalize(g, x, norm2), widen)) // [n, 4 dimOut]
  return add(g, x, applyLinear(g, hidden, narrow)) // [n, dimOut]
}

/** 2x2 maxima: the four phases of a window lie one after the other. [n, channels] -> [n / 4, channels]. */
function pool(g: Graph, x: Value, groups: readonly WindowGroup[], channels: number): Value {
  const pooled = groups.map((group) => {
    const size = groupTokens(group)
    const part = groups.length === 1 ? x : slice(g, x, group.start, group.start + size, 0)
    const phase = (group.rows * group.cols * channels) / 4
    const phases = reshape(g, part, [group.count, 4, phase]) // [windows, 4, tokens / 4 * channels]
    return reshape(g, reduceMax(g, phases, 1), [size / 4, channels])
  })
  return joined(g, pooled)
}

function normalize(g: Graph, x: Value, { scale, bias }: Norm): Value {
  return layerNormalization(g, x, scale, bias, { epsilon: CHANNEL_NORM_EPSILON })
}

function joined(g: Graph, values: readonly Value[]): Value {
  return values.length === 1 ? (values[0] as Value) : concat(g, values, 0)
}

function unfit({ index }: TrunkBlock, got: string, expected: string): Sam2Error {
  return new Sam2Error(`got ${got} in block ${index} of the trunk, expected ${expected}`, {
    code: 'config',
    hint: 'Correct the trunk of the model configuration.',
    details: { block: index },
  })
}
