import { TOLD_DOUBT } from '../analysis/evolution-summary.ts'
import { pixelAreaM2 } from '../geo/affine.ts'
import { lngLatOfPixel } from '../geo/place-of-pixel.ts'
import type { Grid } from '../model/grid.ts'
import type { DoubtfulPlace } from '../model/track.ts'
import type { SegmentedFrame } from '../tracking/segmenter.ts'

/** None is named that is less than this share of the largest. */
const WORTH_NAMING = 0.1

/** Where clicks would decide what a mask leaves in doubt, the largest first; none where all of it is not worth one. */
export function doubtfulPlaces(
  { mask, doubts }: Pick<SegmentedFrame, 'mask' | 'doubts'>,
  grid: Grid,
): DoubtfulPlace[] {
  if (!doubts || doubts.length === 0) return []
  const inDoubtM2 = doubts.reduce((sum, { areaM2 }) => sum + areaM2, 0)
  const pixels = mask.reduce((sum, value) => sum + value, 0)
  if (inDoubtM2 < TOLD_DOUBT * pixels * pixelAreaM2(grid)) return []
  const leastM2 = WORTH_NAMING * Math.max(...doubts.map(({ areaM2 }) => areaM2))
  return doubts
    .filter(({ areaM2 }) => areaM2 >= leastM2)
    .map(({ isTakenIn, areaM2, xPx, yPx }) => ({
      isTakenIn,
      areaM2,
      lngLat: lngLatOfPixel(grid, Math.floor(yPx) * grid.width + Math.floor(xPx)),
    }))
}
