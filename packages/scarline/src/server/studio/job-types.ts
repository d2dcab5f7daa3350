import { z } from 'zod'

export const JOB_KINDS = [
  'acquire',
  'frames',
  'track',
  'analyse',
  'report',
  'run',
  'export',
] as const

/** What can be asked for; `import` comes with files and has a route of its own. */
export type JobKind = (typeof JOB_KINDS)[number] | 'import'

/** Body of `POST /api/sites/:id/jobs`. */
export interface JobRequest {
  kind: JobKind
  options: JobOptions
}

/** What a job may be told; each kind takes some of it. */
export interface JobOptions {
  /** track, run: an engine's id; the default without. */
  segmenter?: string | undefined
  /** track: `forwards` and `backwards` go from `fromScene`; `both`, the default, goes through all. */
  direction?: 'both' | 'forwards' | 'backwards' | undefined
  fromScene?: string | undefined
  /** track: compute every frame that is not locked again. */
  all?: boolean | undefined
  /** export: STAC and QGIS without. */
  format?: 'stac' | 'qgis' | 'geojson' | 'flatgeobuf' | undefined
  /** import: files and folders on this machine, set by the server alone. */
  paths?: readonly string[] | undefined
}

/** What the page may ask for. */
export const jobRequestSchema: z.ZodType<JobRequest> = z.object({
  kind: z.enum(JOB_KINDS),
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

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'

/** An error as the page gets it. */
export interface PlainError {
  code: string
  message: string
  /** One imperative sentence; null where there is none. */
  hint: string | null
}

/** A long job as the page sees it. */
export interface Job {
  id: string
  kind: JobKind
  options: JobOptions
  state: JobState
  /** `acquire`, `prepare`, `track`...; null before it runs. */
  stage: string | null
  done: number
  /** Null where it is not known. */
  total: number | null
  /** What is in work or was done last. */
  item: string
  secondsLeft: number | null
  /** The last words of the stage. */
  message: string
  warnings: { message: string; item: string | null }[]
  queuedAt: string
  startedAt: string | null
  endedAt: string | null
  error: PlainError | null
  /** What the stages came to, by stage; for `done`. */
  summary: Record<string, unknown>
}
