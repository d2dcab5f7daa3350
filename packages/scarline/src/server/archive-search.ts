import type { Feature, Geometry } from 'geojson'
import { bboxPolygon } from '@scarline/core'
import { type Bbox, geometriesMeet } from './geometry-overlap.ts'

/** A STAC item as the archive needs to know it; everything else is passed on as it is. */
export interface ArchiveItem extends Feature<Geometry | null> {
  id: string
  collection: string
  assets: Record<string, { href: string; [key: string]: unknown }>
  links?: { rel: string; href: string; [key: string]: unknown }[]
  [key: string]: unknown
}

/** A search as it came in, GET or POST, checked. */
export interface SearchQuery {
  collections: string[] | null
  ids: string[] | null
  bbox: Bbox | null
  intersects: Geometry | null
  /** Milliseconds since 1970, both included; infinite where open. */
  interval: readonly [number, number] | null
  limit: number
  sort: { field: string; descending: boolean }[]
  /** Items to skip. */
  offset: number
}

/** A request that cannot be understood: HTTP 400. */
export class BadRequest extends Error {}

const GEOMETRY_TYPES = new Set([
  'Point',
  'MultiPoint',
  'LineString',
  'MultiLineString',
  'Polygon',
  'MultiPolygon',
  'GeometryCollection',
])
const UNSUPPORTED = ['filter', 'query', 'fields'] as const
const DEFAULT_LIMIT = 10
const MAX_LIMIT = 1000

function stringsOf(name: string, value: unknown): string[] | null {
  if (value === undefined || value === null) return null
  const list = typeof value === 'string' ? value.split(',').filter((v) => v !== '') : value
  if (!Array.isArray(list) || list.some((v) => typeof v !== 'string')) {
    throw new BadRequest(`got ${name} ${JSON.stringify(value)}, expected a list of strings`)
  }
  return list as string[]
}

function bboxOf(value: unknown): Bbox | null {
  if (value === undefined || value === null) return null
  const list = (typeof value === 'string' ? value.split(',') : (value as unknown[])).map(Number)
  if ((list.length !== 4 && list.length !== 6) || list.some((v) => !Number.isFinite(v))) {
    throw new BadRequest(`got bbox ${JSON.stringify(value)}, expected 4 or 6 numbers`)
  }
  const half = list.length / 2
  return [list[0], list[1], list[half], list[half + 1]] as unknown as Bbox
}

function geometryOf(value: unknown): Geometry | null {
  if (value === undefined || value === null) return null
  let geometry: unknown = value
  if (typeof value === 'string') {
    try {
      geometry = JSON.parse(value)
    } catch {
      throw new BadRequest('got intersects that is no JSON, expected a GeoJSON geometry')
    }
  }
  if (!GEOMETRY_TYPES.has(String((geometry as { type?: unknown })?.type))) {
    throw new BadRequest('got intersects without a geometry type, expected a GeoJSON geometry')
  }
  return geometry as Geometry
}

/** RFC 3339 instants or closed and half-open intervals, as STAC API takes them. */
export function parseInterval(value: unknown): readonly [number, number] | null {
  if (value === undefined || value === null) return null
  const parts = String(value).split('/')
  const [first = '', last = first] = parts
  const instant = (text: string, open: number): number => {
    if (text === '..' || text === '') return open
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i.test(text)) return NaN
    return Date.parse(text)
  }
  const from = instant(first, -Infinity)
  const to = instant(last, Infinity)
  const open = !Number.isFinite(from) && !Number.isFinite(to)
  if (parts.length > 2 || Number.isNaN(from) || Number.isNaN(to) || open || from > to) {
    throw new BadRequest(
      `got datetime ${JSON.stringify(value)}, expected an RFC 3339 instant or interval such as 2018-01-01T00:00:00Z/..`,
    )
  }
  return [from, to]
}

function sortOf(value: unknown): SearchQuery['sort'] {
  if (value === undefined || value === null) return [{ field: 'datetime', descending: true }]
  if (typeof value === 'string') {
    return value.split(',').map((key) => ({
      field: key.replace(/^[+ -]/, ''),
      descending: key.startsWith('-'),
    }))
  }
  if (!Array.isArray(value)) throw new BadRequest('got sortby that is no list, expected a list')
  return value.map((key: { field?: unknown; direction?: unknown }) => ({
    field: String(key.field),
    descending: key.direction === 'desc',
  }))
}

function integerOf(name: string, value: unknown, fallback: number, min: number): number {
  if (value === undefined || value === null) return fallback
  const number = Number(value)
  if (!Number.isInteger(number) || number < min) {
    throw new BadRequest(`got ${name} ${JSON.stringify(value)}, expected an integer from ${min} on`)
  }
  return number
}

/**
 * Checks the parameters of a search.
 *
 * @throws BadRequest
 */
export function parseSearch(params: Readonly<Record<string, unknown>>): SearchQuery {
  for (const name of UNSUPPORTED) {
    if (params[name] !== undefined) {
      throw new BadRequest(`got parameter ${name}, expected none of ${UNSUPPORTED.join(', ')}`)
    }
  }
  const bbox = bboxOf(params['bbox'])
  const intersects = geometryOf(params['intersects'])
  if (bbox && intersects) throw new BadRequest('got bbox and intersects, expected one of them')
  const token = params['token']
  if (token !== undefined && !/^next:\d+$/.test(String(token))) {
    throw new BadRequest(`got token ${JSON.stringify(token)}, expected one from a next link`)
  }
  return {
    collections: stringsOf('collections', params['collections']),
    ids: stringsOf('ids', params['ids']),
    bbox,
    intersects,
    interval: parseInterval(params['datetime']),
    limit: Math.min(MAX_LIMIT, integerOf('limit', params['limit'], DEFAULT_LIMIT, 1)),
    sort: sortOf(params['sortby']),
    offset: token === undefined ? 0 : Number(String(token).slice(5)),
  }
}

function fieldOf(item: ArchiveItem, field: string): string | number {
  const properties = item.properties ?? {}
  const name = field.replace(/^properties\./, '')
  const value: unknown = name === 'id' || name === 'collection' ? item[name] : properties[name]
  return typeof value === 'number' ? value : String(value ?? '')
}

function timeOf(item: ArchiveItem): readonly [number, number] {
  const { datetime, start_datetime, end_datetime } = (item.properties ?? {}) as Record<
    string,
    string
  >
  if (datetime) return [Date.parse(datetime), Date.parse(datetime)]
  return [Date.parse(start_datetime ?? ''), Date.parse(end_datetime ?? '')]
}

/** All items that a query asks for, in its order, before paging. */
export function selectItems(items: readonly ArchiveItem[], query: SearchQuery): ArchiveItem[] {
  const area = query.bbox ? bboxPolygon([...query.bbox]) : query.intersects
  const found = items.filter((item) => {
    if (query.collections && !query.collections.includes(item.collection)) return false
    if (query.ids && !query.ids.includes(item.id)) return false
    if (area && (!item.geometry || !geometriesMeet(item.geometry, area))) return false
    if (!query.interval) return true
    const [start, end] = timeOf(item)
    return start <= query.interval[1] && end >= query.interval[0]
  })
  const compare = (p: ArchiveItem, q: ArchiveItem): number => {
    for (const { field, descending } of [...query.sort, { field: 'id', descending: false }]) {
      const a = fieldOf(p, field)
      const b = fieldOf(q, field)
      if (a !== b) return (a < b ? -1 : 1) * (descending ? -1 : 1)
    }
    return 0
  }
  return found.sort(compare)
}
