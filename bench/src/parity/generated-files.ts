import { z } from 'zod'
import type { FrameVariant } from './frames.ts'
import type { GeneratedTensor, NamedWeightRule, WeightRule } from './weights.ts'

/** `weights.json` of a model folder. */
export interface WeightsFile {
  salt: string
  rules: NamedWeightRule[]
  overrides: Record<string, WeightRule>
  tensors: (GeneratedTensor & { readonly sha256?: string | undefined })[]
}

const rule = { kind: z.enum(['abs', 'fan']), a: z.number(), b: z.number() }

export const WeightsFile: z.ZodType<WeightsFile> = z.object({
  salt: z.string().default(''),
  rules: z.array(z.object({ ...rule, id: z.string(), regex: z.string() })).default([]),
  overrides: z.record(z.string(), z.object(rule)).default({}),
  tensors: z.array(
    z.object({
      name: z.string(),
      shape: z.array(z.int().nonnegative()),
      seed: z.int().nonnegative(),
      scale: z.number(),
      offset: z.number(),
      sha256: z.string().optional(),
    }),
  ),
})

/** `frames/frames.json`. */
export interface FramesFile {
  variants: Record<string, FrameVariant>
  videos: Record<
    string,
    {
      width: number
      height: number
      variant: number | string
      frames: { sha256_rgb: string }[]
    }
  >
}

const number = z.number()

export const FramesFile: z.ZodType<FramesFile> = z.object({
  variants: z.record(
    z.string(),
    z.object({
      noise: number,
      pan: number,
      blobs: z.array(
        z.tuple([
          number,
          number,
          number,
          number,
          number,
          number,
          z.tuple([number, number, number]),
          number,
        ]),
      ),
      cut: z.tuple([number, number]).nullable().default(null),
    }),
  ),
  videos: z
    .record(
      z.string(),
      z.object({
        width: z.int().positive(),
        height: z.int().positive(),
        variant: z.union([z.int(), z.string()]),
        frames: z.array(z.object({ sha256_rgb: z.string() })),
      }),
    )
    .default({}),
})
