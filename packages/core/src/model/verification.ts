/** How well a mask agrees with the truth over a set of pixels. */
export interface MaskScore {
  /** Pixels compared. */
  pixels: number
  /** |A∩B| / |A∪B|; two empty masks agree: 1. */
  iou: number
  /** TP / (TP + FP); 1 where both are empty, 0 where only the mask is. */
  precision: number
  /** TP / (TP + FN); 1 where both are empty, 0 where only the truth is. */
  recall: number
  /** Boundary F, tolerance 0.008 of the diagonal. */
  boundaryF: number
  /** Mean of IoU and boundary F (J&F of the DAVIS benchmark). */
  jAndF: number
  /** m². */
  areaM2: number
  truthAreaM2: number
  /** Mask minus truth, m². */
  areaErrorM2: number
  /** Mask minus truth over truth; null where the truth is empty. */
  areaErrorFraction: number | null
}

/** Means over frames. */
export interface MeanScore {
  frames: number
  iou: number
  precision: number
  recall: number
  boundaryF: number
  jAndF: number
  /** Mean of the absolute area errors, m². */
  absAreaErrorM2: number
  /** Mean of the absolute area errors over the true areas, of frames whose truth is not empty. */
  absAreaErrorFraction: number | null
  /** Mean of the signed area errors, m²: above 0 the masks are too large. */
  biasM2: number
}

/** Scores of one frame. */
export interface FrameVerification {
  frameIndex: number
  sceneId: string
  /** UTC ISO 8601. */
  capturedAt: string
  /** Day of the truth, YYYY-MM-DD. */
  truthDay: string
  /** File (and layer) that the truth came from. */
  truthSource: string
  /** Share of the truth's pixels that the frame did not see, 0..1; left out of `observed`. */
  unobservedFraction: number
  /** Share of the site grid that the truth says nothing about, 0..1; left out of both. */
  untoldFraction: number
  /** Over pixels that the frame saw; null where it saw none. The headline. */
  observed: MaskScore | null
  /** Over all pixels that the truth tells of, masks carried from memory included. */
  all: MaskScore
}

/** verification.json */
export interface Verification {
  formatVersion: 1
  /** What was compared: one object, or all of them together. */
  objectId: number | 'all'
  truth: string
  /** Boundary tolerance, pixels of the site grid. */
  boundaryTolerancePx: number
  frames: FrameVerification[]
  mean: { observed: MeanScore | null; all: MeanScore | null }
  /** Mean share of truth pixels that frames did not see, 0..1. */
  unobservedFraction: number
  /** Days of truth without a frame, and of frames without truth, YYYY-MM-DD. */
  unmatched: { truthDays: string[]; frameDays: string[] }
  notes: string[]
}
