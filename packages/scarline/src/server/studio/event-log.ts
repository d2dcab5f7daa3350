import type { StudioEvent, StudioNews } from '@scarline/core'

/** The last events of one site, and who listens. */
export interface EventLog {
  /** Of the last event. */
  readonly seq: number
  readonly listeners: number
  publish(event: StudioNews): void
  /**
   * The events after `since`, or null where some of them are no longer known (too old, or of another
   * run of the server).
   */
  after(since: number): StudioEvent[] | null
  /** @returns takes the listener off */
  listen(listener: (event: StudioEvent) => void): () => void
}

const KEPT = 2000

/**
 * @param firstSeq numbers start above; of the clock, so that a tab which outlives the server never
 * takes new events for old ones
 */
export function createEventLog(firstSeq: number): EventLog {
  const kept: StudioEvent[] = []
  const listeners = new Set<(event: StudioEvent) => void>()
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
      const numbered: StudioEvent = { ...event, seq }
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
