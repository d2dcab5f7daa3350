import { Sam2Error } from '../errors.ts'
import { type Weights, weightOf } from '../checkpoint/weights.ts'
import type { Graph, Value } from '../onnx/graph.ts'
import { add, gelu, gemm, matMul, relu, reshape, transpose } from '../onnx/operators.ts'
import { CHANNEL_NORM_EPSILON, layerNorm, mlpLayers, transposed, weightShaped } from './layers.ts'
import { type Taps, channelsFirst } from './taps.ts'

const UPSCALING = 'sam_mask_decoder.output_upscaling'
const HYPERNETWORKS = 'sam_mask_decoder.output_hypernetworks_mlps'

/**
 * Upscales image tokens four times, adding the fine features on the way: [h * h, C], [(4h)^2, C/8] and
 * [(2h)^2, C/4] -> [(4h)^2, C/8]. Upstream: `gelu(ln(up1 + s1))`, then `gelu(up2 + s0)` in `MaskDecoder`.
 */
export function upscale(
  g: Graph,
  weights: Weights,
  inputs: {
    readonly image: Value
    readonly size: number
    readonly highRes0: Value
    readonly highRes1: Value
  },
  taps: Taps,
): Value {
  const { image, size, highRes0, highRes1 } = inputs
  const up0 = doubled(g, weights, `${UPSCALING}.0`, image, size) // [(2h)^2, C/4]
  taps.offer('up0', [1, 'channels', 2 * size, 2 * size], () =>
    channelsFirst(g, up0, 2 * size, 2 * size),
  )
  const norm = layerNorm(g, weights, `${UPSCALING}.1`, add(g, up0, highRes1), CHANNEL_NORM_EPSILON)
  const up3 = doubled(g, weights, `${UPSCALING}.3`, gelu(g, norm), 2 * size) // [(4h)^2, C/8]
  taps.offer('up3', [1, 'channels', 4 * size, 4 * size], () =>
    channelsFirst(g, up3, 4 * size, 4 * size),
  )
  const upscaled = gelu(g, add(g, up3, highRes0)) // [(4h)^2, C/8]
  taps.offer('upscaled', [1, 'channels', 4 * size, 4 * size], () =>
    channelsFirst(g, upscaled, 4 * size, 4 * size),
  )
  return upscaled
}

/**
 * A transposed convolution of kernel 2 and stride 2: each token becomes a block of 2 x 2 by one Gemm.
 * [h * h, in] -> [(2h)^2, out]; weights [in, out, 2, 2].
 */
function doubled(g: Graph, weights: Weights, name: string, x: Value, size: number): Value {
  const [ins = 0, outs = 0] = weightOf(weights, `${name}.weight`).shape
  const { data } = weightShaped(weights, `${name}.weight`, [ins, outs, 2, 2])
  const matrix = new Float32Array(data.length) // [in, dy dx out]
  for (let i = 0; i < ins * outs; i++) {
    const row = Math.floor(i / outs)
    for (let place = 0; place < 4; place++) {
      matrix[(row * 4 + place) * outs + (i % outs)] = data[i * 4 + place] as number
    }
  }
  const bias = new Float32Array(4 * outs)
  for (let place = 0; place < 4; place++) {
    bias.set(weightShaped(weights, `${name}.bias`, [outs]).data, place * outs)
  }
  const offsets = g.constant(bias, [4 * outs])
  const blocks = gemm(g, x, g.constant(matrix, [ins, 4 * outs]), offsets) // [h h, dy dx out]
  const rows = reshape(g, blocks, [size, size, 2, 2 * outs]) // y, x, dy, (dx out)
  return reshape(g, transpose(g, rows, [0, 2, 1, 3]), [-1, outs]) // [(2h)^2, out]
}

/**
 * One small network per mask token, all of one shape, run together: [masks, C] -> [masks, C/8].
 * Upstream: `output_hypernetworks_mlps`.
 * @throws Sam2Error `weights` where a network differs from the first
 */
export function hypernetworks(g: Graph, weights: Weights, tokens: Value, masks: number): Value {
  const layers = mlpLayers(weights, `${HYPERNETWORKS}.0`)
  const batched = reshape(g, tokens, [masks, 1, -1]) // [masks, 1, C]
  const out = layers.reduce((x, first, depth) => {
    const suffix = first.slice(`${HYPERNETWORKS}.0`.length)
    const [outs = 0, ins = 0] = weightOf(weights, `${first}.weight`).shape
    const matrices = new Float32Array(masks * ins * outs)
    const biases = new Float32Array(masks * outs)
    for (let mask = 0; mask < masks; mask++) {
      const layer = `${HYPERNETWORKS}.${mask}${suffix}`
      const weight = weightShaped(weights, `${layer}.weight`, [outs, ins])
      matrices.set(transposed(weight.data, outs, ins), mask * ins * outs)
      biases.set(weightShaped(weights, `${layer}.bias`, [outs]).data, mask * outs)
    }
    const input = depth === 0 ? x : relu(g, x)
    const product = matMul(g, input, g.constant(matrices, [masks, ins, outs])) // [masks, 1, out]
    return add(g, product, g.constant(biases, [masks, 1, outs]))
  }, batched)
  return reshape(g, out, [masks, -1]) // [masks, C/8]
}

/**
 * How many masks the decoder predicts.
 * @throws Sam2Error `weights`
 */
export function maskTokenCount(weights: Weights): number {
  const [masks = 0] = weightOf(weights, 'sam_mask_decoder.mask_tokens.weight').shape
  if (masks >= 1) return masks
  throw new Sam2Error('got no mask tokens, expected at least one', {
    code: 'weights',
    hint: 'Use an official SAM 2 or SAM 2.1 checkpoint.',
  })
}
