import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { createBlockCache, planRuns } from '../../src/cog/block-cache.ts'
import { type RangeClientOptions, createRangeClient } from '../../src/cog/range-client.ts'
import { ScarlineError } from '../../src/errors.ts'

const FILE = Uint8Array.from({ length: 300_000 }, (_, i) => Math.imul(i, 2_654_435_761) >>> 24)

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** A server for one test; `handle` answers, or `serveRange` for the usual. */
async function serve(handle: Handler): Promise<{ url: string; ranges: string[] }> {
  const ranges: string[] = []
  const server = createServer((request, response) => {
    ranges.push(String(request.headers.range ?? ''))
    handle(request, response, ranges.length)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  )
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/file.tif?sig=secret`, ranges }
}

function serveRange(request: IncomingMessage, response: ServerResponse): void {
  const [, from = '0', to = ''] = /bytes=(\d+)-(\d*)/.exec(String(request.headers.range)) ?? []
  const start = Number(from)
  const end = Math.min(FILE.length - 1, Number(to || FILE.length - 1))
  if (start >= FILE.length) {
    response.writeHead(416, { 'content-range': `bytes */${FILE.length}` }).end()
    return
  }
  response.writeHead(206, {
    'content-range': `bytes ${start}-${end}/${FILE.length}`,
    'content-length': end - start + 1,
  })
  response.end(FILE.subarray(start, end + 1))
}

/** A client that does not really wait; `waits` notes for how long it would have. */
function testClient(options: RangeClientOptions = {}) {
  const waits: number[] = []
  const client = createRangeClient({
    random: () => 0.5,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      waits.push(ms)
    },
    ...options,
  })
  return { client, waits }
}

async function caught(promise: Promise<unknown>): Promise<ScarlineError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ScarlineError)
  return error as ScarlineError
}

describe('reading ranges over HTTP', () => {
  it('fetches only the blocks that the ranges touch, near ones in one request', async () => {
    const { url, ranges } = await serve(serveRange)
    const { client } = testClient()
    const source = await client.open(url)
    expect(source.sizeBytes).toBe(FILE.length)
    const [a, b, c] = await source.read([
      { offset: 100_000, length: 10 },
      { offset: 120_000, length: 5000 },
      { offset: 280_000, length: 1000 },
    ])
    expect(a).toEqual(FILE.slice(100_000, 100_010))
    expect(b).toEqual(FILE.slice(120_000, 125_000))
    expect(c).toEqual(FILE.slice(280_000, 281_000))
    expect(ranges).toHaveLength(3)
    expect(client.bytesRead()).toBeLessThan(100_000)
  })

  it('does not fetch again what it has', async () => {
    const { url, ranges } = await serve(serveRange)
    const { client } = testClient()
    const source = await client.open(url)
    await source.read([{ offset: 50_000, length: 20_000 }])
    const before = ranges.length
    const [again] = await source.read([{ offset: 55_000, length: 100 }])
    expect(again).toEqual(FILE.slice(55_000, 55_100))
    await client.open(url)
    expect(ranges).toHaveLength(before)
  })

  it('gives less where the file ends', async () => {
    const { url } = await serve(serveRange)
    const source = await testClient().client.open(url)
    const [tail, behind] = await source.read([
      { offset: FILE.length - 5, length: 100 },
      { offset: FILE.length + 5, length: 100 },
    ])
    expect(tail).toEqual(FILE.slice(-5))
    expect(behind).toHaveLength(0)
  })

  it('reads a small file whole where the server ignores ranges', async () => {
    const { url, ranges } = await serve((_, response) => response.end(FILE))
    const source = await testClient().client.open(url)
    const [piece] = await source.read([{ offset: 1000, length: 10 }])
    expect(piece).toEqual(FILE.slice(1000, 1010))
    expect(ranges).toHaveLength(1)
  })

  it('refuses a large one without reading it', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 10 ** 9 })
      response.write(FILE)
    })
    const { client, waits } = testClient()
    const error = await caught(client.open(url))
    expect(error.code).toBe('network')
    expect(error.message).toContain('ignores byte ranges')
    expect(waits).toEqual([])
    expect(client.bytesRead()).toBeLessThan(FILE.length * 2)
  })

  it('refuses other bytes than were asked for', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(206, { 'content-range': `bytes 7-16390/${FILE.length}` })
      response.end(FILE.subarray(7, 16_391))
    })
    expect((await caught(testClient().client.open(url))).message).toContain('bytes 7-16390')
  })
})

describe('trouble on the way', () => {
  it('is waited out with growing waits, then the answer is used', async () => {
    const { url } = await serve((request, response, count) => {
      if (count <= 3) response.writeHead(503).end()
      else serveRange(request, response)
    })
    const { client, waits } = testClient({ firstWaitMs: 100 })
    await client.open(url)
    expect(waits).toEqual([75, 150, 300])
    expect(client.http.statistics.retries).toBe(3)
  })

  it('heeds Retry-After in seconds and as a date', async () => {
    const { url } = await serve((request, response, count) => {
      if (count === 1) response.writeHead(429, { 'retry-after': '7' }).end()
      else if (count === 2)
        response.writeHead(503, { 'retry-after': 'Thu, 01 Jan 1970 00:00:20 GMT' }).end()
      else serveRange(request, response)
    })
    const { client, waits } = testClient({ now: () => 9000 })
    await client.open(url)
    expect(waits).toEqual([7000, 11_000])
  })

  it('of a reset or truncated answer is tried again', async () => {
    const { url } = await serve((request, response, count) => {
      if (count === 1) request.socket.destroy()
      else if (count === 2) {
        response.writeHead(206, {
          'content-range': `bytes 0-16383/${FILE.length}`,
          'content-length': 16_384,
        })
        response.write(FILE.subarray(0, 100), () => request.socket.destroy())
      } else serveRange(request, response)
    })
    const { client, waits } = testClient()
    const source = await client.open(url)
    expect(waits).toHaveLength(2)
    expect((await source.read([{ offset: 0, length: 3 }]))[0]).toEqual(FILE.slice(0, 3))
  })

  it('of a body that stalls is given up and tried again', async () => {
    const { url } = await serve((request, response, count) => {
      if (count > 1) return serveRange(request, response)
      response.writeHead(206, {
        'content-range': `bytes 0-16383/${FILE.length}`,
        'content-length': 16_384,
      })
      response.write(FILE.subarray(0, 100))
    })
    const { client, waits } = testClient({ idleTimeoutMs: 60 })
    await client.open(url)
    expect(waits).toHaveLength(1)
  })

  it('that lasts ends in one line with the address, the status and what to do', async () => {
    const { url } = await serve((_, response) => response.writeHead(500).end())
    const { client } = testClient({ attempts: 3 })
    const error = await caught(client.open(url))
    expect(error.code).toBe('network')
    expect(error.message).toMatch(/file\.tif: the server answered 500 after 3 tries$/)
    expect(error.message).not.toContain('secret')
    expect(error.details['status']).toBe(500)
    expect(error.hint).toBeTruthy()
  })

  it.each([404, 403, 410])('of status %i is not tried again', async (status) => {
    const { url, ranges } = await serve((_, response) => response.writeHead(status).end())
    const error = await caught(testClient().client.open(url))
    expect(error.details['status']).toBe(status)
    expect(ranges).toHaveLength(1)
  })

  it('of a server that is not there names the cause', async () => {
    const { client } = testClient({ attempts: 2 })
    const error = await caught(client.open('http://127.0.0.1:9/x.tif'))
    expect(error.message).toContain('no whole answer after 2 tries')
  })

  it('ends at once when aborted, with the reason of the signal', async () => {
    const { url } = await serve(() => {})
    const controller = new AbortController()
    const opening = testClient().client.open(url, controller.signal)
    setTimeout(() => controller.abort(new Error('enough')), 20)
    await expect(opening).rejects.toThrow('enough')
  })
})

describe('manners', () => {
  it('keep to the number of requests per host', async () => {
    let active = 0
    let peak = 0
    const { url } = await serve((request, response) => {
      peak = Math.max(peak, ++active)
      setTimeout(() => {
        active--
        serveRange(request, response)
      }, 10)
    })
    const { client } = testClient({ concurrencyPerHost: 3 })
    await Promise.all(
      Array.from({ length: 12 }, (_, i) => client.open(`${url}&n=${i}`.replace('file', `f${i}`))),
    )
    expect(peak).toBe(3)
  })
})

describe('other links', () => {
  it('to files on disk are read likewise', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'scarline-range-'))
    const path = join(dir, 'file.bin')
    writeFileSync(path, FILE)
    const { client } = testClient()
    for (const link of [path, pathToFileURL(path).href]) {
      const source = await client.open(link)
      expect((await source.read([{ offset: 5, length: 6 }]))[0]).toEqual(FILE.slice(5, 11))
      await source.close()
    }
    expect(client.bytesRead()).toBe(12)
    rmSync(dir, { recursive: true })
  })

  it('try a refused connection again, unless told not to', async () => {
    const { url } = await serve(serveRange)
    for (const close of closers.splice(0)) await close()
    const patient = testClient()
    expect((await caught(patient.client.open(url))).code).toBe('network')
    expect(patient.waits).toHaveLength(4)
    const hasty = testClient({ retryRefused: false })
    expect((await caught(hasty.client.open(url))).code).toBe('network')
    expect(hasty.waits).toEqual([])
  })

  it('to buckets are refused with what to do', async () => {
    const error = await caught(testClient().client.open('s3://eodata/B04.jp2'))
    expect(error.code).toBe('invalid-input')
    expect(error.hint).toContain('scarline import')
  })
})

describe('the block cache', () => {
  it('drops what was not used for longest', () => {
    const cache = createBlockCache(25)
    for (const key of ['a', 'b']) cache.set(key, new Uint8Array(10))
    cache.get('a')
    cache.set('c', new Uint8Array(10))
    expect([cache.get('a')?.length, cache.get('b'), cache.get('c')?.length]).toEqual([
      10,
      undefined,
      10,
    ])
  })

  it('plans runs over gaps but not over what is there, and cuts long ones', () => {
    const has = (block: number): boolean => block === 2
    expect(planRuns([0, 1, 2, 3, 9], has, 2, 100)).toEqual([
      { first: 0, count: 4 },
      { first: 9, count: 1 },
    ])
    expect(planRuns([0, 1, 2, 3, 4, 5], () => false, 0, 4)).toEqual([
      { first: 0, count: 4 },
      { first: 4, count: 2 },
    ])
  })
})
