import { loadWeights } from '@scarline/sam2'
import type { AttendMemoryInput } from './sam2-inside.ts'
import { channelsFirst } from './compare.ts'
import { STORED_INPUT_LIMIT } from './limits.ts'
import type { MemoryEncoderCase } from './manifest.ts'
import {
  floats,
  type ModuleContext,
  compareTensor,
  runOnce,
  skipTensor,
  storedWhole,
} from './module-context.ts'
import { encodeModuleFrame } from './module-encoder.ts'

const ENCODER_TAPS = /^(high_res|mask_ds|mask_ds_act\d+|pix_proj|fuser\d+)$/
const ATTENTION_TAPS = /^layer\d+(_self_attn|_cross_attn)?$/

/**
 * Runs the memory encoder cases from the stored logits and the stored features (our own where only a
 * sample of them is stored) and compares their tensors.
 */
export async function compareMemoryEncoderCases(
  context: ModuleContext,
  frame0: Float32Array,
): Promise<void> {
  const frames = new Map([[0, frame0]])
  for (const memoryCase of context.folder.manifest.modules.memory_encoder_cases) {
    await compareMemoryEncoderCase(context, memoryCase, frames)
  }
}

async function compareMemoryEncoderCase(
  context: ModuleContext,
  memoryCase: MemoryEncoderCase,
  frames: Map<number, Float32Array>,
): Promise<void> {
  const { config, runtime, inside } = context
  const prefix = `me_${memoryCase.case}_`
  const wanted = [...context.tensors.keys()].filter((name) => name.startsWith(prefix))
  const stored = (tensor: string) => inputOf(context, memoryCase, tensor)
  const lowRes = await stored('low_res')
  if (!lowRes) {
    for (const name of wanted) skipTensor(context, name, 'its input low_res is not stored whole')
    return
  }
  let own = frames.get(memoryCase.frame)
  if (!own) ({ pixFeat: own } = await encodeModuleFrame(context, memoryCase.frame))
  frames.set(memoryCase.frame, own)
  await compareTensor(context, `${prefix}pix_feat`, own)
  const pixFeat = (await stored('pix_feat')) ?? own
  const taps = wanted
    .map((name) => name.slice(prefix.length))
    .filter((tensor) => ENCODER_TAPS.test(tensor))
  const model = inside.buildMemoryEncoder(
    config,
    await loadWeights(context.checkpoint, inside.memoryEncoderTensors),
    { taps },
  )
  const channels = config.neck.dModel
  const side = config.imageSize / 4
  const outputs = await runOnce(runtime, model, {
    pix_feat: floats([pixFeat.length / channels, channels], pixFeat),
    low_res_masks: floats([1, 1, side, side], lowRes),
    binarize: floats([1], Float32Array.of(memoryCase.is_mask_from_pts ? 1 : 0)),
    object_score_logits: floats([1], Float32Array.of(memoryCase.object_score_logit)),
  })
  const limit = STORED_INPUT_LIMIT
  for (const tap of taps) {
    await compareTensor(context, prefix + tap, outputs[tap] as Float32Array, limit)
  }
  const memory = channelsFirst(outputs['memory'] as Float32Array, config.memoryEncoder.outDim)
  await compareTensor(context, `${prefix}features`, memory, limit)
  skipTensor(context, `${prefix}low_res`, 'the input of this case')
}

/** An input of a case, its own or that of another case on the same frame from the same kind of mask. */
async function inputOf(
  context: ModuleContext,
  memoryCase: MemoryEncoderCase,
  tensor: string,
): Promise<Float32Array | undefined> {
  const same = context.folder.manifest.modules.memory_encoder_cases.filter(
    ({ frame, is_mask_from_pts }) =>
      frame === memoryCase.frame && is_mask_from_pts === memoryCase.is_mask_from_pts,
  )
  for (const candidate of [memoryCase, ...same]) {
    const values = await storedWhole(context, `me_${candidate.case}_${tensor}`)
    if (values) return values
  }
  return undefined
}

/** What went into memory attention and came out, tokens channels last. */
export interface AttentionRun extends AttendMemoryInput {
  readonly out: Float32Array
}

/**
 * Compares what the replay of a scenario fed to memory attention, and got, with the stored tensors; the
 * result only where it was not computed from stored inputs.
 */
export async function compareAttentionRun(
  context: ModuleContext,
  run: AttentionRun,
): Promise<void> {
  await compareTensor(context, 'ma_curr', run.curr)
  await compareTensor(context, 'ma_memory', joined(run.memory, run.pointers))
  await compareTensor(context, 'ma_memory_pos', joined(run.memoryPos, run.pointersPos))
  if (!context.results.has('ma_out')) await compareTensor(context, 'ma_out', run.out)
}

function joined(frames: Float32Array, pointers: Float32Array): Float32Array {
  const tokens = new Float32Array(frames.length + pointers.length)
  tokens.set(frames)
  tokens.set(pointers, frames.length)
  return tokens
}

/** Runs memory attention on the stored inputs, when they are stored whole, and compares its tensors. */
export async function compareMemoryAttention(context: ModuleContext): Promise<void> {
  const inputs = await attentionInputs(context)
  if (!inputs) return
  const { config, runtime, inside } = context
  const memDim = config.memoryEncoder.outDim
  const channels = config.neck.dModel
  const taps = [...context.tensors.keys()]
    .filter((name) => name.startsWith('ma_'))
    .map((name) => name.slice('ma_'.length))
    .filter((name) => ATTENTION_TAPS.test(name))
  const model = inside.buildMemoryAttention(
    config,
    await loadWeights(context.checkpoint, inside.memoryAttentionTensors),
    { taps },
  )
  const { curr, memory, memoryPos, pointerTokens } = inputs
  const tokens = curr.length / channels
  const split = memory.length - pointerTokens * memDim
  const frames = split / memDim / tokens
  const outputs = await runOnce(runtime, model, {
    curr: floats([tokens, channels], curr),
    memory: floats([frames, tokens, memDim], memory.subarray(0, split)),
    memory_pos: floats([frames, tokens, memDim], memoryPos.subarray(0, split)),
    pointers: floats([pointerTokens, memDim], memory.subarray(split)),
    pointers_pos: floats([pointerTokens, memDim], memoryPos.subarray(split)),
  })
  for (const tap of taps) {
    await compareTensor(context, `ma_${tap}`, outputs[tap] as Float32Array, STORED_INPUT_LIMIT)
  }
  await compareTensor(
    context,
    'ma_out',
    outputs['pix_feat_with_mem'] as Float32Array,
    STORED_INPUT_LIMIT,
  )
}

interface AttentionInputs {
  readonly curr: Float32Array
  readonly memory: Float32Array
  readonly memoryPos: Float32Array
  readonly pointerTokens: number
}

async function attentionInputs(context: ModuleContext): Promise<AttentionInputs | undefined> {
  const described = context.folder.manifest.modules.memory_attention_case
  const curr = await storedWhole(context, 'ma_curr')
  const memory = await storedWhole(context, 'ma_memory')
  const memoryPos = await storedWhole(context, 'ma_memory_pos')
  if (!described || !curr || !memory || !memoryPos) return undefined
  return { curr, memory, memoryPos, pointerTokens: described.num_obj_ptr_tokens }
}
