/** A small SAM 2.1 model in upstream's vocabulary, with every option that upstream's files set. */
export function smallConfig(): Record<string, unknown> {
  const attention = { rope_theta: 10000, embedding_dim: 64, num_heads: 1, downsample_rate: 1 }
  return {
    name: 'small',
    model: {
      _target_: 'sam2.modeling.sam2_base.SAM2Base',
      image_encoder: {
        _target_: 'sam2.modeling.backbones.image_encoder.ImageEncoder',
        scalp: 1,
        trunk: {
          _target_: 'sam2.modeling.backbones.hieradet.Hiera',
          embed_dim: 16,
          num_heads: 1,
          stages: [1, 2, 3, 2],
          global_att_blocks: [4],
          window_pos_embed_bkg_spatial_size: [7, 7],
        },
        neck: {
          _target_: 'sam2.modeling.backbones.image_encoder.FpnNeck',
          position_encoding: positionEncoding(64),
          d_model: 64,
          backbone_channel_list: [128, 64, 32, 16],
          fpn_top_down_levels: [2, 3],
          fpn_interp_model: 'nearest',
        },
      },
      memory_attention: {
        _target_: 'sam2.modeling.memory_attention.MemoryAttention',
        d_model: 64,
        pos_enc_at_input: true,
        num_layers: 2,
        layer: {
          _target_: 'sam2.modeling.memory_attention.MemoryAttentionLayer',
          activation: 'relu',
          dim_feedforward: 128,
          dropout: 0.1,
          pos_enc_at_attn: false,
          d_model: 64,
          pos_enc_at_cross_attn_keys: true,
          pos_enc_at_cross_attn_queries: false,
          self_attention: {
            _target_: 'sam2.modeling.sam.transformer.RoPEAttention',
            feat_sizes: [16, 16],
            ...attention,
          },
          cross_attention: {
            _target_: 'sam2.modeling.sam.transformer.RoPEAttention',
            rope_k_repeat: true,
            kv_in_dim: 16,
            ...attention,
          },
        },
      },
      memory_encoder: {
        _target_: 'sam2.modeling.memory_encoder.MemoryEncoder',
        out_dim: 16,
        in_dim: 64,
        position_encoding: positionEncoding(16),
        mask_downsampler: {
          _target_: 'sam2.modeling.memory_encoder.MaskDownSampler',
          embed_dim: 64,
          kernel_size: 3,
          stride: 2,
          padding: 1,
        },
        fuser: {
          _target_: 'sam2.modeling.memory_encoder.Fuser',
          num_layers: 2,
          layer: { _target_: 'sam2.modeling.memory_encoder.CXBlock', dim: 64, use_dwconv: true },
        },
      },
      num_maskmem: 5,
      image_size: 256,
      use_mask_input_as_output_without_sam: true,
      directly_add_no_mem_embed: true,
      use_high_res_features_in_sam: true,
      use_obj_ptrs_in_encoder: true,
      proj_tpos_enc_in_obj_ptrs: true,
      pred_obj_scores: true,
      pred_obj_scores_mlp: true,
      fixed_no_obj_ptr: true,
      use_mlp_for_obj_ptr_proj: true,
      compile_image_encoder: false,
    },
  }
}

function positionEncoding(channels: number): object {
  return {
    _target_: 'sam2.modeling.position_encoding.PositionEmbeddingSine',
    num_pos_feats: channels,
    normalize: true,
    scale: null,
    temperature: 10000,
  }
}

/** A copy with the value at a dotted path replaced; `undefined` takes the key away. */
export function withOption(path: string, value: unknown): Record<string, unknown> {
  const config = smallConfig()
  const keys = path.split('.')
  let parent = config
  for (const key of keys.slice(0, -1)) parent = parent[key] as Record<string, unknown>
  const last = keys.at(-1) as string
  if (value === undefined) delete parent[last]
  else parent[last] = value
  return config
}
