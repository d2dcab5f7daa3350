import { type Weights, weightOf } from '../checkpoint/weights.ts'
import type { Graph, Value } from '../onnx/graph.ts'
import {
  add,
  concat,
  cos,
  div,
  gather,
  gelu,
  gemm,
  greater,
  matMul,
  mul,
  reshape,
  scalar,
  sin,
  sub,
  transpose,
  where,
} from '../onnx/operators.ts'
import { CHANNEL_NORM_EPSILON, layerNorm, parameter, weightShaped } from './layers.ts'

const GAUSSIAN = 'sam_prompt_encoder.pe_layer.positional_encoding_gaussian_matrix'
const MASK = 'sam_prompt_encoder.mask_downscaling'
/** Positive and negative clicks, then the two corners of a box. */
const POINT_KINDS = 4

/**
 * Embeds points, the automatic padding point last: [P, 2] and [P] -> [P + 1, C].
 *
 * `coords` are model pixels; half a pixel is added here. Labels are 0 (negative), 1 (positive), 2 and 3
 * (box corners) or -1 (no point: coordinates ignored). Upstream: `PromptEncoder._embed_points`.
 */
export function embedPoints(
  g: Graph,
  weights: Weights,
  imageSize: number,
  coords: Value,
  labels: Value,
): Value {
  const centred = add(g, coords, scalar(g, 0.5)) // [P, 2] x, y
  const unit = div(g, centred, scalar(g, imageSize))
  const signed = sub(g, mul(g, unit, scalar(g, 2)), scalar(g, 1)) // -1 to 1
  const projected = matMul(g, signed, parameter(g, weights, GAUSSIAN)) // [P, C/2]
  const angles = mul(g, projected, scalar(g, 2 * Math.PI))
  const position = concat(g, [sin(g, angles), cos(g, angles)], 1) // [P, C]

  // Label -1 picks the last row: "not a point" carries no position.
  const kinds = [
    ...Array.from({ length: POINT_KINDS }, (_, kind) => `point_embeddings.${kind}.weight`),
    'not_a_point_embed.weight',
  ].map((name) => weightOf(weights, `sam_prompt_encoder.${name}`).data)
  const channels = (kinds[0] as Float32Array).length
  const table = new Float32Array(kinds.length * channels)
  for (const [row, embedding] of kinds.entries()) table.set(embedding, row * channels)
  const hasPosition = Float32Array.from(kinds, (_, row) => (row < POINT_KINDS ? 1 : 0))

  const embedding = gather(g, g.constant(table, [kinds.length, channels]), labels) // [P, C]
  const share = gather(g, g.constant(hasPosition, [kinds.length, 1]), labels) // [P, 1]
  const points = add(g, mul(g, position, share), embedding) // [P, C]
  const padding = parameter(g, weights, 'sam_prompt_encoder.not_a_point_embed.weight') // [1, C]
  return concat(g, [points, padding], 0) // [P + 1, C]
}

/**
 * Embeds mask logits [1, 1, 4h, 4h] as one vector per image token: [h * h, C]; where `hasMask` is 0, the
 * "no mask" vector for all. The two convolutions of kernel 2 and stride 2 are Gemms over blocks of
 * pixels. Upstream: `PromptEncoder._embed_masks` and `no_mask_embed`.
 * @throws Sam2Error `weights` where the convolutions have other shapes
 */
export function embedMask(
  g: Graph,
  weights: Weights,
  size: number,
  mask: Value,
  hasMask: Value,
): Value {
  const [inner = 0] = weightOf(weights, `${MASK}.0.weight`).shape
  const [outer = 0] = weightOf(weights, `${MASK}.3.weight`).shape
  const first = weightShaped(weights, `${MASK}.0.weight`, [inner, 1, 2, 2])
  const second = weightShaped(weights, `${MASK}.3.weight`, [outer, inner, 2, 2])
  const projection = weightOf(weights, `${MASK}.6.weight`)
  const [channels = 0] = projection.shape
  const asked = greater(g, hasMask, scalar(g, 0)) // [1]

  const blocks = reshape(g, mask, [size, 2, 2, size, 2, 2]) // y, dy of 3, dy of 0, x, dx of 3, dx of 0
  const pixels = reshape(g, transpose(g, blocks, [0, 3, 1, 4, 2, 5]), [-1, 4]) // [4 h h, dy dx]
  const fine = gemm(
    g,
    pixels,
    g.constant(first.data, [inner, 4]),
    parameter(g, weights, `${MASK}.0.bias`),
    { transB: true },
  ) // [4 h h, c]
  const normalised = layerNorm(g, weights, `${MASK}.1`, fine, CHANNEL_NORM_EPSILON)
  const cells = reshape(g, gelu(g, normalised), [-1, 4 * inner]) // [h h, dy dx c]
  const coarse = gemm(
    g,
    cells,
    g.constant(tapsBeforeChannels(second.data, outer, inner), [outer, 4 * inner]),
    parameter(g, weights, `${MASK}.3.bias`),
    { transB: true },
  ) // [h h, 4 c]
  const features = gelu(g, layerNorm(g, weights, `${MASK}.4`, coarse, CHANNEL_NORM_EPSILON))

  // Without a mask the features are zero, and the projection's bias gives way to the vector.
  const gated = where(g, asked, features, scalar(g, 0)) // [h h, 4 c]
  const noMask = parameter(g, weights, 'sam_prompt_encoder.no_mask_embed.weight', [channels])
  const offset = where(g, asked, parameter(g, weights, `${MASK}.6.bias`), noMask) // [C]
  const matrix = g.constant(projection.data, [channels, outer])
  return gemm(g, gated, matrix, offset, { transB: true }) // [h h, C]
}

/** Convolution weights [out, in, 2, 2] in the order [out, 2, 2, in]. */
function tapsBeforeChannels(data: Float32Array, outs: number, ins: number): Float32Array {
  const reordered = new Float32Array(data.length)
  for (let i = 0; i < outs * ins; i++) {
    const out = Math.floor(i / ins)
    for (let tap = 0; tap < 4; tap++) {
      reordered[(out * 4 + tap) * ins + (i % ins)] = data[i * 4 + tap] as number
    }
  }
  return reordered
}
