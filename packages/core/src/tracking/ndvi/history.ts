/** What the whole series says of each pixel of the working grid. */
export interface BareHistory {
  /** Highest and lowest stored posterior of being bare. */
  highest: Int8Array
  lowest: Int8Array
  /** Frames on which the pixel was more likely bare than not. */
  bareFrames: Uint16Array
  /** Frames in the series. */
  frameCount: number
}

export function createHistory(pixels: number): BareHistory {
  return {
    highest: new Int8Array(pixels).fill(-127),
    lowest: new Int8Array(pixels).fill(127),
    bareFrames: new Uint16Array(pixels),
    frameCount: 0,
  }
}

/** Adds one frame's stored posterior. */
export function addToHistory(history: BareHistory, posterior: Int8Array): void {
  const { highest, lowest, bareFrames } = history
  history.frameCount++
  for (let i = 0; i < posterior.length; i++) {
    const value = posterior[i] as number
    if (value > (highest[i] as number)) highest[i] = value
    if (value < (lowest[i] as number)) lowest[i] = value
    if (value > 0) bareFrames[i] = (bareFrames[i] as number) + 1
  }
}
