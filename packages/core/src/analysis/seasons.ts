import type { Season, SeasonArea, SeasonPair } from '../model/analysis-areas.ts'
import { areApart } from './area.ts'
import { median } from './median.ts'

/** What is needed of a frame for its season's series. */
export interface DatedArea {
  /** UTC ISO 8601. */
  capturedAt: string
  areaM2: number
  lowM2: number
  highM2: number
  validInside: number
}

/** Season of a day (UTC months): June to October, or November to May. */
export function seasonOf(capturedAt: string): Season {
  const time = new Date(capturedAt)
  const month = time.getUTCMonth() + 1
  const year = time.getUTCFullYear()
  if (month >= 6 && month <= 10) return { name: 'june-october', year, label: `Jun-Oct ${year}` }
  const begins = month >= 11 ? year : year - 1
  const ends = String((begins + 1) % 100).padStart(2, '0')
  return { name: 'november-may', year: begins, label: `Nov-May ${begins}/${ends}` }
}

/** The series of both seasons, in time order. */
export function seasonalAreas(areas: readonly DatedArea[]): SeasonArea[] {
  const groups = new Map<string, { season: Season; members: DatedArea[] }>()
  for (const area of [...areas].sort((a, b) => a.capturedAt.localeCompare(b.capturedAt))) {
    const season = seasonOf(area.capturedAt)
    const group = groups.get(season.label) ?? { season, members: [] }
    group.members.push(area)
    groups.set(season.label, group)
  }
  return [...groups.values()].map(({ season, members }) => {
    const values = members.map(({ areaM2 }) => areaM2)
    return {
      season,
      frames: members.length,
      firstAt: members[0]?.capturedAt ?? '',
      lastAt: members.at(-1)?.capturedAt ?? '',
      medianM2: median(values),
      minM2: Math.min(...values),
      maxM2: Math.max(...values),
      lowM2: median(members.map(({ lowM2 }) => lowM2)),
      highM2: median(members.map(({ highM2 }) => highM2)),
      meanValidInside: members.reduce((sum, { validInside: v }) => sum + v, 0) / members.length,
    }
  })
}

/** Each season against the one before it of the same name. */
export function sameSeasonPairs(seasons: readonly SeasonArea[]): SeasonPair[] {
  const pairs: SeasonPair[] = []
  for (const name of ['june-october', 'november-may'] as const) {
    const series = seasons
      .filter(({ season }) => season.name === name)
      .sort((a, b) => a.season.year - b.season.year)
    for (let i = 1; i < series.length; i++) {
      const from = series[i - 1] as SeasonArea
      const to = series[i] as SeasonArea
      const years = to.season.year - from.season.year
      const changeM2 = to.medianM2 - from.medianM2
      pairs.push({
        from: from.season,
        to: to.season,
        years,
        changeM2,
        changeFraction: from.medianM2 === 0 ? null : changeM2 / from.medianM2,
        changePerYearM2: changeM2 / years,
        beyondUncertainty: areApart(from, to),
      })
    }
  }
  return pairs
}
