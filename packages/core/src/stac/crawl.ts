import { ScarlineError } from '../errors.ts'
import type { ArchiveDocument, ArchiveTransport } from './archive-transport.ts'
import { resolveHref } from './item.ts'
import type { SearchQuery, Sieve } from './search.ts'
import { type StacDocument, readStacDocument } from './stac-document.ts'

const MAX_DOCUMENTS = 100_000
const AT_ONCE = 8

/**
 * Crawls a static catalogue or collection by its `child` and `item` links. Each document is read once;
 * collections other than the one asked for are passed by; a document that cannot be read is skipped
 * and noted.
 */
export async function crawlCatalog(options: {
  document: StacDocument
  url: string
  query: SearchQuery
  sieve: Sieve
  transport: ArchiveTransport
  signal: AbortSignal | undefined
}): Promise<void> {
  const { query, sieve, transport, signal } = options
  const seen = new Set([options.url])
  let queue = linksOf(options.document, options.url, seen)
  let failures = 0
  let firstFailure: unknown = null
  let read = 0
  while (queue.length > 0 && read < MAX_DOCUMENTS) {
    const batch = queue.slice(0, AT_ONCE)
    queue = queue.slice(AT_ONCE)
    const documents = await Promise.all(
      batch.map((url) =>
        transport.readJson(url, undefined, signal).catch((error: unknown) => {
          if (!(error instanceof ScarlineError)) throw error
          failures++
          firstFailure ??= error
          sieve.skip(url, error.message)
          return null
        }),
      ),
    )
    for (const found of documents) {
      if (!found) continue
      read++
      const document = understood(found, sieve)
      if (!document) continue
      if (document.kind === 'item') {
        sieve.add(found.json, found.url)
      } else if (document.kind === 'items') {
        for (const feature of document.features) sieve.add(feature, found.url)
      } else if (document.kind !== 'collection' || document.id === query.collection) {
        queue.push(...linksOf(document, found.url, seen))
      }
    }
  }
  // Not one document could be read: the archive is out of reach, not merely full of holes.
  if (read === 0 && failures > 0) throw firstFailure
}

function understood({ json, url }: ArchiveDocument, sieve: Sieve): StacDocument | null {
  try {
    return readStacDocument(json, url)
  } catch (error) {
    if (!(error instanceof ScarlineError)) throw error
    sieve.skip(url, error.message)
    return null
  }
}

function linksOf(document: StacDocument, baseUrl: string, seen: Set<string>): string[] {
  const urls: string[] = []
  for (const { rel, href } of document.links) {
    if (rel !== 'child' && rel !== 'item' && rel !== 'items') continue
    const url = resolveHref(href, baseUrl)
    if (seen.has(url)) continue
    seen.add(url)
    urls.push(url)
  }
  return urls
}
