import { fileURLToPath } from 'node:url'
import { ScarlineError } from '../errors.ts'
import { createBlockCache, planRuns } from './block-cache.ts'
import { type ByteRange, type ByteSource, bytesSource, fileSource } from './byte-source.ts'
import {
  type HttpAnswer,
  type HttpClient,
  type HttpClientOptions,
  createHttpClient,
  withoutSecrets,
} from './http-client.ts'
import { HttpBodyError } from './retry.ts'

/** Options of a {@link RangeClient} besides those of its HTTP client. */
export interface RangeClientOptions extends HttpClientOptions {
  /** Blocks kept in memory, bytes; 32 MiB. */
  cacheBytes?: number
  /** Largest file that is read whole where a server ignores ranges, bytes; 64 MiB. */
  maxWholeFileBytes?: number
}

/** Reads byte ranges of files over HTTP or from disk, and plain HTTP requests by the same rules. */
export interface RangeClient {
  readonly http: HttpClient
  /** Bytes that came over the wire or from disk so far. */
  bytesRead(): number
  /**
   * Opens `https://…`, `file://…` or a path. One request is made: the first block of the file.
   * @throws ScarlineError `network`, `not-found`, `invalid-input` (a scheme that cannot be read)
   */
  open(url: string, signal?: AbortSignal): Promise<ByteSource>
}

/** 16 KiB: holds the whole directory of a cloud-optimised Sentinel-2 band. */
const BLOCK_BYTES = 16_384
/** Fetching 32 KiB too much is quicker than another request. */
const MAX_GAP_BLOCKS = 2
const MAX_RUN_BLOCKS = 512

/** Makes a {@link RangeClient}. */
export function createRangeClient(options: RangeClientOptions = {}): RangeClient {
  const http = createHttpClient(options)
  const cache = createBlockCache(options.cacheBytes ?? 32 * 2 ** 20)
  const maxWholeFileBytes = options.maxWholeFileBytes ?? 64 * 2 ** 20
  let diskBytes = 0

  async function openHttp(url: string, signal?: AbortSignal): Promise<ByteSource> {
    const name = withoutSecrets(url)
    const headKey = `${name}#size`
    const known = cache.get(headKey)
    let sizeBytes = known ? Number(new TextDecoder().decode(known)) : null
    const blockKey = (block: number): string => `${name}#${block}`
    if (sizeBytes === null) {
      const answer = await fetchRange(http, url, 0, BLOCK_BYTES, maxWholeFileBytes, signal)
      if (answer.status === 416) return bytesSource(new Uint8Array(), name)
      if (answer.status === 200) return bytesSource(answer.body, name)
      sizeBytes = totalOf(answer)
      cache.set(blockKey(0), answer.body)
      if (sizeBytes !== null) cache.set(headKey, new TextEncoder().encode(String(sizeBytes)))
    }
    const size = sizeBytes
    const read = async (
      ranges: readonly ByteRange[],
      signal?: AbortSignal,
    ): Promise<Uint8Array<ArrayBuffer>[]> => {
      // Held here, not only in the cache, which may drop them before the ranges are put together.
      const held = new Map<number, Uint8Array>()
      const needed = ranges.flatMap((range) => blocksOf(range, size))
      for (const block of needed) {
        const cached = cache.get(blockKey(block))
        if (cached) held.set(block, cached)
      }
      const runs = planRuns(needed, (block) => held.has(block), MAX_GAP_BLOCKS, MAX_RUN_BLOCKS)
      await Promise.all(
        runs.map(async ({ first, count }) => {
          const start = first * BLOCK_BYTES
          const end = Math.min((first + count) * BLOCK_BYTES, size ?? Infinity)
          const answer = await fetchRange(http, url, start, end - start, maxWholeFileBytes, signal)
          const bytes =
            answer.status === 416
              ? new Uint8Array()
              : answer.status === 200
                ? answer.body.subarray(start, end)
                : answer.body
          for (let i = 0; i < count; i++) {
            // Copies, so that a small block does not keep a long run in memory.
            const block = bytes.slice(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES)
            held.set(first + i, block)
            cache.set(blockKey(first + i), block)
          }
        }),
      )
      return ranges.map((range) => assemble(range, held))
    }
    return { name, sizeBytes: size, read, close: async (): Promise<void> => {} }
  }

  async function openDisk(path: string): Promise<ByteSource> {
    const source = await fileSource(path)
    return {
      ...source,
      async read(ranges, signal): Promise<Uint8Array<ArrayBuffer>[]> {
        const pieces = await source.read(ranges, signal)
        for (const { byteLength } of pieces) diskBytes += byteLength
        return pieces
      },
    }
  }

  return {
    http,
    bytesRead: () => http.statistics.bytesReceived + diskBytes,
    async open(url, signal): Promise<ByteSource> {
      signal?.throwIfAborted()
      const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(url)?.[1]?.toLowerCase()
      if (scheme === 'http' || scheme === 'https') return openHttp(url, signal)
      if (scheme === 'file') return openDisk(fileURLToPath(url))
      if (scheme === undefined) return openDisk(url)
      throw new ScarlineError(`got the link ${url}, expected http://, https:// or a file`, {
        code: 'invalid-input',
        hint: 'Use an archive with public https links (earth-search), or download the products and use scarline import.',
        details: { url, scheme },
      })
    },
  }
}

