import { pixelAreaM2 } from '../geo/affine.ts'
import type { Grid } from '../model/grid.ts'
import type { MaskScore, MeanScore } from '../model/verification.ts'
import { boundaryAgreement } from './boundary.ts'

/** Counts of a comparison, pixels. */
export interface PixelCounts {
  truePositive: number
  falsePositive: number
  falseNegative: number
  compared: number
}

/** Counts agreement over the pixels that are `valid` (all where null). */
export function countPixels(
  mask: Uint8Array,
  truth: Uint8Array,
  valid: Uint8Array | null = null,
): PixelCounts {
  let truePositive = 0
  let falsePositive = 0
  let falseNegative = 0
  let compared = 0
  for (let i = 0; i < mask.length; i++) {
    if (valid !== null && !valid[i]) continue
    compared++
    if (mask[i]) {
      if (truth[i]) truePositive++
      else falsePositive++
    } else if (truth[i]) falseNegative++
  }
  return { truePositive, falsePositive, falseNegative, compared }
}

/** Intersection over union, precision and recall; empty against empty counts 1 in each. */
export function scoresOfCounts(counts: PixelCounts): {
  iou: number
  precision: number
  recall: number
} {
  const { truePositive: hit, falsePositive, falseNegative } = counts
  const union = hit + falsePositive + falseNegative
  if (union === 0) return { iou: 1, precision: 1, recall: 1 }
  return {
    iou: hit / union,
    precision: hit + falsePositive === 0 ? 0 : hit / (hit + falsePositive),
    recall: hit + falseNegative === 0 ? 0 : hit / (hit + falseNegative),
  }
}

/**
 * All scores of a mask against the truth. Null where not one pixel is `valid`.
 *
 * @param mask 0/1 on `grid`
 * @param truth 0/1 on `grid`
 * @param valid 0/1, pixels to compare; null compares all
 */
export function scoreMask(
  grid: Grid,
  mask: Uint8Array,
  truth: Uint8Array,
  valid: Uint8Array | null = null,
): MaskScore | null {
  const counts = countPixels(mask, truth, valid)
  if (counts.compared === 0) return null
  const { iou, precision, recall } = scoresOfCounts(counts)
  const { f } = boundaryAgreement(mask, truth, grid.width, grid.height, valid)
  const pixelM2 = pixelAreaM2(grid)
  const areaM2 = (counts.truePositive + counts.falsePositive) * pixelM2
  const truthAreaM2 = (counts.truePositive + counts.falseNegative) * pixelM2
  return {
    pixels: counts.compared,
    iou,
    precision,
    recall,
    boundaryF: f,
    jAndF: (iou + f) / 2,
    areaM2,
    truthAreaM2,
    areaErrorM2: areaM2 - truthAreaM2,
    areaErrorFraction: truthAreaM2 === 0 ? null : (areaM2 - truthAreaM2) / truthAreaM2,
  }
}

/** Plain means over frames; null where there is none. */
export function meanScore(scores: readonly MaskScore[]): MeanScore | null {
  if (scores.length === 0) return null
  const mean = (pick: (score: MaskScore) => number): number =>
    scores.reduce((sum, score) => sum + pick(score), 0) / scores.length
  const fractions = scores.flatMap(({ areaErrorFraction: f }) => (f === null ? [] : [Math.abs(f)]))
  return {
    frames: scores.length,
    iou: mean((s) => s.iou),
    precision: mean((s) => s.precision),
    recall: mean((s) => s.recall),
    boundaryF: mean((s) => s.boundaryF),
    jAndF: mean((s) => s.jAndF),
    absAreaErrorM2: mean((s) => Math.abs(s.areaErrorM2)),
    absAreaErrorFraction:
      fractions.length === 0 ? null : fractions.reduce((a, b) => a + b, 0) / fractions.length,
    biasM2: mean((s) => s.areaErrorM2),
  }
}
