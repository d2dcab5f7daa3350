import { z } from 'zod'

/** A mask argument: `ellipse` (x-cx)^2 ry^2 + (y-cy)^2 rx^2 < rx^2 ry^2, `rect` |x-cx| <= rx, `empty`. */
export interface MaskRecipe {
  kind: 'ellipse' | 'rect' | 'empty'
  W: number
  H: number
  cx?: number | undefined
  cy?: number | undefined
  rx?: number | undefined
  ry?: number | undefined
}

export const MaskRecipe: z.ZodType<MaskRecipe> = z.object({
  kind: z.enum(['ellipse', 'rect', 'empty']),
  W: z.int().positive(),
  H: z.int().positive(),
  cx: z.number().optional(),
  cy: z.number().optional(),
  rx: z.number().optional(),
  ry: z.number().optional(),
})

/** One inner tensor of the model, whole or sampled. */
export interface ModuleTensor {
  name: string
  /** Of the whole tensor. */
  shape: number[]
  dtype: string
  what: string
  file: string
  noise?: { vs_float64_max?: number | undefined; threads_max?: number | undefined } | undefined
}

const ModuleTensor: z.ZodType<ModuleTensor> = z.object({
  name: z.string(),
  shape: z.array(z.int().nonnegative()),
  dtype: z.string().default('float32'),
  what: z.string().default(''),
  file: z.string(),
  noise: z
    .object({ vs_float64_max: z.number().optional(), threads_max: z.number().optional() })
    .optional(),
})

/** Prompt and options of a group of decoder tensors, coordinates in model pixels. */
export interface DecoderCase {
  points?: [number, number][] | null | undefined
  labels?: number[] | null | undefined
  multimask_output: boolean
  mask_input?: string | null | undefined
  backbone: string
}

const DecoderCase: z.ZodType<DecoderCase> = z.object({
  points: z
    .array(z.tuple([z.number(), z.number()]))
    .nullable()
    .optional(),
  labels: z.array(z.int()).nullable().optional(),
  multimask_output: z.boolean(),
  mask_input: z.string().nullable().optional(),
  backbone: z.string().default('pix_feat_no_mem'),
})

/** Inputs of a group of memory encoder tensors. */
export interface MemoryEncoderCase {
  case: string
  frame: number
  is_mask_from_pts: boolean
  object_score_logit: number
}

const MemoryEncoderCase: z.ZodType<MemoryEncoderCase> = z.object({
  case: z.string(),
  frame: z.int(),
  is_mask_from_pts: z.boolean(),
  object_score_logit: z.number(),
})

/** Where the stored inputs of memory attention come from. */
export interface MemoryAttentionCase {
  frame: number
  scenario: string
  num_obj_ptr_tokens: number
}

const MemoryAttentionCase: z.ZodType<MemoryAttentionCase> = z.object({
  frame: z.int(),
  scenario: z.string(),
  num_obj_ptr_tokens: z.int().nonnegative(),
})

/** One run of the memory encoder. */
export interface Encode {
  binarized: boolean
  /** Pixels > 0 at the size of the model. */
  area_positive: number
  object_score_logit: number
}

const Encode: z.ZodType<Encode> = z.object({
  binarized: z.boolean(),
  area_positive: z.number(),
  object_score_logit: z.number(),
})

/** One forward pass of the reference. */
export interface ModelCall {
  frame_idx: number
  is_init_cond_frame: boolean
  reverse: boolean
  num_points: number
  mask_input: boolean
  prev_mask_fed: boolean
  run_mem_encoder: boolean
  n_memory_tokens?: number | undefined
  n_ptr_tokens?: number | undefined
  memory: { frame: number; kind: string; tpos_index?: number | undefined }[]
  pointers: { frame: number; kind: string; tpos?: number | undefined }[]
  multimask_output?: boolean | undefined
  stability?: number | undefined
  stability_fallback?: boolean | undefined
  all_ious?: number[] | undefined
  ious?: number[] | undefined
  best_index?: number | undefined
  decoder_object_score_logit?: number | undefined
  memory_encoded?: Encode | undefined
  memory_was_bf16_only?: boolean | undefined
}

const ModelCall: z.ZodType<ModelCall> = z.object({
  frame_idx: z.int(),
  is_init_cond_frame: z.boolean(),
  reverse: z.boolean(),
  num_points: z.int(),
  mask_input: z.boolean(),
  prev_mask_fed: z.boolean(),
  run_mem_encoder: z.boolean(),
  n_memory_tokens: z.int().optional(),
  n_ptr_tokens: z.int().optional(),
  memory: z
    .array(z.object({ frame: z.int(), kind: z.string(), tpos_index: z.int().optional() }))
    .default([]),
  pointers: z
    .array(z.object({ frame: z.int(), kind: z.string(), tpos: z.number().optional() }))
    .default([]),
  multimask_output: z.boolean().optional(),
  stability: z.number().optional(),
  stability_fallback: z.boolean().optional(),
  all_ious: z.array(z.number()).optional(),
  ious: z.array(z.number()).optional(),
  best_index: z.int().optional(),
  decoder_object_score_logit: z.number().optional(),
  memory_encoded: Encode.optional(),
  memory_was_bf16_only: z.boolean().optional(),
})

