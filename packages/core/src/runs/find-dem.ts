import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openGeoTiffUrl } from '../cog/read-geotiff.ts'
import { type RangeClient, createRangeClient } from '../cog/range-client.ts'
import { ScarlineError } from '../errors.ts'
import { rasterPixelM, readRasterOnGrid } from '../gdal/read-raster.ts'
import { pixelSizeM, windowGrid } from '../geo/affine.ts'
import type { Grid } from '../model/grid.ts'
import type { Site } from '../model/site.ts'
import { planSampling, resampleBilinear } from '../raster/resample.ts'
import type { ArchiveTransport } from '../stac/archive-transport.ts'
import type { ItemAsset } from '../stac/item.ts'
import { type HrefSigner, hrefSignerFor } from '../stac/planetary-signer.ts'
import { searchArchive } from '../stac/search.ts'
import { createArchiveTransport } from './archive-transport.ts'
import { boundsWithMargin, planWindow } from './plan-window.ts'

/** Ground around the site that the DEM is read for: slopes, ridges and channels beyond it, m. */
const MARGIN_M = 2000
/** Finer DEMs are averaged to the sensor's pixel: the masks know no more. */
const LEAST_PIXEL_M = 10
/** The DEM that archives offer the world over. */
const DEM_COLLECTION = 'cop-dem-glo-30'
/** Heights on land lie between the Dead Sea and Mount Everest; voids are often written as -32768. */
const [LOWEST_M, HIGHEST_M] = [-500, 9000]
const METRES_PER_DEGREE = 111_132

/** Where elevations came from. */
export interface ElevationSource {
  /**
   * `file`: named by the user. `beside-archive`: dem.tif next to the archive's items. `asset`: of the
   * site's own items. `collection`: Copernicus DEM of the same archive.
   */
  kind: 'file' | 'beside-archive' | 'asset' | 'collection'
  /** Paths, or links without their query. */
  names: string[]
  /** Pixel of the DEM itself, m. */
  pixelM: number
}

/** Elevations on a grid around the site, in the site's projection. */
export interface Elevations {
  source: ElevationSource
  grid: Grid
  /** m, NaN where unknown. */
  elevationM: Float32Array
}

/** How elevations are found. */
export interface FindElevationOptions {
  /** A raster of any GDAL format; else the archive's DEM is looked for. */
  dem?: string | undefined
  client?: RangeClient | undefined
  signal?: AbortSignal | undefined
}

/**
 * Elevations around a site: from the file named, else from the site's archive: dem.tif beside its items,
 * an asset `dem` or `elevation` of its items, or the collection cop-dem-glo-30 of the same STAC API.
 * Warped bilinearly (averaged where finer than 10 m) to a north-up grid in the site's projection with
 * the DEM's own pixel, 2 km wider than the site. Elevations are an extra: a connection that is refused is
 * not tried again.
 *
 * @param lastDay a day with a scene, YYYY-MM-DD: whose items are asked for a DEM
 * @returns null where there is none
 * @throws ScarlineError `not-found`, `corrupt-file`, `invalid-input` for the file; `network`, `archive`
 */
export async function findElevations(
  site: Site,
  lastDay: string | null,
  options: FindElevationOptions = {},
): Promise<Elevations | null> {
  const { dem, signal } = options
  if (dem !== undefined) return readLocalDem(dem, 'file', site.grid)
  const { source } = site
  if (source.kind !== 'stac') return null
  const client = options.client ?? createRangeClient({ retryRefused: false })
  if (!/^https?:\/\//i.test(source.url)) {
    const path = /^file:/i.test(source.url) ? fileURLToPath(source.url) : source.url
    const beside = join((await isFolder(path)) ? path : dirname(path), 'dem.tif')
    if (await isThere(beside)) return readLocalDem(beside, 'beside-archive', site.grid)
  }
  const transport = createArchiveTransport(client.http)
  const reader = { client, signal, site }
  const assets = await assetsOfItems(site, lastDay, transport, signal)
  if (assets.length > 0) {
    const sign = hrefSignerFor(source.url, source.collection, transport, Date.now)
    return readRemoteDem('asset', assets, { ...reader, sign })
  }
  const tiles = await tilesOfCollection(site, transport, signal)
  if (tiles.length === 0) return null
  const sign = hrefSignerFor(source.url, DEM_COLLECTION, transport, Date.now)
  return readRemoteDem('collection', tiles, { ...reader, sign })
}

/** A grid aligned with the site's, of other pixels and wider by a margin. */
export function gridAround(site: Grid, pixelM: number, marginM: number): Grid {
  const [siteWidthM, siteHeightM] = pixelSizeM(site)
  const margin = Math.ceil(marginM / pixelM)
  const count = (lengthM: number): number => Math.ceil(lengthM / pixelM) + 2 * margin
  const [, , west, , , north] = site.transform
  return {
    epsg: site.epsg,
    transform: [pixelM, 0, west - margin * pixelM, 0, -pixelM, north + margin * pixelM],
    width: count(site.width * siteWidthM),
    height: count(site.height * siteHeightM),
  }
}

