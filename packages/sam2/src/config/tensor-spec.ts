import { type Sam2Config, trunkBlocks } from './model-config.ts'

/** Hidden width of the mask decoder's feed-forward layers, the same in every SAM 2. */
const DECODER_MLP_DIM = 2048
/** Hidden width of the predicted-IoU head, the same in every SAM 2. */
const IOU_HEAD_HIDDEN_DIM = 256
/** Channels between the two stride-2 convolutions of a mask prompt: a quarter of these, then these. */
const MASK_IN_CHANNELS = 16
const NUM_MASK_TOKENS = 4
const DECODER_LAYERS = 2
/** Channel multiplier of the trunk's feed-forward layers. */
const TRUNK_MLP_RATIO = 4

type Spec = Map<string, readonly number[]>

/** A linear layer or a convolution: `weight` of that shape, `bias` of its first dimension. */
function addLayer(spec: Spec, name: string, shape: readonly number[], outputs = shape[0]): void {
  spec.set(`${name}.weight`, shape)
  spec.set(`${name}.bias`, [outputs as number])
}

function addNorm(spec: Spec, name: string, channels: number): void {
  addLayer(spec, name, [channels])
}

function addMlp(spec: Spec, name: string, widths: readonly number[]): void {
  for (let i = 0; i + 1 < widths.length; i++) {
    addLayer(spec, `${name}.layers.${i}`, [widths[i + 1] as number, widths[i] as number])
  }
}

/** An attention over `channels`, working in `inner` channels, keys and values of `kvChannels`. */
function addAttention(
  spec: Spec,
  name: string,
  channels: number,
  inner: number,
  kvChannels: number,
): void {
  addLayer(spec, `${name}.q_proj`, [inner, channels])
  addLayer(spec, `${name}.k_proj`, [inner, kvChannels])
  addLayer(spec, `${name}.v_proj`, [inner, kvChannels])
  addLayer(spec, `${name}.out_proj`, [channels, inner])
}

function addTrunk(spec: Spec, { trunk }: Sam2Config): void {
  const name = 'image_encoder.trunk'
  const { embedDim } = trunk
  const window = trunk.windowSpec[0] as number
  spec.set(`${name}.pos_embed`, [1, embedDim, ...trunk.windowPosEmbedBkgSpatialSize])
  spec.set(`${name}.pos_embed_window`, [1, embedDim, window, window])
  addLayer(spec, `${name}.patch_embed.proj`, [embedDim, 3, 7, 7])
  for (const { index, dim, dimOut } of trunkBlocks(trunk)) {
    const block = `${name}.blocks.${index}`
    addNorm(spec, `${block}.norm1`, dim)
    addLayer(spec, `${block}.attn.qkv`, [dimOut * 3, dim])
    addLayer(spec, `${block}.attn.proj`, [dimOut, dimOut])
    addNorm(spec, `${block}.norm2`, dimOut)
    addMlp(spec, `${block}.mlp`, [dimOut, dimOut * TRUNK_MLP_RATIO, dimOut])
    if (dim !== dimOut) addLayer(spec, `${block}.proj`, [dimOut, dim])
  }
}

function addNeck(spec: Spec, { neck, trunk }: Sam2Config): void {
  const deepest = trunk.stages.length - 1
  for (let i = 0; i <= deepest; i++) {
    const channels = trunk.embedDim * 2 ** (deepest - i)
    addLayer(spec, `image_encoder.neck.convs.${i}.conv`, [neck.dModel, channels, 1, 1])
  }
}

function addMemoryAttention(spec: Spec, config: Sam2Config): void {
  const { dModel } = config.neck
  const { numLayers, dimFeedforward } = config.memoryAttention
  for (let i = 0; i < numLayers; i++) {
    const layer = `memory_attention.layers.${i}`
    addAttention(spec, `${layer}.self_attn`, dModel, dModel, dModel)
    addAttention(spec, `${layer}.cross_attn_image`, dModel, dModel, config.memoryEncoder.outDim)
    addLayer(spec, `${layer}.linear1`, [dimFeedforward, dModel])
    addLayer(spec, `${layer}.linear2`, [dModel, dimFeedforward])
    for (const norm of ['norm1', 'norm2', 'norm3']) addNorm(spec, `${layer}.${norm}`, dModel)
  }
  addNorm(spec, 'memory_attention.norm', dModel)
}

function addMemoryEncoder(spec: Spec, config: Sam2Config): void {
  const { dModel } = config.neck
  const { outDim, fuserLayers } = config.memoryEncoder
  const downsampler = 'memory_encoder.mask_downsampler.encoder'
  // Four stride-2 convolutions, each quadrupling the channels; a norm and an activation after each.
  for (let i = 0; i < 4; i++) {
    addLayer(spec, `${downsampler}.${i * 3}`, [4 ** (i + 1), 4 ** i, 3, 3])
    addNorm(spec, `${downsampler}.${i * 3 + 1}`, 4 ** (i + 1))
  }
  addLayer(spec, `${downsampler}.12`, [dModel, 4 ** 4, 1, 1])
  addLayer(spec, 'memory_encoder.pix_feat_proj', [dModel, dModel, 1, 1])
  for (let i = 0; i < fuserLayers; i++) {
    const layer = `memory_encoder.fuser.layers.${i}`
    spec.set(`${layer}.gamma`, [dModel])
    addLayer(spec, `${layer}.dwconv`, [dModel, 1, 7, 7])
    addNorm(spec, `${layer}.norm`, dModel)
    addLayer(spec, `${layer}.pwconv1`, [dModel * 4, dModel])
    addLayer(spec, `${layer}.pwconv2`, [dModel, dModel * 4])
  }
  addLayer(spec, 'memory_encoder.out_proj', [outDim, dModel, 1, 1])
}

