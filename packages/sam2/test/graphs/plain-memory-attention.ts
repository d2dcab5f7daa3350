import { type Weights, weightOf } from '../../src/checkpoint/weights.ts'

/** Rows of channels, double precision. */
export type Rows = number[][]

/** Inputs of memory attention as rows, and the sizes that are not in the tensors. */
export interface PlainInput {
  /** Side of the feature map. */
  size: number
  ropeTheta: number
  numLayers: number
  /** [hw, C], its position encoding times 0.1 already added. */
  x: Rows
  /** [n hw, D] each. */
  memory: Rows
  memoryPos: Rows
  /** [p, D] each. */
  pointers: Rows
  pointersPos: Rows
}

/** Memory attention as the paper and the reference's README say it, step by step, nothing folded. */
export function plainMemoryAttention(weights: Weights, input: PlainInput): Rows {
  const { x, size, ropeTheta: theta } = input
  const linear = (name: string, rows: Rows): Rows => {
    const matrix = weightOf(weights, `${name}.weight`)
    const bias = weightOf(weights, `${name}.bias`).data
    const width = matrix.shape[1] as number
    return rows.map((row) =>
      Array.from(
        bias,
        (b, o) => b + dot(row, [...matrix.data.subarray(o * width, (o + 1) * width)]),
      ),
    )
  }
  const norm = (name: string, rows: Rows): Rows => {
    const scale = weightOf(weights, `${name}.weight`).data
    const shift = weightOf(weights, `${name}.bias`).data
    return rows.map((row) => {
      const mean = sum(row) / row.length
      const deviation = Math.sqrt(sum(row.map((v) => (v - mean) ** 2)) / row.length + 1e-5)
      return row.map(
        (v, i) => ((v - mean) / deviation) * (scale[i] as number) + (shift[i] as number),
      )
    })
  }
  const attention = (name: string, query: Rows, key: Rows, value: Rows, rotated: number): Rows => {
    const q = linear(`${name}.q_proj`, query).map((row, i) =>
      turn(row, i % (size * size), size, theta),
    )
    const k = linear(`${name}.k_proj`, key).map((row, i) =>
      i < rotated ? turn(row, i % (size * size), size, theta) : row,
    )
    const v = linear(`${name}.v_proj`, value)
    const attended = q.map((row) => {
      const scores = k.map((other) => dot(row, other) / Math.sqrt(row.length))
      const top = Math.max(...scores)
      const shares = scores.map((score) => Math.exp(score - top))
      const total = sum(shares)
      return row.map(
        (_, c) => sum(v.map((other, j) => (shares[j] as number) * (other[c] as number))) / total,
      )
    })
    return linear(`${name}.out_proj`, attended)
  }
  const values = [...input.memory, ...input.pointers]
  const keys = plus(values, [...input.memoryPos, ...input.pointersPos])
  let y = x
  for (let i = 0; i < input.numLayers; i++) {
    const name = `memory_attention.layers.${i}`
    const self = norm(`${name}.norm1`, y)
    y = plus(y, attention(`${name}.self_attn`, self, self, self, self.length))
    const cross = norm(`${name}.norm2`, y)
    y = plus(y, attention(`${name}.cross_attn_image`, cross, keys, values, input.memory.length))
    const hidden = linear(`${name}.linear1`, norm(`${name}.norm3`, y))
    y = plus(
      y,
      linear(
        `${name}.linear2`,
        hidden.map((row) => row.map((v) => Math.max(v, 0))),
      ),
    )
  }
  return norm('memory_attention.norm', y)
}

/** Rotates adjacent pairs as complex numbers: the first half by the column, the second by the row. */
function turn(row: readonly number[], token: number, size: number, theta: number): number[] {
  const quarter = row.length / 4
  return row.map((value, i) => {
    const pair = i >> 1
    const place = pair < quarter ? token % size : Math.floor(token / size)
    const angle = place / theta ** ((pair % quarter) / quarter)
    const other = row[i ^ 1] as number
    return value * Math.cos(angle) + (i % 2 === 0 ? -other : other) * Math.sin(angle)
  })
}

function plus(a: Rows, b: Rows): Rows {
  return a.map((row, i) => row.map((value, j) => value + (b[i]?.[j] as number)))
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, value, i) => total + value * (b[i] as number), 0)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
