import { Sam2Error } from '../errors.ts'
import type { RgbFrame } from './frame-source.ts'
import { type PointsAndBox, pointInputs } from './point-inputs.ts'
import { preprocessImage } from './preprocess.ts'
import { resizeBilinear } from './resize-mask.ts'
import type { FrameFeatures, Sam2Model } from './sam2-model.ts'
import { selectMask } from './select-mask.ts'

/** Prompts of an image, in its pixels: at least one of points, box and mask. */
export interface ImagePrompt extends PointsAndBox {
  /** [S/4, S/4] logits, as an earlier prediction returned them. */
  readonly maskInput?: Float32Array
  /** Three masks to choose from, for an ambiguous prompt; true. */
  readonly multimaskOutput?: boolean
}

/** One candidate mask. */
export interface ImageMask {
  /** [height, width] at the image's size; the object is where they are > 0. */
  readonly logits: Float32Array
  readonly predictedIou: number
  /** [S/4, S/4], within -32 and 32: the `maskInput` of the next prediction. */
  readonly lowResLogits: Float32Array
}

/** Segments single images. Upstream: `SAM2ImagePredictor`. */
export interface ImagePredictor {
  readonly model: Sam2Model
  /**
   * Runs the image encoder; the image before is forgotten. Of overlapping calls the last one counts.
   * @throws Sam2Error `input`
   */
  setImage(image: RgbFrame, signal?: AbortSignal): Promise<void>
  /**
   * Masks for the prompts: three, or one. A mask prompt alone is decoded with one padding point more than
   * upstream, which the video predictor's frames without clicks have too.
   * @throws Sam2Error `state` before an image is set, `input`
   */
  predict(prompt: ImagePrompt, signal?: AbortSignal): Promise<readonly ImageMask[]>
  /** Forgets the image. */
  reset(): void
}

/** Low-resolution logits are returned within plus and minus this. */
const LOGIT_LIMIT = 32

interface EmbeddedImage {
  readonly width: number
  readonly height: number
  /** `no_mem_embed` added. */
  readonly features: FrameFeatures
}

/** An image predictor on a loaded model (image encoder and mask decoder suffice). */
export function createImagePredictor(model: Sam2Model): ImagePredictor {
  let current: EmbeddedImage | null = null
  let newest = 0
  return {
    model,
    async setImage(image, signal) {
      const turn = ++newest
      current = null
      signal?.throwIfAborted()
      const features = await model.encodeImage(preprocessImage(image, model.config.imageSize))
      signal?.throwIfAborted()
      if (turn !== newest) return
      const { noMemEmbed } = model.weights
      const pixFeat = features.pixFeat.map(
        (value, i) => value + (noMemEmbed[i % noMemEmbed.length] as number),
      )
      current = { width: image.width, height: image.height, features: { ...features, pixFeat } }
    },
    async predict(prompt, signal) {
      if (!current) {
        throw new Sam2Error('got a prompt without an image, expected setImage first', {
          code: 'state',
          hint: 'Await setImage before predict.',
        })
      }
      signal?.throwIfAborted()
      return predictMasks(model, current, prompt, signal)
    },
    reset() {
      newest++
      current = null
    },
  }
}

async function predictMasks(
  model: Sam2Model,
  image: EmbeddedImage,
  prompt: ImagePrompt,
  signal: AbortSignal | undefined,
): Promise<ImageMask[]> {
  const { config } = model
  const lowRes = config.imageSize / 4
  const { maskInput, multimaskOutput = true } = prompt
  if (maskInput && maskInput.length !== lowRes ** 2) {
    throw new Sam2Error(
      `got a mask of ${maskInput.length} logits, expected ${lowRes} x ${lowRes}`,
      {
        code: 'input',
        hint: 'Give lowResLogits of an earlier prediction.',
      },
    )
  }
  const isMaskAlone = maskInput && !prompt.box && !prompt.points?.length
  const { coords, labels } = isMaskAlone
    ? { coords: new Float32Array(2), labels: Int32Array.of(-1) }
    : pointInputs(prompt, image, config.imageSize)
  const decoded = await model.decodeMasks({
    ...image.features,
    pointCoords: coords,
    pointLabels: labels,
    maskInput: maskInput ?? null,
  })
  signal?.throwIfAborted()
  const { maskIndex } = selectMask(config, decoded, false)
  const chosen = multimaskOutput ? [1, 2, 3] : [maskIndex]
  return chosen.map((index) => {
    const logits = decoded.masks.slice(index * lowRes ** 2, (index + 1) * lowRes ** 2)
    return {
      logits: resizeBilinear(logits, lowRes, lowRes, image.width, image.height),
      predictedIou: decoded.ious[index] as number,
      lowResLogits: logits.map((value) => Math.min(Math.max(value, -LOGIT_LIMIT), LOGIT_LIMIT)),
    }
  })
}
