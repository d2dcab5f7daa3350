import {
  booleanOf,
  childSection,
  closeSection,
  type ConfigSection,
  configError,
  expectValue,
  integerOf,
  numberOf,
  openSection,
  skipKeys,
  valueOf,
  expectTarget,
} from './config-section.ts'
import type { Sam2Config } from './model-config.ts'
import { parseImageEncoder, parseMemoryAttention, parseMemoryEncoder } from './parse-modules.ts'

/** Largest model input side, pixels. */
const MAX_IMAGE_SIZE = 8192
const MAX_FRAMES = 10_000

const DECODER_ARGS = 'sam_mask_decoder_extra_args'

/** What upstream's predictor builder adds to a configuration unless told not to. */
const OFFICIAL_OVERRIDES: Readonly<Record<string, unknown>> = {
  [DECODER_ARGS]: {
    dynamic_multimask_via_stability: true,
    dynamic_multimask_stability_delta: 0.05,
    dynamic_multimask_stability_thresh: 0.98,
  },
  binarize_mask_from_pts_for_mem_enc: true,
}

/** Options of the predictor, not of the model: they are given when a predictor is made. */
const PREDICTOR_KEYS = [
  'fill_hole_area',
  'non_overlap_masks',
  'clear_non_cond_mem_around_input',
  'clear_non_cond_mem_for_multi_obj',
  'add_all_frames_to_correct_as_cond',
]

/**
 * Reads a configuration in upstream's vocabulary: the YAML file of a SAM 2 model as JSON,
 * `{ name?, model: { _target_, image_encoder, … }, predictor_overrides? }`. Missing options take
 * upstream's defaults; `predictor_overrides` replace options of the model, and without them those
 * of upstream's video predictor with post-processing are taken.
 * @throws Sam2Error `config` naming the option that is unknown or not supported
 */
export function parseConfig(json: unknown): Sam2Config {
  const root = openSection(json, 'config')
  const name = valueOf(root, 'name', 'custom')
  if (typeof name !== 'string' || name === '') throw configError('name', name, 'a name')
  const overrides = openSection(
    valueOf(root, 'predictor_overrides', OFFICIAL_OVERRIDES),
    'predictor_overrides',
  )
  const model = openSection(valueOf(root, 'model', undefined), 'model')
  return parseModel(name, {
    ...model,
    values: {
      ...model.values,
      ...overrides.values,
      [DECODER_ARGS]: {
        ...decoderArguments(model).values,
        ...decoderArguments(overrides).values,
      },
    },
  })
}

function parseModel(name: string, model: ConfigSection): Sam2Config {
  expectTarget(model, ['SAM2Base', 'SAM2VideoPredictor', 'SAM2VideoPredictorVOS', 'SAM2Train'])
  const { trunk, neck } = parseImageEncoder(childSection(model, 'image_encoder'))
  const memoryEncoder = parseMemoryEncoder(childSection(model, 'memory_encoder'), neck.dModel)
  const memoryAttention = parseMemoryAttention(
    childSection(model, 'memory_attention'),
    neck.dModel,
    memoryEncoder.outDim,
  )
  checkFixedOptions(model)
  const imageSize = integerOf(model, 'image_size', 512, 32, MAX_IMAGE_SIZE)
  if (imageSize % 32 !== 0) throw configError('model.image_size', imageSize, 'a multiple of 32')
  const config: Sam2Config = {
    name,
    imageSize,
    trunk,
    neck,
    memoryAttention,
    memoryEncoder,
    numMaskmem: integerOf(model, 'num_maskmem', 7, 1, MAX_FRAMES),
    maxObjPtrsInEncoder: integerOf(model, 'max_obj_ptrs_in_encoder', 16, 1, MAX_FRAMES),
    maxCondFramesInAttn: maxCondFrames(model),
    memoryTemporalStrideForEval: integerOf(
      model,
      'memory_temporal_stride_for_eval',
      1,
      1,
      MAX_FRAMES,
    ),
    sigmoidScaleForMemEnc: numberOf(model, 'sigmoid_scale_for_mem_enc', 1),
    sigmoidBiasForMemEnc: numberOf(model, 'sigmoid_bias_for_mem_enc', 0),
    multimaskMinPtNum: integerOf(model, 'multimask_min_pt_num', 1, 0, MAX_FRAMES),
    multimaskMaxPtNum: integerOf(model, 'multimask_max_pt_num', 1, 0, MAX_FRAMES),
    multimaskOutputInSam: booleanOf(model, 'multimask_output_in_sam', false),
    multimaskOutputForTracking: booleanOf(model, 'multimask_output_for_tracking', false),
    useMultimaskTokenForObjPtr: booleanOf(model, 'use_multimask_token_for_obj_ptr', false),
    useObjPtrsInEncoder: true,
    onlyObjPtrsInThePastForEval: booleanOf(model, 'only_obj_ptrs_in_the_past_for_eval', false),
    ...parsePointerTimes(model),
    noObjEmbedSpatial: booleanOf(model, 'no_obj_embed_spatial', false),
    predObjScores: true,
    fixedNoObjPtr: true,
    iouPredictionUseSigmoid: booleanOf(model, 'iou_prediction_use_sigmoid', false),
    useMaskInputAsOutputWithoutSam: true,
    directlyAddNoMemEmbed: true,
    binarizeMaskFromPtsForMemEnc: booleanOf(model, 'binarize_mask_from_pts_for_mem_enc', false),
    ...parseStability(model),
  }
  skipKeys(model, PREDICTOR_KEYS)
  skipKeys(model, ['compile_image_encoder'])
  closeSection(model)
  return config
}

