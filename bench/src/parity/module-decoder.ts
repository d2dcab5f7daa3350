import { type Sam2Config, loadWeights } from '@scarline/sam2'
import type { DecoderCase } from './manifest.ts'
import { floats, type ModuleContext, compareTensor, runOnce, skipTensor } from './module-context.ts'
import { type EncodedFrame, addNoMemEmbed } from './module-encoder.ts'
import { readFloats } from './read-folder.ts'

/** Logit of every pixel of an absent object. */
const NO_OBJECT = -1024

const TAPS = /^(sparse|dense|tokens_out|layer\d+_(queries|keys)|up0|up3|upscaled|hyper)$/

/** Runs the decoder cases of the manifest on frame 0 and compares their tensors. */
export async function compareDecoderCases(
  context: ModuleContext,
  frame: EncodedFrame,
): Promise<void> {
  for (const [name, decoderCase] of Object.entries(context.folder.manifest.modules.decoder_cases)) {
    await compareDecoderCase(context, frame, name, decoderCase)
  }
}

async function compareDecoderCase(
  context: ModuleContext,
  frame: EncodedFrame,
  name: string,
  decoderCase: DecoderCase,
): Promise<void> {
  const { config, runtime, folder, inside } = context
  const prefix = `dec_${name}_`
  const wanted = [...context.tensors.keys()]
    .filter((tensor) => tensor.startsWith(prefix))
    .map((tensor) => tensor.slice(prefix.length))
  const taps = wanted.filter((tensor) => TAPS.test(tensor))
  const maskInput = decoderCase.mask_input
    ? await readFloats(folder, decoderCase.mask_input)
    : undefined
  if (maskInput && maskInput.length !== (config.imageSize / 4) ** 2) {
    for (const tensor of wanted) {
      skipTensor(context, prefix + tensor, 'its mask input is not stored whole')
    }
    return
  }
  const model = inside.buildMaskDecoder(
    config,
    await loadWeights(context.checkpoint, inside.maskDecoderTensors),
    { taps },
  )
  const withNoMem = decoderCase.backbone === 'pix_feat_no_mem'
  const pixFeat = withNoMem ? await addNoMemEmbed(context, frame.pixFeat) : frame.pixFeat
  const outputs = await runOnce(
    runtime,
    model,
    decoderFeeds(config, { ...frame, pixFeat }, decoderCase, maskInput),
  )
  for (const tap of taps) await compareTensor(context, prefix + tap, outputs[tap] as Float32Array)
  if (maskInput) skipTensor(context, `${prefix}mask_in`, 'the input of this case')

  const masks = outputs['masks'] as Float32Array
  const ious = outputs['ious'] as Float32Array
  const scores = outputs['object_score_logits'] as Float32Array
  const pointers = outputs['obj_ptrs'] as Float32Array
  await compareTensor(context, `${prefix}all_masks`, masks)
  await compareTensor(context, `${prefix}all_ious`, ious)
  await compareTensor(context, `${prefix}score`, scores)
  const selection = inside.selectMask(config, { masks, ious }, decoderCase.multimask_output)
  const isAbsent = (scores[0] as number) <= 0
  const size = masks.length / 4
  const lowRes = masks.subarray(selection.maskIndex * size, (selection.maskIndex + 1) * size)
  const channels = config.neck.dModel
  const { pointerIndex } = selection
  const pointer = pointers.subarray(pointerIndex * channels, (pointerIndex + 1) * channels)
  const noObjPtr = await context.checkpoint.readTensor('no_obj_ptr')
  await compareTensor(context, `${prefix}low_res`, isAbsent ? lowRes.map(() => NO_OBJECT) : lowRes)
  await compareTensor(context, `${prefix}ious`, Float32Array.from(selection.ious))
  await compareTensor(context, `${prefix}obj_ptr`, isAbsent ? noObjPtr : pointer)
}

function decoderFeeds(
  config: Sam2Config,
  frame: EncodedFrame,
  { points, labels }: DecoderCase,
  maskInput: Float32Array | undefined,
): Parameters<typeof runOnce>[2] {
  const channels = config.neck.dModel
  const tokens = (config.imageSize / 16) ** 2
  const side = config.imageSize / 4
  const coords = points?.length ? points.flat() : [0, 0]
  const kinds = points?.length ? (labels ?? []) : [-1]
  return {
    pix_feat: floats([tokens, channels], frame.pixFeat),
    high_res_0: floats([16 * tokens, channels / 8], frame.highRes0),
    high_res_1: floats([4 * tokens, channels / 4], frame.highRes1),
    point_coords: floats([kinds.length, 2], Float32Array.from(coords)),
    point_labels: { type: 'int32', dims: [kinds.length], data: Int32Array.from(kinds) },
    mask_input: floats([1, 1, side, side], maskInput ?? new Float32Array(side * side)),
    has_mask_input: floats([1], Float32Array.of(maskInput ? 1 : 0)),
  }
}
