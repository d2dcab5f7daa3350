import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type ArchiveServer, startArchiveServer } from '../../src/server/archive-server.ts'

const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * 31) % 256)

function itemOf(
  id: string,
  datetime: string,
  west: number,
  collection = 'sentinel-2-l2a',
): unknown {
  const ring = [
    [west, 31],
    [west + 1, 31],
    [west + 1, 32],
    [west, 32],
    [west, 31],
  ]
  return {
    type: 'Feature',
    stac_version: '1.0.0',
    id,
    collection,
    bbox: [west, 31, west + 1, 32],
    geometry: { type: 'Polygon', coordinates: [ring] },
    properties: { datetime, 'eo:cloud_cover': Number(id.slice(-1)) },
    links: [{ rel: 'derived_from', href: 'https://example.org/source' }],
    assets: { red: { href: `assets/${id}/red.tif` } },
  }
}

interface Page {
  features: { id: string; links: { rel: string }[]; assets: Record<string, { href: string }> }[]
  links: { rel: string; href: string; method?: string; body?: object; merge?: boolean }[]
  numberMatched: number
}

let parent = ''
let dir = ''
let server: ArchiveServer

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'scarline-archive-'))
  dir = join(parent, 'archive')
  mkdirSync(join(dir, 'assets/i0'), { recursive: true })
  writeFileSync(join(parent, 'secret.txt'), 'secret')
  writeFileSync(join(dir, '.hidden'), 'hidden')
  symlinkSync(join(parent, 'secret.txt'), join(dir, 'assets/link.txt'))
  writeFileSync(join(dir, 'assets/i0/red.tif'), bytes)
  const items = [
    itemOf('i0', '2017-01-16T04:00:00Z', 98),
    itemOf('i1', '2018-01-16T04:00:00Z', 98),
    itemOf('i2', '2018-06-01T04:00:00Z', 98),
    itemOf('i3', '2019-06-01T04:00:00Z', 120),
    itemOf('i4', '2018-02-01T04:00:00Z', 98, 'landsat'),
    itemOf('i5', '2020-06-01T04:00:00Z', 179.5),
  ]
  writeFileSync(
    join(dir, 'items.json'),
    JSON.stringify({ type: 'FeatureCollection', features: items }),
  )
  server = await startArchiveServer({ dir })
})
afterEach(() => server.setFaults([]))
afterAll(async () => {
  await server.close()
  rmSync(parent, { recursive: true, force: true })
})

const get = (path: string, init?: RequestInit): Promise<Response> => fetch(server.url + path, init)
const post = (body: unknown): Promise<Response> =>
  get('/search', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const idsOf = async (response: Response): Promise<string[]> =>
  ((await response.json()) as Page).features.map(({ id }) => id)

/** A request whose path reaches the server as it is written, dots and all. */
function rawStatus(path: string): Promise<number> {
  const { hostname, port } = new URL(server.url)
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end()
  })
}

