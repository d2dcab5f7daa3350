import type { TrackedFrame } from './track.ts'

/**
 * What every long job yields, in order: `started`, then any number of `progress` and `warning`, then
 * `done`. Small JSON; command line, server and queue are thin adapters over this one stream.
 */
export type RunEvent<Summary = unknown> =
  | { type: 'started'; stage: string; total: number | null; message: string }
  | {
      type: 'progress'
      stage: string
      done: number
      total: number | null
      item: string
      /** Estimate of what is left of the stage, seconds; absent where it is not known. */
      secondsLeft?: number
      /** The mask that was made, its files written; only of `track`. */
      mask?: TrackedFrame
    }
  | { type: 'warning'; stage: string; message: string; item: string | null }
  | { type: 'done'; stage: string; message: string; summary: Summary }

/** A long job. Takes an AbortSignal in its options; saves after each item; cleans up in `finally`. */
export type Run<Summary = unknown> = AsyncGenerator<RunEvent<Summary>, Summary, void>
