import { ScarlineError } from '../errors.ts'

/** Archives that are known by a short name. */
export const STAC_PROVIDERS: Readonly<Record<string, { url: string; collection: string }>> = {
  'earth-search': {
    url: 'https://earth-search.aws.element84.com/v1',
    collection: 'sentinel-2-l2a',
  },
  'planetary-computer': {
    url: 'https://planetarycomputer.microsoft.com/api/stac/v1',
    collection: 'sentinel-2-l2a',
  },
  cdse: { url: 'https://stac.dataspace.copernicus.eu/v1', collection: 'sentinel-2-l2a' },
}

/** The archive that is searched where none is named. */
export const DEFAULT_PROVIDER = 'earth-search'

/**
 * The archive meant by a short name, an address or a path.
 * @throws ScarlineError `usage` for a word that is none of these
 */
export function resolveProvider(
  nameOrUrl: string,
  collection?: string,
): { url: string; collection: string } {
  const known = STAC_PROVIDERS[nameOrUrl]
  if (known) return { url: known.url, collection: collection ?? known.collection }
  if (nameOrUrl.trim() === '' || /^(?!https?:|file:)[a-z][a-z0-9+.-]+:\/\//i.test(nameOrUrl)) {
    throw new ScarlineError(
      `got the archive ${nameOrUrl || '(nothing)'}, expected a URL, a path or one of ${Object.keys(STAC_PROVIDERS).join(', ')}`,
      { code: 'usage', hint: 'Give --stac an https address, an items.json, or a short name.' },
    )
  }
  return { url: nameOrUrl, collection: collection ?? 'sentinel-2-l2a' }
}
