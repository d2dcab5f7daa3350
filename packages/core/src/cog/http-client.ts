import pLimit, { type LimitFunction } from 'p-limit'
import { ScarlineError } from '../errors.ts'
import {
  HttpBodyError,
  HttpStatusError,
  type RetryPolicy,
  isWorthRetrying,
  retryWaitMs,
} from './retry.ts'

/** What an {@link HttpClient} may be told; all have defaults. */
export interface HttpClientOptions {
  /** Requests under way at once per host; 8. */
  concurrencyPerHost?: number
  /** Tries per request, the first included; 5. */
  attempts?: number
  /** Whether a refused connection is tried again, as an archive that restarts may ask for; true. */
  retryRefused?: boolean
  /** A body or answer from which nothing came for this long is given up, ms; 30,000. */
  idleTimeoutMs?: number
  /** First wait before a retry, ms; 500. It doubles with each, up to `maxWaitMs` (60,000). */
  firstWaitMs?: number
  maxWaitMs?: number
  headers?: Readonly<Record<string, string>>
  /** For tests: the effects. */
  fetch?: typeof fetch
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>
  /** 0 <= value < 1, for jitter. */
  random?: () => number
  now?: () => number
}

/** One request; the body is read whole into memory. */
export interface HttpRequest {
  method?: 'GET' | 'POST'
  headers?: Readonly<Record<string, string>>
  body?: string
  /** Larger bodies are refused before they are read, bytes. */
  maxBytes: number
  /** Statuses that are answers rather than errors besides 2xx, e.g. 416. */
  accept?: readonly number[]
}

export interface HttpAnswer {
  status: number
  headers: Headers
  body: Uint8Array<ArrayBuffer>
  /** Where the answer came from after redirects. */
  url: string
}

/** Totals since the client was made. */
export interface HttpStatistics {
  requests: number
  retries: number
  bytesReceived: number
}

