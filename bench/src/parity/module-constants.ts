import type { Sam2Model } from '@scarline/sam2'
import { channelsFirst, compareValues } from './compare.ts'
import { PREPROCESSED_LIMIT } from './limits.ts'
import { MaskRecipe, type ModuleTensor } from './manifest.ts'
import { paintMask } from './masks.ts'
import { type ModuleContext, compareTensor, skipTensor, storedWhole } from './module-context.ts'
import type { EncodedFrame } from './module-encoder.ts'
import { folderFrame, readFloats } from './read-folder.ts'

/** Compares the position encodings, which depend on sizes and parameters only. */
export async function comparePositions(context: ModuleContext, model: Sam2Model): Promise<void> {
  const { config, checkpoint, inside } = context
  const channels = config.neck.dModel
  const memDim = config.memoryEncoder.outDim
  const side = config.imageSize / 16
  const position = inside.sine2d(channels, side, side)
  await compareTensor(context, 'fpn_pos2', channelsFirst(position, channels))
  await compareTensor(context, 'ma_curr_pos', position)
  await compareTensor(context, 'me_pos', channelsFirst(inside.sine2d(memDim, side, side), memDim))
  const name = 'sam_prompt_encoder.pe_layer.positional_encoding_gaussian_matrix'
  const gaussian = {
    shape: checkpoint.tensors.get(name)?.shape ?? [],
    data: await checkpoint.readTensor(name),
  }
  const dense = inside.densePositionEncoding(gaussian, side)
  await compareTensor(context, 'dense_pe', channelsFirst(dense, channels))
  const { cos, sin } = inside.axialRopeTables(
    channels,
    side,
    side,
    config.memoryAttention.ropeTheta,
  )
  const pairs = Float32Array.from({ length: 2 * cos.length }, (_, i) => {
    return (i % 2 === 0 ? cos : sin)[i >> 1] as number
  })
  await compareTensor(context, 'rope_table', pairs)

  const times = await storedWhole(context, 'sine1d_pos')
  if (!times) return
  skipTensor(context, 'sine1d_pos', 'the input of sine1d')
  await compareTensor(context, 'sine1d', inside.sine1d([...times], channels))
  const rows = inside.pointerPositions(config, model.weights, [...times])
  const projected = Array.from(times.keys(), (i) =>
    rows.subarray(i * channels, i * channels + memDim),
  )
  await compareTensor(
    context,
    'sine1d_proj',
    Float32Array.from(projected.flatMap((row) => [...row])),
  )
}

/** Compares pictures and masks brought to the size of the model. */
export async function compareResizing(context: ModuleContext): Promise<void> {
  const { inside, config } = context
  const size = config.imageSize
  for (const tensor of context.tensors.values()) {
    const picture = /^(resize|preproc)_(\d+)x(\d+)$/.exec(tensor.name)
    if (picture) {
      const frame = pictureOf(context, tensor, Number(picture[2]), Number(picture[3]))
      if (picture[1] === 'preproc') {
        await compareTensor(
          context,
          tensor.name,
          inside.preprocessFrame(frame, size),
          PREPROCESSED_LIMIT,
        )
      } else {
        const { data, width, height } = frame
        await compareBytes(context, tensor, inside.resizeBicubic(data, width, height, size, size))
      }
    } else if (tensor.name.startsWith('mask_resize')) {
      const recipe = recipeIn(tensor.what)
      if (!recipe) {
        skipTensor(context, tensor.name, 'its description holds no mask recipe')
        continue
      }
      const { mask, width, height } = paintMask(recipe)
      const values = inside.resizeBilinearAntialiased(
        Float32Array.from(mask),
        width,
        height,
        size,
        size,
      )
      await compareTensor(context, tensor.name, values)
    }
  }
}

/**
 * Compares what becomes of a mask prompt. The folder does not say which mask it was: it is the one of
 * the manifest's mask prompts on that video whose logits come closest.
 */
export async function compareMaskPrompt(
  context: ModuleContext,
  model: Sam2Model,
  frame: EncodedFrame,
): Promise<void> {
  const names = [...context.tensors.keys()].filter((name) => name.startsWith('maskout_'))
  if (names.length === 0) return
  const described = context.tensors.get('maskout_low_res')
  const expected = described && (await readFloats(context.folder, described.file))
  const mask = expected && closestMask(context, expected)
  if (!mask) {
    for (const name of names)
      skipTensor(context, name, 'no mask prompt of the manifest to make it from')
    return
  }
  const { inside, config } = context
  const size = config.imageSize
  const { lowResLogits, isEmpty, objectScoreLogit } = inside.maskPromptOutput(mask, size)
  const downsampled = inside.downsampleMask(mask, size, model.weights.maskDownsample)
  await compareTensor(context, 'maskout_low_res', lowResLogits)
  await compareTensor(context, 'maskout_mask_downsample', downsampled)
  await compareTensor(context, 'maskout_score', Float32Array.of(objectScoreLogit))
  const decoded = await model.decodeMasks({
    ...frame,
    pointCoords: Float32Array.of(0, 0),
    pointLabels: Int32Array.of(-1),
    maskInput: downsampled,
  })
  const isAbsent = isEmpty || decoded.objectScoreLogit <= 0
  const pointer = decoded.objPtrs.subarray(0, config.neck.dModel)
  await compareTensor(context, 'maskout_obj_ptr', isAbsent ? model.weights.noObjPtr : pointer)
}

function closestMask(
  { folder, config, inside }: ModuleContext,
  expected: Float32Array,
): Float32Array | undefined {
  const size = config.imageSize
  const recipes = Object.values(folder.manifest.scenarios)
    .flatMap(({ steps }) => steps)
    .flatMap(({ args }) => MaskRecipe.safeParse(args['mask']).data ?? [])
    .filter(({ W, H }) => W === size && H === size)
  const ranked = recipes
    .map((recipe) => {
      const mask = Float32Array.from(paintMask(recipe).mask)
      const { lowResLogits } = inside.maskPromptOutput(mask, size)
      return { mask, distance: compareValues(lowResLogits, expected).maxAbs }
    })
    .toSorted((a, b) => a.distance - b.distance)
  return ranked[0]?.mask
}

/** A picture that a description asks for: "frame 0 (variant 0)". */
function pictureOf(
  { folder, video }: ModuleContext,
  { what }: ModuleTensor,
  width: number,
  height: number,
) {
  const frameIdx = Number(/frame (\d+)/.exec(what)?.[1] ?? 0)
  const variant = /variant (\w+)/.exec(what)?.[1] ?? video.variant
  const data = folderFrame(folder, { ...video, width, height, variant }, frameIdx)
  return { data, width, height }
}

/** Bytes are equal or wrong. */
async function compareBytes(
  context: ModuleContext,
  { name, file }: ModuleTensor,
  bytes: Uint8Array,
): Promise<void> {
  const { data } = await context.folder.read(file)
  const difference = compareValues(bytes, Array.from(data, Number))
  context.results.set(name, { name, difference, limit: 0, isWithin: difference.maxAbs === 0 })
}

function recipeIn(what: string): MaskRecipe | undefined {
  const text = /\{[^}]*\}/.exec(what)?.[0].replaceAll("'", '"')
  if (text === undefined) return undefined
  try {
    return MaskRecipe.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
