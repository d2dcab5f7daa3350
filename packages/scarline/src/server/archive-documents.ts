import type { Position } from 'geojson'
import type { ArchiveItem } from './archive-search.ts'

type Json = Record<string, unknown>

const CONFORMS_TO = [
  'https://api.stacspec.org/v1.0.0/core',
  'https://api.stacspec.org/v1.0.0/collections',
  'https://api.stacspec.org/v1.0.0/ogcapi-features',
  'https://api.stacspec.org/v1.0.0/item-search',
  'https://api.stacspec.org/v1.0.0/item-search#sort',
  'http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core',
  'http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson',
]

/** GET /conformance */
export function conformance(): Json {
  return { conformsTo: CONFORMS_TO }
}

/** GET / : the landing page. */
export function catalogue(root: string, collectionIds: readonly string[]): Json {
  return {
    type: 'Catalog',
    id: 'scarline-archive',
    title: 'Archive folder',
    description: 'A folder of STAC items, served by Scarline on this machine',
    stac_version: '1.0.0',
    conformsTo: CONFORMS_TO,
    links: [
      { rel: 'self', type: 'application/json', href: `${root}/` },
      { rel: 'root', type: 'application/json', href: `${root}/` },
      { rel: 'conformance', type: 'application/json', href: `${root}/conformance` },
      { rel: 'data', type: 'application/json', href: `${root}/collections` },
      { rel: 'search', type: 'application/geo+json', href: `${root}/search`, method: 'GET' },
      { rel: 'search', type: 'application/geo+json', href: `${root}/search`, method: 'POST' },
      ...collectionIds.map((id) => ({
        rel: 'child',
        type: 'application/json',
        href: `${root}/collections/${encodeURIComponent(id)}`,
      })),
    ],
  }
}

/** GET /collections/{id} */
export function collectionOf(root: string, id: string, items: readonly ArchiveItem[]): Json {
  const bboxes = items.flatMap((item) => (item.bbox ? [item.bbox as Position] : []))
  const times = items
    .map((item) => (item.properties as Json | null)?.['datetime'])
    .filter((time): time is string => typeof time === 'string')
    .sort()
  const corner = (index: number, pick: (...values: number[]) => number): number =>
    pick(...bboxes.map((bbox) => bbox[index] as number))
  const href = `${root}/collections/${encodeURIComponent(id)}`
  return {
    type: 'Collection',
    stac_version: '1.0.0',
    id,
    description: `Items of ${id} in this archive folder`,
    license: 'other',
    extent: {
      spatial: {
        bbox: [
          bboxes.length === 0
            ? [-180, -90, 180, 90]
            : [corner(0, Math.min), corner(1, Math.min), corner(2, Math.max), corner(3, Math.max)],
        ],
      },
      temporal: { interval: [[times[0] ?? null, times.at(-1) ?? null]] },
    },
    links: [
      { rel: 'self', type: 'application/json', href },
      { rel: 'root', type: 'application/json', href: `${root}/` },
      { rel: 'items', type: 'application/geo+json', href: `${href}/items` },
    ],
  }
}

/** An item with absolute hrefs and the links of an API. */
export function withLinks(item: ArchiveItem, root: string): ArchiveItem {
  const collection = `${root}/collections/${encodeURIComponent(item.collection)}`
  const self = `${collection}/items/${encodeURIComponent(item.id)}`
  const own = (item.links ?? []).filter(
    ({ rel }) => !['self', 'collection', 'parent', 'root'].includes(rel),
  )
  return {
    ...item,
    links: [
      ...own,
      { rel: 'self', type: 'application/geo+json', href: self },
      { rel: 'collection', type: 'application/json', href: collection },
      { rel: 'parent', type: 'application/json', href: collection },
      { rel: 'root', type: 'application/json', href: `${root}/` },
    ],
    assets: Object.fromEntries(
      Object.entries(item.assets).map(([key, asset]) => [
        key,
        { ...asset, href: new URL(asset.href, `${root}/`).href },
      ]),
    ),
  }
}
