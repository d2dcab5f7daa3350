import { describe, expect, it } from 'vitest'
import { ScarlineError } from '../../src/errors.ts'
import type { ArchiveRequest, ArchiveTransport } from '../../src/stac/archive-transport.ts'
import { hrefSignerFor } from '../../src/stac/planetary-signer.ts'
import { resolveProvider } from '../../src/stac/providers.ts'
import { bboxesOf, searchArchive } from '../../src/stac/search.ts'
import { box, rawItem } from './samples.ts'

const ROOT = 'https://stac.test'
const QUERY = {
  url: ROOT,
  collection: 'sentinel-2-l2a',
  aoi: box(98.4, 31.4, 98.5, 31.5),
  from: '2020-01-01',
  to: '2020-12-31',
}

type Answer = (url: string, request: ArchiveRequest) => unknown

/** An archive in memory; `asked` notes what it was asked. */
function archive(answer: Answer): ArchiveTransport & { asked: [string, ArchiveRequest][] } {
  const asked: [string, ArchiveRequest][] = []
  return {
    asked,
    async readJson(url, request = { method: 'GET' }) {
      asked.push([url, request])
      const json = answer(url, request)
      if (json === undefined) {
        throw new ScarlineError(`${url}: the server answered 404`, {
          code: 'network',
          details: { status: 404 },
        })
      }
      return { json: structuredClone(json), url }
    },
    listFolder: async () => null,
  }
}

const landing = (methods: string[]) => ({
  type: 'Catalog',
  stac_version: '1.0.0',
  id: 'root',
  conformsTo: ['https://api.stacspec.org/v1.0.0/item-search'],
  links: methods.map((method) => ({ rel: 'search', href: `${ROOT}/search`, method })),
})
const page = (ids: string[], next?: object) => ({
  type: 'FeatureCollection',
  features: ids.map((id) => rawItem(id)),
  links: next ? [{ rel: 'next', ...next }] : [],
})
const idsOf = (result: { items: { id: string }[] }) => result.items.map(({ id }) => id)

describe('searching an API', () => {
  it('posts where the archive says so and follows next links that carry the whole body', async () => {
    const transport = archive((url, { body }) => {
      if (url === ROOT) return landing(['GET', 'POST'])
      return body?.['token'] === 2
        ? page(['c'])
        : page(['a', 'b'], { href: `${ROOT}/search`, method: 'POST', body: { token: 2 } })
    })
    expect(idsOf(await searchArchive(QUERY, transport))).toEqual(['a', 'b', 'c'])
    expect(transport.asked[1]?.[1].body).toMatchObject({
      collections: ['sentinel-2-l2a'],
      bbox: [98.4, 31.4, 98.5, 31.5],
      datetime: '2020-01-01T00:00:00Z/2020-12-31T23:59:59Z',
    })
    expect(transport.asked[2]?.[1].body).toEqual({ token: 2 })
  })

  it('merges the body of a next link into the one before where it is told to', async () => {
    const transport = archive((url, { body }) => {
      if (url === ROOT) return landing(['POST'])
      return body?.['page'] === 2
        ? page(['b'])
        : page(['a'], { href: `${ROOT}/search`, method: 'POST', body: { page: 2 }, merge: true })
    })
    expect(idsOf(await searchArchive(QUERY, transport))).toEqual(['a', 'b'])
    expect(transport.asked[2]?.[1].body).toMatchObject({ page: 2, collections: ['sentinel-2-l2a'] })
  })

  it('gets where posting is not offered, or is refused', async () => {
    for (const methods of [['GET'], ['POST', 'GET']]) {
      const transport = archive((url, { method }) => {
        if (url === ROOT) return landing(methods)
        if (method === 'POST') {
          throw new ScarlineError('405', { code: 'network', details: { status: 405 } })
        }
        return url.includes('token') ? page(['b']) : page(['a'], { href: '/search?token=2' })
      })
      expect(idsOf(await searchArchive(QUERY, transport))).toEqual(['a', 'b'])
      const [url = ''] = transport.asked.find(([asked]) => asked.includes('?')) ?? []
      expect(new URL(url).searchParams.get('bbox')).toBe('98.4,31.4,98.5,31.5')
    }
  })

  it('never goes in circles', async () => {
    const toItself = archive((url) =>
      url === ROOT ? landing(['GET']) : page(['a'], { href: `${ROOT}/search?again` }),
    )
    const circled = await searchArchive(QUERY, toItself)
    expect(idsOf(circled)).toEqual(['a'])
    expect(circled.skipped[0]?.reason).toContain('next link')
    let count = 0
    const everNew = archive((url) =>
      url === ROOT ? landing(['GET']) : page(['a'], { href: `${ROOT}/search?n=${count++}` }),
    )
    expect(idsOf(await searchArchive(QUERY, everNew))).toEqual(['a'])
    expect(count).toBeLessThan(10)
  })

  it('sifts again what the archive lets through', async () => {
    const features = [
      rawItem('good'),
      rawItem('good'),
      rawItem('early', { datetime: '2019-12-31T23:00:00Z' }),
      rawItem('last', { datetime: '2020-12-31T23:00:00Z' }),
      rawItem('away', { geometry: box(0, 0, 1, 1) }),
      rawItem('other', { collection: 'sentinel-1' }),
      { type: 'Feature', id: 'broken' },
    ]
    const result = await searchArchive(
      QUERY,
      archive(() => ({ type: 'FeatureCollection', features })),
    )
    expect(idsOf(result)).toEqual(['good', 'last'])
    expect(result.skipped.map(({ id }) => id)).toEqual(['broken'])
    expect(result.collections).toEqual(['sentinel-2-l2a', 'sentinel-1'])
    expect(result.coversAoi).toBe(true)
  })

  it('asks for both sides of the antimeridian', () => {
    expect(bboxesOf(box(179.5, -1, 180.5, 1))).toEqual([
      [179.5, -1, 180, 1],
      [-180, -1, -179.5, 1],
    ])
  })

  it('says what it got where there is no archive', async () => {
    const error = await searchArchive(
      QUERY,
      archive(() => ({ hello: 1 })),
    ).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(ScarlineError)
    expect((error as ScarlineError).message).toContain('expected a STAC API')
  })
})

