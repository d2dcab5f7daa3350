import type { TrackedFrame } from './track.ts'

/** An error as the studio's server says it. */
export interface PlainError {
  code: string
  message: string
  /** One imperative sentence; null where there is none. */
  hint: string | null
}

/** Long work; `import` comes with files and has a route of its own. */
export type JobKind =
  | 'acquire'
  | 'import'
  | 'frames'
  | 'track'
  | 'analyse'
  | 'report'
  | 'run'
  | 'export'

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
}

/** Body of `POST /api/sites/:id/jobs`. */
export interface JobRequest {
  kind: Exclude<JobKind, 'import'>
  options?: JobOptions | undefined
}

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'

/** A long job. */
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
  /** UTC ISO 8601. */
  queuedAt: string
  startedAt: string | null
  endedAt: string | null
  error: PlainError | null
  /** What the stages came to, by stage. */
  summary: Record<string, unknown>
}

/** What a tab is told of its site. */
export type StudioNews =
  /** A job was queued, began or ended. */
  | { type: 'job'; job: Job }
  | {
      type: 'progress'
      jobId: string
      stage: string
      done: number
      total: number | null
      item: string
      secondsLeft: number | null
    }
  | { type: 'warning'; jobId: string; message: string; item: string | null }
  /** A propagation has made a mask; its picture can be fetched. */
  | { type: 'mask'; jobId: string; mask: TrackedFrame }
  /** Read the site again. `missed`: events before this one are lost to this tab. */
  | { type: 'changed'; revision: number; missed: boolean }
  | { type: 'done'; jobId: string; summary: Record<string, unknown> }
  | { type: 'error'; jobId: string; error: PlainError }

/** One server-sent event: news with its place in the site's sequence. */
export type StudioEvent = StudioNews & { seq: number }
