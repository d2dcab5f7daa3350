import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/parse-config.ts'
import { smallConfig, withOption } from './small-config.ts'

describe('parseConfig', () => {
  it('takes sizes from the file', () => {
    expect(parseConfig(smallConfig())).toMatchObject({
      name: 'small',
      imageSize: 256,
      trunk: { embedDim: 16, numHeads: 1, stages: [1, 2, 3, 2], globalAttBlocks: [4] },
      neck: { dModel: 64, fpnTopDownLevels: [2, 3] },
      memoryAttention: { numLayers: 2, dimFeedforward: 128, ropeTheta: 10000 },
      memoryEncoder: { outDim: 16, fuserLayers: 2 },
      numMaskmem: 5,
    })
  })

  it("takes upstream's defaults for what is missing", () => {
    const config = parseConfig(smallConfig())
    expect(config).toMatchObject({
      maxObjPtrsInEncoder: 16,
      maxCondFramesInAttn: -1,
      memoryTemporalStrideForEval: 1,
      sigmoidScaleForMemEnc: 1,
      sigmoidBiasForMemEnc: 0,
      multimaskMinPtNum: 1,
      multimaskMaxPtNum: 1,
      multimaskOutputInSam: false,
      addTposEncToObjPtrs: true,
      useSignedTposEncToObjPtrs: false,
    })
    expect(config.trunk.windowSpec).toEqual([8, 4, 14, 7])
    const trunk = { _target_: 'Hiera', embed_dim: 16 }
    expect(parseConfig(withOption('model.image_encoder.trunk', trunk)).trunk).toEqual({
      embedDim: 16,
      numHeads: 1,
      stages: [2, 3, 16, 3],
      globalAttBlocks: [12, 16, 20],
      windowPosEmbedBkgSpatialSize: [14, 14],
      windowSpec: [8, 4, 14, 7],
    })
  })

  it('adds the overrides of the official predictor unless others are given', () => {
    const official = {
      binarizeMaskFromPtsForMemEnc: true,
      dynamicMultimaskViaStability: true,
      dynamicMultimaskStabilityDelta: 0.05,
      dynamicMultimaskStabilityThresh: 0.98,
    }
    expect(parseConfig(smallConfig())).toMatchObject(official)
    expect(parseConfig({ ...smallConfig(), predictor_overrides: {} })).toMatchObject({
      binarizeMaskFromPtsForMemEnc: false,
      dynamicMultimaskViaStability: false,
    })
    const overrides = {
      sam_mask_decoder_extra_args: { dynamic_multimask_stability_thresh: 0.9 },
      max_cond_frames_in_attn: 2,
      memory_temporal_stride_for_eval: 2,
      fill_hole_area: 8,
      non_overlap_masks: true,
    }
    expect(parseConfig({ ...smallConfig(), predictor_overrides: overrides })).toMatchObject({
      maxCondFramesInAttn: 2,
      memoryTemporalStrideForEval: 2,
      dynamicMultimaskStabilityThresh: 0.9,
    })
  })

  it.each<[string, unknown, RegExp]>([
    ['model', 3, /got 3 for model, expected an object/],
    ['model.image_encoder', undefined, /got nothing for model\.image_encoder/],
    ['model.image_encoder.trunk._target_', 'sam2.RepViT', /trunk\._target_, expected Hiera/],
    ['model.image_encoder.trunk.stages', [1, 2, 3], /expected four stages/],
    ['model.image_encoder.trunk.window_spec', [8], /expected a window for each/],
    ['model.image_encoder.trunk.global_att_blocks', [8], /whole numbers from 0 to 7/],
    ['model.image_encoder.trunk.num_heads', 3, /a divisor of embed_dim 16/],
    ['model.image_encoder.trunk.dim_mul', 3, /got 3 for .*dim_mul, expected 2/],
    ['model.image_encoder.neck.backbone_channel_list', [1], /expected \[128,64,32,16\]/],
    ['model.image_encoder.neck.fpn_interp_model', 'bicubic', /expected "nearest"/],
    ['model.image_encoder.neck.d_model', 60, /a multiple of 16/],
    ['model.image_encoder.scalp', undefined, /got 0 for model\.image_encoder\.scalp, expected 1/],
    ['model.memory_attention.layer.activation', 'gelu', /got "gelu".*expected "relu"/],
    ['model.memory_attention.layer.cross_attention.kv_in_dim', 8, /expected 16/],
    ['model.memory_attention.layer.self_attention.num_heads', 2, /expected 1/],
    ['model.memory_attention.layer.cross_attention.rope_theta', 1, /expected 10000/],
    ['model.memory_encoder.out_dim', 24, /divides d_model 64/],
    ['model.memory_encoder.fuser.layer.kernel_size', 5, /expected 7/],
    ['model.image_size', 250, /a multiple of 32/],
    ['model.image_size', 1e9, /from 32 to 8192/],
    ['model.num_maskmem', 0, /whole number from 1/],
    ['model.max_cond_frames_in_attn', 1, /-1, or 2 and more/],
    ['model.pred_obj_scores', false, /expected true/],
    ['model.soft_no_obj_ptr', true, /expected false/],
    ['model.proj_tpos_enc_in_obj_ptrs', false, /expected true/],
    ['model.use_signed_tpos_enc_to_obj_ptrs', 'yes', /expected true or false/],
    ['model.sigmoid_scale_for_mem_enc', null, /expected a number/],
    ['model.sam_mask_decoder_extra_args', { use_rope: true }, /unknown option .*use_rope/],
    ['model.image_encoder.trunk.window_size', 7, /unknown option model\.image_encoder\.trunk/],
    ['model.efficient', true, /unknown option model\.efficient/],
    ['name', '', /for name, expected a name/],
  ])('refuses %s = %j, naming it', (path, value, message) => {
    expect(() => parseConfig(withOption(path, value))).toThrow(message)
    expect(() => parseConfig(withOption(path, value))).toThrow(
      expect.objectContaining({ name: 'Sam2Error', code: 'config' }),
    )
  })

  it.each([null, 'model: {}', [], {}])('refuses %j, which is no configuration', (json) => {
    expect(() => parseConfig(json)).toThrow(/expected an object/)
  })
})
