import { type Weights, weightOf } from '../checkpoint/weights.ts'
import type { NeckConfig } from '../config/model-config.ts'
import type { Graph } from '../onnx/graph.ts'
import { add } from '../onnx/operators.ts'
import {
  type Linear,
  type Tokens,
  joinTokens,
  mapTokens,
  upsampleTokens,
  wholeTokens,
} from './image-encoder-tokens.ts'
import { weightShaped } from './layers.ts'

/** A linear map's values: weight [out, in], bias [out]. */
export interface LinearValues {
  readonly rows: number
  readonly cols: number
  readonly weight: Float32Array
  readonly bias: Float32Array
}

/** Feature pyramid (`FpnNeck`), a level at a time; level 0 is the finest. */
export interface Pyramid {
  /** Level with `dModel` channels, in the order of its stage's tokens. */
  level(level: number): Tokens
  /** The level after a 1 x 1 convolution, both maps in one where nothing is added in between. */
  reducedLevel(level: number, convolution: string): Tokens
}

/** The pyramid over the trunk's stages, finest first. */
export function featurePyramid(
  g: Graph,
  stages: readonly Tokens[],
  neck: NeckConfig,
  weights: Weights,
): Pyramid {
  const levels = new Map<number, Tokens>()
  const last = stages.length - 1
  const stageOf = (level: number): Tokens => stages[level] as Tokens
  const lateral = (level: number): LinearValues =>
    convolution1x1(weights, `image_encoder.neck.convs.${last - level}.conv`)
  const topDown = (level: number): boolean => level < last && neck.fpnTopDownLevels.includes(level)
  const level = (index: number): Tokens => {
    const known = levels.get(index)
    if (known) return known
    const stage = stageOf(index)
    let tokens = mapTokens(g, stage, constants(g, lateral(index)), neck.dModel) // [n, dModel]
    if (topDown(index)) {
      const above = upsampleTokens(g, level(index + 1), stage.grid)
      const sum = add(g, joinTokens(g, tokens), joinTokens(g, above)) // [n, dModel]
      tokens = wholeTokens(sum, stage.grid, neck.dModel)
    }
    levels.set(index, tokens)
    return tokens
  }
  return {
    level,
    reducedLevel(index, convolution) {
      const outer = convolution1x1(weights, convolution)
      if (topDown(index)) return mapTokens(g, level(index), constants(g, outer), outer.rows)
      const folded = constants(g, foldLinear(lateral(index), outer))
      return mapTokens(g, stageOf(index), folded, outer.rows) // [n, out]
    },
  }
}

/** The linear map `outer(inner(x))`, its coefficients summed in double. */
export function foldLinear(inner: LinearValues, outer: LinearValues): LinearValues {
  const { cols } = inner
  const weight = new Float32Array(outer.rows * cols)
  const bias = new Float32Array(outer.rows)
  for (let row = 0; row < outer.rows; row++) {
    const sums = new Float64Array(cols)
    let shift = outer.bias[row] as number
    for (let middle = 0; middle < outer.cols; middle++) {
      const factor = outer.weight[row * outer.cols + middle] as number
      shift += factor * (inner.bias[middle] as number)
      for (let col = 0; col < cols; col++) {
        sums[col] = (sums[col] as number) + factor * (inner.weight[middle * cols + col] as number)
      }
    }
    weight.set(sums, row * cols)
    bias[row] = shift
  }
  return { rows: outer.rows, cols, weight, bias }
}

/** The matrix that a 1 x 1 convolution is. */
function convolution1x1(weights: Weights, name: string): LinearValues {
  const [rows = 0, cols = 0] = weightOf(weights, `${name}.weight`).shape
  const weight = weightShaped(weights, `${name}.weight`, [rows, cols, 1, 1]).data
  return { rows, cols, weight, bias: weightShaped(weights, `${name}.bias`, [rows]).data }
}

function constants(g: Graph, { rows, cols, weight, bias }: LinearValues): Linear {
  return { weight: g.constant(weight, [rows, cols]), bias: g.constant(bias, [rows]) }
}