/** What one call returned for one object. Rows are places in the arrays of `rows`. */
export interface RecordedObject {
  obj_id: number
  source?: string | null | undefined
  object_score_logit?: number | undefined
  has_memory?: boolean | undefined
  area?: number | undefined
  row?: number | null | undefined
  mask_row?: number | null | undefined
  video_res_row?: number | null | undefined
  memory_row?: number | null | undefined
  noise?:
    | {
        low?: number | undefined
        ptr?: number | undefined
        score?: number | undefined
        mask_pixels?: number | undefined
      }
    | undefined
}

const Row: z.ZodType<number | null | undefined> = z.int().nonnegative().nullable().optional()

const RecordedObject: z.ZodType<RecordedObject> = z.object({
  obj_id: z.int(),
  source: z.string().nullable().optional(),
  object_score_logit: z.number().optional(),
  has_memory: z.boolean().optional(),
  area: z.number().optional(),
  row: Row,
  mask_row: Row,
  video_res_row: Row,
  memory_row: Row,
  noise: z
    .object({
      low: z.number().optional(),
      ptr: z.number().optional(),
      score: z.number().optional(),
      mask_pixels: z.number().optional(),
    })
    .optional(),
})

/** What one call returned for one frame. */
export interface FrameRecord {
  frame_idx: number
  obj_ids: number[]
  objects: RecordedObject[]
}

const FrameRecord: z.ZodType<FrameRecord> = z.object({
  frame_idx: z.int(),
  obj_ids: z.array(z.int()),
  objects: z.array(RecordedObject).default([]),
})

/** What the removal of an object returned. */
export interface Removal {
  obj_ids: number[]
  updated: FrameRecord[]
}

const Removal: z.ZodType<Removal> = z.object({
  obj_ids: z.array(z.int()),
  updated: z.array(FrameRecord),
})

/** Which frames hold what, object by object. */
export interface StateAfter {
  obj_ids: number[]
  per_obj: {
    cond: number[]
    non_cond: number[]
    temp_cond: number[]
    temp_non_cond: number[]
    tracked: Record<string, boolean>
    point_frames: number[]
    mask_frames: number[]
  }[]
}

const StateAfter: z.ZodType<StateAfter> = z.object({
  obj_ids: z.array(z.int()),
  per_obj: z.array(
    z.object({
      cond: z.array(z.int()),
      non_cond: z.array(z.int()),
      temp_cond: z.array(z.int()),
      temp_non_cond: z.array(z.int()),
      tracked: z.record(z.string(), z.boolean()),
      point_frames: z.array(z.int()),
      mask_frames: z.array(z.int()),
    }),
  ),
})

/** One call of the predictor's interface and what it must do. */
export interface Step {
  call: string
  args: Record<string, unknown>
  returns?: Removal | FrameRecord | undefined
  yields?: FrameRecord[] | undefined
  raises?: { type: string; message: string } | undefined
  model_calls?: ModelCall[] | undefined
  memory_encodes_before_tracking?: Encode[] | undefined
  state_after?: StateAfter | undefined
}

const Step: z.ZodType<Step> = z.object({
  call: z.string(),
  args: z.record(z.string(), z.unknown()).default({}),
  returns: z.union([Removal, FrameRecord]).optional(),
  yields: z.array(FrameRecord).optional(),
  raises: z.object({ type: z.string(), message: z.string() }).optional(),
  model_calls: z.array(ModelCall).optional(),
  memory_encodes_before_tracking: z.array(Encode).optional(),
  state_after: StateAfter.optional(),
})

/** A generated video. */
export interface Video {
  name: string
  num_frames: number
  width: number
  height: number
  /** Name of the variant in frames.json. */
  variant: number | string
}

const Video: z.ZodType<Video> = z.object({
  name: z.string(),
  num_frames: z.int().positive(),
  width: z.int().positive(),
  height: z.int().positive(),
  variant: z.union([z.int(), z.string()]),
})

/** A sequence of calls on one video. */
export interface Scenario {
  video: Video
  /** Constructor options of upstream that differ from the folder's. */
  model_overrides: Record<string, unknown>
  /** Memory was not rounded to bfloat16. */
  memory_kept_float: boolean
  noise?: Record<string, number | null> | undefined
  steps: Step[]
}

export const Scenario: z.ZodType<Scenario> = z.object({
  video: Video,
  model_overrides: z.record(z.string(), z.unknown()).default({}),
  memory_kept_float: z.boolean().default(false),
  noise: z.record(z.string(), z.number().nullable()).optional(),
  steps: z.array(Step),
})

/** `manifest.json` of a model folder. */
export interface Manifest {
  weights: string
  config_file: string
  rows: Record<string, { file: string; shape: number[] }>
  modules: {
    tensors: ModuleTensor[]
    decoder_cases: Record<string, DecoderCase>
    memory_encoder_cases: MemoryEncoderCase[]
    memory_attention_case?: MemoryAttentionCase | undefined
  }
  scenarios: Record<string, Scenario>
  checkpoints?: Record<string, string> | undefined
}

export const Manifest: z.ZodType<Manifest> = z.object({
  weights: z.string().default('weights.json'),
  config_file: z.string().default('config.json'),
  rows: z.record(z.string(), z.object({ file: z.string(), shape: z.array(z.int()) })).default({}),
  modules: z
    .object({
      tensors: z.array(ModuleTensor).default([]),
      decoder_cases: z.record(z.string(), DecoderCase).default({}),
      memory_encoder_cases: z.array(MemoryEncoderCase).default([]),
      memory_attention_case: MemoryAttentionCase.optional(),
    })
    .prefault({}),
  scenarios: z.record(z.string(), Scenario).default({}),
  checkpoints: z.record(z.string(), z.string()).optional(),
})
