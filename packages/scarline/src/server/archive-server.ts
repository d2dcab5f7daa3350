import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type HttpBindings, createAdaptorServer } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Context, Hono } from 'hono'
import { type ArchiveFault, createFaultPlan, trickle } from './archive-faults.ts'
import { type FileAnswer, answerFile } from './archive-files.ts'
import { openItems } from './archive-items.ts'
import { type ArchiveItem, BadRequest, parseSearch, selectItems } from './archive-search.ts'
import { catalogue, collectionOf, conformance, withLinks } from './archive-documents.ts'

/** Requests since the start or the last reset. */
export interface ArchiveRequests {
  count: number
  /** Bytes of bodies handed to the network. */
  bytes: number
  /** Requests that asked for a range of bytes. */
  ranges: number
  byPath: Map<string, { count: number; bytes: number }>
  /** By HTTP status; 0 for connections that were reset on purpose. */
  byStatus: Map<number, number>
  /** Requests being answered now, and the most that there were at once. */
  active: number
  peakActive: number
}

/** A running archive server; loopback only. */
export interface ArchiveServer extends AsyncDisposable {
  /** Root of the STAC API, without a slash at the end. */
  readonly url: string
  readonly requests: ArchiveRequests
  resetRequests(): void
  /** Replaces all faults. */
  setFaults(faults: readonly ArchiveFault[]): void
  /** Ends all connections. */
  close(): Promise<void>
}

export interface ArchiveServerOptions {
  /** Folder with items.json (a FeatureCollection of STAC items) and the assets it names. */
  dir: string
  /** Default 0: any free port. */
  port?: number
  host?: '127.0.0.1' | '::1' | 'localhost'
  faults?: readonly ArchiveFault[]
  /** How POST searches page: `merge` sends the token only, `body` the whole next body. */
  postPaging?: 'merge' | 'body'
}

type Env = { Bindings: HttpBindings }

function noRequests(): ArchiveRequests {
  return {
    count: 0,
    bytes: 0,
    ranges: 0,
    byPath: new Map(),
    byStatus: new Map(),
    active: 0,
    peakActive: 0,
  }
}

/**
 * Serves a folder of STAC items and assets as a STAC API (core, collections, features, item search
 * with sorting and paging) with HTTP ranges, for demos and tests.
 *
 * @throws ScarlineError `invalid-input` where the folder holds no items.json
 */
