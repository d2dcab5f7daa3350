import { type Weights, weightOf } from '../checkpoint/weights.ts'

/** A linear layer: out = weight x + bias. */
export interface Linear {
  /** [out, in], as torch keeps it. */
  readonly weight: Float32Array
  /** [out]. */
  readonly bias: Float32Array
  readonly out: number
  readonly in: number
}

/** The layer `<name>.weight`, `<name>.bias`. */
export function linearOf(weights: Weights, name: string): Linear {
  const { data: weight, shape } = weightOf(weights, `${name}.weight`)
  const { data: bias } = weightOf(weights, `${name}.bias`)
  const [out = 0, input = 0] = shape
  return { weight, bias, out, in: input }
}

/** The layer with all its outputs multiplied by a factor, one rounding each. */
export function scaleLinear(linear: Linear, factor: number): Linear {
  return {
    ...linear,
    weight: linear.weight.map((value) => value * factor),
    bias: linear.bias.map((value) => value * factor),
  }
}

/**
 * One layer for `second(first(x))`, multiplied out in double and rounded once. Because the weights of an
 * attention sum to 1, `second(attention(first(values)))` is this layer applied to `attention(values)`.
 */
export function composeLinear(first: Linear, second: Linear): Linear {
  const weight = new Float32Array(second.out * first.in)
  const bias = new Float32Array(second.out)
  const row = new Float64Array(first.in)
  for (let o = 0; o < second.out; o++) {
    row.fill(0)
    let constant = second.bias[o] as number
    for (let k = 0; k < first.out; k++) {
      const factor = second.weight[o * second.in + k] as number
      constant += factor * (first.bias[k] as number)
      for (let i = 0; i < first.in; i++) {
        row[i] = (row[i] as number) + factor * (first.weight[k * first.in + i] as number)
      }
    }
    weight.set(row, o * first.in)
    bias[o] = constant
  }
  return { weight, bias, out: second.out, in: first.in }
}
