import type { JobKind, JobOptions, JobRequest } from '@scarline/core'
import { z } from 'zod'

/** A job to do; `import` comes with files. */
export interface JobOrder {
  kind: JobKind
  options: JobOptions & {
    /** import: files and folders on this machine, set by the server alone. */
    paths?: readonly string[] | undefined
  }
}

const KINDS = ['acquire', 'frames', 'track', 'analyse', 'report', 'run', 'export'] as const

/** What the page may ask for. */
export const jobRequestSchema: z.ZodType<JobOrder, JobRequest> = z.object({
  kind: z.enum(KINDS),
  options: z
    .strictObject({
      segmenter: z.string().max(200).optional(),
      direction: z.enum(['both', 'forwards', 'backwards']).optional(),
      fromScene: z.string().max(200).optional(),
      all: z.boolean().optional(),
      format: z.enum(['stac', 'qgis', 'geojson', 'flatgeobuf']).optional(),
    })
    .default({}),
})