/** HTTP with manners: few requests at once per host, back-off with jitter, Retry-After heeded. */
export interface HttpClient {
  readonly statistics: Readonly<HttpStatistics>
  /**
   * @throws ScarlineError `network`, `details.status` where the server answered; the signal's reason
   * when aborted
   */
  request(url: string, request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer>
}

/** Makes an {@link HttpClient} over `fetch`. */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  const statistics: HttpStatistics = { requests: 0, retries: 0, bytesReceived: 0 }
  const limits = new Map<string, LimitFunction>()
  const attempts = options.attempts ?? 5
  const policy: RetryPolicy = {
    firstWaitMs: options.firstWaitMs ?? 500,
    maxWaitMs: options.maxWaitMs ?? 60_000,
    random: options.random ?? Math.random,
    now: options.now ?? Date.now,
  }
  const sleep = options.sleep ?? abortableSleep
  const once = (url: string, request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer> =>
    fetchOnce(
      options.fetch ?? fetch,
      url,
      { ...request, headers: { ...options.headers, ...request.headers } },
      options.idleTimeoutMs ?? 30_000,
      statistics,
      signal,
    )
  const limitOf = (url: string): LimitFunction => {
    const host = hostOf(url)
    const limit = limits.get(host) ?? pLimit(options.concurrencyPerHost ?? 8)
    limits.set(host, limit)
    return limit
  }
  return {
    statistics,
    async request(url, request, signal): Promise<HttpAnswer> {
      const limit = limitOf(url)
      for (let attempt = 1; ; attempt++) {
        signal?.throwIfAborted()
        try {
          return await limit(async () => {
            signal?.throwIfAborted()
            return once(url, request, signal)
          })
        } catch (error) {
          signal?.throwIfAborted()
          if (attempt >= attempts || !isWorthRetrying(error, options.retryRefused))
            throw describe(error, url, attempt)
          statistics.retries++
          await sleep(retryWaitMs(error, attempt, policy), signal)
        }
      }
    },
  }
}

async function fetchOnce(
  fetchNow: typeof fetch,
  url: string,
  request: HttpRequest,
  idleTimeoutMs: number,
  statistics: HttpStatistics,
  signal?: AbortSignal,
): Promise<HttpAnswer> {
  const controller = new AbortController()
  const idle = new HttpBodyError(`nothing came for ${idleTimeoutMs / 1000} s`, false)
  const slow = new HttpBodyError(`the answer took over ${idleTimeoutMs / 100} s`, false)
  const forward = (): void => controller.abort(signal?.reason)
  signal?.addEventListener('abort', forward, { once: true })
  let idleTimer = setTimeout(() => controller.abort(idle), idleTimeoutMs)
  // A body that trickles in byte by byte is never idle.
  const wholeTimer = setTimeout(() => controller.abort(slow), idleTimeoutMs * 10)
  const stillComing = (): void => {
    clearTimeout(idleTimer)
    idleTimer = setTimeout(() => controller.abort(idle), idleTimeoutMs)
  }
  try {
    statistics.requests++
    const response = await fetchNow(url, {
      method: request.method ?? 'GET',
      headers: { ...request.headers },
      ...(request.body === undefined ? {} : { body: request.body }),
      signal: controller.signal,
    })
    stillComing()
    if (!response.ok && !request.accept?.includes(response.status)) {
      await response.body?.cancel()
      throw new HttpStatusError(response.status, response.headers.get('retry-after'))
    }
    const body = await readBody(response, request.maxBytes, statistics, stillComing)
    return { status: response.status, headers: response.headers, body, url: response.url || url }
  } catch (error) {
    if (controller.signal.aborted) throw controller.signal.reason
    throw error
  } finally {
    clearTimeout(idleTimer)
    clearTimeout(wholeTimer)
    signal?.removeEventListener('abort', forward)
  }
}

async function readBody(
  response: Response,
  maxBytes: number,
  statistics: HttpStatistics,
  stillComing: () => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const encoded = response.headers.has('content-encoding')
  const announced = Number(response.headers.get('content-length') ?? NaN)
  if (announced > maxBytes) {
    await response.body?.cancel()
    throw new HttpBodyError(`got a body of ${announced} bytes, expected at most ${maxBytes}`, true)
  }
  const chunks: Uint8Array[] = []
  let length = 0
  if (response.body) {
    for await (const chunk of response.body as ReadableStream<Uint8Array>) {
      stillComing()
      length += chunk.byteLength
      statistics.bytesReceived += chunk.byteLength
      if (length > maxBytes) {
        throw new HttpBodyError(`got over ${length} bytes, expected at most ${maxBytes}`, true)
      }
      chunks.push(chunk)
    }
  }
  if (!encoded && Number.isFinite(announced) && length < announced) {
    throw new HttpBodyError(`the body ended after ${length} of ${announced} bytes`, false)
  }
  const body = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.byteLength
  }
  return body
}

function describe(error: unknown, url: string, attempts: number): ScarlineError {
  const tries = attempts > 1 ? ` after ${attempts} tries` : ''
  const shown = withoutSecrets(url)
  if (error instanceof ScarlineError) return error
  if (error instanceof HttpStatusError) {
    const { status } = error
    return new ScarlineError(`${shown}: the server answered ${status}${tries}`, {
      code: 'network',
      hint: hintFor(status),
      details: { url: shown, status, attempts },
      cause: error,
    })
  }
  const cause = (error as { cause?: { code?: string; message?: string } }).cause
  const what = cause?.code ?? cause?.message ?? (error as Error).message
  return new ScarlineError(`${shown}: no whole answer${tries} (${what})`, {
    code: 'network',
    hint: 'Check the connection and the address, then run the command again: it resumes.',
    details: { url: shown, attempts },
    cause: error,
  })
}

function hintFor(status: number): string {
  if (status === 401 || status === 403)
    return 'Use an archive that needs no login, or sign the links.'
  if (status === 404 || status === 410)
    return 'Check the address; the archive no longer has this file.'
  if (status === 429)
    return 'The archive asks for fewer requests: try later or with --concurrency 2.'
  if (status >= 500) return 'The archive is in trouble: run the command again later, it resumes.'
  return 'Check the address and that it is a STAC archive.'
}

/** A link without its query, which may carry a signature. */
export function withoutSecrets(url: string): string {
  return url.replace(/\?.*$/s, '')
}

function hostOf(url: string): string {
  try {
    return new URL(url).host
  } catch {
    throw new ScarlineError(`got the address ${url}, expected http:// or https://`, {
      code: 'invalid-input',
      hint: 'Check the address.',
    })
  }
}

function abortableSleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal?.reason as Error)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop, { once: true })
  })
}
