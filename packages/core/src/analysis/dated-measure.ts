/** What the statistics on a scar's areas need of a frame; {@link AreaRow} fits. */
export interface DatedMeasure {
  /** UTC ISO 8601. */
  capturedAt: string
  areaM2: number
  /** Ends of the frame's own 90 % interval, m². */
  lowM2: number
  highM2: number
  /**
   * Of its half-width, what the error of the boundary's level adds, m²: one error on all frames, in proportion to the
   * boundary's length. Left out where no such error is known.
   */
  levelM2?: number
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
  /** When at least half of the held gain was last seen before, UTC ISO 8601; left out where nothing was gained. */
  heldGainedSince?: string
}
