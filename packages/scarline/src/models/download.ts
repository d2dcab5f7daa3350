import { open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { ScarlineError, diskError } from '@scarline/core'

/** A file to fetch into `path`.part. */
export interface DownloadOptions {
  url: string
  /** Where the file is to be in the end; this function fills `path`.part and leaves it there. */
  path: string
  /** Size that it must have; null where it is not known. */
  bytes: number | null
  fetch: typeof fetch
  signal?: AbortSignal
  /** Milliseconds without a byte after which a connection counts as dead; default 60 000. */
  stallMs?: number
  /** Wait before the second try, doubled for each further one; default 1000. */
  firstWaitMs?: number
}

/** How a download goes on. */
export type DownloadStep =
  | { type: 'progress'; bytes: number; total: number | null }
  /** The server's file is not the one that was begun. */
  | { type: 'restarted' }

/** Tries in a row that bring no byte. */
const TRIES = 4
const STALL_MS = 60_000
const FIRST_WAIT_MS = 1000
const PASSING_STATUSES = new Set([408, 425, 429, 500, 502, 503, 504])

/** What tells whether the rest on the server belongs to what is here. */
interface PartInfo {
  url: string
  /** ETag or date of the last change, fit for If-Range; null where the server gave none. */
  validator: string | null
}

/** A failure that trying again may mend. */
class PassingFailure extends Error {}

/** The name is wrong, or there is no network: trying again at once does not help. */
const LASTING_REASONS = new Set(['ENOTFOUND', 'ERR_INVALID_URL', 'EAI_AGAIN'])

/**
 * Fetches a file, going on where an earlier call was cut off if the server's file is still the same
 * (Range with If-Range). A connection that breaks or stalls is taken up again a few times.
 *
 * @throws ScarlineError `network`, `not-found` or `disk`; what has come stays in `path`.part
 * @throws the signal's reason when aborted; likewise
 */
export async function* download(
  options: DownloadOptions,
): AsyncGenerator<DownloadStep, void, void> {
  const { url, signal } = options
  const part = `${options.path}.part`
  let failures = 0
  for (;;) {
    const before = await sizeOf(part)
    try {
      yield* attempt(options, part)
      return
    } catch (error) {
      signal?.throwIfAborted()
      if (!(error instanceof PassingFailure)) throw error
      const kept = await sizeOf(part)
      failures = kept > before ? 1 : failures + 1
      if (failures >= TRIES || LASTING_REASONS.has(error.message)) {
        const rest = kept > 0 ? `; ${kept} bytes are kept and the next try goes on from there` : ''
        throw new ScarlineError(`could not fetch ${url}: ${error.message}${rest}`, {
          code: 'network',
          cause: error.cause,
          details: { url, keptBytes: kept },
        })
      }
      const wait = options.firstWaitMs ?? FIRST_WAIT_MS
      await sleep(wait * 2 ** (failures - 1), undefined, signal ? { signal } : {})
    }
  }
}

async function* attempt(
  options: DownloadOptions,
  part: string,
): AsyncGenerator<DownloadStep, void, void> {
  const { url, bytes, signal } = options
  const info = await readInfo(part)
  let have = info?.url === url ? await sizeOf(part) : 0
  if (bytes !== null && have === bytes) return
  const stall = new AbortController()
  const stallMs = options.stallMs ?? STALL_MS
  const timer = setTimeout(() => stall.abort(), stallMs)
  try {
    const response = await request(options, have, info, stall.signal)
    if (response.status === 416) {
      await response.body?.cancel()
      await discardPart(options.path)
      throw new PassingFailure('the server has less than was fetched already')
    }
    const total = totalOf(response, have)
    if (bytes !== null && total !== null && total !== bytes) {
      await response.body?.cancel()
      throw new ScarlineError(`${url} has ${total} bytes, expected ${bytes}`, {
        code: 'network',
        details: { url, total, expected: bytes },
      })
    }
    if (response.status !== 206 && have > 0) {
      have = 0
      yield { type: 'restarted' }
    }
    yield { type: 'progress', bytes: have, total: total ?? bytes }
    if (have === 0) await beginPart(part, { url, validator: validatorOf(response) })
    const file = await open(part, 'r+').catch((error: unknown) => {
      throw diskError(error, `write ${part}`)
    })
    try {
      for await (const chunk of bodyOf(response)) {
        timer.refresh()
        signal?.throwIfAborted()
        await writeAll(file, chunk, have, part)
        have += chunk.length
        yield { type: 'progress', bytes: have, total: total ?? bytes }
      }
      await file.sync()
    } finally {
      await file.close()
    }
    const wanted = total ?? bytes
    if (wanted !== null && have < wanted) throw new PassingFailure(`it broke off at ${have} bytes`)
  } catch (error) {
    if (stall.signal.aborted) throw new PassingFailure(`no byte came in ${stallMs / 1000} s`)
    throw error
  } finally {
    clearTimeout(timer)
  }
}

async function request(
  options: DownloadOptions,
  have: number,
  info: PartInfo | null,
  stalled: AbortSignal,
): Promise<Response> {
  const { url, signal } = options
  const headers: Record<string, string> = { 'accept-encoding': 'identity' }
  if (have > 0) {
    headers['range'] = `bytes=${have}-`
    if (info?.validator) headers['if-range'] = info.validator
  }
  let response: Response
  try {
    response = await options.fetch(url, {
      headers,
      signal: signal ? AbortSignal.any([signal, stalled]) : stalled,
    })
  } catch (error) {
    throw new PassingFailure(reasonOf(error), { cause: error })
  }
  const { status } = response
  if (status === 200 || status === 206 || (status === 416 && have > 0)) return response
  await response.body?.cancel()
  if (PASSING_STATUSES.has(status)) throw new PassingFailure(`it answered ${status}`)
  throw new ScarlineError(`${url} answered ${status}, expected the file`, {
    code: status === 404 || status === 410 ? 'not-found' : 'network',
    details: { url, status },
  })
}

async function* bodyOf(response: Response): AsyncGenerator<Uint8Array, void, void> {
  if (!response.body) return
  const chunks = response.body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  try {
    for (;;) {
      const step = await chunks.next().catch((error: unknown) => {
        throw new PassingFailure(reasonOf(error), { cause: error })
      })
      if (step.done) return
      yield step.value
    }
  } finally {
    await chunks.return?.().catch(() => {})
  }
}

/** Why a fetch failed, in a word: Node hides the reason in the cause. */
function reasonOf(error: unknown): string {
  const cause = (error as { cause?: { code?: string; message?: string } } | null)?.cause
  return cause?.code ?? cause?.message ?? (error instanceof Error ? error.message : String(error))
}

/** Size of the whole file as the answer tells it; null where it does not. */
function totalOf(response: Response, have: number): number | null {
  if (response.status === 206) {
    const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '')
    if (range && Number(range[1]) === have) return Number(range[2])
    throw new ScarlineError(
      `${response.url} answered with another part (${response.headers.get('content-range')}), expected it from byte ${have}`,
      { code: 'network' },
    )
  }
  const length = response.headers.get('content-length')
  return length === null || response.headers.has('content-encoding') ? null : Number(length)
}

