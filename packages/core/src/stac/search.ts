import type { MultiPolygon, Polygon } from 'geojson'
import { ScarlineError } from '../errors.ts'
import type { BboxLngLat } from '../model/grid.ts'
import type { ArchiveRequest, ArchiveTransport } from './archive-transport.ts'
import { crawlCatalog } from './crawl.ts'
import { type AoiSamples, coveredSamples, sampleAoi } from './footprint.ts'
import { type ArchiveItem, parseItem, resolveHref } from './item.ts'
import { readPages } from './pages.ts'
import { type StacDocument, readStacDocument } from './stac-document.ts'

/** What is looked for. */
export interface SearchQuery {
  /** API root, static catalogue, collection, FeatureCollection or local folder: URL or path. */
  url: string
  collection: string
  aoi: Polygon | MultiPolygon
  /** First and last day, YYYY-MM-DD, both included (UTC). */
  from: string
  to: string
}

/** What was found. */
export interface SearchResult {
  /** Items whose footprint meets the AOI, within the days asked for; each id once. */
  items: ArchiveItem[]
  /** Items and documents that could not be used. */
  skipped: { id: string; reason: string }[]
  /** Items that the archive named before they were sifted. */
  seen: number
  /** Collections that seen items said they belong to. */
  collections: string[]
  /** Whether some seen item lay on the AOI, whatever its date. */
  coversAoi: boolean
}

/**
 * Finds the items of an archive over an AOI and a span of days.
 *
 * An API is searched with POST where it says so, else with GET; pages are followed by their `next`
 * links; static catalogues are crawled. Whatever the archive answers is sifted here again.
 *
 * @throws ScarlineError `network`, `not-found`, `archive`
 */
export async function searchArchive(
  query: SearchQuery,
  transport: ArchiveTransport,
  signal?: AbortSignal,
): Promise<SearchResult> {
  const sieve = createSieve(query)
  const folder = await transport.listFolder(query.url)
  if (folder) {
    await searchFolder(folder, sieve, transport, signal)
    return sieve.result
  }
  const { json, url } = await transport.readJson(query.url, undefined, signal)
  const document = readStacDocument(json, url)
  if (document.kind === 'item') {
    sieve.add(json, url)
  } else if (document.kind === 'items') {
    await readPages({ first: { json, url }, request: { method: 'GET' }, transport, sieve, signal })
  } else if (document.kind === 'api') {
    await searchApi(document, url, query, sieve, transport, signal)
  } else {
    const itemsLink = document.links.find(({ rel }) => rel === 'items')
    if (itemsLink && document.kind === 'collection') {
      const items = resolveHref(itemsLink.href, url)
      await searchUrls(items, queryStrings(query, false), sieve, transport, signal)
    } else {
      await crawlCatalog({ document, url, query, sieve, transport, signal })
    }
  }
  return sieve.result
}

/** Takes raw items in, keeps those that are wanted. */
export interface Sieve {
  readonly result: SearchResult
  /** Returns whether the item had not been seen before. */
  add(raw: unknown, baseUrl: string): boolean
  skip(id: string, reason: string): void
}

function createSieve(query: SearchQuery): Sieve {
  const samples: AoiSamples = sampleAoi(query.aoi)
  const [from, to] = [`${query.from}T00:00:00.000Z`, `${query.to}T23:59:59.999Z`]
  const ids = new Set<string>()
  const result: SearchResult = {
    items: [],
    skipped: [],
    seen: 0,
    collections: [],
    coversAoi: false,
  }
  const skip = (id: string, reason: string): void => {
    result.skipped.push({ id, reason })
  }
  return {
    result,
    skip,
    add(raw, baseUrl): boolean {
      let item: ArchiveItem
      try {
        item = parseItem(raw, baseUrl)
      } catch (error) {
        if (!(error instanceof ScarlineError)) throw error
        const id = (raw as { id?: unknown } | null)?.id
        const key = typeof id === 'string' ? id : JSON.stringify(raw)?.slice(0, 200)
        if (key === undefined || ids.has(key)) return false
        ids.add(key)
        skip(typeof id === 'string' ? id : baseUrl, error.message)
        return true
      }
      if (ids.has(item.id)) return false
      ids.add(item.id)
      result.seen++
      if (item.collection && !result.collections.includes(item.collection)) {
        result.collections.push(item.collection)
      }
      if (!coveredSamples(item.footprint, item.bboxLngLat, samples).includes(1)) return true
      result.coversAoi = true
      const otherCollection = item.collection !== null && item.collection !== query.collection
      if (item.capturedAt < from || item.capturedAt > to || otherCollection) return true
      result.items.push(item)
      return true
    },
  }
}