function addPromptEncoder(spec: Spec, { neck: { dModel } }: Sam2Config): void {
  const name = 'sam_prompt_encoder'
  spec.set(`${name}.pe_layer.positional_encoding_gaussian_matrix`, [2, dModel / 2])
  for (let i = 0; i < 4; i++) spec.set(`${name}.point_embeddings.${i}.weight`, [1, dModel])
  spec.set(`${name}.not_a_point_embed.weight`, [1, dModel])
  const narrow = MASK_IN_CHANNELS / 4
  addLayer(spec, `${name}.mask_downscaling.0`, [narrow, 1, 2, 2])
  addNorm(spec, `${name}.mask_downscaling.1`, narrow)
  addLayer(spec, `${name}.mask_downscaling.3`, [MASK_IN_CHANNELS, narrow, 2, 2])
  addNorm(spec, `${name}.mask_downscaling.4`, MASK_IN_CHANNELS)
  addLayer(spec, `${name}.mask_downscaling.6`, [dModel, MASK_IN_CHANNELS, 1, 1])
  spec.set(`${name}.no_mask_embed.weight`, [1, dModel])
}

function addDecoderTransformer(spec: Spec, { neck: { dModel } }: Sam2Config): void {
  const name = 'sam_mask_decoder.transformer'
  const inner = dModel / 2
  for (let i = 0; i < DECODER_LAYERS; i++) {
    const layer = `${name}.layers.${i}`
    addAttention(spec, `${layer}.self_attn`, dModel, dModel, dModel)
    addNorm(spec, `${layer}.norm1`, dModel)
    addAttention(spec, `${layer}.cross_attn_token_to_image`, dModel, inner, dModel)
    addNorm(spec, `${layer}.norm2`, dModel)
    addMlp(spec, `${layer}.mlp`, [dModel, DECODER_MLP_DIM, dModel])
    addNorm(spec, `${layer}.norm3`, dModel)
    addNorm(spec, `${layer}.norm4`, dModel)
    addAttention(spec, `${layer}.cross_attn_image_to_token`, dModel, inner, dModel)
  }
  addAttention(spec, `${name}.final_attn_token_to_image`, dModel, inner, dModel)
  addNorm(spec, `${name}.norm_final_attn`, dModel)
}

function addMaskDecoder(spec: Spec, config: Sam2Config): void {
  const { dModel } = config.neck
  const name = 'sam_mask_decoder'
  const quarter = dModel / 4
  const eighth = dModel / 8
  addDecoderTransformer(spec, config)
  spec.set(`${name}.iou_token.weight`, [1, dModel])
  spec.set(`${name}.mask_tokens.weight`, [NUM_MASK_TOKENS, dModel])
  spec.set(`${name}.obj_score_token.weight`, [1, dModel])
  // Transposed convolutions: [in, out, kernel, kernel].
  addLayer(spec, `${name}.output_upscaling.0`, [dModel, quarter, 2, 2], quarter)
  addNorm(spec, `${name}.output_upscaling.1`, quarter)
  addLayer(spec, `${name}.output_upscaling.3`, [quarter, eighth, 2, 2], eighth)
  addLayer(spec, `${name}.conv_s0`, [eighth, dModel, 1, 1])
  addLayer(spec, `${name}.conv_s1`, [quarter, dModel, 1, 1])
  for (let i = 0; i < NUM_MASK_TOKENS; i++) {
    addMlp(spec, `${name}.output_hypernetworks_mlps.${i}`, [dModel, dModel, dModel, eighth])
  }
  const hidden = IOU_HEAD_HIDDEN_DIM
  addMlp(spec, `${name}.iou_prediction_head`, [dModel, hidden, hidden, NUM_MASK_TOKENS])
  addMlp(spec, `${name}.pred_obj_score_head`, [dModel, dModel, dModel, 1])
}

/** Every tensor of the model: official name to shape, in the order of the official checkpoints. */
export function tensorSpec(config: Sam2Config): Map<string, readonly number[]> {
  const { dModel } = config.neck
  const { outDim } = config.memoryEncoder
  const spec: Spec = new Map()
  spec.set('maskmem_tpos_enc', [config.numMaskmem, 1, 1, outDim])
  spec.set('no_mem_embed', [1, 1, dModel])
  spec.set('no_mem_pos_enc', [1, 1, dModel])
  spec.set('no_obj_ptr', [1, dModel])
  if (config.noObjEmbedSpatial) spec.set('no_obj_embed_spatial', [1, outDim])
  addTrunk(spec, config)
  addNeck(spec, config)
  addLayer(spec, 'mask_downsample', [1, 1, 4, 4])
  addMemoryAttention(spec, config)
  addMemoryEncoder(spec, config)
  addPromptEncoder(spec, config)
  addMaskDecoder(spec, config)
  addMlp(spec, 'obj_ptr_proj', [dModel, dModel, dModel, dModel])
  if (config.projTposEncInObjPtrs) addLayer(spec, 'obj_ptr_tpos_proj', [outDim, dModel])
  return spec
}
