import { ScarlineError } from '../errors.ts'
import { encodeCog } from '../cog/write-cog.ts'
import { windowGrid } from '../geo/affine.ts'
import type { FileStore } from '../model/file-store.ts'
import type { Grid } from '../model/grid.ts'
import type { BandName, BandScaling, BandWindow, ScenePart } from '../model/scene.ts'
import type { Raster, RasterData } from '../raster/raster.ts'
import { type MaskWindow, sclFromCodes, sclFromHidden, sclFromMaja } from './classification.ts'
import { fileName } from './paths.ts'
import type { BandFile, LightBand, LocalProduct, MajaMask, StatedGrid } from './product.ts'
import { openLocalRaster } from './raster-source.ts'
import { windowOnSite } from './site-window.ts'

/** What reading a product gave. */
export interface ReadProduct {
  part: ScenePart
  /** True where a band had no georeferencing of its own. */
  statedGeoreferencing: boolean
}

/**
 * Cuts a product's bands and its classification to the site and stores them as
 * `scenes/<sceneId>/<itemId>/<band>.tif`. One band is in memory at a time.
 *
 * @returns null where the product lies outside the site
 * @throws ScarlineError of the first file that cannot be read
 */
export async function readProduct(
  product: LocalProduct,
  sceneId: string,
  site: Grid,
  files: FileStore,
  signal?: AbortSignal,
): Promise<ReadProduct | null> {
  const bands: Partial<Record<BandName, BandWindow>> = {}
  let statedGeoreferencing = false
  const store = async (
    band: BandName,
    raster: Raster<RasterData>,
    scaling: BandScaling,
    href: string,
  ): Promise<void> => {
    const file = `scenes/${sceneId}/${product.itemId}/${band}.tif`
    await files.write(file, await encodeCog(raster, { nodata: scaling.nodataDn }))
    bands[band] = { file, grid: raster.grid, scaling, href }
  }
  for (const [band, file] of Object.entries(product.bands) as [LightBand, BandFile][]) {
    signal?.throwIfAborted()
    const read = await readBand(file, site, product.statedGrids[band], signal)
    if (read === null) {
      if (band === 'red' || band === 'ndvi') return null
      throw new ScarlineError(
        `${file.path}: lies outside the site, unlike the other bands of ${product.itemId}`,
        { code: 'invalid-input', hint: 'Check the georeferencing of the file with gdalinfo.' },
      )
    }
    statedGeoreferencing ||= read.stated
    await store(band, read.raster, { ...product.scaling }, file.path)
  }
  const classes = await readClassification(product, site, signal)
  if (classes) {
    const scaling: BandScaling = { scale: 1, offset: 0, nodataDn: null }
    await store('scl', classes.raster, scaling, classes.href)
  }
  return {
    part: { itemId: product.itemId, bands, processingBaseline: product.processingBaseline },
    statedGeoreferencing,
  }
}

async function readBand(
  { path, bandIndex }: BandFile,
  site: Grid,
  stated: StatedGrid | undefined,
  signal?: AbortSignal,
): Promise<{ raster: Raster<RasterData>; nodata: number | null; stated: boolean } | null> {
  await using raster = await openLocalRaster(path, stated, signal)
  const window = windowOnSite(raster.grid, site)
  if (window === null) return null
  const data = await raster.readWindow(window, bandIndex, signal)
  return {
    raster: { grid: windowGrid(raster.grid, window), data },
    nodata: raster.nodata,
    stated: raster.georeferencing === 'stated',
  }
}

async function readClassification(
  { classification, statedGrids }: LocalProduct,
  site: Grid,
  signal?: AbortSignal,
): Promise<{ raster: Raster<Uint8Array>; href: string } | null> {
  if (classification === null) return null
  const open = async (file: BandFile): Promise<MaskWindow | null> => {
    const read = await readBand(file, site, statedGrids.scl, signal)
    const resolution = /_R2\.tiff?$/i.test(fileName(file.path)) ? 'R2' : 'R1'
    return read && { raster: read.raster, nodata: read.nodata, resolution }
  }
  if (classification.kind !== 'maja') {
    const mask = await open(classification.file)
    if (mask === null) return null
    const raster = classification.kind === 'scl' ? sclFromCodes(mask) : sclFromHidden(mask)
    return { raster, href: classification.file.path }
  }
  const masks: Partial<Record<MajaMask, MaskWindow>> = {}
  for (const [name, file] of Object.entries(classification.masks) as [MajaMask, BandFile][]) {
    const mask = await open(file)
    if (mask) masks[name] = mask
  }
  const raster = sclFromMaja(masks)
  const href = classification.masks.cloud?.path ?? ''
  return raster && { raster, href }
}
