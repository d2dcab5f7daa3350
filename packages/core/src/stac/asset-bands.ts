import { ScarlineError } from '../errors.ts'
import type { BandName } from '../model/scene.ts'
import type { ArchiveItem, ItemAsset } from './item.ts'

/** Bands that an archive's item may offer. */
export type ArchiveBand = Exclude<BandName, 'ndvi'>

const KEYS: Readonly<Record<ArchiveBand, readonly string[]>> = {
  red: ['red', 'b04', 'b04_10m', 'b4', 'band4'],
  nir: ['nir', 'b08', 'b08_10m', 'b8', 'band8'],
  green: ['green', 'b03', 'b03_10m', 'b3', 'band3'],
  blue: ['blue', 'b02', 'b02_10m', 'b2', 'band2'],
  scl: ['scl', 'scl_20m', 'scl_10m', 'scene_classification'],
}
const PRODUCT_BANDS: Readonly<Record<string, ArchiveBand>> = {
  b04: 'red',
  b08: 'nir',
  b03: 'green',
  b02: 'blue',
  scl: 'scl',
}

/**
 * The assets of an item by Scarline's band names: by asset key, then by `common_name`, then by product
 * band name; GeoTIFF before other formats, reachable links before `s3://`.
 *
 * @param required bands without which the item is of no use
 * @param optional bands that are taken where they are offered
 * @throws ScarlineError `archive` that lists the asset keys found, or says why the link cannot be read
 */
export function bandAssets(
  item: ArchiveItem,
  required: readonly ArchiveBand[],
  optional: readonly ArchiveBand[] = [],
): Partial<Record<ArchiveBand, ItemAsset>> {
  const result: Partial<Record<ArchiveBand, ItemAsset>> = {}
  for (const band of required) {
    const candidates = candidatesOf(item, band)
    if (candidates.length === 0) {
      const keys = item.assets.map(({ key }) => key)
      throw new ScarlineError(
        `${item.id}: no ${band} band among its assets (${keys.join(', ') || 'none'}), expected ${KEYS[band].slice(0, 3).join(', ')} or an asset with common_name ${band}`,
        {
          code: 'archive',
          hint: 'Choose a collection of Sentinel-2 L2A scenes with --collection.',
          details: { id: item.id, band, assets: keys },
        },
      )
    }
    const readable = candidates.map(readableAsset).find((asset) => asset !== null)
    if (!readable) throw unreadable(item, band, candidates)
    result[band] = readable
  }
  for (const band of optional) {
    const readable = candidatesOf(item, band)
      .map(readableAsset)
      .find((asset) => asset !== null)
    if (readable) result[band] = readable
  }
  return result
}

function candidatesOf(item: ArchiveItem, band: ArchiveBand): ItemAsset[] {
  const keys = KEYS[band]
  const ranked: { asset: ItemAsset; rank: number }[] = []
  for (const asset of item.assets) {
    const byKey = keys.indexOf(asset.key.toLowerCase())
    const single = asset.commonNames.length <= 1 && asset.bandNames.length <= 1
    const byName =
      single &&
      (asset.commonNames[0]?.toLowerCase() === band ||
        (asset.commonNames.length === 0 &&
          PRODUCT_BANDS[asset.bandNames[0]?.toLowerCase() ?? ''] === band))
    if (byKey >= 0) ranked.push({ asset, rank: byKey })
    // A B8A or a coarser copy may carry the same common name: only keys tell those apart.
    else if (byName && !/(^|_)(b8a|20m|60m)$/i.test(asset.key)) {
      ranked.push({ asset, rank: keys.length })
    }
  }
  return ranked
    .toSorted((a, b) => a.rank - b.rank || (a.asset.key < b.asset.key ? -1 : 1))
    .map(({ asset }) => asset)
}

function readableAsset(asset: ItemAsset): ItemAsset | null {
  if (!isGeoTiff(asset)) return null
  const href = [asset.href, ...asset.alternateHrefs].find(isReachable)
  return href === undefined ? null : { ...asset, href }
}

function isGeoTiff({ mediaType, href }: ItemAsset): boolean {
  if (mediaType) return /tiff/i.test(mediaType)
  return !/\.(jp2|j2k|safe|zip|nc|zarr|xml|json|png|jpe?g)([?#]|$)/i.test(href)
}

function isReachable(href: string): boolean {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(href)?.[1]?.toLowerCase()
  return scheme === undefined || scheme === 'http' || scheme === 'https' || scheme === 'file'
}

function unreadable(
  item: ArchiveItem,
  band: ArchiveBand,
  candidates: readonly ItemAsset[],
): ScarlineError {
  const first = candidates[0] as ItemAsset
  const format = isGeoTiff(first) ? '' : ` as ${first.mediaType ?? 'no GeoTIFF'}`
  return new ScarlineError(
    `${item.id}: its ${band} band is at ${first.href}${format}, expected a GeoTIFF at an https link`,
    {
      code: 'archive',
      hint: 'Take the scenes from another archive (--stac earth-search), or download the products, turn them into GeoTIFF and use scarline import.',
      details: { id: item.id, band, href: first.href, mediaType: first.mediaType },
    },
  )
}
