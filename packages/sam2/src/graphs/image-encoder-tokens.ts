import type { Graph, Value } from '../onnx/graph.ts'
import { concat, gather, gemm, slice } from '../onnx/operators.ts'
import {
  type TokenGrid,
  type WindowGroup,
  reorderIndices,
  upsampleIndices,
  windowGroups,
} from './image-encoder-windows.ts'

/** Some windows of a grid, [tokens, channels]. */
export interface Slab {
  readonly value: Value
  /** The windows, `start` counted from the slab's first token. */
  readonly groups: readonly WindowGroup[]
}

/** A grid of tokens in the grid's order, whole or cut into slabs. */
export interface Tokens {
  readonly grid: TokenGrid
  readonly channels: number
  readonly slabs: readonly Slab[]
}

/** A linear map as constants of the graph: weight [out, in], bias [out]. */
export interface Linear {
  readonly weight: Value
  readonly bias: Value
}

/** All tokens of a grid as one slab; `value`: [height * width, channels]. */
export function wholeTokens(value: Value, grid: TokenGrid, channels: number): Tokens {
  return { grid, channels, slabs: [{ value, groups: windowGroups(grid) }] }
}

/** Cuts tokens into slabs of whole windows with at most `maxTokens` each (one window at least). */
export function cutTokens(g: Graph, tokens: Tokens, maxTokens: number): Tokens {
  const value = joinTokens(g, tokens)
  const { grid, channels } = tokens
  if (grid.height * grid.width <= maxTokens) return wholeTokens(value, grid, channels)
  const slabs = windowGroups(grid).flatMap((group) => {
    const perWindow = group.rows * group.cols
    const step = Math.max(1, Math.floor(maxTokens / perWindow))
    return Array.from({ length: Math.ceil(group.count / step) }, (_, i): Slab => {
      const count = Math.min(step, group.count - i * step)
      const start = group.start + i * step * perWindow
      const part = slice(g, value, start, start + count * perWindow, 0)
      return { value: part, groups: [{ ...group, start: 0, count }] }
    })
  })
  return { grid, channels, slabs }
}

/** All tokens, [height * width, channels]. */
export function joinTokens(g: Graph, { slabs }: Tokens): Value {
  const values = slabs.map(({ value }) => value)
  return values.length > 1 ? concat(g, values, 0) : (values[0] as Value)
}

/** Tokens in the order of another grid of the same size. */
export function reorderTokens(g: Graph, tokens: Tokens, grid: TokenGrid): Tokens {
  if (grid.windowSize === tokens.grid.windowSize) return tokens
  const value = joinTokens(g, tokens)
  const indices = reorderIndices(tokens.grid, grid)
  const ordered = indices ? gather(g, value, g.integers(Array.from(indices))) : value
  return wholeTokens(ordered, grid, tokens.channels)
}

/** Each token repeated for the four tokens under it, in the order of the finer grid. */
export function upsampleTokens(g: Graph, tokens: Tokens, grid: TokenGrid): Tokens {
  const indices = g.integers(Array.from(upsampleIndices(tokens.grid, grid)))
  return wholeTokens(gather(g, joinTokens(g, tokens), indices), grid, tokens.channels)
}

/** Every token mapped: [n, in] -> [n, channels]. */
export function mapTokens(g: Graph, tokens: Tokens, linear: Linear, channels: number): Tokens {
  const slabs = tokens.slabs.map(({ value, groups }) => ({
    value: applyLinear(g, value, linear),
    groups,
  }))
  return { ...tokens, channels, slabs }
}

/** `x W' + b`: [n, in] -> [n, out]. */
export function applyLinear(g: Graph, x: Value, { weight, bias }: Linear): Value {
  return gemm(g, x, weight, bias, { transB: true })
}
