import { labelComponents, squaredDistances } from '@scarline/core/internals'

/** A click that corrects a mask. */
export interface CorrectionClick {
  /** Row-major index. */
  pixel: number
  /** Scar that the mask left out; else ground that it took in. */
  positive: boolean
}

/** What lies less deep in a difference is nothing that a person would click on, m. */
const LEAST_DEPTH_M = 6

/**
 * Clicks as an expert would make them who compares a mask with the ground: one in the middle of each
 * connected difference, the deepest ones first, as SAM 2's interactive evaluation places them.
 *
 * @param mask 0/1, row-major
 * @param truth 0/1, row-major
 */
export function correctionClicks(
  mask: Uint8Array,
  truth: Uint8Array,
  { width, height, pixelM }: { width: number; height: number; pixelM: number },
  most: number,
): CorrectionClick[] {
  const leastPx = LEAST_DEPTH_M / pixelM
  const found = [true, false].flatMap((positive) => {
    const wrong = mask.map((value, i) =>
      value !== truth[i] && (truth[i] === 1) === positive ? 1 : 0,
    )
    const depth = squaredDistances(
      wrong.map((value) => 1 - value),
      width,
      height,
    )
    const { labels, count } = labelComponents(wrong, width, height)
    const deepest = new Int32Array(count + 1).fill(-1)
    for (const [i, label] of labels.entries()) {
      if (label === 0) continue
      const best = deepest[label] as number
      if (best < 0 || (depth[i] as number) > (depth[best] as number)) deepest[label] = i
    }
    return [...deepest.subarray(1)].map((pixel) => ({
      pixel,
      positive,
      depthPx: Math.sqrt(depth[pixel] as number),
    }))
  })
  return found
    .filter(({ depthPx }) => depthPx >= leastPx)
    .sort((a, b) => b.depthPx - a.depthPx || a.pixel - b.pixel)
    .slice(0, most)
    .map(({ pixel, positive }) => ({ pixel, positive }))
}