async function searchFolder(
  paths: readonly string[],
  sieve: Sieve,
  transport: ArchiveTransport,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const path of paths) {
    const found = await transport.readJson(path, undefined, signal).catch((error: unknown) => {
      if (!(error instanceof ScarlineError)) throw error
      sieve.skip(path, error.message)
      return null
    })
    if (!found) continue
    const { json, url } = found
    const type = (json as { type?: unknown } | null)?.type
    if (type === 'Feature') sieve.add(json, url)
    const features = (json as { features?: unknown } | null)?.features
    if (type === 'FeatureCollection' && Array.isArray(features)) {
      for (const feature of features) sieve.add(feature, url)
    }
  }
}

async function searchApi(
  document: StacDocument,
  url: string,
  query: SearchQuery,
  sieve: Sieve,
  transport: ArchiveTransport,
  signal: AbortSignal | undefined,
): Promise<void> {
  const links = document.links.filter(({ rel }) => rel === 'search')
  const post = links.find(({ method }) => method?.toUpperCase() === 'POST')
  const search = post ?? links[0]
  const href = resolveHref(search?.href ?? 'search', search ? url : `${url.replace(/\/?$/, '/')}`)
  if (post) {
    try {
      for (const bbox of bboxesOf(query.aoi)) {
        const body = {
          collections: [query.collection],
          bbox,
          datetime: datetimeOf(query),
          limit: PAGE_SIZE,
        }
        const request: ArchiveRequest = { method: 'POST', body }
        const first = await transport.readJson(href, request, signal)
        await readPages({ first, request, transport, sieve, signal })
      }
      return
    } catch (error) {
      const status = error instanceof ScarlineError ? error.details['status'] : undefined
      if (status !== 405 && status !== 501) throw error
    }
  }
  await searchUrls(href, queryStrings(query, true), sieve, transport, signal)
}

async function searchUrls(
  href: string,
  queries: readonly string[],
  sieve: Sieve,
  transport: ArchiveTransport,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const parameters of queries) {
    const url = `${href}${href.includes('?') ? '&' : '?'}${parameters}`
    const request: ArchiveRequest = { method: 'GET' }
    const first = await transport.readJson(url, request, signal)
    await readPages({ first, request, transport, sieve, signal })
  }
}

/** Larger pages time out at some archives. */
const PAGE_SIZE = 100

function queryStrings(query: SearchQuery, withCollection: boolean): string[] {
  return bboxesOf(query.aoi).map((bbox) =>
    new URLSearchParams({
      ...(withCollection ? { collections: query.collection } : {}),
      bbox: bbox.join(','),
      datetime: datetimeOf(query),
      limit: String(PAGE_SIZE),
    }).toString(),
  )
}

function datetimeOf({ from, to }: SearchQuery): string {
  return `${from}T00:00:00Z/${to}T23:59:59Z`
}

/** The AOI's box; two where it crosses the antimeridian, which many archives get wrong in one. */
export function bboxesOf(aoi: Polygon | MultiPolygon): BboxLngLat[] {
  const polygons = aoi.type === 'Polygon' ? [aoi.coordinates] : aoi.coordinates
  const near = polygons[0]?.[0]?.[0]?.[0] ?? 0
  const positions = polygons.flatMap((rings) => rings[0] ?? [])
  const lngs = positions.map(([lng = 0]) => lng - Math.round((lng - near) / 360) * 360)
  const lats = positions.map(([, lat = 0]) => lat)
  const [west, east] = [Math.min(...lngs), Math.max(...lngs)]
  const [south, north] = [Math.min(...lats), Math.max(...lats)]
  if (west < -180) {
    return [
      [west + 360, south, 180, north],
      [-180, south, east, north],
    ]
  }
  if (east > 180) {
    return [
      [west, south, 180, north],
      [-180, south, east - 360, north],
    ]
  }
  return [[west, south, east, north]]
}