async function fetchRange(
  http: HttpClient,
  url: string,
  start: number,
  length: number,
  maxWholeFileBytes: number,
  signal?: AbortSignal,
): Promise<HttpAnswer> {
  const request = {
    headers: { range: `bytes=${start}-${start + length - 1}` },
    maxBytes: Math.max(length, maxWholeFileBytes),
    accept: [416],
  }
  const answer = await http.request(url, request, signal).catch((error: unknown) => {
    const cause = error instanceof ScarlineError ? error.cause : undefined
    if (!(cause instanceof HttpBodyError && cause.final)) throw error
    throw new ScarlineError(
      `${withoutSecrets(url)}: asked for ${length} bytes, the server ignores byte ranges and ${cause.message}`,
      {
        code: 'network',
        hint: 'Use an archive whose server answers byte ranges, or download the files and use scarline import.',
        details: { url: withoutSecrets(url) },
        cause,
      },
    )
  })
  if (answer.status === 206) {
    const from = /^bytes\s+(\d+)-(\d+)\//.exec(answer.headers.get('content-range') ?? '')
    const total = totalOf(answer)
    const expected = total === null ? length : Math.min(length, total - start)
    if ((from && Number(from[1]) !== start) || answer.body.byteLength < expected) {
      throw new ScarlineError(
        `${withoutSecrets(url)}: asked for bytes ${start}-${start + length - 1}, got ${answer.headers.get('content-range') ?? `${answer.body.byteLength} bytes`}`,
        {
          code: 'network',
          hint: 'The server answers byte ranges wrongly: use another archive.',
          details: { url: withoutSecrets(url), status: 206 },
        },
      )
    }
    // Some servers send more than was asked for.
    if (answer.body.byteLength > length) return { ...answer, body: answer.body.slice(0, length) }
  }
  return answer
}

function totalOf(answer: HttpAnswer): number | null {
  const total = /\/(\d+)\s*$/.exec(answer.headers.get('content-range') ?? '')?.[1]
  return total === undefined ? null : Number(total)
}

function blocksOf({ offset, length }: ByteRange, sizeBytes: number | null): number[] {
  const end = Math.min(offset + length, sizeBytes ?? Infinity)
  const blocks: number[] = []
  for (let i = Math.floor(offset / BLOCK_BYTES); i * BLOCK_BYTES < end; i++) blocks.push(i)
  return blocks
}

function assemble(
  { offset, length }: ByteRange,
  blocks: ReadonlyMap<number, Uint8Array>,
): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(length)
  let filled = 0
  while (filled < length) {
    const at = offset + filled
    const block = blocks.get(Math.floor(at / BLOCK_BYTES))
    const piece = block?.subarray(at % BLOCK_BYTES, (at % BLOCK_BYTES) + length - filled)
    if (!piece || piece.byteLength === 0) break
    result.set(piece, filled)
    filled += piece.byteLength
  }
  return filled === length ? result : result.slice(0, filled)
}
