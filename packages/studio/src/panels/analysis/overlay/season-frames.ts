import type { AreaRow, ObjectSummary, Season } from '@scarline/core/model'

/** A season and the frame that stands for it. */
export interface SeasonFrame {
  season: Season
  row: AreaRow
}

/** Below this share of the scar in sight no frame stands for a season where another can. */
const WELL_SEEN = 0.9

/**
 * For each season of a name the frame whose area is nearest to the season's median, of those that saw
 * the scar well.
 */
export function seasonFrames(
  { seasons, areas }: Pick<ObjectSummary, 'seasons' | 'areas'>,
  name: Season['name'],
): SeasonFrame[] {
  return seasons
    .filter(({ season }) => season.name === name)
    .flatMap(({ season, firstAt, lastAt, medianM2 }) => {
      const own = areas.filter(({ capturedAt }) => capturedAt >= firstAt && capturedAt <= lastAt)
      const seen = own.filter(({ validInside }) => validInside >= WELL_SEEN)
      const [row] = (seen.length > 0 ? seen : own).toSorted(
        (a, b) => Math.abs(a.areaM2 - medianM2) - Math.abs(b.areaM2 - medianM2),
      )
      return row ? [{ season, row }] : []
    })
}
