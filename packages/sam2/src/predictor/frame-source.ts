import { Sam2Error } from '../errors.ts'

/** One picture, 3 bytes a pixel (red, green, blue), rows from the top. */
export interface RgbFrame {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** The frames of a video, read one at a time when they are needed. */
export interface FrameSource {
  readonly numFrames: number
  /** Pixels; every frame has this size. */
  readonly width: number
  readonly height: number
  readFrame(frameIdx: number, signal?: AbortSignal): Promise<RgbFrame>
  /**
   * When the frames were taken, in any unit (days, say), one number a frame. Results report the gaps
   * between a frame and its memory in this unit; the model never sees them.
   */
  readonly times?: readonly number[]
}

/**
 * Checks a source before anything is read from it.
 * @throws Sam2Error `input`
 */
export function requireSource(source: FrameSource): void {
  const { numFrames, width, height, times } = source
  for (const [name, value] of Object.entries({ numFrames, width, height })) {
    if (Number.isInteger(value) && value > 0) continue
    throw new Sam2Error(`got ${name} ${value}, expected a positive whole number`, {
      code: 'input',
      hint: 'Give a video of at least one frame.',
    })
  }
  if (times && times.length !== numFrames) {
    throw new Sam2Error(`got ${times.length} times, expected one for each of ${numFrames} frames`, {
      code: 'input',
      hint: 'Give one time a frame, or none at all.',
    })
  }
}

/**
 * Checks that a picture has the bytes and the size it should have.
 * @throws Sam2Error `input`
 */
export function requireFrame(frame: RgbFrame, expected?: { width: number; height: number }): void {
  const { width, height, data } = frame
  if (data.length !== width * height * 3) {
    throw new Sam2Error(
      `got ${data.length} bytes for ${width}x${height} pixels, expected ${width * height * 3}`,
      { code: 'input', hint: 'Give 3 bytes a pixel: red, green, blue.' },
    )
  }
  if (expected && (width !== expected.width || height !== expected.height)) {
    throw new Sam2Error(
      `got a frame of ${width}x${height} pixels, expected ${expected.width}x${expected.height}`,
      { code: 'input', hint: 'Give frames of one size.' },
    )
  }
}
