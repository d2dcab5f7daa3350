import type { ReviewItem } from '../model/studio-api-marks.ts'
import type { Confidence, TrackedFrame } from '../model/track.ts'

/** Agreement of a mask with the NDVI threshold near the object. */
export interface ThresholdAgreementInput {
  /** 0/1. */
  mask: Uint8Array
  /** NaN where not observed. */
  ndvi: Float32Array
  /** NDVI <= threshold is bare ground. */
  threshold: number
  width: number
  height: number
  /** How far around the mask's extent bare ground still counts, pixels. */
  marginPx: number
}

/**
 * F1 score (0..1) of `ndvi <= threshold` against the mask, over observed pixels of the mask's
 * bounding box widened by the margin; 1 where both are empty.
 */
export function thresholdAgreement(input: ThresholdAgreementInput): number {
  const { mask, ndvi, threshold, width, height, marginPx } = input
  let [minCol, minRow, maxCol, maxRow] = [width, height, -1, -1]
  for (let row = 0, i = 0; row < height; row++) {
    for (let col = 0; col < width; col++, i++) {
      if (!mask[i]) continue
      minCol = Math.min(minCol, col)
      maxCol = Math.max(maxCol, col)
      minRow = Math.min(minRow, row)
      maxRow = row
    }
  }
  if (maxCol < 0) return 1
  let both = 0
  let either = 0
  for (
    let row = Math.max(0, minRow - marginPx);
    row <= Math.min(height - 1, maxRow + marginPx);
    row++
  ) {
    for (
      let col = Math.max(0, minCol - marginPx);
      col <= Math.min(width - 1, maxCol + marginPx);
      col++
    ) {
      const i = row * width + col
      const value = ndvi[i] as number
      if (Number.isNaN(value)) continue
      const bare = value <= threshold ? 1 : 0
      const inside = mask[i] ? 1 : 0
      both += bare & inside
      either += bare + inside
    }
  }
  return either === 0 ? 1 : (2 * both) / either
}

/** Share of the mask that was observed, 0..1; 1 for an empty mask. */
export function observedFractionOf(mask: Uint8Array, ndvi: Float32Array): number {
  let area = 0
  let seen = 0
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue
    area++
    if (!Number.isNaN(ndvi[i] as number)) seen++
  }
  return area === 0 ? 1 : seen / area
}

/**
 * How far an area sticks out of its neighbours in time: 1 where it lies between them, else the ratio
 * to the nearer one, 0..1. A single frame's cloud or shadow shows here; a lasting change does not.
 */
export function areaContinuity(previous: number | null, area: number, next: number | null): number {
  if (previous === null || next === null) return 1
  const nearest = Math.min(Math.max(area, Math.min(previous, next)), Math.max(previous, next))
  const larger = Math.max(nearest, area)
  return larger === 0 ? 1 : Math.min(nearest, area) / larger
}

/** Geometric mean of the parts: one bad part is not outvoted. */
export function scoreOf(parts: Readonly<Record<string, number>>): Confidence {
  const values = Object.values(parts)
  const product = values.reduce((p, value) => p * Math.min(1, Math.max(0, value)), 1)
  return { score: values.length === 0 ? 0 : product ** (1 / values.length), parts: { ...parts } }
}

/**
 * Frames in the order in which a correction gains most: doubtful area, times the frames up to the
 * nearest locked or prompted frame on either side that would follow it. Locked frames are left out. Ground in doubt is
 * decided on all frames by a click on one, so it counts for all of them, on the frame that shows most of it.
 *
 * @param frames of one object, in time order
 */
export function reviewQueue(frames: readonly TrackedFrame[]): ReviewItem[] {
  const isFixed = (frame: TrackedFrame | undefined): boolean =>
    frame === undefined || frame.locked || frame.promptHash !== null
  const inDoubtM2 = frames.map((frame) => (frame.locked ? 0 : inDoubtOfFrameM2(frame)))
  const ofAllM2 = inDoubtM2.reduce((sum, m2) => sum + m2, 0)
  const shownMost = ofAllM2 === 0 ? -1 : inDoubtM2.indexOf(Math.max(...inDoubtM2))
  const items: ReviewItem[] = []
  frames.forEach((frame, index) => {
    if (frame.locked) return
    let reach = 1
    for (let i = index - 1; !isFixed(frames[i]); i--) reach++
    for (let i = index + 1; !isFixed(frames[i]); i++) reach++
    const { score } = frame.confidence
    const { sceneId, objectId } = frame
    const ownM2 = (1 - score) * frame.areaM2 * reach
    const gainM2 = index === shownMost ? ownM2 + ofAllM2 : ownM2
    items.push({ sceneId, objectId, score, gainM2 })
  })
  return items.sort((a, b) => b.gainM2 - a.gainM2)
}

/** What clicks on a frame's doubtful places would decide, m². */
function inDoubtOfFrameM2({ doubts }: TrackedFrame): number {
  return (doubts ?? []).reduce((sum, { areaM2 }) => sum + areaM2, 0)
}
