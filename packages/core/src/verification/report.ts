import { z } from 'zod'
import type { MaskScore, MeanScore } from './metrics.ts'

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

const score: z.ZodType<MaskScore> = z.object({
  pixels: z.number(),
  iou: z.number(),
  precision: z.number(),
  recall: z.number(),
  boundaryF: z.number(),
  jAndF: z.number(),
  areaM2: z.number(),
  truthAreaM2: z.number(),
  areaErrorM2: z.number(),
  areaErrorFraction: z.number().nullable(),
})

const mean: z.ZodType<MeanScore> = z.object({
  frames: z.number(),
  iou: z.number(),
  precision: z.number(),
  recall: z.number(),
  boundaryF: z.number(),
  jAndF: z.number(),
  absAreaErrorM2: z.number(),
  absAreaErrorFraction: z.number().nullable(),
  biasM2: z.number(),
})

export const verificationSchema: z.ZodType<Verification> = z.object({
  formatVersion: z.literal(1),
  objectId: z.union([z.number(), z.literal('all')]),
  truth: z.string(),
  boundaryTolerancePx: z.number(),
  frames: z.array(
    z.object({
      frameIndex: z.number(),
      sceneId: z.string(),
      capturedAt: z.string(),
      truthDay: z.string(),
      truthSource: z.string(),
      unobservedFraction: z.number(),
      untoldFraction: z.number(),
      observed: score.nullable(),
      all: score,
    }),
  ),
  mean: z.object({ observed: mean.nullable(), all: mean.nullable() }),
  unobservedFraction: z.number(),
  unmatched: z.object({ truthDays: z.array(z.string()), frameDays: z.array(z.string()) }),
  notes: z.array(z.string()),
})
