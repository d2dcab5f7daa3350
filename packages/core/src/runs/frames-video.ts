import { clearMp4Times } from '../frames/mp4-times.ts'
import type { PlannedFrame } from '../frames/plan-frames.ts'
import { type VideoPicture, encodeVideo } from '../frames/video.ts'
import { pixelSizeM } from '../geo/affine.ts'
import type { FileStore } from '../model/file-store.ts'
import type { Grid } from '../model/grid.ts'
import { relay } from './relay.ts'

export const VIDEO_FILE = 'frames.mp4'

/**
 * Encodes frames.mp4 from the pictures on disk, yielding the number of pictures taken after each one.
 * A consumer that leaves early stops the encoder.
 */
export async function* writeVideo(
  files: FileStore,
  frames: readonly PlannedFrame[],
  grid: Grid,
  signal: AbortSignal | undefined,
): AsyncGenerator<number, void, void> {
  const left = new AbortController()
  async function* pictures(report: (taken: number) => void): AsyncGenerator<VideoPicture> {
    const { default: sharp } = await import('sharp')
    for (const [i, frame] of frames.entries()) {
      left.signal.throwIfAborted()
      const png = await files.read(frame.files.picture)
      const rgb = await sharp(png).toColourspace('srgb').removeAlpha().raw().toBuffer()
      yield { rgb, label: frame.capturedAt.slice(0, 10) }
      report(i + 1)
    }
  }
  try {
    const bytes = yield* relay<number, Uint8Array>((report) =>
      encodeVideo({
        pictures: pictures(report),
        width: grid.width,
        height: grid.height,
        pixelSizeM: pixelSizeM(grid)[0],
        ...(signal && { signal }),
      }),
    )
    clearMp4Times(bytes)
    await files.write(VIDEO_FILE, bytes)
  } finally {
    left.abort()
  }
}