/**
 * Elevations around a grid from a raster on this machine: see {@link findElevations}.
 * @throws ScarlineError `not-found`, `corrupt-file`, `invalid-input`
 */
export async function readLocalDem(
  path: string,
  kind: ElevationSource['kind'],
  site: Grid,
): Promise<Elevations> {
  const pixelM = await rasterPixelM(path)
  const grid = gridAround(site, Math.max(LEAST_PIXEL_M, pixelM), MARGIN_M)
  const { values, known } = await readRasterOnGrid(path, grid, {
    resampling: pixelM < LEAST_PIXEL_M ? 'average' : 'bilinear',
  })
  const elevationM = values.map((value, i) => (known[i] ? plausibleHeight(value) : NaN))
  return requireGround({ source: { kind, names: [path], pixelM }, grid, elevationM })
}

async function readRemoteDem(
  kind: ElevationSource['kind'],
  hrefs: readonly string[],
  reader: { client: RangeClient; signal: AbortSignal | undefined; site: Site; sign: HrefSigner },
): Promise<Elevations> {
  const { client, signal, site, sign } = reader
  let result: Elevations | null = null
  for (const href of hrefs) {
    await using tile = await openGeoTiffUrl(await sign(readable(href), signal), client, signal)
    const pixelM = pixelOnGround(tile.grid)
    const grid: Grid =
      result?.grid ?? gridAround(site.grid, Math.max(LEAST_PIXEL_M, pixelM), MARGIN_M)
    result ??= {
      source: { kind, names: [], pixelM },
      grid,
      elevationM: new Float32Array(grid.width * grid.height).fill(NaN),
    }
    result.source.names.push(href.replace(/\?.*$/s, ''))
    const window = planWindow(tile.grid, boundsWithMargin(grid, tile.grid.epsg, 2 * pixelM))
    if (!window) continue
    const [data] = await tile.readWindow(window, { bands: [0], ...(signal ? { signal } : {}) })
    const heights = Float32Array.from(data ?? [], (value) =>
      value === tile.nodata ? NaN : plausibleHeight(value),
    )
    const sampled = resampleBilinear(heights, planSampling(windowGrid(tile.grid, window), grid))
    for (let i = 0; i < sampled.length; i++) {
      if (Number.isNaN(result.elevationM[i])) result.elevationM[i] = sampled[i] as number
    }
  }
  return requireGround(result as Elevations)
}

function requireGround(found: Elevations): Elevations {
  if (found.elevationM.some((value) => !Number.isNaN(value))) return found
  throw new ScarlineError(
    `${found.source.names.join(', ')} knows no height around the site, expected a DEM of the site`,
    { code: 'invalid-input', hint: 'Give a DEM of the site with --dem.' },
  )
}

function plausibleHeight(value: number): number {
  return value >= LOWEST_M && value <= HIGHEST_M ? value : NaN
}

function pixelOnGround({ epsg, transform, height }: Grid): number {
  const [a, , , , e, top] = transform
  if (epsg !== 4326) return Math.max(Math.abs(a), Math.abs(e))
  const latitude = ((top + (e * height) / 2) * Math.PI) / 180
  return METRES_PER_DEGREE * Math.max(Math.abs(e), Math.abs(a) * Math.cos(latitude))
}

/** Public buckets of Amazon S3 by their HTTPS address. */
function readable(href: string): string {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(href) ?? []
  return bucket === undefined ? href : `https://${bucket}.s3.amazonaws.com/${key}`
}

function isElevation({ key, roles }: ItemAsset): boolean {
  return [key, ...roles].some((name) => /^(dem|dsm|elevation)$/i.test(name))
}

async function assetsOfItems(
  site: Site,
  lastDay: string | null,
  transport: ArchiveTransport,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const { source, aoi } = site
  if (source.kind !== 'stac' || lastDay === null) return []
  const { url, collection } = source
  const query = { url, collection, aoi, from: lastDay, to: lastDay }
  const { items } = await searchArchive(query, transport, signal)
  const hrefs = items.flatMap(({ assets }) => assets.filter(isElevation).map(({ href }) => href))
  return [...new Set(hrefs)]
}

async function tilesOfCollection(
  site: Site,
  transport: ArchiveTransport,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const { source, aoi } = site
  if (source.kind !== 'stac' || !/^https?:\/\//i.test(source.url)) return []
  if (/\.json$/i.test(source.url)) return []
  const root = source.url.replace(/\/$/, '')
  const isOffered = await transport
    .readJson(`${root}/collections/${DEM_COLLECTION}`, undefined, signal)
    .then(
      () => true,
      (error: unknown) => {
        const status = error instanceof ScarlineError ? error.details['status'] : undefined
        if (status === 400 || status === 404) return false
        throw error
      },
    )
  if (!isOffered) return []
  const query = { url: source.url, collection: DEM_COLLECTION, aoi }
  const { items } = await searchArchive(
    { ...query, from: '1990-01-01', to: '2100-01-01' },
    transport,
    signal,
  )
  return items.flatMap(({ assets }) => {
    const asset = assets.find(({ key }) => key === 'data') ?? assets.find(isElevation)
    return asset ? [asset.href] : []
  })
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