describe('STAC API over a folder', () => {
  it('describes itself, its conformance and its collections', async () => {
    const landing = (await (await get('/')).json()) as { type: string; links: { rel: string }[] }
    expect(landing.type).toBe('Catalog')
    expect(landing.links.map(({ rel }) => rel)).toContain('search')
    const { conformsTo } = (await (await get('/conformance')).json()) as { conformsTo: string[] }
    expect(conformsTo).toContain('https://api.stacspec.org/v1.0.0/item-search')
    const { collections } = (await (await get('/collections')).json()) as {
      collections: { id: string; extent: { temporal: { interval: string[][] } } }[]
    }
    expect(collections.map(({ id }) => id)).toEqual(['sentinel-2-l2a', 'landsat'])
    expect(collections[0]?.extent.temporal.interval[0]).toEqual([
      '2017-01-16T04:00:00Z',
      '2020-06-01T04:00:00Z',
    ])
    expect((await get('/collections/none')).status).toBe(404)
  })

  it('finds items by collection, box, polygon, time and id, newest first', async () => {
    expect(
      await idsOf(await get('/search?collections=sentinel-2-l2a&bbox=98.2,31.2,98.3,31.3')),
    ).toEqual(['i2', 'i1', 'i0'])
    expect(
      await idsOf(await get('/search?datetime=2018-01-01T00:00:00Z/2018-12-31T23:59:59Z')),
    ).toEqual(['i2', 'i4', 'i1'])
    expect(await idsOf(await get('/search?datetime=../2017-06-01T00:00:00Z'))).toEqual(['i0'])
    expect(
      await idsOf(await post({ ids: ['i3', 'i0'], sortby: [{ field: 'id', direction: 'asc' }] })),
    ).toEqual(['i0', 'i3'])
    const triangle = {
      type: 'Polygon',
      coordinates: [
        [
          [119, 30],
          [120.5, 31.5],
          [119, 33],
          [119, 30],
        ],
      ],
    }
    expect(await idsOf(await post({ intersects: triangle }))).toEqual(['i3'])
    expect(await idsOf(await post({ bbox: [179, 30, -179, 33] }))).toEqual(['i5'])
    expect(await idsOf(await get('/collections/landsat/items'))).toEqual(['i4'])
  })

  it('pages by next links in GET and POST until nothing is left', async () => {
    const seen: string[] = []
    let url: string | undefined = `${server.url}/search?limit=2&sortby=%2Bdatetime`
    while (url !== undefined) {
      const page = (await (await fetch(url)).json()) as Page
      seen.push(...page.features.map(({ id }) => id))
      url = page.links.find(({ rel }) => rel === 'next')?.href
    }
    expect(seen).toEqual(['i0', 'i1', 'i4', 'i2', 'i3', 'i5'])

    const first = { limit: 4, collections: ['sentinel-2-l2a'] }
    const page = (await (await post(first)).json()) as Page
    const next = page.links.find(({ rel }) => rel === 'next')
    expect(next).toMatchObject({ method: 'POST', merge: true, body: { token: 'next:4' } })
    expect(page.numberMatched).toBe(5)
    expect(await idsOf(await post({ ...first, ...next?.body }))).toEqual(['i0'])
  })

  it('can send the whole body of the next page instead of a token to merge', async () => {
    await using other = await startArchiveServer({ dir, postPaging: 'body' })
    const response = await fetch(`${other.url}/search`, {
      method: 'POST',
      body: JSON.stringify({ limit: 5 }),
    })
    const next = ((await response.json()) as Page).links.find(({ rel }) => rel === 'next')
    expect(next).toMatchObject({ merge: false, body: { limit: 5, token: 'next:5' } })
  })

  it('makes asset hrefs absolute and keeps foreign links', async () => {
    const item = (await (
      await get('/collections/sentinel-2-l2a/items/i0')
    ).json()) as Page['features'][0]
    expect(item.assets['red']?.href).toBe(`${server.url}/assets/i0/red.tif`)
    expect(item.links.map(({ rel }) => rel)).toContain('derived_from')
    expect((await fetch(item.assets['red']?.href ?? '')).status).toBe(200)
  })

  it.each([
    '/search?bbox=1,2,3',
    '/search?datetime=2018-01-01',
    '/search?limit=0',
    '/search?filter=a',
    '/search?token=abc',
    '/search?bbox=1,2,3,4&intersects=%7B%22type%22%3A%22Point%22%2C%22coordinates%22%3A%5B1%2C2%5D%7D',
  ])('answers 400 with a reason to %s', async (path) => {
    const response = await get(path)
    expect(response.status).toBe(400)
    expect(((await response.json()) as { description: string }).description).toContain('expected')
  })

  it('sees items that were appended while it runs', async () => {
    const later = mkdtempSync(join(parent, 'later-'))
    const write = (n: number): void =>
      writeFileSync(
        join(later, 'items.json'),
        JSON.stringify({
          type: 'FeatureCollection',
          features: Array.from({ length: n }, (_, i) =>
            itemOf(`n${i}`, '2018-01-01T00:00:00Z', 98),
          ),
        }),
      )
    write(1)
    await using other = await startArchiveServer({ dir: later })
    await new Promise((resolve) => setTimeout(resolve, 20))
    write(2)
    expect(await idsOf(await fetch(`${other.url}/search`))).toEqual(['n0', 'n1'])
  })

  it('refuses a folder without items', async () => {
    await expect(startArchiveServer({ dir: parent })).rejects.toThrow(
      'expected a FeatureCollection',
    )
  })
})

