import { Sam2Error } from '../errors.ts'
import { type Weights, weightOf } from '../checkpoint/weights.ts'
import type { Sam2Config } from '../config/model-config.ts'
import { type Graph, type Value, createGraph } from '../onnx/graph.ts'
import type { OnnxModel } from '../onnx/model.ts'
import {
  add,
  cast,
  conv,
  gelu,
  gemm,
  greater,
  mul,
  reshape,
  resizeBilinear,
  scalar,
  sigmoid,
  transpose,
  where,
} from '../onnx/operators.ts'
import type { GraphOptions } from './graph-options.ts'
import { imageTokenSide } from './image-tokens.ts'
import { CHANNEL_NORM_EPSILON, layerNorm, linear, parameter, weightShaped } from './layers.ts'
import { downsampleMask } from './memory-encoder-mask.ts'
import { channelsFirst, createTaps } from './taps.ts'

/** Model pixels to a low-res mask pixel. */
const LOW_RES_FACTOR = 4
const ENCODER = 'memory_encoder'

/** Whether the memory encoder's graph needs that official tensor. */
export function memoryEncoderTensors(name: string): boolean {
  return name.startsWith(`${ENCODER}.`) || name === 'no_obj_embed_spatial'
}

/**
 * The memory of one frame and object; S = image size, C = `neck.dModel`.
 *
 * Inputs: `pix_feat` [(S/16)^2, C] (raw level 2), `low_res_masks` [1, 1, S/4, S/4] logits, `binarize` [1]
 * (1: the upscaled mask is cut at 0, 0: its sigmoid is taken), `object_score_logits` [1] (used where the
 * configuration has `noObjEmbedSpatial`).
 * Output: `memory` [(S/16)^2, mem_dim] float32, not yet rounded to bfloat16.
 * Taps: high_res, mask_ds_act2/5/8/11, mask_ds, pix_proj, fuser<i>, features.
 *
 * @throws Sam2Error `config` for what cannot be built, `weights` for missing or misshapen tensors
 */
export function buildMemoryEncoder(
  config: Sam2Config,
  weights: Weights,
  options: GraphOptions = {},
): OnnxModel {
  const { imageSize, memoryEncoder } = config
  const channels = config.neck.dModel
  const size = imageTokenSide(config)
  const lowRes = imageSize / LOW_RES_FACTOR
  const g = createGraph('memory-encoder')
  const taps = createTaps(g, options)
  const pixFeat = g.input('pix_feat', 'float32', [size * size, channels])
  const lowResMasks = g.input('low_res_masks', 'float32', [1, 1, lowRes, lowRes])
  const binarize = g.input('binarize', 'float32', [1])
  const scoreLogits = g.input('object_score_logits', 'float32', [1])

  const highRes = resizeBilinear(g, lowResMasks, LOW_RES_FACTOR) // [1, 1, S, S]
  taps.offer('high_res', [1, 1, imageSize, imageSize], () => highRes)
  const mask = maskForMemory(g, config, highRes, binarize) // [1, 1, S, S]
  const downsampled = downsampleMask(g, weights, imageSize, mask, taps) // [hw, C]
  const projected = linear(g, weights, `${ENCODER}.pix_feat_proj`, pixFeat, [
    weightOf(weights, `${ENCODER}.pix_feat_proj.weight`).shape[0] ?? 0,
    channels,
  ]) // [hw, C]
  taps.offer('pix_proj', [1, 'channels', size, size], () => channelsFirst(g, projected, size, size))

  let x = add(g, projected, downsampled) // [hw, C]
  for (let layer = 0; layer < memoryEncoder.fuserLayers; layer++) {
    x = fuse(g, weights, `${ENCODER}.fuser.layers.${layer}`, x, size)
    const fused = x
    taps.offer(`fuser${layer}`, [1, 'channels', size, size], () =>
      channelsFirst(g, fused, size, size),
    )
  }
  const memory = projectOut(g, weights, config, x, scoreLogits) // [hw, mem_dim]
  taps.offer('features', [1, memoryEncoder.outDim, size, size], () =>
    channelsFirst(g, memory, size, size),
  )
  g.output('memory', memory, [size * size, memoryEncoder.outDim])
  taps.close()
  return g.finish()
}

