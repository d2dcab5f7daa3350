import { z } from 'zod'
import { ScarlineError } from '../errors.ts'

/** A link of a STAC document; `method`, `body`, `merge` and `headers` as in STAC API paging. */
export interface StacLink {
  rel: string
  href: string
  method?: string | undefined
  body?: Record<string, unknown> | undefined
  merge?: boolean | undefined
  headers?: Record<string, string> | undefined
}

const linkSchema: z.ZodType<StacLink> = z.looseObject({
  rel: z.string(),
  href: z.string(),
  method: z.string().optional().catch(undefined),
  body: z.record(z.string(), z.unknown()).optional().catch(undefined),
  merge: z.boolean().optional().catch(undefined),
  headers: z.record(z.string(), z.string()).optional().catch(undefined),
})

const documentSchema = z.looseObject({
  type: z.string().optional().catch(undefined),
  id: z.string().optional().catch(undefined),
  stac_version: z.string().optional().catch(undefined),
  conformsTo: z.array(z.string()).optional().catch(undefined),
  links: z.array(z.unknown()).optional().catch(undefined),
  features: z.array(z.unknown()).optional().catch(undefined),
  collections: z.array(z.unknown()).optional().catch(undefined),
})

/** What a document of an archive turned out to be. */
export interface StacDocument {
  kind: 'items' | 'item' | 'api' | 'collection' | 'catalog'
  id: string | null
  links: StacLink[]
  /** Raw items of a FeatureCollection. */
  features: unknown[]
}

/**
 * Tells what a parsed JSON document is.
 * @throws ScarlineError `archive` for one that is no STAC document
 */
export function readStacDocument(json: unknown, url: string): StacDocument {
  const parsed = documentSchema.safeParse(json)
  const document = parsed.success ? parsed.data : null
  const links = (document?.links ?? []).flatMap((link) => {
    const result = linkSchema.safeParse(link)
    return result.success ? [result.data] : []
  })
  const kind = document ? kindOf(document, links) : null
  if (!document || !kind) {
    const type = document?.type ?? (Array.isArray(json) ? 'a JSON array' : typeof json)
    throw new ScarlineError(
      `${url}: got ${type}, expected a STAC API, catalogue, collection or FeatureCollection`,
      { code: 'archive', hint: 'Check the address given with --stac.', details: { url } },
    )
  }
  return { kind, id: document.id ?? null, links, features: document.features ?? [] }
}

function kindOf(
  document: z.infer<typeof documentSchema>,
  links: readonly StacLink[],
): StacDocument['kind'] | null {
  if (document.type === 'FeatureCollection' || document.features) return 'items'
  if (document.type === 'Feature') return 'item'
  const searchable =
    document.conformsTo?.some((uri) => /item-search/.test(uri)) === true ||
    links.some(({ rel }) => rel === 'search')
  if (document.type === 'Collection') return 'collection'
  if (searchable) return 'api'
  if (document.type === 'Catalog' || document.stac_version !== undefined) return 'catalog'
  return null
}
