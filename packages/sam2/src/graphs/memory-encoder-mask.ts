import { type Weight, type Weights, weightOf } from '../checkpoint/weights.ts'
import type { Graph, Value } from '../onnx/graph.ts'
import {
  add,
  conv,
  div,
  gelu,
  mul,
  reduceMean,
  reshape,
  scalar,
  sqrt,
  transpose,
} from '../onnx/operators.ts'
import { CHANNEL_NORM_EPSILON, layerNorm, linear, parameter, weightShaped } from './layers.ts'
import { type Taps, channelsFirst } from './taps.ts'

const DOWNSAMPLER = 'memory_encoder.mask_downsampler.encoder'
/** Convolutions of stride 2 between a mask and the image tokens (stride 16). */
const STAGES = 4
/** Tensors of upstream's `nn.Sequential` per stage: convolution, norm, activation. */
const STAGE_LENGTH = 3
/** From here on normalising each pixel's channels beats arithmetic over channel planes. */
const PIXEL_NORM_CHANNELS = 32

/**
 * Brings a mask [1, 1, S, S] to the image tokens: [(S/16)^2, C]. Each stage is a 3 x 3 convolution of
 * stride 2, a norm over channels and a GELU; a linear layer ends it. Upstream: `MaskDownSampler`.
 * @throws Sam2Error `weights` unless the convolutions divide the mask's side by 16
 */
export function downsampleMask(
  g: Graph,
  weights: Weights,
  imageSize: number,
  mask: Value,
  taps: Taps,
): Value {
  const projection = `${DOWNSAMPLER}.${STAGES * STAGE_LENGTH}`
  let x = mask
  let ins = 1
  let size = imageSize
  for (let stage = 0; stage < STAGES; stage++) {
    const name = `${DOWNSAMPLER}.${stage * STAGE_LENGTH}`
    const normName = `${DOWNSAMPLER}.${stage * STAGE_LENGTH + 1}`
    const [channels = 0] = weightOf(weights, `${name}.weight`).shape
    const weight = weightShaped(weights, `${name}.weight`, [channels, ins, 3, 3])
    const bias = weightShaped(weights, `${name}.bias`, [channels])
    size /= 2
    const last = stage === STAGES - 1
    const activated =
      last || channels >= PIXEL_NORM_CHANNELS
        ? pixelStage(g, weights, normName, strided(g, x, weight.data, bias.data, weight.shape))
        : planeStage(g, weights, normName, x, weight, bias)
    const planes = last || channels < PIXEL_NORM_CHANNELS ? activated : toPlanes(g, activated)
    const offered = planes
    taps.offer(`mask_ds_act${stage * STAGE_LENGTH + 2}`, [1, channels, size, size], () =>
      last ? toPlanes(g, offered) : offered,
    )
    x = planes
    ins = channels
  }
  const [outs = 0] = weightOf(weights, `${projection}.weight`).shape
  weightShaped(weights, `${projection}.weight`, [outs, ins, 1, 1])
  const tokens = reshape(g, x, [size * size, ins])
  const out = linear(g, weights, projection, tokens, [outs, ins]) // [hw, C]
  taps.offer('mask_ds', [1, outs, size, size], () => channelsFirst(g, out, size, size))
  return out
}

/** Norm and GELU on [1, c, h, w] by way of [1, h, w, c], in which the result stays. */
function pixelStage(g: Graph, weights: Weights, norm: string, x: Value): Value {
  const pixels = transpose(g, x, [0, 2, 3, 1]) // [1, h, w, c]
  return gelu(g, layerNorm(g, weights, norm, pixels, CHANNEL_NORM_EPSILON))
}

/**
 * Convolution, norm and GELU without leaving [1, c, h, w]. The mean over channels is linear, so it is
 * taken from the convolution's weights and the sum of squares is all that is left to do.
 */
function planeStage(
  g: Graph,
  weights: Weights,
  norm: string,
  x: Value,
  weight: Weight,
  bias: Weight,
): Value {
  const [channels = 0] = weight.shape
  const centred = strided(
    g,
    x,
    withoutMean(weight.data, channels),
    withoutMean(bias.data, channels),
    weight.shape,
  ) // [1, c, h, w], channels sum to 0
  const variance = reduceMean(g, mul(g, centred, centred), 1) // [1, 1, h, w]
  const deviation = sqrt(g, add(g, variance, scalar(g, CHANNEL_NORM_EPSILON)))
  const scale = parameter(g, weights, `${norm}.weight`, [1, channels, 1, 1])
  const offset = parameter(g, weights, `${norm}.bias`, [1, channels, 1, 1])
  return gelu(g, add(g, mul(g, div(g, centred, deviation), scale), offset))
}

/** A 3 x 3 convolution of stride 2 on [1, in, h, w] -> [1, out, h/2, w/2]. */
function strided(
  g: Graph,
  x: Value,
  weight: Float32Array,
  bias: Float32Array,
  dims: readonly number[],
): Value {
  return conv(g, x, g.constant(weight, dims), g.constant(bias, [bias.length]), {
    kernel: [3, 3],
    strides: [2, 2],
    pads: [1, 1, 1, 1],
  })
}

/** [1, h, w, c] -> [1, c, h, w]. */
function toPlanes(g: Graph, x: Value): Value {
  return transpose(g, x, [0, 3, 1, 2])
}

/** [channels, ...]: the mean over channels taken off everywhere. */
function withoutMean(data: Float32Array, channels: number): Float32Array {
  const out = new Float32Array(data.length)
  const rest = data.length / channels
  for (let i = 0; i < rest; i++) {
    let sum = 0
    for (let at = i; at < data.length; at += rest) sum += data[at] as number
    for (let at = i; at < data.length; at += rest) out[at] = (data[at] as number) - sum / channels
  }
  return out
}
