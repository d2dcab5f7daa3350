import type { SceneStatistics } from './measure-scene-shifts.ts'

/** Ids of scenes to compare a scene with, nearest first. */
export interface NeighbourPlan {
  past: string[]
  future: string[]
  season: string[]
}

/** Scenes looked at to find the looks that a reference is the median of. */
const REACH = { past: 6, future: 6, season: 9 }
/** Half the width of a season, days. */
const SEASON_DAYS = 45
/** Scenes nearer than this are neighbours in time, not another year's season, days. */
const OTHER_YEAR_DAYS = 120
/** Scenes that saw less than this share of what the best one saw are no help. */
const MIN_CLEAR = 0.02
const YEAR_DAYS = 365.25

/**
 * Which scenes tell what a scene should have seen: up to six before, six after, nine of the same
 * season (within 45 days of the day of the year) in other years, nearest years first.
 *
 * @param statistics in time order
 * @param index of the scene
 */
export function planNeighbours(
  statistics: readonly SceneStatistics[],
  index: number,
): NeighbourPlan {
  const best = Math.max(...statistics.map((s) => s.clearFraction))
  const useful = (s: SceneStatistics): boolean =>
    s.clearFraction > 0 && s.clearFraction >= MIN_CLEAR * best
  const timeDays = (s: SceneStatistics): number => Date.parse(s.capturedAt) / 86_400_000
  const self = statistics[index] as SceneStatistics
  const now = timeDays(self)
  const apartInSeason = (s: SceneStatistics): number => {
    const apart = Math.abs(timeDays(s) - now) % YEAR_DAYS
    return Math.min(apart, YEAR_DAYS - apart)
  }
  const season = statistics
    .filter((s) => s !== self && useful(s))
    .filter((s) => Math.abs(timeDays(s) - now) > OTHER_YEAR_DAYS && apartInSeason(s) <= SEASON_DAYS)
    .sort((a, b) => Math.abs(timeDays(a) - now) - Math.abs(timeDays(b) - now))
  const ids = (list: readonly SceneStatistics[], reach: number): string[] =>
    list.slice(0, reach).map((s) => s.id)
  return {
    past: ids(statistics.slice(0, index).reverse().filter(useful), REACH.past),
    future: ids(statistics.slice(index + 1).filter(useful), REACH.future),
    season: ids(season, REACH.season),
  }
}
