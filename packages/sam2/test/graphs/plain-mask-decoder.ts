import { type Weights, weightOf } from '../../src/checkpoint/weights.ts'
import {
  type Rows,
  attention,
  conv2d,
  convTranspose2d,
  gelu,
  layerNorm,
  linear,
  mlp,
  planesOf,
  plus,
  rowsOf,
  sigmoid,
  times,
  tokensOf,
  turned,
} from './plain-layers.ts'

const PROMPT = 'sam_prompt_encoder'
const DECODER = 'sam_mask_decoder'
const HEADS = 8

/** What the decoder is asked. */
export interface PlainPrompt {
  /** Model pixels. */
  readonly points: Rows
  readonly labels: readonly number[]
  /** Logits, rows of pixels. */
  readonly mask?: Rows
}

/** Fourier features of points in model pixels. */
function positions(weights: Weights, points: Rows, imageSize: number): Rows {
  const gaussian = weightOf(weights, `${PROMPT}.pe_layer.positional_encoding_gaussian_matrix`)
  const matrix = rowsOf(gaussian.data, gaussian.shape[1] as number)
  const scaled = points.map((point) => point.map((value) => (2 * value) / imageSize - 1))
  const angles = times(scaled, matrix).map((row) => row.map((value) => 2 * Math.PI * value))
  return angles.map((row) => [...row.map(Math.sin), ...row.map(Math.cos)])
}

function vectors(weights: Weights, name: string): Rows {
  const { data, shape } = weightOf(weights, name)
  return rowsOf(data, shape[1] as number)
}

/** Prompt encoder and mask decoder in double precision, step by step as upstream's. */
export function plainMaskDecoder(
  weights: Weights,
  size: number,
  features: { pixFeat: Rows; highRes0: Rows; highRes1: Rows },
  prompt: PlainPrompt,
): { masks: number[]; ious: number[]; score: number[]; pointers: number[] } {
  const imageSize = size * 16
  // Prompts
  const place = positions(
    weights,
    prompt.points.map((point) => point.map((value) => value + 0.5)),
    imageSize,
  )
  const nothing = vectors(weights, `${PROMPT}.not_a_point_embed.weight`)
  const sparse = prompt.labels.map((label, i) =>
    label === -1
      ? (nothing[0] as number[])
      : (plus(
          [place[i] as number[]],
          vectors(weights, `${PROMPT}.point_embeddings.${label}.weight`),
        )[0] as number[]),
  )
  const name = `${PROMPT}.mask_downscaling`
  const dense = prompt.mask
    ? maskTokens(weights, name, prompt.mask, size)
    : features.pixFeat.map(() => vectors(weights, `${PROMPT}.no_mask_embed.weight`)[0] as number[])
  const cells = features.pixFeat.map((_, i) => [
    ((i % size) + 0.5) * 16,
    (Math.floor(i / size) + 0.5) * 16,
  ])
  const keyPosition = positions(weights, cells, imageSize)

  // Transformer
  const tokens = [
    ...vectors(weights, `${DECODER}.obj_score_token.weight`),
    ...vectors(weights, `${DECODER}.iou_token.weight`),
    ...vectors(weights, `${DECODER}.mask_tokens.weight`),
    ...sparse,
    ...nothing,
  ]
  let queries = tokens
  let keys = plus(features.pixFeat, dense)
  const attend = (part: string, q: Rows, k: Rows, v: Rows): Rows =>
    attention(weights, `${DECODER}.transformer.${part}`, HEADS, { q, k, v })
  const norm = (part: string, x: Rows): Rows =>
    layerNorm(weights, `${DECODER}.transformer.${part}`, x, 1e-5)
  for (let i = 0; i < 2; i++) {
    const layer = `layers.${i}`
    const placed = plus(queries, tokens)
    queries = norm(
      `${layer}.norm1`,
      i === 0
        ? attend(`${layer}.self_attn`, queries, queries, queries)
        : plus(queries, attend(`${layer}.self_attn`, placed, placed, queries)),
    )
    const seen = attend(
      `${layer}.cross_attn_token_to_image`,
      plus(queries, tokens),
      plus(keys, keyPosition),
      keys,
    )
    queries = norm(`${layer}.norm2`, plus(queries, seen))
    const hidden = mlp(weights, `${DECODER}.transformer.${layer}.mlp`, queries)
    queries = norm(`${layer}.norm3`, plus(queries, hidden))
    const told = attend(
      `${layer}.cross_attn_image_to_token`,
      plus(keys, keyPosition),
      plus(queries, tokens),
      queries,
    )
    keys = norm(`${layer}.norm4`, plus(keys, told))
  }
  const last = attend(
    'final_attn_token_to_image',
    plus(queries, tokens),
    plus(keys, keyPosition),
    keys,
  )
  queries = norm('norm_final_attn', plus(queries, last))

  // Masks and heads
  const upscaling = `${DECODER}.output_upscaling`
  const up1 = tokensOf(convTranspose2d(weights, `${upscaling}.0`, planesOf(keys, size)))
  const fine = gelu(layerNorm(weights, `${upscaling}.1`, plus(up1, features.highRes1), 1e-6))
  const up2 = tokensOf(convTranspose2d(weights, `${upscaling}.3`, planesOf(fine, 2 * size)))
  const upscaled = gelu(plus(up2, features.highRes0))
  const maskQueries = queries.slice(2, 6)
  const hyper = maskQueries.map(
    (token, i) => mlp(weights, `${DECODER}.output_hypernetworks_mlps.${i}`, [token])[0] as number[],
  )
  const iou = mlp(weights, `${DECODER}.iou_prediction_head`, [queries[1] as number[]])
  const score = mlp(weights, `${DECODER}.pred_obj_score_head`, [queries[0] as number[]])
  return {
    masks: times(hyper, turned(upscaled)).flat(),
    ious: iou.flat().map(sigmoid),
    score: score.flat(),
    pointers: mlp(weights, 'obj_ptr_proj', maskQueries).flat(),
  }
}

function maskTokens(weights: Weights, name: string, mask: Rows, size: number): Rows {
  const half = tokensOf(conv2d(weights, `${name}.0`, [mask], { stride: 2 }))
  const first = gelu(layerNorm(weights, `${name}.1`, half, 1e-6))
  const quarter = conv2d(weights, `${name}.3`, planesOf(first, 2 * size), { stride: 2 })
  const second = gelu(layerNorm(weights, `${name}.4`, tokensOf(quarter), 1e-6))
  return linear(weights, `${name}.6`, second)
}