/** Options that every SAM 2 model sets alike and that the graphs rely on. */
function checkFixedOptions(model: ConfigSection): void {
  expectValue(model, 'backbone_stride', 16, 16)
  expectValue(model, 'use_obj_ptrs_in_encoder', false, true)
  expectValue(model, 'use_high_res_features_in_sam', false, true)
  expectValue(model, 'use_mask_input_as_output_without_sam', false, true)
  expectValue(model, 'directly_add_no_mem_embed', false, true)
  expectValue(model, 'use_mlp_for_obj_ptr_proj', false, true)
  expectValue(model, 'pred_obj_scores', false, true)
  expectValue(model, 'pred_obj_scores_mlp', false, true)
  expectValue(model, 'fixed_no_obj_ptr', false, true)
  expectValue(model, 'soft_no_obj_ptr', false, false)
  expectValue(model, 'non_overlap_masks_for_mem_enc', false, false)
}

function maxCondFrames(model: ConfigSection): number {
  const key = 'max_cond_frames_in_attn'
  const value = integerOf(model, key, -1, -1, MAX_FRAMES)
  // One frame cannot hold both neighbours of the frame in work, which upstream asserts too.
  if (value === 0 || value === 1) throw configError(`model.${key}`, value, '-1, or 2 and more')
  return value
}

/** SAM 2.1 projects a time encoding onto its pointers, SAM 2.0 has none. */
function parsePointerTimes(
  model: ConfigSection,
): Pick<Sam2Config, 'addTposEncToObjPtrs' | 'projTposEncInObjPtrs' | 'useSignedTposEncToObjPtrs'> {
  const addTposEncToObjPtrs = booleanOf(model, 'add_tpos_enc_to_obj_ptrs', true)
  expectValue(model, 'proj_tpos_enc_in_obj_ptrs', false, addTposEncToObjPtrs)
  return {
    addTposEncToObjPtrs,
    projTposEncInObjPtrs: addTposEncToObjPtrs,
    useSignedTposEncToObjPtrs: booleanOf(model, 'use_signed_tpos_enc_to_obj_ptrs', false),
  }
}

function decoderArguments(section: ConfigSection): ConfigSection {
  return openSection(valueOf(section, DECODER_ARGS, null) ?? {}, `${section.path}.${DECODER_ARGS}`)
}

function parseStability(
  model: ConfigSection,
): Pick<
  Sam2Config,
  | 'dynamicMultimaskViaStability'
  | 'dynamicMultimaskStabilityDelta'
  | 'dynamicMultimaskStabilityThresh'
> {
  const args = decoderArguments(model)
  const stability = {
    dynamicMultimaskViaStability: booleanOf(args, 'dynamic_multimask_via_stability', false),
    dynamicMultimaskStabilityDelta: numberOf(args, 'dynamic_multimask_stability_delta', 0.05),
    dynamicMultimaskStabilityThresh: numberOf(args, 'dynamic_multimask_stability_thresh', 0.98),
  }
  closeSection(args)
  return stability
}
