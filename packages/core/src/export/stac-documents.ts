import type { MultiPolygon, Polygon } from 'geojson'
import type { BboxLngLat } from '../model/grid.ts'

/** Version of STAC that is written. */
export const STAC_VERSION = '1.1.0'

/**
 * Extensions that are used, by their schemas. MLM has newer versions; 1.4 is the newest that pystac
 * reads.
 */
export const STAC_EXTENSIONS = {
  classification: 'https://stac-extensions.github.io/classification/v2.0.0/schema.json',
  file: 'https://stac-extensions.github.io/file/v2.1.0/schema.json',
  mlm: 'https://stac-extensions.github.io/mlm/v1.4.0/schema.json',
  processing: 'https://stac-extensions.github.io/processing/v1.2.0/schema.json',
  projection: 'https://stac-extensions.github.io/projection/v2.0.0/schema.json',
  raster: 'https://stac-extensions.github.io/raster/v2.0.0/schema.json',
} as const

/** Media types of assets. */
export const MEDIA_TYPES = {
  cog: 'image/tiff; application=geotiff; profile=cloud-optimized',
  csv: 'text/csv',
  geojson: 'application/geo+json',
  geopackage: 'application/geopackage+sqlite3',
  html: 'text/html',
  json: 'application/json',
  mp4: 'video/mp4',
  png: 'image/png',
  pytorch: 'application/octet-stream; application=pytorch',
  qgis: 'application/x-qgis-project',
} as const

/** A link; extension fields stand beside the others. */
export interface StacExportLink {
  rel: string
  href: string
  type?: string
  title?: string
  [field: string]: unknown
}

/** What is said of a file; extension fields stand beside the others. */
export interface AssetFields {
  type: string
  title: string
  roles: string[]
  description?: string
  [field: string]: unknown
}

/** A file of an item or collection. */
export interface StacAsset extends AssetFields {
  href: string
}

/** An item: one moment, one place, its files. */
export interface StacExportItem {
  type: 'Feature'
  stac_version: typeof STAC_VERSION
  stac_extensions: string[]
  id: string
  collection?: string
  geometry: Polygon | MultiPolygon
  bbox: BboxLngLat
  properties: { datetime: string | null; [field: string]: unknown }
  links: StacExportLink[]
  assets: Record<string, StacAsset>
}

/** A document of the catalogue and the name it is written under, relative to the catalogue's folder. */
export interface StacFile {
  name: string
  document: object
}

/** What is known of a file of the site folder. */
export interface FileFacts {
  sizeBytes: number
  /** SHA-256, lower-case hex. */
  sha256: string
}

/** Of a file by its name in the site folder; null where there is none. */
export type FileLookup = (name: string) => FileFacts | null

/**
 * `file:size` and `file:checksum`. The checksum is a multihash: `12` says SHA-256, `20` says 32 bytes,
 * then the digest (multiformats.io/multihash).
 */
export function fileFields({ sizeBytes, sha256 }: FileFacts): Record<string, unknown> {
  return { 'file:size': sizeBytes, 'file:checksum': `1220${sha256}` }
}

/** A reference from a document `depth` folders below the site folder to a file of the site folder. */
export function hrefTo(name: string, depth: number): string {
  return `${'../'.repeat(depth)}${name.split('/').map(encodeURIComponent).join('/')}`
}
