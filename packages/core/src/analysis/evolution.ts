import type { LngLat } from '../model/grid.ts'
import { type BoundaryAdvance, boundaryAdvance } from './advance.ts'
import type { DeseasonedSeries } from './deseason.ts'
import { type GainDirection, gainDirection } from './directions.ts'
import type { Artefact, Onset, Phase, ScarEvent } from './events-types.ts'
import type { InverseVelocity } from './inverse-velocity.ts'
import type { LineageEdge, LineagePiece } from './lineage.ts'
import type { MaskComparison } from './mask-comparison.ts'
import type { NewZone } from './new-zones.ts'
import type { ZonePlace } from './new-zones-place.ts'
import type { Dam } from './river-dams.ts'
import { type SectorRose, sectorRose } from './sectors.ts'
import { type SlopeShare, slopeSplit } from './slope-split.ts'

const DAY_MS = 86_400_000

/** Which two times are compared. */
export type GrowthSpan = 'frames' | 'season' | 'event' | 'whole'

/** Where and how far a scar grew between two times. */
export interface SpanGrowth {
  span: GrowthSpan
  /** Two days, or two seasons of the same name. */
  label: string
  /** UTC ISO 8601. */
  fromAt: string
  toAt: string
  days: number
  rose: SectorRose
  /** Null where nothing was gained. */
  direction: GainDirection | null
  advance: BoundaryAdvance | null
  /** Up, down and across the slope; null without elevations. */
  slope: SlopeShare[] | null
}

/** A {@link SpanGrowth} in words. */
export interface ToldGrowth extends SpanGrowth {
  words: string
}

/** A new zone with its place and in words. */
export interface PlacedZone extends Omit<NewZone, 'outline' | 'pixels' | 'centroid'> {
  lngLat: LngLat
  place: ZonePlace
  words: string
}

/** When debris crossed the river. */
export interface RiverDams {
  /** What is looked at: the frames' own NDVI along the river, or the masks on the valley floor. */
  evidence: 'frames' | 'masks'
  intervals: Dam[]
  words: string
}

/** What became of one object beyond its areas. */
export interface ObjectEvolution {
  objectId: number
  /** The whole series in a few sentences. */
  words: string[]
  events: ScarEvent[]
  artefacts: Artefact[]
  phases: Phase[]
  onsets: Onset[]
  deseasoned: DeseasonedSeries
  /** Before each abrupt gain with an onset, and since an onset that no gain has followed yet. */
  inverseVelocity: InverseVelocity[]
  newZones: PlacedZone[]
  /** Null where no river is known to run through the site. */
  dams: RiverDams | null
  /** Whole period, events, same-season pairs. */
  growth: ToldGrowth[]
  lineage: { pieces: LineagePiece[]; edges: LineageEdge[] }
}

/** analysis/events.json */
export interface Evolution {
  formatVersion: 1
  sensorPixelM: number
  /** Which elevations were used, or why none. */
  elevation: { known: boolean; words: string }
  /** How it is found, one sentence each. */
  method: string[]
  objects: ObjectEvolution[]
}

/** Two times of one place with their dates. */
export interface DatedComparison {
  span: GrowthSpan
  label: string
  fromAt: string
  toAt: string
  comparison: MaskComparison
  /** One centre for all roses of a series, map coordinates. */
  centre: [x: number, y: number]
  /** On the masks' grid, m; null without a DEM. */
  elevationM: Float32Array | null
}

/** Rose, direction, advance and slope of what changed between two times. */
export function growthBetween(dated: DatedComparison): SpanGrowth | null {
  const { span, label, fromAt, toAt, comparison, centre, elevationM } = dated
  const days = (Date.parse(toAt) - Date.parse(fromAt)) / DAY_MS
  const rose = days > 0 ? sectorRose(comparison, centre) : null
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
    advance: boundaryAdvance(comparison, { fromAt, toAt, centre }),
    slope: slope?.shares ?? null,
  }
}
