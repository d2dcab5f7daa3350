import { setTimeout as delay } from 'node:timers/promises'

/** Something that goes wrong on purpose, to see what a client makes of it. */
export type ArchiveFault = {
  /** Requests whose path and query match. */
  path: RegExp
  /** Only requests of this method. */
  method?: string
  /** How many matching requests are hit before all is well again; default: all. */
  times?: number
} & (
  | {
      /** Answers with an error status, such as 404, 429 or 500. */
      kind: 'status'
      status: number
      /** Value of Retry-After: seconds, or an HTTP date. */
      retryAfter?: string
    }
  | {
      /** Sends the body in small pieces. */
      kind: 'slow'
      bytesPerSecond: number
      /** Silence before the first byte, milliseconds. */
      firstByteMs?: number
    }
  | {
      /** Promises the whole body and hangs up in the middle of it. */
      kind: 'truncate'
      afterBytes: number
    }
  | {
      /** Resets the connection without an answer. */
      kind: 'reset'
    }
)

/** Faults with a memory of how often each has struck. */
export interface FaultPlan {
  /** The first fault that applies to a request, counted as used; null where none does. */
  take(method: string, pathAndQuery: string): ArchiveFault | null
  replace(faults: readonly ArchiveFault[]): void
}

export function createFaultPlan(initial: readonly ArchiveFault[]): FaultPlan {
  let armed = initial.map((fault) => ({ fault, left: fault.times ?? Infinity }))
  return {
    take(method, pathAndQuery) {
      const hit = armed.find(
        ({ fault, left }) =>
          left > 0 &&
          (fault.method === undefined || fault.method === method) &&
          new RegExp(fault.path.source, fault.path.flags.replace('g', '')).test(pathAndQuery),
      )
      if (!hit) return null
      hit.left--
      return hit.fault
    },
    replace(faults) {
      armed = faults.map((fault) => ({ fault, left: fault.times ?? Infinity }))
    },
  }
}

/** A body cut into pieces of a tenth of a second each. */
export async function* trickle(
  body: Uint8Array,
  bytesPerSecond: number,
  firstByteMs: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const size = Math.max(1, Math.round(bytesPerSecond / 10))
  await delay(firstByteMs, undefined, { signal })
  for (let at = 0; at < body.length; at += size) {
    yield body.subarray(at, at + size)
    await delay(100, undefined, { signal })
  }
}
