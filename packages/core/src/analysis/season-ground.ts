import type { Season } from '../model/analysis-areas.ts'
import { isObserved } from '../model/validity.ts'
import { NEVER_SEEN } from './change.ts'
import type { SeenGround } from './mask-comparison.ts'
import { seasonOf } from './seasons.ts'

/** Probability codes above this are unknown. */
const MAX_CODE = 200
const UNKNOWN_CODE = 255

/** One season's ground. */
export interface SeasonGround {
  season: Season
  frames: number
  /** Middle frame's date, UTC ISO 8601. */
  at: string
  ground: SeenGround
}

/** Takes a series one frame at a time and gives each season when it is over. */
export interface SeasonCollector {
  /** @returns the season before, when this frame begins another */
  add(frame: {
    capturedAt: string
    mask: Uint8Array
    validity: Uint8Array
    probability: Uint8Array | null
    registrationResidualM: number
  }): SeasonGround | null
  /** The season under way; null before the first frame. */
  finish(): SeasonGround | null
}

/**
 * The ground of each season: a pixel is scar where most frames that saw it say so (where as many say
 * one as the other, the last of them). So a frame that is off by itself does not count. Probability is
 * the mean of the frames', the residual shift their median: averaging is not taken to make a season
 * better placed than its frames.
 */
export function collectSeasons(length: number): SeasonCollector {
  const bare = new Uint8Array(length)
  const seen = new Uint8Array(length)
  const last = new Uint8Array(length)
  const codes = new Uint16Array(length)
  const coded = new Uint8Array(length)
  let season: Season | null = null
  let dates: string[] = []
  let residualsM: number[] = []
  let hasProbability = false

  const close = (): SeasonGround | null => {
    if (season === null) return null
    const states = new Uint8Array(length).fill(NEVER_SEEN)
    const probability = hasProbability ? new Uint8Array(length).fill(UNKNOWN_CODE) : null
    for (let i = 0; i < length; i++) {
      const sights = seen[i] as number
      if (sights === 0) continue
      states[i] = 2 * (bare[i] as number) + (last[i] as number) > sights ? 1 : 0
      const count = coded[i] as number
      if (probability !== null && count > 0)
        probability[i] = Math.round((codes[i] as number) / count)
    }
    const middle = residualsM.toSorted((a, b) => a - b)[residualsM.length >> 1] as number
    return {
      season,
      frames: dates.length,
      at: dates[dates.length >> 1] as string,
      ground: { states, probability, registrationResidualM: middle },
    }
  }

  return {
    add({ capturedAt, mask, validity, probability, registrationResidualM }) {
      const own = seasonOf(capturedAt)
      const over = own.label === season?.label ? null : close()
      if (own.label !== season?.label) {
        for (const counts of [bare, seen, last, codes, coded]) counts.fill(0)
        season = own
        dates = []
        residualsM = []
        hasProbability = false
      }
      dates.push(capturedAt)
      residualsM.push(registrationResidualM)
      if (probability !== null) hasProbability = true
      for (let i = 0; i < length; i++) {
        if (!isObserved(validity[i] as number) || seen[i] === 255) continue
        seen[i] = (seen[i] as number) + 1
        bare[i] = (bare[i] as number) + (mask[i] as number)
        last[i] = mask[i] as number
        if (probability === null) continue
        const code = probability[i] as number
        if (code > MAX_CODE) continue
        codes[i] = (codes[i] as number) + code
        coded[i] = (coded[i] as number) + 1
      }
      return over
    },
    finish: close,
  }
}
