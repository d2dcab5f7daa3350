import { areaWords } from '../analysis/event-words.ts'
import { TOLD_DOUBT } from '../analysis/evolution-summary.ts'
import { pixelAreaM2 } from '../geo/affine.ts'
import { lngLatOfPixel } from '../geo/place-of-pixel.ts'
import type { FrameList } from '../model/frame.ts'
import type { Grid } from '../model/grid.ts'
import type { DoubtfulGround, SegmentedFrame } from '../tracking/segmenter.ts'

/** So many places are named, none that is less than this share of the largest. */
const NAMED = 3
const WORTH_NAMING = 0.1

/** What a frame leaves in doubt, and where to click; null where it is not worth a click. */
export function doubtWords(
  { frameIndex, mask, doubts }: Pick<SegmentedFrame, 'frameIndex' | 'mask' | 'doubts'>,
  { grid, frames }: Pick<FrameList, 'grid' | 'frames'>,
): string | null {
  if (!doubts || doubts.length === 0) return null
  const inDoubtM2 = doubts.reduce((sum, { areaM2 }) => sum + areaM2, 0)
  const pixels = mask.reduce((sum, value) => sum + value, 0)
  if (inDoubtM2 < TOLD_DOUBT * pixels * pixelAreaM2(grid)) return null
  const day = frames[frameIndex]?.capturedAt.slice(0, 10) ?? ''
  const leastM2 = WORTH_NAMING * Math.max(...doubts.map(({ areaM2 }) => areaM2))
  const named = doubts.filter(({ areaM2 }) => areaM2 >= leastM2).slice(0, NAMED)
  const places = named.map((doubt) => placeWords(doubt, grid))
  const more = doubts.length > named.length ? ` and ${doubts.length - named.length} more` : ''
  return `${areaWords(inDoubtM2)} may or may not be the scar's; on ${day} add a positive click where it is and a negative one where it is not: ${places.join('; ')}${more}`
}

function placeWords({ isTakenIn, areaM2, xPx, yPx }: DoubtfulGround, grid: Grid): string {
  const pixel = Math.floor(yPx) * grid.width + Math.floor(xPx)
  const [lng, lat] = lngLatOfPixel(grid, pixel)
  return `${lng.toFixed(5)},${lat.toFixed(5)} (${areaWords(areaM2)}, ${isTakenIn ? 'taken in' : 'left out'})`
}