describe('crawling a static catalogue', () => {
  const documents: Record<string, unknown> = {
    [`${ROOT}/catalog.json`]: {
      type: 'Catalog',
      id: 'root',
      stac_version: '1.0.0',
      links: [
        { rel: 'self', href: './catalog.json' },
        { rel: 'child', href: './s2/collection.json' },
        { rel: 'child', href: './s1/collection.json' },
      ],
    },
    [`${ROOT}/s2/collection.json`]: {
      type: 'Collection',
      id: 'sentinel-2-l2a',
      links: [
        { rel: 'item', href: './a/a.json' },
        { rel: 'item', href: './lost.json' },
        { rel: 'item', href: './odd.json' },
        { rel: 'child', href: '../catalog.json' },
      ],
    },
    [`${ROOT}/s1/collection.json`]: {
      type: 'Collection',
      id: 'sentinel-1',
      links: [{ rel: 'item', href: './z.json' }],
    },
    [`${ROOT}/s2/a/a.json`]: rawItem('a'),
    [`${ROOT}/s2/odd.json`]: ['neither item nor catalogue'],
  }

  it('reads each document once, leaves other collections and notes lost items', async () => {
    const transport = archive((url) => documents[url])
    const result = await searchArchive({ ...QUERY, url: `${ROOT}/catalog.json` }, transport)
    expect(idsOf(result)).toEqual(['a'])
    expect(result.items[0]?.assets[0]?.href).toBe(`${ROOT}/s2/a/red.tif`)
    expect(result.skipped.map(({ id }) => id)).toEqual([
      `${ROOT}/s2/lost.json`,
      `${ROOT}/s2/odd.json`,
    ])
    const urls = transport.asked.map(([url]) => url)
    expect(new Set(urls).size).toBe(urls.length)
    expect(urls).not.toContain(`${ROOT}/s1/z.json`)
  })

  it('fails where nothing at all can be read', async () => {
    const transport = archive((url) =>
      url === `${ROOT}/catalog.json` ? documents[url] : undefined,
    )
    const searching = searchArchive({ ...QUERY, url: `${ROOT}/catalog.json` }, transport)
    await expect(searching).rejects.toThrow('404')
  })
})

describe('providers', () => {
  it('are known by short names', () => {
    expect(resolveProvider('cdse').url).toContain('dataspace')
    expect(resolveProvider('planetary-computer', 'x').collection).toBe('x')
    expect(resolveProvider('items.json').url).toBe('items.json')
    expect(() => resolveProvider('ftp://x')).toThrow('expected a URL')
  })

  it('that need signed links get one token for many', async () => {
    const transport = archive(() => ({ token: 'sig=1', 'msft:expiry': '2030-01-01T00:00:00Z' }))
    const sign = hrefSignerFor(
      'https://planetarycomputer.microsoft.com/api/stac/v1',
      'sentinel-2-l2a',
      transport,
      () => Date.parse('2029-01-01T00:00:00Z'),
    )
    const blob = 'https://x.blob.core.windows.net/B04.tif'
    expect(await Promise.all([sign(blob), sign(blob)])).toEqual([`${blob}?sig=1`, `${blob}?sig=1`])
    expect(await sign('https://elsewhere.org/B04.tif')).toBe('https://elsewhere.org/B04.tif')
    expect(transport.asked).toHaveLength(1)
  })
})
