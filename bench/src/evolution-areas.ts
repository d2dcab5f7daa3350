import { type ScoringInputs, countOf, dateOf, pixelM2 } from './evolution-inputs.ts'

/** A frame whose true area lies outside of its interval. */
export interface AreaMiss {
  date: string
  trueM2: number
  areaM2: number
  lowM2: number
  highM2: number
}

/** Areas against the truth. */
export interface AreaScore {
  frames: number
  /** Frames whose true area is in the 90 % interval. */
  held: number
  /** Mean of area less true area, as a share of the true area. */
  bias: number
  /** Mean size of that share. */
  meanError: number
  /** Mean half-width of the interval, as a share of the true area. */
  meanHalfWidth: number
  misses: AreaMiss[]
}

/** How often the 90 % interval holds the true area, and which way the area errs. */
export function scoreAreas({ frames, areas, grid }: ScoringInputs): AreaScore {
  const pairs = frames.flatMap((frame) => {
    const area = areas.find(({ capturedAt }) => capturedAt === frame.capturedAt)
    const trueM2 = countOf(frame.truth) * pixelM2(grid)
    return area === undefined || trueM2 === 0 ? [] : [{ area, trueM2 }]
  })
  const isHeld = ({ area, trueM2 }: (typeof pairs)[number]): boolean =>
    area.lowM2 <= trueM2 && trueM2 <= area.highM2
  const mean = (of: (pair: (typeof pairs)[number]) => number): number =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length
  return {
    frames: pairs.length,
    held: pairs.filter(isHeld).length,
    bias: mean(({ area, trueM2 }) => area.areaM2 / trueM2 - 1),
    meanError: mean(({ area, trueM2 }) => Math.abs(area.areaM2 / trueM2 - 1)),
    meanHalfWidth: mean(({ area, trueM2 }) => (area.highM2 - area.lowM2) / 2 / trueM2),
    misses: pairs
      .filter((pair) => !isHeld(pair))
      .map(({ area: { capturedAt, areaM2, lowM2, highM2 }, trueM2 }) => {
        return { date: dateOf(capturedAt), trueM2, areaM2, lowM2, highM2 }
      }),
  }
}
