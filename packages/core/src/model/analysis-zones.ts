import type { Sector } from './analysis-growth.ts'
import type { LngLat } from './grid.ts'

/** Of equal shares the first is told. */
export const ZONE_CHARACTERS = ['apart', 'lobe', 'fringe'] as const

/**
 * What new ground is against the scar before it: `apart` from it, a `lobe` that stands out of it, or
 * growth along its edge (`fringe`).
 */
export type ZoneCharacter = (typeof ZONE_CHARACTERS)[number]

/** Whether a zone is new ground of its own, not growth along the edge. */
export function isDistinct({ character }: { character: ZoneCharacter }): boolean {
  return character !== 'fringe'
}

/** Whether a zone is growth along the edge of the scar: no new zone, and not of an abrupt change. */
export function isEdgeGrowth(zone: Pick<PlacedZone, 'character' | 'event'>): boolean {
  return !isDistinct(zone) && zone.event === null
}

/** Share of a zone from which on ground of the other character is worth telling. */
const TOLD_SHARE = 0.1

/**
 * Ground of a zone that is not of the zone's character, m²: what of a new zone lies along the scar's
 * edge, what of growth along the edge lies apart or stands out as lobes; 0 where it is not worth telling.
 */
export function otherCharacterM2(
  zone: Pick<PlacedZone, 'areaM2' | 'character' | 'distinctM2'>,
): number {
  const otherM2 = isDistinct(zone) ? zone.areaM2 - zone.distinctM2 : zone.distinctM2
  return otherM2 < TOLD_SHARE * zone.areaM2 ? 0 : otherM2
}

export type ZoneRelation = 'first' | 'detached' | 'crown' | 'flank' | 'toe' | 'beside'

/** Where a new zone lies against the scar before it. */
export interface ZonePlace {
  /** As seen from the earlier scar's centroid; null where there was no scar. */
  sector: Sector | null
  azimuthDeg: number | null
  /**
   * `first`: there was no scar. `detached`: more than a resolution cell (two sensor pixels) from it.
   * Else it adjoins: `crown`, `flank` or `toe` by elevation where that is known, `beside` where not.
   */
  relation: ZoneRelation
  /** Shortest distance to the earlier scar, m; null where there was none. */
  gapM: number | null
  /**
   * Mean elevation of the zone in the range of the earlier scar's (5th to 95th percentile): 0 its foot, 1
   * its top, beyond that below or above it. Null where unknown.
   */
  relativeHeight: number | null
}

/** A new zone with its place and in words: ground that was no scar for long and then became scar for good. */
export interface PlacedZone {
  /** 1, 2, … in the order in which they opened. */
  id: number
  areaM2: number
  /** 90 % interval from mixed pixels and registration, m². */
  lowM2: number
  highM2: number
  /** Parts that do not touch: of a cluster, or of an abrupt event. */
  pieces: number
  /** Centre of gravity. */
  lngLat: LngLat
  /**
   * When it opened: it reached the least size of a zone after `sinceAfterAt` (that ground last seen
   * covered: the median of its pixels) and by `sinceByAt`. UTC ISO 8601.
   */
  sinceAfterAt: string
  sinceByAt: string
  /** When its last pixel was first seen bare. */
  grownByAt: string
  /** The frame that completed the proof. */
  confirmedAt: string
  /** `closed`: at least half of it was covered again at the end. */
  status: 'open' | 'closed'
  /** First frame that shows it closed; null while open. */
  closedAt: string | null
  /** Share of it that had been scar some time before its quiet years, 0..1. */
  reopenedShare: number
  /** Index of the abrupt event that it is part of, null for growth of its own. */
  event: number | null
  /** What most of it is against the scar before it. */
  character: ZoneCharacter
  /** Area of what lies apart from that scar or stands out of it as lobes, m². */
  distinctM2: number
  place: ZonePlace
  words: string
}
