/** A server's answer that is not the one wanted. */
export class HttpStatusError extends Error {
  readonly status: number
  readonly retryAfter: string | null

  constructor(status: number, retryAfter: string | null) {
    super(`HTTP ${status}`)
    this.status = status
    this.retryAfter = retryAfter
  }
}

/** A body that ended early, never came, or is larger than wanted. */
export class HttpBodyError extends Error {
  readonly final: boolean

  constructor(message: string, final: boolean) {
    super(message)
    this.final = final
  }
}

/** How long to wait before trying again. */
export interface RetryPolicy {
  firstWaitMs: number
  maxWaitMs: number
  /** 0 <= value < 1. */
  random: () => number
  /** Milliseconds since 1970, for a Retry-After given as a date. */
  now: () => number
}

const PASSING_STATUSES = new Set([408, 425, 429, 500, 502, 503, 504])
/** The name or address is wrong: waiting does not help. */
const LASTING_CAUSES = new Set(['ENOTFOUND', 'EINVAL', 'ERR_INVALID_URL', 'UND_ERR_INVALID_ARG'])

/** Nobody answers at the address now. */
const REFUSED_CAUSES = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'])

/**
 * Whether trying again may help: overload, resets, truncated and stalled bodies.
 *
 * @param retryRefused whether a refused connection or an unreachable host counts as passing
 */
export function isWorthRetrying(error: unknown, retryRefused = true): boolean {
  if (error instanceof HttpStatusError) return PASSING_STATUSES.has(error.status)
  if (error instanceof HttpBodyError) return !error.final
  const cause = (error as { cause?: { code?: string } } | null)?.cause
  if (cause?.code !== undefined && LASTING_CAUSES.has(cause.code)) return false
  if (!retryRefused && cause?.code !== undefined && REFUSED_CAUSES.has(cause.code)) return false
  // fetch reports everything that happens on the wire as a TypeError.
  return error instanceof TypeError
}

/**
 * Wait before the next try, ms: what the server asked for (Retry-After in seconds or as a date),
 * else exponential back-off with full jitter over its upper half, both capped.
 *
 * @param attempt tries made so far, 1 or more
 */
export function retryWaitMs(error: unknown, attempt: number, policy: RetryPolicy): number {
  const asked =
    error instanceof HttpStatusError ? retryAfterMs(error.retryAfter, policy.now()) : null
  const backOff = policy.firstWaitMs * 2 ** (attempt - 1) * (0.5 + policy.random() / 2)
  return Math.min(policy.maxWaitMs, Math.max(asked ?? 0, backOff))
}

function retryAfterMs(value: string | null, nowMs: number): number | null {
  if (value === null) return null
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs)
}
