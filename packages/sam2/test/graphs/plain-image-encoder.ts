import { type Weights, weightOf } from '../../src/checkpoint/weights.ts'
import { type Sam2Config, type TrunkBlock, trunkBlocks } from '../../src/config/model-config.ts'
import {
  type Planes,
  type Rows,
  conv2d,
  gelu,
  layerNorm,
  linear,
  plus,
  rowsOf,
  times,
  tokensOf,
  turned,
} from './plain-layers.ts'

/**
 * The image encoder as upstream has it, in double precision: windows are cut out of a frame padded with
 * zeros, every token row-major, nothing folded.
 */

const EPSILON = 1e-6
const CUBIC_A = -0.75

/** Tokens of a square grid, row-major. */
interface Frame {
  side: number
  rows: Rows
}

/** `pix_feat`, `high_res_0`, `high_res_1` of a normalised image [3, S, S], tokens channels last. */
export function plainImageEncoder(
  config: Sam2Config,
  weights: Weights,
  image: Float32Array,
): Record<'pix_feat' | 'high_res_0' | 'high_res_1', number[]> {
  const planes: Planes = rowsOf(image, config.imageSize ** 2).map((plane) =>
    rowsOf(plane, config.imageSize),
  )
  const patches = conv2d(weights, 'image_encoder.trunk.patch_embed.proj', planes, {
    stride: 4,
    padding: 3,
  })
  const side = config.imageSize / 4
  let frame: Frame = { side, rows: plus(tokensOf(patches), plainPositions(weights, side)) }
  const stages: Frame[] = []
  for (const block of trunkBlocks(config.trunk)) {
    frame = plainBlock(weights, frame, block)
    if (block.stageEnd) stages.push(frame)
  }

  const levels: Frame[] = []
  for (let level = stages.length - 1; level >= 0; level--) {
    const stage = stages[level] as Frame
    const name = `image_encoder.neck.convs.${stages.length - 1 - level}.conv`
    let rows = linear(weights, name, stage.rows)
    const above = levels[level + 1]
    if (above && config.neck.fpnTopDownLevels.includes(level)) {
      const { side: width } = stage
      const raised = rows.map((_, i) => {
        const row = Math.floor(i / width) >> 1
        return above.rows[row * above.side + ((i % width) >> 1)] as number[]
      })
      rows = plus(rows, raised)
    }
    levels[level] = { side: stage.side, rows }
  }
  const reduced = (level: number): number[] =>
    linear(weights, `sam_mask_decoder.conv_s${level}`, (levels[level] as Frame).rows).flat()
  return {
    pix_feat: (levels[2] as Frame).rows.flat(),
    high_res_0: reduced(0),
    high_res_1: reduced(1),
  }
}

/** Position embedding: torch's bicubic enlargement plus the tiled window, row-major tokens. */
function plainPositions(weights: Weights, side: number): Rows {
  const background = weightOf(weights, 'image_encoder.trunk.pos_embed')
  const window = weightOf(weights, 'image_encoder.trunk.pos_embed_window')
  const from = background.shape[2] as number
  const repeat = window.shape[2] as number
  const enlarge = Array.from({ length: side }, (_, i) => {
    const source = ((i + 0.5) * from) / side - 0.5
    const row = Array.from({ length: from }, () => 0)
    for (let tap = Math.floor(source) - 1; tap <= Math.floor(source) + 2; tap++) {
      const place = Math.min(Math.max(tap, 0), from - 1)
      row[place] = (row[place] as number) + cubic(Math.abs(source - tap))
    }
    return row
  }) // [side, from]
  const small = rowsOf(background.data, from * from).map((plane) => rowsOf(plane, from))
  const large = small.map((plane) => times(times(enlarge, plane), turned(enlarge)))
  const tile = rowsOf(window.data, repeat * repeat).map((plane) => rowsOf(plane, repeat))
  return tokensOf(
    large.map((plane, channel) =>
      plane.map((row, y) =>
        row.map((value, x) => value + (tile[channel]?.[y % repeat]?.[x % repeat] as number)),
      ),
    ),
  )
}