/** Mask logits made what the encoder was trained on: [1, 1, S, S]. */
function maskForMemory(g: Graph, config: Sam2Config, logits: Value, binarize: Value): Value {
  const asked = greater(g, binarize, scalar(g, 0)) // [1]
  const cut = cast(g, greater(g, logits, scalar(g, 0)), 'float32')
  const share = where(g, asked, cut, sigmoid(g, logits)) // 0 to 1
  const scaled = mul(g, share, scalar(g, config.sigmoidScaleForMemEnc))
  return add(g, scaled, scalar(g, config.sigmoidBiasForMemEnc))
}

/**
 * One ConvNeXt block on tokens [h * h, C]: x + gamma * mlp(norm(depthwise convolution(x))).
 * Upstream: `CXBlock`; its gamma is multiplied into the last linear layer.
 */
function fuse(g: Graph, weights: Weights, name: string, x: Value, size: number): Value {
  const [channels = 0, , kernel = 0] = weightOf(weights, `${name}.dwconv.weight`).shape
  weightShaped(weights, `${name}.dwconv.weight`, [channels, 1, kernel, kernel])
  if (kernel % 2 !== 1) {
    throw new Sam2Error(`got a kernel of ${kernel} in ${name}.dwconv, expected an odd one`, {
      code: 'config',
      hint: 'Use a memory encoder whose fuser keeps the size of its input.',
      details: { kernel },
    })
  }
  const margin = (kernel - 1) / 2
  const planes = transpose(g, reshape(g, x, [1, size, size, channels]), [0, 3, 1, 2]) // [1, C, h, h]
  const mixed = conv(
    g,
    planes,
    parameter(g, weights, `${name}.dwconv.weight`),
    parameter(g, weights, `${name}.dwconv.bias`),
    { kernel: [kernel, kernel], pads: [margin, margin, margin, margin], group: channels },
  )
  const tokens = reshape(g, transpose(g, mixed, [0, 2, 3, 1]), [size * size, channels]) // [hw, C]
  const norm = layerNorm(g, weights, `${name}.norm`, tokens, CHANNEL_NORM_EPSILON)
  const hidden = gelu(g, linear(g, weights, `${name}.pwconv1`, norm)) // [hw, 4 C]
  return add(g, x, linear(g, scaledByGamma(weights, name, channels), `${name}.pwconv2`, hidden))
}

/** `pwconv2` with `gamma` multiplied in, where the block has one. */
function scaledByGamma(weights: Weights, name: string, channels: number): Weights {
  if (!weights.has(`${name}.gamma`)) return weights
  const gamma = weightShaped(weights, `${name}.gamma`, [channels]).data
  const scaled = new Map<string, { shape: readonly number[]; data: Float32Array }>()
  for (const part of [`${name}.pwconv2.weight`, `${name}.pwconv2.bias`]) {
    const { shape, data } = weightOf(weights, part)
    const row = data.length / channels
    const values = data.map((value, i) => value * (gamma[Math.floor(i / row)] as number))
    scaled.set(part, { shape, data: values })
  }
  return scaled
}

/** [hw, C] -> [hw, mem_dim]; an absent object's embedding goes in with the bias. */
function projectOut(
  g: Graph,
  weights: Weights,
  config: Sam2Config,
  x: Value,
  scoreLogits: Value,
): Value {
  const name = `${ENCODER}.out_proj`
  const { outDim } = config.memoryEncoder
  const ins = weightOf(weights, `${name}.weight`).shape[1] ?? 0
  const matrix = g.constant(weightShaped(weights, `${name}.weight`, [outDim, ins, 1, 1]).data, [
    outDim,
    ins,
  ])
  const bias = parameter(g, weights, `${name}.bias`)
  if (!config.noObjEmbedSpatial) return gemm(g, x, matrix, bias, { transB: true })
  const absence = parameter(g, weights, 'no_obj_embed_spatial', [outDim])
  const present = greater(g, scoreLogits, scalar(g, 0)) // [1]
  const offset = where(g, present, bias, add(g, bias, absence)) // [mem_dim]
  return gemm(g, x, matrix, offset, { transB: true })
}
