/** An abrupt and lasting change of the area. */
export interface ScarEvent {
  kind: 'abrupt-gain' | 'abrupt-loss'
  /** Last frame before it, UTC ISO 8601. */
  afterAt: string
  /** First frame that shows it, UTC ISO 8601. */
  byAt: string
  /** First frame by which all of it had been in sight, UTC ISO 8601; left out where that is `byAt`. */
  inSightAt?: string | undefined
  changeM2: number
  /** 90 % interval of the change, m². */
  lowM2: number
  highM2: number
  /** How often a series without it would show one as strong anywhere: parametric bootstrap. */
  pValue: number
  /** False where fewer than two later frames exist to hold it. */
  confirmed: boolean
  words: string
}

/** A departure of the area that is no event, and why. */
export interface Artefact {
  /** UTC ISO 8601. */
  capturedAt: string
  kind: 'single-frame' | 'hidden' | 'season'
  changeM2: number
  words: string
}

/** A span of steady rate of the area. */
export interface Phase {
  /** UTC ISO 8601. */
  fromAt: string
  toAt: string
  rateM2PerDay: number
  /** 90 % interval. */
  lowM2PerDay: number
  highM2PerDay: number
}

/** A date from which the scar grew faster than before. */
export interface Onset {
  /** The middle of the dates that the series leaves, by their likelihood, UTC ISO 8601. */
  at: string
  /** 90 % interval. */
  lowAt: string
  highAt: string
  /** Where the fitted trend turns: the phases beside it have the rates. */
  turnAt: string
  rateBeforeM2PerDay: number
  rateAfterM2PerDay: number
  pValue: number
  words: string
}

/** One frame with the season taken out. */
export interface DeseasonedMeasure {
  capturedAt: string
  /** What the season adds to the area on this day, m². */
  seasonM2: number
  deseasonedM2: number
  /** 90 % interval: of the frame and of the season together. */
  lowM2: number
  highM2: number
}

/** A series with the season taken out. */
export interface DeseasonedSeries {
  season: {
    /** 1: annual; 2: annual and semi-annual. */
    harmonics: 1 | 2
    /** Whether its size stays, or goes with the scar's area. */
    scaling: 'additive' | 'proportional'
    /** Half the difference of the largest and smallest season within the last year, m². */
    amplitudeM2: number
    /** What the fitted season was multiplied by, 0..1. */
    shrinkage: number
  } | null
  frames: DeseasonedMeasure[]
  words: string
}

/** One rate of growth and its inverse. */
export interface InverseRate {
  /** Middle of the span, UTC ISO 8601. */
  at: string
  rateM2PerDay: number
  /** Days per m². */
  inverseRate: number
  /** 90 % interval of the inverse, days per m². */
  low: number
  /** Null where the rate cannot be told from standstill. */
  high: number | null
}

/** 1/rate against time before a date, for the eye. */
export interface InverseVelocity {
  fromAt: string
  untilAt: string
  rates: InverseRate[]
  fit: {
    /** 1/rate at `fromAt`, days per m², and its change per day, per m². */
    inverseRateAtStart: number
    slopePerDay: number
    /** Weighted share of the variance explained, 0..1. */
    r2: number
    /** Where the line meets 0, UTC ISO 8601; null where it does not fall. */
    extrapolatedAt: string | null
    /** 90 % interval of that (Fieller); null where it is open on that side. */
    lowAt: string | null
    highAt: string | null
  } | null
  /** Why it must not be trusted, one sentence each; never empty. */
  warnings: string[]
}