function cubic(x: number): number {
  const a = CUBIC_A
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  return x < 2 ? a * (x ** 3 - 5 * x * x + 8 * x - 4) : 0
}

function plainBlock(weights: Weights, input: Frame, block: TrunkBlock): Frame {
  const name = `image_encoder.trunk.blocks.${block.index}`
  const normed = layerNorm(weights, `${name}.norm1`, input.rows, EPSILON)
  let shortcut: Frame = input
  if (block.dim !== block.dimOut) {
    shortcut = { side: input.side, rows: linear(weights, `${name}.proj`, normed) }
    if (block.qPool) shortcut = maxPool(shortcut)
  }
  const window = block.windowSize || input.side
  const attended: Rows = []
  const count = Math.ceil(input.side / window)
  for (let index = 0; index < count * count; index++) {
    const top = Math.floor(index / count) * window
    const left = (index % count) * window
    const rows = Array.from({ length: window * window }, (_, i) => {
      const y = top + Math.floor(i / window)
      const x = left + (i % window)
      const inside = y < input.side && x < input.side
      return inside
        ? (normed[y * input.side + x] as number[])
        : (normed[0] as number[]).map(() => 0)
    })
    const result = plainAttention(weights, `${name}.attn`, { side: window, rows }, block)
    const share = block.qPool ? 2 : 1
    for (const [i, row] of result.rows.entries()) {
      const y = top / share + Math.floor(i / result.side)
      const x = left / share + (i % result.side)
      if (y < shortcut.side && x < shortcut.side) attended[y * shortcut.side + x] = row
    }
  }
  const residual = plus(shortcut.rows, attended)
  const wide = linear(
    weights,
    `${name}.mlp.layers.0`,
    layerNorm(weights, `${name}.norm2`, residual, EPSILON),
  )
  const rows = plus(residual, linear(weights, `${name}.mlp.layers.1`, gelu(wide)))
  return { side: shortcut.side, rows }
}

function plainAttention(weights: Weights, name: string, window: Frame, block: TrunkBlock): Frame {
  const qkv = linear(weights, `${name}.qkv`, window.rows)
  const part = (i: number): Rows =>
    qkv.map((row) => row.slice(i * block.dimOut, (i + 1) * block.dimOut))
  const whole = { side: window.side, rows: part(0) }
  const queries = block.qPool ? maxPool(whole) : whole
  const width = block.dimOut / block.numHeads
  const heads = Array.from({ length: block.numHeads }, (_, head) => {
    const ofHead = (rows: Rows): Rows =>
      rows.map((row) => row.slice(head * width, (head + 1) * width))
    const scores = times(ofHead(queries.rows), turned(ofHead(part(1)))).map((row) => {
      const powers = row.map((score) => Math.exp(score / Math.sqrt(width)))
      const sum = powers.reduce((a, b) => a + b, 0)
      return powers.map((power) => power / sum)
    })
    return times(scores, ofHead(part(2)))
  })
  const joined = queries.rows.map((_, i) => heads.flatMap((rows) => rows[i] as number[]))
  return { side: queries.side, rows: linear(weights, `${name}.proj`, joined) }
}

function maxPool({ side, rows }: Frame): Frame {
  const half = side / 2
  const pooled = Array.from({ length: half * half }, (_, i) => {
    const corner = 2 * Math.floor(i / half) * side + 2 * (i % half)
    const four = [0, 1, side, side + 1].map((offset) => rows[corner + offset] as number[])
    return planeMaximum(four)
  })
  return { side: half, rows: pooled }
}

function planeMaximum(rows: Rows): number[] {
  return (rows[0] as number[]).map((_, column) =>
    Math.max(...rows.map((row) => row[column] as number)),
  )
}
