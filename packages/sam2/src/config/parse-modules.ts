import {
  childSection,
  closeSection,
  type ConfigSection,
  configError,
  expectTarget,
  expectValue,
  integerOf,
  integersOf,
  numberOf,
  skipKeys,
  valueOf,
} from './config-section.ts'
import type {
  MemoryAttentionConfig,
  MemoryEncoderConfig,
  NeckConfig,
  TrunkConfig,
} from './model-config.ts'

const MAX_CHANNELS = 16_384
const MAX_LAYERS = 1000
const MAX_WINDOW = 1024
/** Stages of the trunk, as many as the neck has levels. */
const NUM_STAGES = 4

/** Upstream: `ImageEncoder` of a `Hiera` trunk and an `FpnNeck`. */
export function parseImageEncoder(encoder: ConfigSection): {
  trunk: TrunkConfig
  neck: NeckConfig
} {
  expectTarget(encoder, ['ImageEncoder'])
  expectValue(encoder, 'scalp', 0, 1)
  const trunk = parseTrunk(childSection(encoder, 'trunk'))
  const neck = parseNeck(childSection(encoder, 'neck'), trunk)
  closeSection(encoder)
  return { trunk, neck }
}

function parseTrunk(section: ConfigSection): TrunkConfig {
  expectTarget(section, ['Hiera'])
  const path = section.path
  const stages = integersOf(section, 'stages', [2, 3, 16, 3], 1, MAX_LAYERS)
  if (stages.length !== NUM_STAGES) throw configError(`${path}.stages`, stages, 'four stages')
  const windowSpec = integersOf(section, 'window_spec', [8, 4, 14, 7], 1, MAX_WINDOW)
  if (windowSpec.length !== NUM_STAGES) {
    throw configError(`${path}.window_spec`, windowSpec, 'a window for each of four stages')
  }
  const numBlocks = stages.reduce((sum, depth) => sum + depth, 0)
  const embedDim = integerOf(section, 'embed_dim', 96, 1, MAX_CHANNELS)
  const numHeads = integerOf(section, 'num_heads', 1, 1, MAX_CHANNELS)
  if (embedDim % numHeads !== 0) {
    throw configError(`${path}.num_heads`, numHeads, `a divisor of embed_dim ${embedDim}`)
  }
  const size = integersOf(section, 'window_pos_embed_bkg_spatial_size', [14, 14], 1, MAX_WINDOW)
  if (size.length !== 2) {
    throw configError(`${path}.window_pos_embed_bkg_spatial_size`, size, 'height and width')
  }
  const globalAttBlocks = integersOf(section, 'global_att_blocks', [12, 16, 20], 0, numBlocks - 1)
  expectValue(section, 'q_pool', 3, 3)
  expectValue(section, 'q_stride', [2, 2], [2, 2])
  expectValue(section, 'dim_mul', 2, 2)
  expectValue(section, 'head_mul', 2, 2)
  expectValue(section, 'return_interm_layers', true, true)
  skipKeys(section, ['drop_path_rate', 'weights_path'])
  closeSection(section)
  return {
    embedDim,
    numHeads,
    stages,
    globalAttBlocks,
    windowPosEmbedBkgSpatialSize: [size[0] as number, size[1] as number],
    windowSpec,
  }
}

function parseNeck(section: ConfigSection, trunk: TrunkConfig): NeckConfig {
  expectTarget(section, ['FpnNeck'])
  const dModel = integerOf(section, 'd_model', undefined, 1, MAX_CHANNELS)
  // Eight decoder heads in half the channels, high-resolution features in an eighth of them.
  if (dModel % 16 !== 0) throw configError(`${section.path}.d_model`, dModel, 'a multiple of 16')
  parsePositionEncoding(section, dModel)
  const channels = [8, 4, 2, 1].map((factor) => trunk.embedDim * factor)
  expectValue(section, 'backbone_channel_list', undefined, channels)
  expectValue(section, 'kernel_size', 1, 1)
  expectValue(section, 'stride', 1, 1)
  expectValue(section, 'padding', 0, 0)
  expectValue(section, 'fpn_interp_model', 'bilinear', 'nearest')
  expectValue(section, 'fuse_type', 'sum', 'sum')
  const levels = valueOf(section, 'fpn_top_down_levels', null)
  const fpnTopDownLevels =
    levels === null
      ? [0, 1, 2, 3]
      : integersOf(section, 'fpn_top_down_levels', undefined, 0, NUM_STAGES - 1)
  closeSection(section)
  return { dModel, fpnTopDownLevels }
}

/** Upstream: `PositionEmbeddingSine`, of which one form is built. */
function parsePositionEncoding(parent: ConfigSection, channels: number): void {
  const section = childSection(parent, 'position_encoding')
  expectTarget(section, ['PositionEmbeddingSine'])
  expectValue(section, 'num_pos_feats', undefined, channels)
  expectValue(section, 'normalize', true, true)
  expectValue(section, 'scale', null, null)
  expectValue(section, 'temperature', 10000, 10000)
  skipKeys(section, ['warmup_cache', 'image_size', 'strides'])
  closeSection(section)
}

