import { openGeoTiffUrl } from '../cog/read-geotiff.ts'
import type { RangeClient } from '../cog/range-client.ts'
import { encodeCog } from '../cog/write-cog.ts'
import { ScarlineError } from '../errors.ts'
import { pixelSizeM, windowGrid } from '../geo/affine.ts'
import type { FileStore } from '../model/file-store.ts'
import type { Grid } from '../model/grid.ts'
import type { BandWindow, ScenePart } from '../model/scene.ts'
import type { Raster, RasterData } from '../raster/raster.ts'
import { type ArchiveBand, bandAssets } from '../stac/asset-bands.ts'
import type { ArchiveItem, ItemAsset } from '../stac/item.ts'
import type { HrefSigner } from '../stac/planetary-signer.ts'
import { MARGIN_PIXELS, type MapBounds, boundsWithMargin, planWindow } from './plan-window.ts'

/** What reading parts needs. */
export interface PartReader {
  files: FileStore
  client: RangeClient
  sign: HrefSigner
  siteGrid: Grid
  /** Read green and blue too where they are offered. */
  colour: boolean
}

const REQUIRED: readonly ArchiveBand[] = ['red', 'nir', 'scl']
const COLOUR: readonly ArchiveBand[] = ['green', 'blue']
/** Sentinel-2 L2A: reflectance = DN / 10,000. */
const REFLECTANCE_SCALE = 0.0001

/** The bands that a part of this item is to have. */
export function wantedBands(
  item: ArchiveItem,
  colour: boolean,
): Partial<Record<ArchiveBand, ItemAsset>> {
  return bandAssets(item, REQUIRED, colour ? COLOUR : [])
}

/**
 * Reads the site's window of each band of an item and stores it.
 *
 * @returns null where the images do not reach the site
 * @throws ScarlineError for links that cannot be read, images that cannot be decoded, a full disk
 */
export async function readPart(
  item: ArchiveItem,
  sceneId: string,
  reader: PartReader,
  signal?: AbortSignal,
): Promise<ScenePart | null> {
  const assets = wantedBands(item, reader.colour)
  // The red band first: its grid says what the others' bounds are.
  const red = await readBand('red', assets.red as ItemAsset, null, reader, signal)
  if (!red) return null
  const others = Object.entries(assets).filter(([name]) => name !== 'red')
  const windows = await settleAll(
    others.map(async ([name, asset]) => {
      const band = await readBand(name as ArchiveBand, asset, red.bounds, reader, signal)
      return [name, band] as const
    }),
  )
  const part: ScenePart = {
    itemId: item.id,
    bands: {},
    processingBaseline: item.processingBaseline,
  }
  const folder = `scenes/${sceneId}/${item.id.replaceAll(/[^\w.-]/g, '_')}`
  for (const [name, band] of [['red', red] as const, ...windows]) {
    if (!band) {
      throw new ScarlineError(
        `${item.id}: its ${name} band does not reach the site, its red band does`,
        {
          code: 'archive',
          hint: 'Reject this scene.',
        },
      )
    }
    const file = `${folder}/${name}.tif`
    const nodata = band.window.scaling.nodataDn
    await reader.files.write(file, await encodeCog(band.raster, { nodata }))
    part.bands[name as ArchiveBand] = { ...band.window, file }
  }
  return part
}

/** As Promise.all, but nothing is under way any more when it throws. */
async function settleAll<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(promises)
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}

async function readBand(
  name: ArchiveBand,
  asset: ItemAsset,
  knownBounds: { epsg: number; bounds: MapBounds } | null,
  reader: PartReader,
  signal: AbortSignal | undefined,
): Promise<{
  bounds: { epsg: number; bounds: MapBounds }
  window: Omit<BandWindow, 'file'>
  raster: Raster<RasterData>
} | null> {
  const href = await reader.sign(asset.href, signal)
  await using handle = await openGeoTiffUrl(href, reader.client, signal)
  const { grid } = handle
  const bounds =
    knownBounds?.epsg === grid.epsg
      ? knownBounds
      : { epsg: grid.epsg, bounds: boundsInSystem(reader.siteGrid, grid) }
  const window = planWindow(grid, bounds.bounds)
  if (!window) return null
  const [data] = await handle.readWindow(window, { bands: [0], ...(signal ? { signal } : {}) })
  const raster = { grid: windowGrid(grid, window), data: data as RasterData }
  const nodata = handle.nodata ?? asset.nodata ?? 0
  const isClass = name === 'scl'
  return {
    bounds,
    raster,
    window: {
      grid: raster.grid,
      href: asset.href,
      scaling: {
        scale: isClass ? 1 : (asset.scale ?? REFLECTANCE_SCALE),
        // The offset is decided when all scenes are there.
        offset: 0,
        nodataDn: Number.isFinite(nodata) ? nodata : null,
      },
    },
  }
}

function boundsInSystem(siteGrid: Grid, image: Grid): MapBounds {
  const [widthM, heightM] = pixelSizeM(image)
  return boundsWithMargin(siteGrid, image.epsg, MARGIN_PIXELS * Math.max(widthM, heightM))
}
