import type { FrameSource } from '@scarline/sam2'
import { type FrameVariant, generateFrame } from '../parity/frames.ts'

/** A bright ellipse on moving ground, and a darker one that crosses its way. */
const VARIANT: FrameVariant = {
  noise: 7,
  pan: 3,
  blobs: [
    [420, 470, 9, 5, 190, 150, [205, 160, 90], 80],
    [840, 240, -7, 11, 90, 120, [70, 95, 150], 48],
  ],
  cut: null,
}

/** Inside the bright ellipse on frame 0, as fractions of width and height. */
export const FIRST_CLICK: readonly [number, number] = [0.41, 0.46]

/** A video whose frames are made when they are read. */
export function generatedVideo(
  numFrames: number,
  width: number,
  height: number = width,
): FrameSource {
  return {
    numFrames,
    width,
    height,
    readFrame: (frameIdx) =>
      Promise.resolve({ width, height, data: generateFrame(VARIANT, width, height, frameIdx) }),
  }
}
