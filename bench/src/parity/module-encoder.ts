import { loadWeights } from '@scarline/sam2'
import { channelsFirst } from './compare.ts'
import { PREPROCESSED_LIMIT } from './limits.ts'
import { floats, type ModuleContext, compareTensor, runOnce } from './module-context.ts'
import { folderFrame } from './read-folder.ts'

/** What the image encoder gives of one frame, tokens channels last. */
export interface EncodedFrame {
  readonly pixFeat: Float32Array
  readonly highRes0: Float32Array
  readonly highRes1: Float32Array
}

const TAPS = /^(patch_embed|pos_embed|block\d+|fpn\d+|conv_s[01])$/

/** Encodes frame `frameIdx` of the module video; compares what the manifest stores of frame 0. */
export async function encodeModuleFrame(
  context: ModuleContext,
  frameIdx: number,
): Promise<EncodedFrame> {
  const { config, runtime, video, folder, inside } = context
  const names = frameIdx === 0 ? [...context.tensors.keys()] : []
  const taps = names.filter((name) => TAPS.test(name))
  const weights = await loadWeights(context.checkpoint, inside.imageEncoderTensors)
  const model = inside.buildImageEncoder(config, weights, { taps })
  const rgb = folderFrame(folder, video, frameIdx)
  const image = inside.preprocessFrame(
    { width: video.width, height: video.height, data: rgb },
    config.imageSize,
  )
  if (frameIdx === 0) await compareTensor(context, 'image', image, PREPROCESSED_LIMIT)
  const dims = [1, 3, config.imageSize, config.imageSize]
  const outputs = await runOnce(runtime, model, { image: floats(dims, image) })
  for (const tap of taps) await compareTensor(context, tap, outputs[tap] as Float32Array)
  const encoded = {
    pixFeat: outputs['pix_feat'] as Float32Array,
    highRes0: outputs['high_res_0'] as Float32Array,
    highRes1: outputs['high_res_1'] as Float32Array,
  }
  if (frameIdx === 0) {
    const channels = config.neck.dModel
    const withoutMemory = await addNoMemEmbed(context, encoded.pixFeat)
    await compareTensor(context, 'pix_feat_no_mem', channelsFirst(withoutMemory, channels))
  }
  return encoded
}

/** Level-2 tokens as the decoder of a frame without memory takes them. */
export async function addNoMemEmbed(
  { checkpoint }: ModuleContext,
  pixFeat: Float32Array,
): Promise<Float32Array> {
  const embed = await checkpoint.readTensor('no_mem_embed')
  return pixFeat.map((value, i) => value + (embed[i % embed.length] as number))
}
