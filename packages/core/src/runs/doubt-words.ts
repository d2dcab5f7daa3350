import { areaWords } from '../analysis/event-words.ts'
import type { FrameList } from '../model/frame.ts'
import type { DoubtfulPlace } from '../model/track.ts'
import type { SegmentedFrame } from '../tracking/segmenter.ts'
import { doubtfulPlaces } from './doubtful-places.ts'

/** So many places are named. */
const NAMED = 3

/** What a frame leaves in doubt, and where to click; null where it is not worth a click. */
export function doubtWords(
  { frameIndex, mask, doubts }: Pick<SegmentedFrame, 'frameIndex' | 'mask' | 'doubts'>,
  { grid, frames }: Pick<FrameList, 'grid' | 'frames'>,
): string | null {
  const named = doubtfulPlaces({ mask, doubts: doubts ?? null }, grid).slice(0, NAMED)
  if (!doubts || named.length === 0) return null
  const inDoubtM2 = doubts.reduce((sum, { areaM2 }) => sum + areaM2, 0)
  const day = frames[frameIndex]?.capturedAt.slice(0, 10) ?? ''
  const more = doubts.length > named.length ? ` and ${doubts.length - named.length} more` : ''
  return `${areaWords(inDoubtM2)} may or may not be the scar's; on ${day} add a positive click where it is and a negative one where it is not: ${named.map(placeWords).join('; ')}${more}`
}

function placeWords({ isTakenIn, areaM2, lngLat: [lng, lat] }: DoubtfulPlace): string {
  return `${lng.toFixed(5)},${lat.toFixed(5)} (${areaWords(areaM2)}, ${isTakenIn ? 'taken in' : 'left out'})`
}
