import type { Onset, ScarEvent } from './analysis-events.ts'
import type { PlacedZone } from './analysis-zones.ts'

/** Half-widths of the 90 % interval by cause, m²: downwards and upwards. */
export interface AreaUncertainty {
  /**
   * Boundary probability: each pixel is scar with its p. Errors within one resolution cell of C =
   * (2 s)² m² (two sensor pixels: the sensor's blur) go together, those of different cells are
   * independent: 1.645 sqrt(a C sum(p (1 - p))) over seen pixels of a m².
   */
  boundary: [down: number, up: number]
  /**
   * Level: where bare ground ends and covered ground begins is the same guess along the whole boundary,
   * so that its error does not average out: 1.645 times perimeter times level error.
   */
  level: [down: number, up: number]
  /**
   * Registration: a shift of the whole frame leaves its area alone, shifts r that differ from one
   * resolution cell of 2 s to the next do not: 1.645 r sqrt(2 s P). Where the level's error is not known
   * the residual shift stands for all that may move the whole boundary: 1.645 r P.
   */
  registration: [down: number, up: number]
  /**
   * Mixed pixels: each of the n = (4/pi) P/s sensor pixels on the boundary has its share of scar wrong
   * by s²/sqrt(12) (uniform), independently: 1.645 s² sqrt(n/12).
   */
  mixedPixels: [down: number, up: number]
  /** Hidden ground whose state differs between the sights before and after. */
  hidden: [down: number, up: number]
  /**
   * Membership: steady ground that the clicks do not tell whether it is the scar's, in the mask (down) and
   * bare beside it (up). The same on all frames: comparisons leave it out.
   */
  membership: [down: number, up: number]
}

/** One frame's area. */
export interface FrameArea {
  areaM2: number
  /** 90 % interval, m²; causes are independent and add up in squares. */
  lowM2: number
  highM2: number
  uncertainty: AreaUncertainty
  /** Of the mask's area, what the frame saw and what it carries from memory, m². */
  seenM2: number
  hiddenM2: number
  /** Share of the mask that was seen, 0..1; 1 for an empty mask. */
  validInside: number
  /** Share seen of the ground around (up to 10 sensor pixels from the mask), 0..1. */
  validAround: number
  perimeterM: number
}

/** What a frame shows to have changed since each pixel was last seen. */
export interface FrameChange {
  /** Seen as scar now, seen as not scar before, m². */
  gainedM2: number
  /** Seen as not scar now, seen as scar before, m². */
  lostM2: number
  /** Share of the grid that was seen now and some time before, 0..1. */
  comparedFraction: number
}

/** The two seasons that a scar's area is compared within. */
export type SeasonName = 'june-october' | 'november-may'

/** A season of a year. */
export interface Season {
  name: SeasonName
  /** Year that it begins in: November 2017 to May 2018 is 2017. */
  year: number
  /** `Jun-Oct 2017` or `Nov-May 2017/18`. */
  label: string
}

/** One season's area. */
export interface SeasonArea {
  season: Season
  frames: number
  /** First and last capture, UTC ISO 8601. */
  firstAt: string
  lastAt: string
  /** Median of the frames' areas, m². */
  medianM2: number
  minM2: number
  maxM2: number
  /** Medians of the ends of the frames' 90 % intervals, membership left out, m². */
  lowM2: number
  highM2: number
  meanValidInside: number
}

/** Two seasons of the same name, one after the other as far as the frames go. */
export interface SeasonPair {
  from: Season
  to: Season
  years: number
  /** Change of the median, m² and share of the earlier one (null where that is 0). */
  changeM2: number
  changeFraction: number | null
  /** m² per year. */
  changePerYearM2: number
  /** Whether the 90 % intervals of the two seasons are apart. */
  beyondUncertainty: boolean
}

/** One frame of an object's series. */
export interface AreaRow extends FrameArea, FrameChange {
  frameIndex: number
  sceneId: string
  /** UTC ISO 8601. */
  capturedAt: string
  objectId: number
  /** Area on the WGS 84 ellipsoid, m²: `areaM2` freed of the map projection's scale. */
  ellipsoidAreaM2: number
  registrationResidualM: number
  /** Confidence of the mask, 0..1. */
  confidence: number
  locked: boolean
  prompted: boolean
  flags: string[]
  fragments: number
}

/** One object's results. */
export interface ObjectSummary {
  objectId: number
  areas: AreaRow[]
  seasons: SeasonArea[]
  sameSeasonPairs: SeasonPair[]
  /** As in events.json. */
  events: ScarEvent[]
  newZones: PlacedZone[]
  onsets: Onset[]
  /** Between the first and the last frame. */
  change: {
    fromM2: number
    toM2: number
    changeM2: number
    changeFraction: number | null
    /** Whether the 90 % intervals of first and last frame are apart. */
    beyondUncertainty: boolean
    smallestM2: number
    smallestAt: string
    largestM2: number
    largestAt: string
    /** Sums of what was seen to be gained and lost, m². */
    gainedM2: number
    lostM2: number
  } | null
}

/** analysis/summary.json */
export interface AnalysisSummary {
  formatVersion: 1
  epsg: number
  /** m² on the grid per m² on the ellipsoid. */
  gridAreaScale: number
  /** Sensor pixel that mixed pixels and fragments are reckoned with, m. */
  sensorPixelM: number
  registration: { unregisteredM: number; source: 'measured' | 'specified' }
  /** How the 90 % intervals are made, one sentence each. */
  method: string[]
  objects: ObjectSummary[]
}
