/** The 16 points of the compass rose, clockwise from true north. */
export const SECTORS: readonly Sector[] = [
  'N',
  'NNE',
  'NE',
  'ENE',
  'E',
  'ESE',
  'SE',
  'SSE',
  'S',
  'SSW',
  'SW',
  'WSW',
  'W',
  'WNW',
  'NW',
  'NNW',
]

/** A point of the 16-point compass rose. */
export type Sector =
  | 'N'
  | 'NNE'
  | 'NE'
  | 'ENE'
  | 'E'
  | 'ESE'
  | 'SE'
  | 'SSE'
  | 'S'
  | 'SSW'
  | 'SW'
  | 'WSW'
  | 'W'
  | 'WNW'
  | 'NW'
  | 'NNW'

/** What one sector gained and lost. Intervals are 90 %. */
export interface SectorChange {
  sector: Sector
  /** Middle of the sector, degrees clockwise from true north. */
  azimuthDeg: number
  gainedM2: number
  gainedLowM2: number
  gainedHighM2: number
  lostM2: number
  lostLowM2: number
  lostHighM2: number
  /** Share of the sector's ground in the window around both scars that was seen at both times, 0..1. */
  comparedFraction: number
  /** Length of the scar's boundary in the sector, seen at both times, m. */
  boundaryBeforeM: number
  boundaryAfterM: number
  /** Standard deviation from mixed pixels and boundary probability, m². */
  independentSdM2: number
  /** By how much more is gained with the centre one standard deviation further along the map's x and y axis, m². */
  centreGainM2: [x: number, y: number]
}

/** Gained and lost ground around a centre. */
export interface SectorRose {
  /** Map coordinates of the centre. */
  centre: [x: number, y: number]
  /** How well the centre is known along either axis, one standard deviation, m. */
  centreSdM: number
  /** Angle from true north to grid north at the centre, degrees clockwise. */
  convergenceDeg: number
  /** Residual shifts of the two times, one standard deviation, m. */
  residualBeforeM: number
  residualAfterM: number
  sectors: SectorChange[]
}

/** An azimuth with its 90 % interval. */
export interface Azimuth {
  /** Degrees clockwise from true north, 0..360. */
  azimuthDeg: number
  /** The interval runs clockwise from low to high; null where it would be the whole circle. */
  lowDeg: number | null
  highDeg: number | null
}

/** Where the ground was gained. */
export interface GainDirection {
  /** The sector with the most gained ground. */
  sector: Sector
  gainedM2: number
  /** Whether it is above 0 beyond doubt, as the largest of 16 (5 %). */
  beyondUncertainty: boolean
  /** Other sectors whose gain is not less beyond doubt (one-sided 5 %): the largest may be there. */
  rivals: Sector[]
  /**
   * Direction of the gain in the sector and its two neighbours. Its interval is the smallest arc that
   * holds the sector and all rivals, at least the sector itself; null where that is over half the circle.
   */
  largest: Azimuth
  /** Mean direction of all gain. */
  mean: Azimuth
  /** Mean resultant length, 0..1: 1 all in one direction, near 0 all round (the mean then says nothing). */
  concentration: number
}

/**
 * How far the scar's boundary moved outwards (below 0: inwards). This is advance of the boundary of
 * bare ground, not displacement of the ground.
 */
export interface Advance {
  /** Mean over the boundary, m, with its 90 % interval. */
  meanM: number
  lowM: number
  highM: number
  /** Farthest advance: 95th percentile over the later boundary, m; null where it has no seen part here. */
  farthestM: number | null
  meanMPerDay: number
  lowMPerDay: number
  highMPerDay: number
  /** Mean length of the two boundaries, m. */
  boundaryM: number
  /** Share of the two boundaries that was seen at both times, 0..1. */
  seenFraction: number
}

/** Advance of a boundary between two times. */
export interface BoundaryAdvance {
  fromAt: string
  toAt: string
  days: number
  centre: [x: number, y: number]
  /** All round; null where too little of the boundary was seen. */
  whole: Advance | null
  /** All 16 sectors of true north about the centre. */
  sectors: { sector: Sector; advance: Advance | null }[]
  /** Ground gained or lost as whole patches that nowhere touch the other time's scar, m². */
  detachedGainedM2: number
  detachedLostM2: number
}

/** A direction against the slope. `undecided`: flat ground, or no elevation. */
export type SlopeDirection = 'upslope' | 'downslope' | 'lateral' | 'undecided'

/** Gained and lost ground, and advance, in one direction against the slope. */
export interface SlopeShare {
  direction: SlopeDirection
  /** Of the outer outline, m², with 90 % intervals. */
  gainedM2: number
  gainedLowM2: number
  gainedHighM2: number
  lostM2: number
  /** Of gained ground, 0..1; null where nothing was gained. */
  gainedShare: number | null
  /** Where the boundary faces that way; null where too little of it does. */
  advance: Advance | null
}

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
