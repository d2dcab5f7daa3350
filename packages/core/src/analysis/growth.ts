import type { GrowthSpan, SpanGrowth } from '../model/analysis-growth.ts'
import { boundaryAdvance } from './advance.ts'
import { gainDirection } from './directions.ts'
import type { MaskComparison } from './mask-comparison.ts'
import { type SectorMap, sectorRose } from './sectors.ts'
import { slopeSplit } from './slope-split.ts'

const DAY_MS = 86_400_000

/** Two times of one place with their dates. */
export interface DatedComparison {
  span: GrowthSpan
  label: string
  fromAt: string
  toAt: string
  comparison: MaskComparison
  /** Of the masks' grid, about one centre for all roses of a series. */
  sectors: SectorMap
  /** On the masks' grid, m; null without a DEM. */
  elevationM: Float32Array | null
}

/** Rose, direction, advance and slope of what changed between two times. */
export function growthBetween(dated: DatedComparison): SpanGrowth | null {
  const { span, label, fromAt, toAt, comparison, sectors, elevationM } = dated
  const days = (Date.parse(toAt) - Date.parse(fromAt)) / DAY_MS
  const rose = days > 0 ? sectorRose(comparison, sectors) : null
  if (rose === null) return null
  const slope = elevationM === null ? null : slopeSplit(comparison, { fromAt, toAt, elevationM })
  return {
    span,
    label,
    fromAt,
    toAt,
    days,
    rose,
    direction: gainDirection(rose),
    advance: boundaryAdvance(comparison, { fromAt, toAt, sectors }),
    slope: slope?.shares ?? null,
  }
}