describe('files over HTTP ranges', () => {
  const range = async (value: string): Promise<[number, string | null, number]> => {
    const response = await get('/assets/i0/red.tif', { headers: { range: value } })
    const body = new Uint8Array(await response.arrayBuffer())
    return [response.status, response.headers.get('content-range'), body.length]
  }

  it('serves whole files, ranges, open and suffix ranges, and 416', async () => {
    const whole = await get('/assets/i0/red.tif')
    expect(new Uint8Array(await whole.arrayBuffer())).toEqual(bytes)
    expect(whole.headers.get('accept-ranges')).toBe('bytes')
    expect(await range('bytes=10-19')).toEqual([206, 'bytes 10-19/5000', 10])
    expect(await range('bytes=4990-')).toEqual([206, 'bytes 4990-4999/5000', 10])
    expect(await range('bytes=-7')).toEqual([206, 'bytes 4993-4999/5000', 7])
    expect(await range('bytes=4000-9000')).toEqual([206, 'bytes 4000-4999/5000', 1000])
    expect(await range('bytes=5000-')).toEqual([416, 'bytes */5000', 0])
    expect(await range('bytes=9-3')).toEqual([200, null, 5000])
    const middle = await get('/assets/i0/red.tif', { headers: { range: 'bytes=100-109' } })
    expect(new Uint8Array(await middle.arrayBuffer())).toEqual(bytes.subarray(100, 110))
  })

  it('answers HEAD without a body', async () => {
    const response = await get('/assets/i0/red.tif', { method: 'HEAD' })
    expect(response.headers.get('content-length')).toBe('5000')
    expect((await response.arrayBuffer()).byteLength).toBe(0)
  })

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/link.txt',
    '/.hidden',
    '/assets',
    '/%00',
    '/%zz',
    '//etc/passwd',
  ])('gives nothing outside the folder: %s', async (path) => {
    expect(await rawStatus(path)).toBe(404)
  })

  it('counts requests and bytes by path', async () => {
    server.resetRequests()
    await (await get('/assets/i0/red.tif', { headers: { range: 'bytes=0-99' } })).arrayBuffer()
    await (await get('/assets/i0/red.tif')).arrayBuffer()
    expect(server.requests.byPath.get('/assets/i0/red.tif')).toEqual({ count: 2, bytes: 5100 })
    expect(server.requests).toMatchObject({ count: 2, bytes: 5100, ranges: 1 })
    expect(server.requests.byStatus.get(206)).toBe(1)
  })
})

describe('injected faults', () => {
  const red = /assets\/.*red/

  it('fails a number of times and then works', async () => {
    server.setFaults([{ path: red, kind: 'status', status: 500, times: 2 }])
    const statuses = []
    for (let i = 0; i < 3; i++) statuses.push((await get('/assets/i0/red.tif')).status)
    expect(statuses).toEqual([500, 500, 200])
    expect((await get('/')).status).toBe(200)
  })

  it('asks to retry later', async () => {
    server.setFaults([{ path: /search/, kind: 'status', status: 429, retryAfter: '1' }])
    const response = await get('/search')
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '1'])
  })

  it('hangs up in the middle of a body', async () => {
    server.setFaults([{ path: red, kind: 'truncate', afterBytes: 100 }])
    const response = await get('/assets/i0/red.tif')
    expect(response.headers.get('content-length')).toBe('5000')
    await expect(response.arrayBuffer()).rejects.toThrow()
  })

  it('resets the connection', async () => {
    server.setFaults([{ path: red, kind: 'reset' }])
    await expect(get('/assets/i0/red.tif')).rejects.toThrow()
  })

  it('trickles a body that stays whole', async () => {
    server.setFaults([{ path: red, kind: 'slow', bytesPerSecond: 25_000, firstByteMs: 30 }])
    const started = performance.now()
    const response = await get('/assets/i0/red.tif')
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes)
    expect(performance.now() - started).toBeGreaterThan(100)
  })
})
