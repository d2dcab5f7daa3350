import { z } from 'zod'
import type { MaskScore, MeanScore, Verification } from '../model/verification.ts'

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
