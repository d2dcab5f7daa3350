import { z } from 'zod'
import { type Grid, gridSchema } from './grid.ts'

/** How a frame's NDVI threshold came about; NDVI <= value is taken for bare ground. */
export interface FrameThreshold {
  value: number
  /** The rule for the site's own threshold: `fixed`, `otsu` or `minimum-error`. */
  method: 'fixed' | 'otsu' | 'minimum-error'
  /** What the growing season added to the site's threshold, NDVI. */
  seasonalRaise: number
}

/** Files of a frame, relative to the site folder. */
export interface FrameFiles {
  /** PNG that the segmenter sees, on the site grid. */
  picture: string
  /** float32 COG, NaN where the ground was not observed. */
  ndvi: string
  /** uint8 COG of {@link VALIDITY} codes. */
  validity: string
  /** PNGs, where the bands exist. */
  trueColour: string | null
  falseColour: string | null
}

/** One frame of the site's video. */
export interface Frame {
  index: number
  /** UTC ISO 8601. */
  capturedAt: string
  sceneId: string
  threshold: FrameThreshold
  /** Share of the AOI observed, 0..1. */
  validFraction: number
  flags: string[]
  files: FrameFiles
  /** Hash of everything that the files were rendered from: equal hashes, equal files. */
  inputHash: string
}

/** frames.json */
export interface FrameList {
  formatVersion: 1
  grid: Grid
  /** Histogram of NDVI over all frames that the site's threshold was found from. */
  histogram: {
    /** NDVI of the left edge of the first bin. */
    start: number
    /** NDVI per bin. */
    binWidth: number
    counts: number[]
  }
  siteThreshold: {
    value: number
    method: 'fixed' | 'otsu' | 'minimum-error'
    /** One sentence: why this rule and what the seasonal rule is. */
    note: string
  }
  frames: Frame[]
  /** frames.mp4 relative to the site folder; null where it was not made. */
  video: string | null
}

const methodSchema = z.enum(['fixed', 'otsu', 'minimum-error'])

export const frameListSchema: z.ZodType<FrameList> = z.object({
  formatVersion: z.literal(1),
  grid: gridSchema,
  histogram: z.object({ start: z.number(), binWidth: z.number(), counts: z.array(z.number()) }),
  siteThreshold: z.object({ value: z.number(), method: methodSchema, note: z.string() }),
  frames: z.array(
    z.object({
      index: z.number().int().nonnegative(),
      capturedAt: z.string(),
      sceneId: z.string(),
      threshold: z.object({
        value: z.number(),
        method: methodSchema,
        seasonalRaise: z.number(),
      }),
      validFraction: z.number(),
      flags: z.array(z.string()),
      files: z.object({
        picture: z.string(),
        ndvi: z.string(),
        validity: z.string(),
        trueColour: z.string().nullable(),
        falseColour: z.string().nullable(),
      }),
      inputHash: z.string(),
    }),
  ),
  video: z.string().nullable(),
})
