import { type Weights, weightOf } from '../checkpoint/weights.ts'
import type { Sam2Config } from '../config/model-config.ts'
import { createGraph } from '../onnx/graph.ts'
import type { OnnxModel } from '../onnx/model.ts'
import { add, concat, gemm, reshape, sigmoid, slice } from '../onnx/operators.ts'
import type { GraphOptions } from './graph-options.ts'
import { imageTokenSide } from './image-tokens.ts'
import { mlp, parameter } from './layers.ts'
import { twoWayTransformer } from './mask-decoder-transformer.ts'
import { hypernetworks, maskTokenCount, upscale } from './mask-decoder-upscaling.ts'
import { densePositionEncoding } from './position-encoding.ts'
import { embedMask, embedPoints } from './prompt-encoder.ts'
import { channelsFirst, createTaps } from './taps.ts'

/** What upstream takes for the score where the model predicts none: the object is there. */
const CERTAIN_SCORE = 10

/** Whether the mask decoder's graph needs that official tensor. */
export function maskDecoderTensors(name: string): boolean {
  return (
    name.startsWith('sam_prompt_encoder.') ||
    (name.startsWith('sam_mask_decoder.') && !/^sam_mask_decoder\.conv_s[01]\./.test(name)) ||
    name.startsWith('obj_ptr_proj.')
  )
}

/**
 * Prompt encoder, mask decoder and object pointers as one graph; S = image size, C = `neck.dModel`.
 *
 * Inputs: `pix_feat` [(S/16)^2, C] (conditioned), `high_res_0` [(S/4)^2, C/8], `high_res_1` [(S/8)^2, C/4],
 * `point_coords` [points, 2] (model pixels), `point_labels` [points] int32, `mask_input` [1, 1, S/4, S/4],
 * `has_mask_input` [1]. The padding point is appended inside.
 * Outputs: `masks` [4, S/4, S/4] logits, `ious` [4], `object_score_logits` [1], `obj_ptrs` [4, C]; mask
 * token 0 (the single mask) first. `no_obj_ptr` and the choice of a mask are the caller's.
 * Taps: dense_pe, sparse, dense, layer<i>_queries, layer<i>_keys, tokens_out, up0, up3, upscaled, hyper.
 *
 * @throws Sam2Error `config` for what cannot be built, `weights` for missing or misshapen tensors
 */
export function buildMaskDecoder(
  config: Sam2Config,
  weights: Weights,
  options: GraphOptions = {},
): OnnxModel {
  const channels = config.neck.dModel
  const size = imageTokenSide(config)
  const imageTokens = size * size
  const g = createGraph('mask-decoder')
  const taps = createTaps(g, options)
  const pixFeat = g.input('pix_feat', 'float32', [imageTokens, channels])
  const highRes0 = g.input('high_res_0', 'float32', [16 * imageTokens, channels / 8])
  const highRes1 = g.input('high_res_1', 'float32', [4 * imageTokens, channels / 4])
  const coords = g.input('point_coords', 'float32', ['points', 2])
  const labels = g.input('point_labels', 'int32', ['points'])
  const maskInput = g.input('mask_input', 'float32', [1, 1, 4 * size, 4 * size])
  const hasMask = g.input('has_mask_input', 'float32', [1])

  // Prompts
  const sparse = embedPoints(g, weights, config.imageSize, coords, labels) // [P + 1, C]
  taps.offer('sparse', [1, 'prompts', channels], () => reshape(g, sparse, [1, -1, channels]))
  const dense = embedMask(g, weights, size, maskInput, hasMask) // [hw, C]
  taps.offer('dense', [1, channels, size, size], () => channelsFirst(g, dense, size, size))
  const gaussian = weightOf(
    weights,
    'sam_prompt_encoder.pe_layer.positional_encoding_gaussian_matrix',
  )
  const imagePosition = g.constant(densePositionEncoding(gaussian, size), [imageTokens, channels])
  taps.offer('dense_pe', [1, channels, size, size], () =>
    channelsFirst(g, imagePosition, size, size),
  )

  // Tokens: object score, iou, masks, prompts
  const masks = maskTokenCount(weights)
  const tokenNames = ['iou_token', 'mask_tokens']
  if (config.predObjScores) tokenNames.unshift('obj_score_token')
  const iouRow = tokenNames.indexOf('iou_token')
  const outputTokens = tokenNames.map((name) =>
    parameter(g, weights, `sam_mask_decoder.${name}.weight`),
  )
  const tokens = concat(g, [...outputTokens, sparse], 0) // [(1) + 1 + 4 + P + 1, C]
  const out = twoWayTransformer(
    g,
    weights,
    { tokens, image: add(g, pixFeat, dense), imagePosition, imageTokens, channels },
    taps,
  )
  taps.offer('tokens_out', [1, 'tokens', channels], () => reshape(g, out.tokens, [1, -1, channels]))
  const iouToken = slice(g, out.tokens, iouRow, iouRow + 1, 0) // [1, C]
  const maskTokens = slice(g, out.tokens, iouRow + 1, iouRow + 1 + masks, 0) // [4, C]

  // Masks
  const upscaled = upscale(g, weights, { image: out.image, size, highRes0, highRes1 }, taps)
  const hyper = hypernetworks(g, weights, maskTokens, masks) // [4, C/8]
  taps.offer('hyper', [1, masks, channels / 8], () => reshape(g, hyper, [1, masks, -1]))
  const logits = gemm(g, hyper, upscaled, null, { transB: true }) // [4, (4h)^2]
  g.output('masks', reshape(g, logits, [masks, 4 * size, 4 * size]), [masks, 4 * size, 4 * size])

  // Scores and pointers
  const iou = reshape(g, mlp(g, weights, 'sam_mask_decoder.iou_prediction_head', iouToken), [-1])
  g.output('ious', config.iouPredictionUseSigmoid ? sigmoid(g, iou) : iou, [masks])
  const score = config.predObjScores
    ? reshape(
        g,
        mlp(g, weights, 'sam_mask_decoder.pred_obj_score_head', slice(g, out.tokens, 0, 1, 0)),
        [-1],
      )
    : g.constant(Float32Array.of(CERTAIN_SCORE), [1])
  g.output('object_score_logits', score, [1])
  const pointers = config.useObjPtrsInEncoder
    ? mlp(g, weights, 'obj_ptr_proj', maskTokens)
    : maskTokens
  g.output('obj_ptrs', pointers, [masks, channels])
  taps.close()
  return g.finish()
}
