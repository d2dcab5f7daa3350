import type { Confidence } from '../../model/track.ts'
import { areaContinuity, scoreOf } from '../confidence.ts'
import { logOddsAt, probabilityAt } from './object-probability.ts'
import { HIDDEN, NDVI_SCALE } from './working-grid.ts'

/** Ground less likely than this to be the object says nothing of it. */
const LEAST_PROBABILITY = 0.05
/** Surely below it, stored steps. */
const HARDLY = logOddsAt(LEAST_PROBABILITY) - 1

/** What a frame's confidence is made of. */
export interface FrameConfidenceInput {
  /** Log-odds of being the object, stored steps, working grid. */
  logOdds: Float32Array
  /** Stored NDVI. */
  ndvi: Int16Array
  /** NDVI halfway between bare and covered ground. */
  splitNdvi: number
  /** How far the two stand apart, in units of the frame's noise. */
  separation: number
  /** Area of the object on the frames before and after, working pixels; null at either end. */
  previousPx: number | null
  nextPx: number | null
}

/**
 * Parts, each 0..1: `validFraction` (share of the mask that was seen), `contrast` (how far bare ground
 * and vegetation stand apart against the frame's noise), `threshold` (agreement, F1, of the frame's own
 * NDVI with the mask and a rim around it), `boundary` (certainty over the mask and its edge), `jump`
 * (area against its neighbours in time).
 */
export function frameConfidence(input: FrameConfidenceInput): Confidence {
  const { logOdds, ndvi, splitNdvi, separation } = input
  let [area, seen, both, either, certain, weighed] = [0, 0, 0, 0, 0, 0]
  for (let i = 0; i < logOdds.length; i++) {
    const value = logOdds[i] as number
    const inside = value > 0 ? 1 : 0
    // Most of a frame is far from the object.
    if (value < HARDLY) continue
    const p = probabilityAt(value)
    if (!inside && p <= LEAST_PROBABILITY) continue
    certain += Math.abs(2 * p - 1)
    weighed++
    area += inside
    const stored = ndvi[i] as number
    if (stored === HIDDEN) continue
    seen += inside
    const bare = stored / NDVI_SCALE <= splitNdvi ? 1 : 0
    both += bare & inside
    either += bare + inside
  }
  return scoreOf({
    validFraction: area === 0 ? 1 : seen / area,
    contrast: separation ** 2 / (separation ** 2 + 4),
    threshold: either === 0 ? 1 : (2 * both) / either,
    boundary: weighed === 0 ? 1 : certain / weighed,
    jump: areaContinuity(input.previousPx, area, input.nextPx),
  })
}
