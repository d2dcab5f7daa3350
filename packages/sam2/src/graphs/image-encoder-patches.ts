import { Sam2Error } from '../errors.ts'
import { type Weight, type Weights, weightOf } from '../checkpoint/weights.ts'
import type { Graph, Value } from '../onnx/graph.ts'
import { add, conv, reshape, transpose } from '../onnx/operators.ts'
import { offerChannelsLast } from './image-encoder-outputs.ts'
import { type Tokens, joinTokens, reorderTokens, wholeTokens } from './image-encoder-tokens.ts'
import { type TokenGrid, rowMajor, tokenOrder } from './image-encoder-windows.ts'
import { parameter } from './layers.ts'
import type { Taps } from './taps.ts'

/** Cubic convolution coefficient of torch's bicubic interpolation. */
const CUBIC_A = -0.75

/**
 * The patch convolution plus the position embedding, in the order of the grid. `image`: [1, 3, S, S].
 * @throws Sam2Error `config` if the position window does not divide the frame
 */
export function embedPatches(
  g: Graph,
  image: Value,
  grid: TokenGrid,
  weights: Weights,
  taps: Taps,
): Tokens {
  const name = 'image_encoder.trunk.patch_embed.proj'
  const channels = weightOf(weights, `${name}.bias`).data.length
  const planes = conv(
    g,
    image,
    parameter(g, weights, `${name}.weight`),
    parameter(g, weights, `${name}.bias`),
    { kernel: [7, 7], strides: [4, 4], pads: [3, 3, 3, 3] },
  ) // [1, channels, S / 4, S / 4]
  const rows = transpose(g, reshape(g, planes, [channels, -1]), [1, 0]) // [(S / 4)^2, channels]
  const embedded = wholeTokens(rows, rowMajor(grid), channels)
  offerChannelsLast(g, taps, 'patch_embed', embedded)

  const tokens = grid.height * grid.width
  const position = orderedRows(positionEmbedding(weights, grid.height, grid.width), grid)
  const positions = wholeTokens(g.constant(position, [tokens, channels]), grid, channels)
  offerChannelsLast(g, taps, 'pos_embed', positions)
  const ordered = joinTokens(g, reorderTokens(g, embedded, grid)) // [(S / 4)^2, channels]
  return wholeTokens(add(g, ordered, joinTokens(g, positions)), grid, channels)
}

/**
 * Position embedding of the trunk, row-major tokens [height * width, channels]: the background
 * enlarged by bicubic interpolation, the window's embedding repeated over it.
 * @throws Sam2Error `config` if the window does not divide the frame
 */
export function positionEmbedding(weights: Weights, height: number, width: number): Float32Array {
  const background = weightOf(weights, 'image_encoder.trunk.pos_embed')
  const window = weightOf(weights, 'image_encoder.trunk.pos_embed_window')
  const [, channels, rows, cols] = background.shape as [number, number, number, number]
  const [, , side] = window.shape as [number, number, number, number]
  if (height % side || width % side) {
    throw new Sam2Error(
      `got a frame of ${height} x ${width} tokens, expected a multiple of the window of ${side}`,
      { code: 'config', hint: 'Choose an image size that the window of the first stage divides.' },
    )
  }
  const across = cubicTaps(cols, width)
  const down = cubicTaps(rows, height)
  const result = new Float32Array(height * width * channels)
  for (let channel = 0; channel < channels; channel++) {
    const widened = widen(background, channel, across) // [rows, width]
    for (let y = 0; y < height; y++) {
      const { first, taps } = down[y] as CubicTap
      for (let x = 0; x < width; x++) {
        let sum = 0
        for (let i = 0; i < 4; i++) {
          const row = clamp(first + i, rows)
          sum += (taps[i] as number) * (widened[row * width + x] as number)
        }
        const inWindow = (channel * side + (y % side)) * side + (x % side)
        result[(y * width + x) * channels + channel] = sum + (window.data[inWindow] as number)
      }
    }
  }
  return result
}

/** Row-major rows in the order of the grid. */
function orderedRows(rows: Float32Array, grid: TokenGrid): Float32Array {
  const order = tokenOrder(grid)
  const channels = rows.length / order.length
  const ordered = new Float32Array(rows.length)
  order.forEach((index, i) =>
    ordered.set(rows.subarray(index * channels, (index + 1) * channels), i * channels),
  )
  return ordered
}

interface CubicTap {
  /** Index of the first of four taps, before clamping to the border. */
  first: number
  taps: readonly number[]
}

/** Torch's bicubic taps, pixel centres aligned: source = (i + 0.5) * from / to - 0.5. */
function cubicTaps(from: number, to: number): CubicTap[] {
  return Array.from({ length: to }, (_, i) => {
    const source = ((i + 0.5) * from) / to - 0.5
    const at = Math.floor(source)
    const t = source - at
    return { first: at - 1, taps: [cubic(1 + t), cubic(t), cubic(1 - t), cubic(2 - t)] }
  })
}

/** Keys' cubic convolution kernel at a distance of 0 to 2. */
function cubic(distance: number): number {
  if (distance <= 1) return ((CUBIC_A + 2) * distance - (CUBIC_A + 3)) * distance ** 2 + 1
  return ((CUBIC_A * distance - 5 * CUBIC_A) * distance + 8 * CUBIC_A) * distance - 4 * CUBIC_A
}

function widen(background: Weight, channel: number, across: readonly CubicTap[]): Float64Array {
  const [, , rows, cols] = background.shape as [number, number, number, number]
  const widened = new Float64Array(rows * across.length)
  for (let row = 0; row < rows; row++) {
    const base = (channel * rows + row) * cols
    for (const [x, { first, taps }] of across.entries()) {
      let sum = 0
      for (let i = 0; i < 4; i++) {
        sum += (taps[i] as number) * (background.data[base + clamp(first + i, cols)] as number)
      }
      widened[row * across.length + x] = sum
    }
  }
  return widened
}

function clamp(index: number, length: number): number {
  return Math.min(Math.max(index, 0), length - 1)
}
