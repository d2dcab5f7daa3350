/** What the statistics on a scar's areas need of a frame; {@link AreaRow} fits. */
export interface DatedMeasure {
  /** UTC ISO 8601. */
  capturedAt: string
  areaM2: number
  /** Ends of the frame's own 90 % interval, m². */
  lowM2: number
  highM2: number
  /** Share of the mask that the frame saw, 0..1. */
  validInside: number
  /** Share of the ground around it that the frame saw, 0..1. */
  validAround: number
  flags: readonly string[]
  /** Ground seen to have changed since each pixel was last seen, m²; left out where masks are unknown. */
  gainedM2?: number
  lostM2?: number
  /** Of what this frame was the first to show, what later frames held, m²: see `trackHeldChange`. */
  heldGainedM2?: number
  heldLostM2?: number
}

/** An abrupt and lasting change of the area. */
export interface ScarEvent {
  kind: 'abrupt-gain' | 'abrupt-loss'
  /** Last frame before it, UTC ISO 8601. */
  afterAt: string
  /** First frame that shows it, UTC ISO 8601. */
  byAt: string
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
  /** UTC ISO 8601. */
  at: string
  /** 90 % interval. */
  lowAt: string
  highAt: string
  rateBeforeM2PerDay: number
  rateAfterM2PerDay: number
  pValue: number
  words: string
}
