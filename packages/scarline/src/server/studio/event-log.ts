import type { TrackedFrame } from '@scarline/core'
import type { Job, PlainError } from './job-types.ts'

/** What a tab is told of its site. */
export type StudioEvent =
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

/** An event with its place in the site's sequence. */
export type NumberedEvent = StudioEvent & { seq: number }

/** The last events of one site, and who listens. */
export interface EventLog {
  /** Of the last event. */
  readonly seq: number
  readonly listeners: number
  publish(event: StudioEvent): void
  /**
   * The events after `since`, or null where some of them are no longer known (too old, or of another
   * run of the server).
   */
  after(since: number): NumberedEvent[] | null
  /** @returns takes the listener off */
  listen(listener: (event: NumberedEvent) => void): () => void
}

const KEPT = 2000

/**
 * @param firstSeq numbers start above; of the clock, so that a tab which outlives the server never
 * takes new events for old ones
 */
export function createEventLog(firstSeq: number): EventLog {
  const kept: NumberedEvent[] = []
  const listeners = new Set<(event: NumberedEvent) => void>()
  let seq = firstSeq
  return {
    get seq() {
      return seq
    },
    get listeners() {
      return listeners.size
    },
    publish(event) {
      seq += 1
      const numbered: NumberedEvent = { ...event, seq }
      kept.push(numbered)
      if (kept.length > KEPT) kept.shift()
      for (const listener of listeners) listener(numbered)
    },
    after(since) {
      const oldest = kept[0]?.seq ?? seq + 1
      if (since > seq || since < oldest - 1) return null
      return kept.filter((event) => event.seq > since)
    },
    listen(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}
