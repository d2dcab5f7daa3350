import { isComplete, remember } from '../frames/picture.ts'

/** Frames looked ahead to find what the first frames do not show. */
export const LOOK_AHEAD_FRAMES = 24

/**
 * What is known of every pixel before frame `index` is drawn: the last look before it, and, where
 * there was none, the first look after (within {@link LOOK_AHEAD_FRAMES} frames from the start of the series).
 * NaN where neither knows. The same whether the frames before were just made or made in an earlier run.
 *
 * @param ndviOf NDVI of a frame, as stored
 */
export async function rebuildMemory(
  index: number,
  frameCount: number,
  length: number,
  ndviOf: (index: number) => Promise<Float32Array>,
): Promise<Float32Array> {
  const memory = new Float32Array(length).fill(NaN)
  for (let i = index - 1; i >= 0 && !isComplete(memory); i--)
    remember(memory, await ndviOf(i), false)
  const end = Math.min(frameCount, LOOK_AHEAD_FRAMES)
  for (let i = index; i < end && !isComplete(memory); i++) remember(memory, await ndviOf(i), false)
  return memory
}
