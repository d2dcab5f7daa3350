import { Sam2Error } from '../errors.ts'
import type { Weights } from '../checkpoint/weights.ts'
import { type Sam2Config, type TrunkBlock, trunkBlocks } from '../config/model-config.ts'
import { type Graph, createGraph } from '../onnx/graph.ts'
import type { OnnxModel } from '../onnx/model.ts'
import type { GraphOptions } from './graph-options.ts'
import { hieraBlock } from './image-encoder-block.ts'
import { featurePyramid } from './image-encoder-neck.ts'
import { embedPatches } from './image-encoder-patches.ts'
import { offerChannelsFirst, offerChannelsLast, outputRows } from './image-encoder-outputs.ts'
import { type Tokens, cutTokens, joinTokens, wholeTokens } from './image-encoder-tokens.ts'
import { rowMajor } from './image-encoder-windows.ts'
import { sine2d } from './position-encoding.ts'
import { type Taps, createTaps } from './taps.ts'

/** Image pixels to a side of a first-stage token. */
const PATCH_STRIDE = 4
/** Stages whose features leave at strides 4, 8 and 16; the last only feeds the one before. */
const STAGES = 4
/**
 * Tokens of the finest grid that go through its blocks together. Their windows do not see each other,
 * so the widest activations of the model need to exist for a part of the frame at a time only.
 */
const SLAB_TOKENS = 8192

/** Whether the image encoder needs the tensor of this official name. */
export function imageEncoderTensors(name: string): boolean {
  return (
    name.startsWith('image_encoder.') ||
    name.startsWith('sam_mask_decoder.conv_s0.') ||
    name.startsWith('sam_mask_decoder.conv_s1.')
  )
}

/**
 * Turns a frame into features. Upstream: `ImageEncoder` (Hiera trunk, FPN neck) and the mask decoder's
 * `conv_s0`, `conv_s1`, which it applies once per frame.
 *
 * - in `image` [1, 3, S, S]: normalised, S the configuration's `imageSize`
 * - out `pix_feat` [(S / 16)^2, C]: level 2; `high_res_0` [(S / 4)^2, C / 8], `high_res_1`
 *   [(S / 8)^2, C / 4]: levels 0 and 1 after `conv_s0`, `conv_s1`; row-major tokens, channels last
 * - taps `patch_embed`, `pos_embed`, `block<i>` [1, h, w, channels]; `fpn0` ... `fpn3`, `fpn_pos2`,
 *   `conv_s0`, `conv_s1` [1, channels, h, w]
 *
 * @throws Sam2Error `config` for sizes that do not fit each other, `weights` naming a tensor, `input` for
 * an unknown tap
 */
export function buildImageEncoder(
  config: Sam2Config,
  weights: Weights,
  options: GraphOptions = {},
): OnnxModel {
  checkSizes(config)
  const size = config.imageSize
  const g = createGraph('image encoder')
  const taps = createTaps(g, options)
  const image = g.input('image', 'float32', [1, 3, size, size])
  const blocks = trunkBlocks(config.trunk)
  const side = size / PATCH_STRIDE
  const grid = { height: side, width: side, windowSize: blocks[0]?.windowSize ?? 0 }
  const embedded = embedPatches(g, image, grid, weights, taps)
  const stages = hieraStages(g, embedded, blocks, weights, taps)
  const pyramid = featurePyramid(g, stages, config.neck, weights)
  const { dModel } = config.neck
  for (const [level, stage] of stages.entries()) {
    offerChannelsFirst(g, taps, `fpn${level}`, stage.grid, dModel, () => pyramid.level(level))
  }
  const features = pyramid.level(STAGES - 2)
  offerChannelsFirst(g, taps, 'fpn_pos2', features.grid, dModel, () => {
    const rows = rowMajor(features.grid)
    const encoding = sine2d(dModel, rows.height, rows.width)
    return wholeTokens(g.constant(encoding, [rows.height * rows.width, dModel]), rows, dModel)
  })
  outputRows(g, 'pix_feat', features)
  for (const level of [0, 1]) {
    const convolution = `conv_s${level}`
    const reduced = pyramid.reducedLevel(level, `sam_mask_decoder.${convolution}`)
    offerChannelsFirst(g, taps, convolution, reduced.grid, reduced.channels, () => reduced)
    outputRows(g, `high_res_${level}`, reduced)
  }
  taps.close()
  return g.finish()
}

/** The trunk's blocks in order; the output of each stage. */
function hieraStages(
  g: Graph,
  embedded: Tokens,
  blocks: readonly TrunkBlock[],
  weights: Weights,
  taps: Taps,
): Tokens[] {
  const stages: Tokens[] = []
  let x = cutTokens(g, embedded, SLAB_TOKENS)
  for (const block of blocks) {
    x = hieraBlock(g, x, block, weights)
    offerChannelsLast(g, taps, `block${block.index}`, x)
    if (block.stageEnd) stages.push(x)
    if (block.qPool && x.slabs.length > 1) {
      x = wholeTokens(joinTokens(g, x), x.grid, x.channels)
    }
  }
  return stages
}

function checkSizes({ imageSize, trunk }: Sam2Config): void {
  const multiple = PATCH_STRIDE * 2 ** (STAGES - 1)
  const fail = (got: string, expected: string): never => {
    throw new Sam2Error(`got ${got}, expected ${expected}`, {
      code: 'config',
      hint: 'Correct the image encoder of the model configuration.',
    })
  }
  if (trunk.stages.length !== STAGES) fail(`${trunk.stages.length} stages`, `${STAGES}`)
  if (!(imageSize > 0) || imageSize % multiple) {
    fail(`an image size of ${imageSize}`, `a positive multiple of ${multiple}`)
  }
}
