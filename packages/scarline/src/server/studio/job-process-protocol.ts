import type { RunEvent, ScarlineErrorCode } from '@scarline/core'
import type { JobOrder } from './job-types.ts'

/** What the server tells a job's process. */
export type JobCall = { type: 'start'; dir: string; request: JobOrder } | { type: 'cancel' }

/** What a job's process tells the server. `cancelled` and `failed` come last, as does `ended`. */
export type JobReply =
  | { type: 'event'; event: RunEvent }
  | { type: 'ended' }
  | { type: 'cancelled' }
  | { type: 'failed'; code: ScarlineErrorCode; message: string; hint: string | null }
