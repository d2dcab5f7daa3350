import type { MultiPolygon, Polygon } from 'geojson'
import { z } from 'zod'
import { ScarlineError } from '../errors.ts'
import type { BboxLngLat } from '../model/grid.ts'

/** One file of an item, as far as Scarline cares. */
export interface ItemAsset {
  key: string
  /** Absolute: URL, `file:` URL or path. */
  href: string
  mediaType: string | null
  /** What it is for, in STAC's words (`data`, `thumbnail`, …). */
  roles: string[]
  /** Common names (`red`, `nir`, …) of its bands, from `eo:bands` or STAC 1.1 `bands`. */
  commonNames: string[]
  /** Product band names (`B04`) of its bands. */
  bandNames: string[]
  /** `raster:bands` (or STAC 1.1) scale, offset and nodata of the first band. */
  scale: number | null
  offset: number | null
  nodata: number | null
  /** Other places of the same file (`alternate`), absolute. */
  alternateHrefs: string[]
}

/** A STAC item of any provider in one form. */
export interface ArchiveItem {
  id: string
  collection: string | null
  /** UTC ISO 8601. */
  capturedAt: string
  /** `S2A`, `S2B`, …; other missions in capitals without spaces. */
  platform: string
  /** Processing baseline as `04.00`; null where unknown. */
  processingBaseline: string | null
  /** Counter of same-tile products of one day; null where unknown. */
  sequence: number | null
  createdAt: string | null
  /** MGRS tile such as `47RMP`; null where unknown. */
  tile: string | null
  epsg: number | null
  footprint: Polygon | MultiPolygon | null
  bboxLngLat: BboxLngLat | null
  /** `earthsearch:boa_offset_applied`; null where not said. */
  boaOffsetApplied: boolean | null
  sunElevationDeg: number | null
  assets: ItemAsset[]
}

const text = z.string().optional().catch(undefined)
const number = z.number().optional().catch(undefined)
const bandSchema = z.looseObject({
  name: text,
  common_name: text,
  'eo:common_name': text,
  scale: number,
  offset: number,
  'raster:scale': number,
  'raster:offset': number,
  nodata: z.unknown().optional(),
})
const bandsSchema = z.array(bandSchema).optional().catch(undefined)
const assetSchema = z.looseObject({
  href: z.string(),
  type: text,
  roles: z.array(z.string()).optional().catch(undefined),
  'eo:bands': bandsSchema,
  'raster:bands': bandsSchema,
  bands: bandsSchema,
  'raster:scale': number,
  'raster:offset': number,
  nodata: z.unknown().optional(),
  'proj:code': text,
  'proj:epsg': number,
  alternate: z
    .record(z.string(), z.looseObject({ href: z.string() }))
    .optional()
    .catch(undefined),
})
const geometrySchema = z
  .object({
    type: z.enum(['Polygon', 'MultiPolygon']),
    coordinates: z.array(z.unknown()),
  })
  .nullish()
  .catch(null)
const itemSchema = z.looseObject({
  type: z.literal('Feature'),
  id: z.coerce.string(),
  collection: z.string().nullish().catch(null),
  geometry: geometrySchema,
  bbox: z.array(z.number()).optional().catch(undefined),
  properties: z.looseObject({}),
  assets: z.record(z.string(), z.unknown()),
})

/**
 * Reads a STAC item of any version and provider; unknown fields are left alone, odd ones ignored.
 *
 * @param value parsed JSON
 * @param baseUrl where the item came from: relative hrefs are resolved against it
 * @throws ScarlineError `archive` for a thing that is no item, or one without a date
 */
export function parseItem(value: unknown, baseUrl: string): ArchiveItem {
  const parsed = itemSchema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const id = (value as { id?: unknown } | null)?.id
    throw notAnItem(
      typeof id === 'string' ? id : baseUrl,
      `${issue?.path.join('.') || 'document'}: ${issue?.message ?? 'not a STAC item'}`,
    )
  }
  const { id, properties, ...item } = parsed.data
  const say = (name: string): unknown => properties[name]
  const capturedAt = isoOf(say('datetime') ?? say('start_datetime'))
  if (!capturedAt) throw notAnItem(id, 'it has neither datetime nor start_datetime')
  const product = `${String(say('s2:product_uri') ?? '')} ${id}`
  const rawAssets = Object.entries(item.assets).flatMap(([key, asset]) => {
    const result = assetSchema.safeParse(asset)
    return result.success ? [{ key, asset: result.data }] : []
  })
  const bbox = item.bbox
  return {
    id,
    collection: item.collection ?? null,
    capturedAt,
    platform: platformOf(say('platform'), product),
    processingBaseline: baselineOf(
      say('s2:processing_baseline') ?? say('processing:version'),
      product,
    ),
    sequence: sequenceOf(say('s2:sequence'), id),
    createdAt:
      isoOf(say('s2:generation_time')) ??
      isoOf(say('processing:datetime')) ??
      generatedAt(product) ??
      isoOf(say('created')),
    tile: tileOf(say, product),
    epsg: epsgOf(properties) ?? firstOf(rawAssets, ({ asset }) => epsgOf(asset)),
    footprint: (item.geometry ?? null) as Polygon | MultiPolygon | null,
    bboxLngLat:
      bbox && bbox.length === 6
        ? ([bbox[0], bbox[1], bbox[3], bbox[4]] as BboxLngLat)
        : bbox && bbox.length === 4
          ? (bbox as BboxLngLat)
          : null,
    boaOffsetApplied: booleanOf(say('earthsearch:boa_offset_applied')),
    sunElevationDeg: sunElevationOf(say),
    assets: rawAssets.map(({ key, asset }) => toAsset(key, asset, baseUrl)),
  }
}

