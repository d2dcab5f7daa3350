import { type RgbFrame, requireFrame } from './frame-source.ts'
import { resizeBicubic } from './resize-bicubic.ts'
import { resizeBilinearAntialiased } from './resize-mask.ts'

/** ImageNet statistics, as upstream. */
const MEAN = [0.485, 0.456, 0.406].map(Math.fround)
const STD = [0.229, 0.224, 0.225].map(Math.fround)

/**
 * A video frame as the image encoder wants it: PIL's bicubic resize to `size` x `size` (the aspect
 * ratio is not kept), over 255, minus mean, over standard deviation. [3, size, size]. Upstream:
 * `_load_img_as_tensor`.
 * @throws Sam2Error `input` for a frame whose bytes do not fit its size
 */
export function preprocessFrame(frame: RgbFrame, size: number): Float32Array {
  requireFrame(frame)
  const rgb = resizeBicubic(frame.data, frame.width, frame.height, size, size)
  const plane = size * size
  const out = new Float32Array(3 * plane)
  for (let channel = 0; channel < 3; channel++) {
    const table = Float32Array.from({ length: 256 }, (_, value) =>
      normalize(Math.fround(value / 255), channel),
    )
    for (let i = 0; i < plane; i++) {
      out[channel * plane + i] = table[rgb[i * 3 + channel] as number] as number
    }
  }
  return out
}

/**
 * A single image as the image encoder wants it. Upstream's image predictor resizes otherwise than its
 * video predictor: over 255 first, then antialiased bilinear in floating point. [3, size, size].
 * Upstream: `SAM2Transforms`.
 * @throws Sam2Error `input` for an image whose bytes do not fit its size
 */
export function preprocessImage(image: RgbFrame, size: number): Float32Array {
  requireFrame(image)
  const { width, height, data } = image
  const plane = size * size
  const out = new Float32Array(3 * plane)
  const channelIn = new Float32Array(width * height)
  for (let channel = 0; channel < 3; channel++) {
    for (let i = 0; i < channelIn.length; i++) {
      channelIn[i] = (data[i * 3 + channel] as number) / 255
    }
    const resized = resizeBilinearAntialiased(channelIn, width, height, size, size)
    for (let i = 0; i < plane; i++) {
      out[channel * plane + i] = normalize(resized[i] as number, channel)
    }
  }
  return out
}

function normalize(value: number, channel: number): number {
  return Math.fround(Math.fround(value - (MEAN[channel] as number)) / (STD[channel] as number))
}
