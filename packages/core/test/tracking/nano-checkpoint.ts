import { parseConfig, tensorSpec } from '@scarline/sam2'

const sine = (features: number): object => ({
  _target_: 'sam2.modeling.position_encoding.PositionEmbeddingSine',
  num_pos_feats: features,
  normalize: true,
  scale: null,
  temperature: 10000,
})
const ROPE = { embedding_dim: 32, num_heads: 1, downsample_rate: 1, rope_theta: 10000 }

/**
 * A SAM 2.1 of a few thousand parameters at 128 pixels, in upstream's words: small enough to track a frame
 * in milliseconds.
 */
export const NANO_CONFIG = {
  name: 'nano-128',
  model: {
    _target_: 'sam2.modeling.sam2_base.SAM2Base',
    image_encoder: {
      _target_: 'sam2.modeling.backbones.image_encoder.ImageEncoder',
      scalp: 1,
      trunk: {
        _target_: 'sam2.modeling.backbones.hieradet.Hiera',
        embed_dim: 8,
        num_heads: 1,
        stages: [1, 1, 2, 1],
        global_att_blocks: [3],
        window_pos_embed_bkg_spatial_size: [7, 7],
      },
      neck: {
        _target_: 'sam2.modeling.backbones.image_encoder.FpnNeck',
        position_encoding: sine(32),
        d_model: 32,
        backbone_channel_list: [64, 32, 16, 8],
        fpn_top_down_levels: [2, 3],
        fpn_interp_model: 'nearest',
      },
    },
    memory_attention: {
      _target_: 'sam2.modeling.memory_attention.MemoryAttention',
      d_model: 32,
      pos_enc_at_input: true,
      num_layers: 1,
      layer: {
        _target_: 'sam2.modeling.memory_attention.MemoryAttentionLayer',
        activation: 'relu',
        dim_feedforward: 64,
        dropout: 0.1,
        pos_enc_at_attn: false,
        pos_enc_at_cross_attn_keys: true,
        pos_enc_at_cross_attn_queries: false,
        d_model: 32,
        self_attention: { _target_: 'sam2.modeling.sam.transformer.RoPEAttention', ...ROPE },
        cross_attention: {
          _target_: 'sam2.modeling.sam.transformer.RoPEAttention',
          ...ROPE,
          rope_k_repeat: true,
          kv_in_dim: 8,
        },
      },
    },
    memory_encoder: {
      _target_: 'sam2.modeling.memory_encoder.MemoryEncoder',
      out_dim: 8,
      in_dim: 32,
      position_encoding: sine(8),
      mask_downsampler: {
        _target_: 'sam2.modeling.memory_encoder.MaskDownSampler',
        embed_dim: 32,
        kernel_size: 3,
        stride: 2,
        padding: 1,
      },
      fuser: {
        _target_: 'sam2.modeling.memory_encoder.Fuser',
        num_layers: 1,
        layer: {
          _target_: 'sam2.modeling.memory_encoder.CXBlock',
          dim: 32,
          kernel_size: 7,
          padding: 3,
          layer_scale_init_value: 1e-6,
          use_dwconv: true,
        },
      },
    },
    num_maskmem: 4,
    max_obj_ptrs_in_encoder: 4,
    image_size: 128,
    sigmoid_scale_for_mem_enc: 20,
    sigmoid_bias_for_mem_enc: -10,
    use_mask_input_as_output_without_sam: true,
    directly_add_no_mem_embed: true,
    no_obj_embed_spatial: true,
    use_high_res_features_in_sam: true,
    multimask_output_in_sam: true,
    iou_prediction_use_sigmoid: true,
    use_obj_ptrs_in_encoder: true,
    add_tpos_enc_to_obj_ptrs: true,
    proj_tpos_enc_in_obj_ptrs: true,
    use_signed_tpos_enc_to_obj_ptrs: true,
    only_obj_ptrs_in_the_past_for_eval: true,
    pred_obj_scores: true,
    pred_obj_scores_mlp: true,
    fixed_no_obj_ptr: true,
    multimask_output_for_tracking: true,
    use_multimask_token_for_obj_ptr: true,
    multimask_min_pt_num: 0,
    multimask_max_pt_num: 1,
    use_mlp_for_obj_ptr_proj: true,
    compile_image_encoder: false,
  },
}

/** Rules for the size of a tensor's values, first match: half the range around an offset. */
const RULES: readonly [pattern: RegExp, halfRange: number, offset: number][] = [
  [/pred_obj_score_head\.layers\.2\.bias$/, 0, 4],
  [/positional_encoding_gaussian_matrix$/, 1, 0],
  [/(pos_embed|pos_embed_window|maskmem_tpos_enc|no_mem_embed|no_mem_pos_enc)$/, 0.5, 0],
  [/no_obj_(ptr|embed_spatial)$/, 1, 0],
  [/(tokens|token|point_embeddings\.\d|not_a_point_embed)\.weight$/, 1.5, 0],
  [/no_mask_embed\.weight$/, 0.5, 0],
  [/\.gamma$/, 0.1, 0.5],
  [/bias$/, 0.02, 0],
]

/** A `.safetensors` file of a model with seeded pseudo-random weights; equal seeds give equal bytes. */
export function nanoCheckpoint(seed = 2, config: unknown = NANO_CONFIG): Uint8Array {
  const random = mulberry32(seed)
  const header: Record<string, { dtype: 'F32'; shape: readonly number[]; data_offsets: number[] }> =
    {}
  const parts: Float32Array[] = []
  let offset = 0
  for (const [name, shape] of tensorSpec(parseConfig(config))) {
    const length = shape.reduce((product, size) => product * size, 1)
    const [halfRange, middle] = rangeOf(name, shape, length)
    const data = Float32Array.from({ length }, () => middle + halfRange * (2 * random() - 1))
    const end = offset + data.byteLength
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, end] }
    parts.push(data)
    offset = end
  }
  return safetensors(header, parts, offset)
}

/** A LoRA adapter for one linear layer of the model of {@link NANO_CONFIG}. */
export function nanoAdapter(seed: number): Uint8Array {
  const random = mulberry32(seed)
  const layer = 'memory_attention.layers.0.linear1'
  const shapes = { lora_A: [2, 32], lora_B: [64, 2] }
  const header: Record<string, { dtype: 'F32'; shape: number[]; data_offsets: number[] }> = {}
  const parts: Float32Array[] = []
  let offset = 0
  for (const [kind, shape] of Object.entries(shapes)) {
    const length = (shape[0] as number) * (shape[1] as number)
    parts.push(Float32Array.from({ length }, () => 2 * random() - 1))
    header[`${layer}.${kind}.weight`] = {
      dtype: 'F32',
      shape,
      data_offsets: [offset, offset + 4 * length],
    }
    offset += 4 * length
  }
  return safetensors(header, parts, offset)
}

function safetensors(header: object, parts: readonly Float32Array[], length: number): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header))
  const bytes = new Uint8Array(8 + text.length + length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  bytes.set(text, 8)
  let at = 8 + text.length
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer), at)
    at += part.byteLength
  }
  return bytes
}

function rangeOf(
  name: string,
  shape: readonly number[],
  length: number,
): [halfRange: number, offset: number] {
  const rule = RULES.find(([pattern]) => pattern.test(name))
  if (rule) return [rule[1], rule[2]]
  if (shape.length === 1) return [0.1, 1]
  return [1.25 * Math.sqrt(3 / (length / (shape[0] as number))), 0]
}

function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