export async function startArchiveServer(options: ArchiveServerOptions): Promise<ArchiveServer> {
  const { dir, port = 0, host = '127.0.0.1', postPaging = 'merge' } = options
  const source = await openItems(dir)
  const faults = createFaultPlan(options.faults ?? [])
  const requests = noRequests()
  const app = new Hono<Env>()

  app.use(async (c, next) => {
    requests.count++
    requests.active++
    requests.peakActive = Math.max(requests.peakActive, requests.active)
    if (c.req.header('range') !== undefined) requests.ranges++
    c.env.outgoing.once('close', () => {
      requests.active--
    })
    const url = new URL(c.req.url)
    const fault = faults.take(c.req.method, url.pathname + url.search)
    if (fault?.kind === 'reset') {
      count(requests, url.pathname, 0, 0)
      c.env.outgoing.socket?.resetAndDestroy()
      return RESPONSE_ALREADY_SENT
    }
    if (fault?.kind === 'status') {
      count(requests, url.pathname, fault.status, 0)
      const headers: Record<string, string> = { 'content-type': 'application/json' }
      if (fault.retryAfter !== undefined) headers['retry-after'] = fault.retryAfter
      return new Response(JSON.stringify({ code: fault.status, description: 'injected fault' }), {
        status: fault.status,
        headers,
      })
    }
    await next()
    const body = new Uint8Array(await c.res.arrayBuffer())
    const declared = c.req.method === 'HEAD' ? 0 : body.length
    count(requests, url.pathname, c.res.status, declared)
    if (fault) {
      await sendFaulty(c, fault, body)
      c.res = undefined
      c.res = RESPONSE_ALREADY_SENT
      return undefined
    }
    c.res = new Response(c.req.method === 'HEAD' || body.length === 0 ? null : body, c.res)
    return undefined
  })

  app.onError((error, c) => {
    const bad = error instanceof BadRequest
    const code = bad ? 'BadRequest' : 'InternalServerError'
    return c.json({ code, description: error.message }, bad ? 400 : 500)
  })

  const root = (c: Context<Env>): string => new URL(c.req.url).origin
  const groups = async (): Promise<Map<string, ArchiveItem[]>> => {
    const map = new Map<string, ArchiveItem[]>()
    for (const item of await source.items()) {
      map.set(item.collection, [...(map.get(item.collection) ?? []), item])
    }
    return map
  }
  const notFound = (c: Context<Env>, what: string): Response =>
    c.json({ code: 'NotFound', description: `${what} does not exist` }, 404)

  app.get('/', async (c) => c.json(catalogue(root(c), [...(await groups()).keys()])))
  app.get('/conformance', (c) => c.json(conformance()))
  app.get('/collections', async (c) => {
    const collections = [...(await groups())].map(([id, items]) => collectionOf(root(c), id, items))
    return c.json({ collections, links: [{ rel: 'self', href: `${root(c)}/collections` }] })
  })
  app.get('/collections/:id', async (c) => {
    const items = (await groups()).get(c.req.param('id'))
    if (!items) return notFound(c, `collection ${c.req.param('id')}`)
    return c.json(collectionOf(root(c), c.req.param('id'), items))
  })
  app.get('/collections/:id/items', async (c) => {
    const id = c.req.param('id')
    if (!(await groups()).has(id)) return notFound(c, `collection ${id}`)
    return answerSearch(c, { ...c.req.query(), collections: id }, 'GET')
  })
  app.get('/collections/:id/items/:item', async (c) => {
    const items = (await groups()).get(c.req.param('id')) ?? []
    const item = items.find(({ id }) => id === c.req.param('item'))
    if (!item) return notFound(c, `item ${c.req.param('item')}`)
    return geojson(withLinks(item, root(c)))
  })
  app.get('/search', (c) => answerSearch(c, c.req.query(), 'GET'))
  app.post('/search', async (c) => {
    const body: unknown = await c.req.json().catch(() => null)
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw new BadRequest('got a body that is no JSON object, expected search parameters')
    }
    return answerSearch(c, body as Record<string, unknown>, 'POST')
  })
  app.on(['GET', 'HEAD'], '/*', async (c) => {
    const path = c.req.raw.url.slice(root(c).length).split(/[?#]/)[0] ?? ''
    const answer = await answerFile(dir, path, {
      method: c.req.method,
      range: c.req.header('range'),
      ifRange: c.req.header('if-range'),
    })
    return answer ? fileResponse(answer) : notFound(c, path)
  })

  async function answerSearch(
    c: Context<Env>,
    params: Record<string, unknown>,
    method: 'GET' | 'POST',
  ): Promise<Response> {
    const query = parseSearch(params)
    const found = selectItems(await source.items(), query)
    const page = found.slice(query.offset, query.offset + query.limit)
    const nextOffset = query.offset + page.length
    const links: Record<string, unknown>[] = [
      { rel: 'self', href: c.req.url, type: 'application/geo+json' },
      { rel: 'root', href: `${root(c)}/`, type: 'application/json' },
    ]
    if (page.length > 0 && nextOffset < found.length) {
      links.push(nextLink(c.req.url, params, `next:${nextOffset}`, method, postPaging))
    }
    return geojson({
      type: 'FeatureCollection',
      features: page.map((item) => withLinks(item, root(c))),
      links,
      numberMatched: found.length,
      numberReturned: page.length,
    })
  }

  const server = createAdaptorServer({ fetch: app.fetch, hostname: host }) as Server
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address() as AddressInfo
  const hostInUrl = address.family === 'IPv6' ? `[${address.address}]` : address.address
  const close = async (): Promise<void> => {
    if (!server.listening) return
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve())
    })
    server.closeAllConnections()
    await closed
  }
  return {
    url: `http://${hostInUrl}:${address.port}`,
    requests,
    resetRequests: () => {
      const { active } = requests
      Object.assign(requests, noRequests(), { active, peakActive: active })
    },
    setFaults: (next) => faults.replace(next),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function count(requests: ArchiveRequests, path: string, status: number, bytes: number): void {
  const entry = requests.byPath.get(path) ?? { count: 0, bytes: 0 }
  requests.byPath.set(path, { count: entry.count + 1, bytes: entry.bytes + bytes })
  requests.byStatus.set(status, (requests.byStatus.get(status) ?? 0) + 1)
  requests.bytes += bytes
}

function nextLink(
  url: string,
  params: Record<string, unknown>,
  token: string,
  method: 'GET' | 'POST',
  postPaging: 'merge' | 'body',
): Record<string, unknown> {
  if (method === 'POST') {
    const merge = postPaging === 'merge'
    const body = merge ? { token } : { ...params, token }
    return { rel: 'next', href: url, type: 'application/geo+json', method, body, merge }
  }
  const next = new URL(url)
  next.searchParams.set('token', token)
  return { rel: 'next', href: next.href, type: 'application/geo+json', method }
}

function geojson(body: unknown): Response {
  return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/geo+json' } })
}

function fileResponse({ status, headers, body }: FileAnswer): Response {
  return new Response(body, { status, headers })
}

async function sendFaulty(c: Context<Env>, fault: ArchiveFault, body: Uint8Array): Promise<void> {
  const { outgoing } = c.env
  const headers = Object.fromEntries(c.res.headers)
  outgoing.writeHead(c.res.status, { ...headers, 'content-length': String(body.length) })
  if (fault.kind === 'truncate') {
    outgoing.write(body.subarray(0, fault.afterBytes), () => outgoing.destroy())
    return
  }
  if (fault.kind !== 'slow') return
  const gone = new AbortController()
  outgoing.once('close', () => gone.abort())
  const pieces = trickle(body, fault.bytesPerSecond, fault.firstByteMs ?? 0, gone.signal)
  // A client that hangs up on a slow body is what this fault is there to provoke.
  await pipeline(Readable.from(pieces), outgoing).catch(() => undefined)
}