/** What may stand in If-Range: a strong ETag, or the date of the last change. */
function validatorOf(response: Response): string | null {
  const etag = response.headers.get('etag')
  if (etag !== null && !etag.startsWith('W/')) return etag
  return response.headers.get('last-modified')
}

async function writeAll(
  file: Awaited<ReturnType<typeof open>>,
  chunk: Uint8Array,
  position: number,
  part: string,
): Promise<void> {
  try {
    for (let at = 0; at < chunk.length;) {
      at += (await file.write(chunk, at, chunk.length - at, position + at)).bytesWritten
    }
  } catch (error) {
    throw diskError(error, `write ${part}`)
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}

async function readInfo(part: string): Promise<PartInfo | null> {
  try {
    const value = JSON.parse(await readFile(`${part}.json`, 'utf8')) as Partial<PartInfo>
    const { url, validator } = value
    return typeof url === 'string' ? { url, validator: validator ?? null } : null
  } catch {
    return null
  }
}

/** An empty part, with what it is a part of. */
async function beginPart(part: string, info: PartInfo): Promise<void> {
  try {
    await writeFile(part, '')
    await writeFile(`${part}.json`, JSON.stringify(info))
  } catch (error) {
    throw diskError(error, `write ${part}`)
  }
}

/** Throws what was fetched of a file away. */
export async function discardPart(path: string): Promise<void> {
  await rm(`${path}.part`, { force: true })
  await rm(`${path}.part.json`, { force: true })
}