function toAsset(key: string, asset: z.infer<typeof assetSchema>, baseUrl: string): ItemAsset {
  const bands = [...(asset['eo:bands'] ?? []), ...(asset.bands ?? [])]
  const raster = asset['raster:bands']?.[0] ?? asset.bands?.[0]
  const nodata = asset.nodata ?? raster?.nodata
  return {
    key,
    href: resolveHref(asset.href, baseUrl),
    mediaType: asset.type ?? null,
    roles: asset.roles ?? [],
    commonNames: bands.flatMap((band) => band.common_name ?? band['eo:common_name'] ?? []),
    bandNames: bands.flatMap((band) => band.name ?? []),
    scale: asset['raster:scale'] ?? raster?.['raster:scale'] ?? raster?.scale ?? null,
    offset: asset['raster:offset'] ?? raster?.['raster:offset'] ?? raster?.offset ?? null,
    nodata: typeof nodata === 'number' ? nodata : null,
    alternateHrefs: Object.values(asset.alternate ?? {}).map(({ href }) =>
      resolveHref(href, baseUrl),
    ),
  }
}

/** An absolute address of a link: URLs as they are, relative ones against `base` (URL or path). */
export function resolveHref(href: string, base: string): string {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(href)) return href
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(base)) return new URL(href, base).href
  if (href.startsWith('/')) return href
  const parts = base.split('/').slice(0, -1)
  for (const part of href.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}

function notAnItem(id: string, what: string): ScarlineError {
  return new ScarlineError(`${id}: got something that is no usable STAC item (${what})`, {
    code: 'archive',
    hint: 'Check the address of the archive, or leave this item out.',
    details: { id },
  })
}

function isoOf(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const zoned = /[zZ]|[+-]\d\d:?\d\d$/.test(value) || !value.includes('T') ? value : `${value}Z`
  const time = Date.parse(zoned)
  return Number.isNaN(time) ? null : new Date(time).toISOString()
}

function platformOf(value: unknown, product: string): string {
  const name = typeof value === 'string' ? value : ''
  const unit = /^sentinel-?2([a-d])$/i.exec(name.trim())?.[1] ?? /\bS2([A-D])_/.exec(product)?.[1]
  if (unit) return `S2${unit.toUpperCase()}`
  return name.toUpperCase().replace(/[^A-Z0-9-]+/g, '-') || 'UNKNOWN'
}

function baselineOf(value: unknown, product: string): string | null {
  const said = /^(\d{1,2})\.(\d{1,2})/.exec(String(value ?? ''))
  if (said) return `${(said[1] as string).padStart(2, '0')}.${(said[2] as string).padEnd(2, '0')}`
  const named = /_N(\d\d)(\d\d)_/.exec(product)
  return named ? `${named[1]}.${named[2]}` : null
}

function sequenceOf(value: unknown, id: string): number | null {
  const said = value ?? /_(\d+)_L2A$/.exec(id)?.[1]
  const sequence = said === undefined || said === null || said === '' ? NaN : Number(said)
  return Number.isFinite(sequence) ? sequence : null
}

/** When the product was generated, from the end of its ESA name (`…_20230618T173704`). */
function generatedAt(product: string): string | null {
  const m = /_T\d{2}[A-Z]{3}_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/.exec(product)
  return m ? isoOf(`${m[1]}-${m[2]}-${m[3]}T${m[4]}:${m[5]}:${m[6]}Z`) : null
}

function tileOf(say: (name: string) => unknown, product: string): string | null {
  const code = /(\d{1,2}[C-X][A-Z]{2})$/.exec(String(say('grid:code') ?? say('s2:mgrs_tile') ?? ''))
  if (code) return (code[1] as string).padStart(5, '0')
  const zone = say('mgrs:utm_zone')
  const band = say('mgrs:latitude_band')
  const square = say('mgrs:grid_square')
  if (zone && band && square) return `${String(zone).padStart(2, '0')}${band}${square}`
  return /_T?(\d{2}[C-X][A-Z]{2})_/.exec(product)?.[1] ?? null
}

function epsgOf(properties: Record<string, unknown>): number | null {
  const code = /^EPSG:(\d+)$/i.exec(String(properties['proj:code'] ?? ''))?.[1]
  const epsg = Number(code ?? properties['proj:epsg'] ?? NaN)
  return Number.isInteger(epsg) && epsg > 0 ? epsg : null
}

function sunElevationOf(say: (name: string) => unknown): number | null {
  const elevation = say('view:sun_elevation')
  if (typeof elevation === 'number') return elevation
  const zenith = say('s2:mean_solar_zenith')
  return typeof zenith === 'number' ? 90 - zenith : null
}

function booleanOf(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value
  if (typeof value === 'string' && /^(true|false)$/i.test(value)) return /^true$/i.test(value)
  return null
}

function firstOf<T, R>(values: readonly T[], pick: (value: T) => R | null): R | null {
  for (const value of values) {
    const picked = pick(value)
    if (picked !== null) return picked
  }
  return null
}
