import { type Weights, weightOf } from '../../src/checkpoint/weights.ts'

/** The layers of SAM 2 as the textbook has them, in double precision: what the graphs must equal. */

/** Rows of numbers: tokens by channels, or the pixels of one plane. */
export type Rows = number[][]

/** A flat array as rows of `width`. */
export function rowsOf(data: ArrayLike<number>, width: number): Rows {
  return Array.from({ length: data.length / width }, (_, row) =>
    Array.from({ length: width }, (_, column) => data[row * width + column] as number),
  )
}

/** Rows swapped with columns. */
export function turned(rows: Rows): Rows {
  return (rows[0] as number[]).map((_, column) => rows.map((row) => row[column] as number))
}

/** Elementwise sum. */
export function plus(a: Rows, b: Rows): Rows {
  return a.map((row, i) => row.map((value, j) => value + (b[i]?.[j] as number)))
}

/** Matrix product. */
export function times(a: Rows, b: Rows): Rows {
  const columns = turned(b)
  return a.map((row) =>
    columns.map((column) => row.reduce((sum, value, i) => sum + value * (column[i] as number), 0)),
  )
}

/** x W^T + b. */
export function linear(weights: Weights, name: string, x: Rows): Rows {
  const { data, shape } = weightOf(weights, `${name}.weight`)
  const bias = weightOf(weights, `${name}.bias`).data
  const matrix = rowsOf(data, data.length / (shape[0] as number))
  return times(x, turned(matrix)).map((row) => row.map((value, i) => value + (bias[i] as number)))
}

/** Linear layers `<name>.layers.<i>` with ReLU between. */
export function mlp(weights: Weights, name: string, x: Rows): Rows {
  let y = linear(weights, `${name}.layers.0`, x)
  for (let i = 1; weights.has(`${name}.layers.${i}.weight`); i++) {
    const positive = y.map((row) => row.map((value) => Math.max(value, 0)))
    y = linear(weights, `${name}.layers.${i}`, positive)
  }
  return y
}

/** Each row brought to mean 0 and variance 1, then scaled and shifted. */
export function layerNorm(weights: Weights, name: string, x: Rows, epsilon: number): Rows {
  const scale = weightOf(weights, `${name}.weight`).data
  const shift = weightOf(weights, `${name}.bias`).data
  return x.map((row) => {
    const mean = row.reduce((sum, value) => sum + value, 0) / row.length
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length
    return row.map(
      (value, i) =>
        ((value - mean) / Math.sqrt(variance + epsilon)) * (scale[i] as number) +
        (shift[i] as number),
    )
  })
}

/** x (1 + erf(x / sqrt 2)) / 2, erf by its series of positive terms. */
export function gelu(x: Rows): Rows {
  const erf = (z: number): number => {
    let term = z
    let sum = 0
    for (let n = 0; n < 200; n++) {
      sum += term
      term *= (2 * z * z) / (2 * n + 3)
    }
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * sum
  }
  return x.map((row) =>
    row.map((v) => (Math.abs(v) > 8 ? Math.max(v, 0) : (v * (1 + erf(v / Math.SQRT2))) / 2)),
  )
}

/** 1 / (1 + e^-x). */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

/** Multi-head attention with its four projections. */
export function attention(
  weights: Weights,
  name: string,
  heads: number,
  { q, k, v }: { q: Rows; k: Rows; v: Rows },
): Rows {
  const queries = linear(weights, `${name}.q_proj`, q)
  const keys = linear(weights, `${name}.k_proj`, k)
  const values = linear(weights, `${name}.v_proj`, v)
  const width = (queries[0] as number[]).length / heads
  const part = (rows: Rows, head: number): Rows =>
    rows.map((row) => row.slice(head * width, (head + 1) * width))
  const perHead = Array.from({ length: heads }, (_, head) => {
    const scores = times(part(queries, head), turned(part(keys, head))).map((row) => {
      const powers = row.map((score) => Math.exp(score / Math.sqrt(width)))
      const sum = powers.reduce((a, b) => a + b, 0)
      return powers.map((power) => power / sum)
    })
    return times(scores, part(values, head))
  })
  const joined = q.map((_, i) => perHead.flatMap((rows) => rows[i] as number[]))
  return linear(weights, `${name}.out_proj`, joined)
}

/** Feature maps: [channels][height][width]. */
export type Planes = Rows[]

/** Tokens, row-major, as planes of `width` columns. */
export function planesOf(tokens: Rows, width: number): Planes {
  return turned(tokens).map((plane) => rowsOf(plane, width))
}

/** Planes as tokens, row-major. */
export function tokensOf(planes: Planes): Rows {
  return turned(planes.map((plane) => plane.flat()))
}

/** `nn.Conv2d`; `depthwise` where groups = channels. */
export function conv2d(
  weights: Weights,
  name: string,
  x: Planes,
  { stride = 1, padding = 0, depthwise = false } = {},
): Planes {
  const { data, shape } = weightOf(weights, `${name}.weight`)
  const bias = weightOf(weights, `${name}.bias`).data
  const [outs = 0, ins = 0, kernel = 0] = shape
  const size = Math.floor(((x[0] as Rows).length + 2 * padding - kernel) / stride) + 1
  const at = (channel: number, row: number, column: number): number =>
    x[channel]?.[row]?.[column] ?? 0
  return Array.from({ length: outs }, (_, out) =>
    Array.from({ length: size }, (_, row) =>
      Array.from({ length: size }, (_, column) => {
        let sum = bias[out] as number
        for (let i = 0; i < ins * kernel * kernel; i++) {
          const channel = depthwise ? out : Math.floor(i / (kernel * kernel))
          const dy = Math.floor(i / kernel) % kernel
          const value = at(
            channel,
            row * stride + dy - padding,
            column * stride + (i % kernel) - padding,
          )
          sum += value * (data[out * ins * kernel * kernel + i] as number)
        }
        return sum
      }),
    ),
  )
}

/** `nn.ConvTranspose2d` of kernel 2 and stride 2, weight [in, out, 2, 2]. */
export function convTranspose2d(weights: Weights, name: string, x: Planes): Planes {
  const { data, shape } = weightOf(weights, `${name}.weight`)
  const bias = weightOf(weights, `${name}.bias`).data
  const outs = shape[1] as number
  const size = 2 * (x[0] as Rows).length
  return Array.from({ length: outs }, (_, out) =>
    Array.from({ length: size }, (_, row) =>
      Array.from({ length: size }, (_, column) => {
        const tap = (row % 2) * 2 + (column % 2)
        return x.reduce(
          (sum, plane, i) =>
            sum +
            (plane[row >> 1]?.[column >> 1] as number) *
              (data[(i * outs + out) * 4 + tap] as number),
          bias[out] as number,
        )
      }),
    ),
  )
}

/** Torch's bilinear interpolation, `align_corners=false`, by a whole factor. */
export function bilinear(plane: Rows, factor: number): Rows {
  const along = (rows: Rows): Rows =>
    Array.from({ length: rows.length * factor }, (_, i) => {
      const source = Math.max((i + 0.5) / factor - 0.5, 0)
      const low = Math.floor(source)
      const high = Math.min(low + 1, rows.length - 1)
      const share = source - low
      return (rows[low] as number[]).map(
        (value, column) => value * (1 - share) + (rows[high]?.[column] as number) * share,
      )
    })
  return turned(along(turned(along(plane))))
}
