import type { LngLat } from '../model/grid.ts'
import type { PlausibilityLevel } from '../model/plausibility.ts'
import type { InsarMotion } from './plausibility-insar.ts'

/** What a flag is about. */
export type PlausibilityKind =
  | 'no-elevation'
  | 'flat-ground'
  | 'flat-part'
  | 'valley-floor'
  | 'ridge'
  | 'faces-away'
  | 'scattered-aspect'
  | 'on-river'
  | 'beside-river'
  | 'moving'
  | 'surroundings-move'
  | 'not-moving'
  | 'insar-blind'

/** One remark on one piece of ground. */
export interface PlausibilityFlag {
  kind: PlausibilityKind
  level: PlausibilityLevel
  /** Id of the {@link PlausibilityUnit}. */
  unit: string
  objectId: number
  /** Where: a point inside the ground meant. */
  lngLat: LngLat
  /** One sentence that says why, with numbers. */
  words: string
}

/** Slope position after Weiss (2001), by standard deviations of the position index and by slope. */
export type SlopePosition =
  | 'ridge'
  | 'upper slope'
  | 'middle slope'
  | 'flat'
  | 'lower slope'
  | 'valley'

/** What a DEM says of a piece of ground; null where it cannot tell. */
export interface UnitTerrain {
  /** Share of the ground that the DEM knows, 0..1. */
  coveredFraction: number
  /** Slopes by Horn (1981), degrees: 10th percentile, median, 90th percentile. */
  slopeP10Deg: number
  slopeMedianDeg: number
  slopeP90Deg: number
  /** Share of the ground flatter than the least slope that landslides need, 0..1. */
  flatFraction: number
  /** Median topographic position, standard deviations over the DEM. */
  positionSd: number | null
  position: SlopePosition | null
  /** Median height above the nearest drainage, m. */
  heightAboveDrainageM: number | null
  /** Mean direction straight down, degrees clockwise from the grid's north; null without any slope. */
  aspectDeg: number | null
  /** Mean resultant length of those directions, 0 (all round) to 1 (all alike). */
  aspectConcentration: number
}

/** A piece of ground that is judged: an object, a fragment of it, or a patch newly gained. */
export interface PlausibilityUnit {
  /** `1`: object 1; `1.2`: its second largest fragment; `1+3`: its third largest gained patch. */
  id: string
  kind: 'object' | 'fragment' | 'gained'
  objectId: number
  areaM2: number
  /** Of the object's area, 0..1. */
  shareOfObject: number
  /** Whether nothing of it was scar in the earlier frame; null where there is no earlier frame. */
  isNew: boolean | null
  /** The point inside it next to its centre of gravity. */
  lngLat: LngLat
  terrain: UnitTerrain | null
  /** Distance from its nearest pixel to the river, m, and share on it; null without a river. */
  river: { distanceM: number; shareOnRiver: number } | null
  insar: InsarMotion | null
}
