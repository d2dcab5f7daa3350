import { createRequire } from 'node:module'
import { clearMp4Times } from './mp4-times.ts'
import { drawOverlay } from './video-overlay.ts'

/** The encoder's part that is used; the package carries its own types for a bundler only. */
interface H264Encoder {
  width: number
  height: number
  frameRate: number
  quantizationParameter: number
  speed: number
  groupOfPictures: number
  outputFilename: string
  initialize(): void
  addFrameRgba(rgba: Uint8Array): void
  finalize(): void
  delete(): void
  FS: { readFile(name: string): Uint8Array; unlink(name: string): void }
}

/** One picture of a video. */
export interface VideoPicture {
  /** 3 bytes a pixel, on the site grid. */
  rgb: Uint8Array
  /** The date as it is shown, `YYYY-MM-DD`. */
  label: string
}

/** Input of {@link encodeVideo}. */
export interface VideoInput {
  pictures: AsyncIterable<VideoPicture>
  /** Of the pictures, pixels. */
  width: number
  height: number
  /** Ground size of a picture's pixel, metres. */
  pixelSizeM: number
  /** Default 4. */
  framesPerSecond?: number
  signal?: AbortSignal
}

/** Longer edge of a video at most, pixels. */
const MAX_EDGE_PX = 1080
/** Shorter edge at least: below, pictures are enlarged by a whole factor so that the text is legible. */
const MIN_EDGE_PX = 360
/** H.264 quantiser, 10 (best) to 51: no visible blocks in grey NDVI. */
const QUANTISER = 22
/** minih264's speed, 0 (best) to 10 (fastest). */
const SPEED = 6

/** Size of the video for pictures of a size: even, at most 1080 pixels, never distorted. */
export function planVideoSize(
  widthPx: number,
  heightPx: number,
): { width: number; height: number; scale: number } {
  const down = Math.min(1, MAX_EDGE_PX / Math.max(widthPx, heightPx))
  const up = Math.max(1, Math.ceil(MIN_EDGE_PX / Math.min(widthPx, heightPx)))
  const scale =
    down < 1
      ? down
      : Math.min(up, Math.max(1, Math.floor(MAX_EDGE_PX / Math.max(widthPx, heightPx))))
  const even = (value: number): number => Math.max(2, 2 * Math.round((value * scale) / 2))
  return { width: even(widthPx), height: even(heightPx), scale }
}

/**
 * Encodes pictures as MP4 (H.264, 4:2:0) with date, scale bar and north arrow burnt in. Pictures are
 * taken one at a time; only the encoded video is held.
 */
export async function encodeVideo(input: VideoInput): Promise<Uint8Array> {
  const { pictures, signal } = input
  const { width, height, scale } = planVideoSize(input.width, input.height)
  const { default: sharp } = await import('sharp')
  const encoder = await createEncoder()
  let open = false
  try {
    encoder.width = width
    encoder.height = height
    encoder.frameRate = input.framesPerSecond ?? 4
    encoder.quantizationParameter = QUANTISER
    encoder.speed = SPEED
    encoder.groupOfPictures = 12
    encoder.initialize()
    open = true
    for await (const { rgb, label } of pictures) {
      signal?.throwIfAborted()
      const data = await sharp(rgb, {
        raw: { width: input.width, height: input.height, channels: 3 },
      })
        .resize(width, height, { kernel: scale > 1 ? 'nearest' : 'lanczos3', fit: 'fill' })
        .ensureAlpha()
        .raw()
        .toBuffer()
      drawOverlay({ data, width, height }, label, input.pixelSizeM / scale)
      encoder.addFrameRgba(data)
    }
    open = false
    encoder.finalize()
    const bytes = new Uint8Array(encoder.FS.readFile(encoder.outputFilename))
    encoder.FS.unlink(encoder.outputFilename)
    clearMp4Times(bytes)
    return bytes
  } finally {
    // The encoder aborts the process when it is deleted with its file open.
    if (open) encoder.finalize()
    encoder.delete()
  }
}

const PROCESS_EVENTS = ['uncaughtException', 'unhandledRejection'] as const

async function createEncoder(): Promise<H264Encoder> {
  const require = createRequire(import.meta.url)
  const before = PROCESS_EVENTS.map((event) => process.listeners(event as 'uncaughtException'))
  const module = require('h264-mp4-encoder') as { createH264MP4Encoder(): Promise<H264Encoder> }
  const encoder = await module.createH264MP4Encoder()
  // Its runtime wants to end the process on any unhandled rejection: that is not its to decide.
  PROCESS_EVENTS.forEach((event, i) => {
    for (const listener of process.listeners(event as 'uncaughtException')) {
      if (!before[i]?.includes(listener)) process.removeListener(event, listener)
    }
  })
  return encoder
}