/** Upstream: `MemoryAttention` of `MemoryAttentionLayer`s. */
export function parseMemoryAttention(
  section: ConfigSection,
  dModel: number,
  memDim: number,
): MemoryAttentionConfig {
  expectTarget(section, ['MemoryAttention'])
  expectValue(section, 'd_model', undefined, dModel)
  expectValue(section, 'pos_enc_at_input', undefined, true)
  skipKeys(section, ['batch_first'])
  const numLayers = integerOf(section, 'num_layers', undefined, 1, MAX_LAYERS)
  const layer = childSection(section, 'layer')
  closeSection(section)
  expectTarget(layer, ['MemoryAttentionLayer'])
  expectValue(layer, 'd_model', undefined, dModel)
  expectValue(layer, 'activation', undefined, 'relu')
  expectValue(layer, 'pos_enc_at_attn', undefined, false)
  expectValue(layer, 'pos_enc_at_cross_attn_keys', undefined, true)
  expectValue(layer, 'pos_enc_at_cross_attn_queries', undefined, false)
  skipKeys(layer, ['dropout'])
  const dimFeedforward = integerOf(layer, 'dim_feedforward', undefined, 1, MAX_CHANNELS)
  const selfAttention = childSection(layer, 'self_attention')
  const ropeTheta = parseRopeAttention(selfAttention, dModel)
  expectValue(selfAttention, 'rope_k_repeat', false, false)
  expectValue(selfAttention, 'kv_in_dim', null, null)
  closeSection(selfAttention)
  const crossAttention = childSection(layer, 'cross_attention')
  const crossTheta = parseRopeAttention(crossAttention, dModel)
  if (crossTheta !== ropeTheta) {
    throw configError(`${crossAttention.path}.rope_theta`, crossTheta, `${ropeTheta}`)
  }
  expectValue(crossAttention, 'rope_k_repeat', false, true)
  expectValue(crossAttention, 'kv_in_dim', dModel, memDim)
  closeSection(crossAttention)
  closeSection(layer)
  return { numLayers, dimFeedforward, ropeTheta }
}

/** Reads a `RoPEAttention`; returns its theta. Its tables follow the feature size, not `feat_sizes`. */
function parseRopeAttention(section: ConfigSection, dModel: number): number {
  expectTarget(section, ['RoPEAttention'])
  expectValue(section, 'embedding_dim', undefined, dModel)
  expectValue(section, 'num_heads', undefined, 1)
  expectValue(section, 'downsample_rate', 1, 1)
  skipKeys(section, ['dropout', 'feat_sizes'])
  const theta = numberOf(section, 'rope_theta', 10000)
  if (theta <= 0) throw configError(`${section.path}.rope_theta`, theta, 'a positive number')
  return theta
}

/** Upstream: `MemoryEncoder` of a `MaskDownSampler` and a `Fuser` of `CXBlock`s. */
export function parseMemoryEncoder(section: ConfigSection, dModel: number): MemoryEncoderConfig {
  expectTarget(section, ['MemoryEncoder'])
  const outDim = integerOf(section, 'out_dim', undefined, 1, MAX_CHANNELS)
  if (dModel % outDim !== 0 || outDim % 4 !== 0) {
    throw configError(
      `${section.path}.out_dim`,
      outDim,
      `a multiple of 4 that divides d_model ${dModel}`,
    )
  }
  expectValue(section, 'in_dim', 256, dModel)
  parsePositionEncoding(section, outDim)
  const downsampler = childSection(section, 'mask_downsampler')
  expectTarget(downsampler, ['MaskDownSampler'])
  expectValue(downsampler, 'embed_dim', 256, dModel)
  expectValue(downsampler, 'kernel_size', 4, 3)
  expectValue(downsampler, 'stride', 4, 2)
  expectValue(downsampler, 'padding', 0, 1)
  expectValue(downsampler, 'total_stride', 16, 16)
  closeSection(downsampler)
  const fuserLayers = parseFuser(childSection(section, 'fuser'), dModel)
  closeSection(section)
  return { outDim, fuserLayers }
}

function parseFuser(section: ConfigSection, dModel: number): number {
  expectTarget(section, ['Fuser'])
  expectValue(section, 'input_projection', false, false)
  skipKeys(section, ['dim'])
  const numLayers = integerOf(section, 'num_layers', undefined, 1, MAX_LAYERS)
  const layer = childSection(section, 'layer')
  expectTarget(layer, ['CXBlock'])
  expectValue(layer, 'dim', undefined, dModel)
  expectValue(layer, 'kernel_size', 7, 7)
  expectValue(layer, 'padding', 3, 3)
  expectValue(layer, 'use_dwconv', true, true)
  const scale = numberOf(layer, 'layer_scale_init_value', 1e-6)
  if (scale <= 0) {
    throw configError(`${layer.path}.layer_scale_init_value`, scale, 'a positive number')
  }
  skipKeys(layer, ['drop_path'])
  closeSection(layer)
  closeSection(section)
  return numLayers
}
