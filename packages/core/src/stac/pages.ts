import { ScarlineError } from '../errors.ts'
import type { ArchiveDocument, ArchiveRequest, ArchiveTransport } from './archive-transport.ts'
import { resolveHref } from './item.ts'
import type { Sieve } from './search.ts'
import { type StacDocument, type StacLink, readStacDocument } from './stac-document.ts'

/** Pages in a row that bring nothing new before an archive is taken to be going in circles. */
const MAX_STALE_PAGES = 3
const MAX_PAGES = 10_000

/**
 * Reads the pages of an answer by their `next` links. Stops where a link was followed before, or where
 * pages keep bringing nothing new.
 *
 * @throws ScarlineError `archive` for an answer that is no list of items
 */
export async function readPages(options: {
  first: ArchiveDocument
  /** The request that `first` answers: a POST `next` may build on its body. */
  request: ArchiveRequest
  transport: ArchiveTransport
  sieve: Sieve
  signal: AbortSignal | undefined
}): Promise<void> {
  const { transport, sieve, signal } = options
  const followed = new Set<string>()
  let page = options.first
  let request = options.request
  let stale = 0
  for (let pageCount = 1; ; pageCount++) {
    const document = itemsOf(page)
    let fresh = 0
    for (const feature of document.features) if (sieve.add(feature, page.url)) fresh++
    stale = fresh > 0 ? 0 : stale + 1
    const next = document.links.find(({ rel }) => rel === 'next')
    if (!next || stale >= MAX_STALE_PAGES || pageCount >= MAX_PAGES) {
      if (next) sieve.skip(page.url, `its next links bring nothing new after ${pageCount} pages`)
      return
    }
    const following = nextRequest(next, page.url, request)
    const key = JSON.stringify([following.url, following.request.method, following.request.body])
    if (followed.has(key)) {
      sieve.skip(page.url, 'its next link leads back to a page that was read already')
      return
    }
    followed.add(key)
    request = following.request
    page = await transport.readJson(following.url, request, signal)
  }
}

function itemsOf({ json, url }: ArchiveDocument): StacDocument {
  const document = readStacDocument(json, url)
  if (document.kind === 'items') return document
  throw new ScarlineError(`${url}: got a ${document.kind}, expected a page of items`, {
    code: 'archive',
    hint: 'Check the address given with --stac.',
    details: { url },
  })
}

function nextRequest(
  link: StacLink,
  baseUrl: string,
  previous: ArchiveRequest,
): { url: string; request: ArchiveRequest } {
  const url = resolveHref(link.href, baseUrl)
  const headers = link.headers ? { headers: link.headers } : {}
  if (link.method?.toUpperCase() !== 'POST') return { url, request: { method: 'GET', ...headers } }
  const body = link.merge ? { ...previous.body, ...link.body } : (link.body ?? previous.body ?? {})
  return { url, request: { method: 'POST', body, ...headers } }
}
