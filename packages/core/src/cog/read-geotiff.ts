import { ScarlineError } from '../errors.ts'
import type { Grid } from '../model/grid.ts'
import type { Raster, RasterData } from '../raster/raster.ts'
import { type ByteSource, bytesSource, fileSource } from './byte-source.ts'
import { georeferenceOf, tiffMetadata, tiffNodata } from './georeference.ts'
import type { RangeClient } from './range-client.ts'
import { readTiffDirectory } from './read-tiff-directory.ts'
import { readTiffWindow } from './read-tiff-window.ts'
import { tiffLayout } from './tiff-layout.ts'

/** A rectangle of pixels; it must lie inside the image. */
export interface PixelWindow {
  col: number
  row: number
  width: number
  height: number
}

/** An open GeoTIFF: the directory is read, pixels are read on demand. Close it when done. */
export interface GeoTiffHandle extends AsyncDisposable {
  /** For messages: file name or URL. */
  readonly name: string
  /** From the TIFF's own georeferencing; `epsg` may be a geographic system such as 4326. */
  readonly grid: Grid
  readonly bandCount: number
  /** Value of pixels that were not observed; may be NaN. */
  readonly nodata: number | null
  /** `TIFFTAG_DATETIME`, `TIFFTAG_IMAGEDESCRIPTION`, GDAL's metadata, `1:SCALE` and so on per band. */
  readonly metadata: Record<string, string>
  /**
   * Reads a window, one array per band wanted (bands from 0, all by default), rows from the top.
   * Only the blocks that the window touches are fetched.
   */
  readWindow(
    window: PixelWindow,
    options?: { bands?: number[]; signal?: AbortSignal },
  ): Promise<RasterData[]>
  close(): Promise<void>
}

/** Opens a GeoTIFF in memory. @throws ScarlineError `corrupt-file`, `invalid-input` */
export function openGeoTiffBytes(bytes: Uint8Array, name: string): Promise<GeoTiffHandle> {
  return openSource(bytesSource(bytes, name))
}

/** Opens a GeoTIFF on disk. @throws ScarlineError `not-found`, `corrupt-file`, `invalid-input` */
export async function openGeoTiffFile(path: string): Promise<GeoTiffHandle> {
  return openSource(await fileSource(path))
}

/**
 * Opens a GeoTIFF over HTTP (or a `file:` URL or path, whatever the client serves); bytes are read by
 * range. @throws ScarlineError `network`, `not-found`, `corrupt-file`, `invalid-input`
 */
export function openGeoTiffUrl(
  url: string,
  client: RangeClient,
  signal?: AbortSignal,
): Promise<GeoTiffHandle> {
  return client.open(url, signal).then((source) => openSource(source, signal))
}

/**
 * The first band of a GeoTIFF, whole.
 * @throws ScarlineError `corrupt-file`, `invalid-input` (also for more pixels than memory is for)
 */
export async function readRaster(
  bytes: Uint8Array,
  name: string,
): Promise<Raster<RasterData> & { nodata: number | null }> {
  await using handle = await openGeoTiffBytes(bytes, name)
  const { grid, nodata } = handle
  const window = { col: 0, row: 0, width: grid.width, height: grid.height }
  const [data] = await handle.readWindow(window, { bands: [0] })
  return { grid, data: data as RasterData, nodata }
}

async function openSource(source: ByteSource, signal?: AbortSignal): Promise<GeoTiffHandle> {
  try {
    const directory = await readTiffDirectory(source, signal)
    const layout = tiffLayout(directory, source.name)
    const { epsg, transform } = georeferenceOf(directory, source.name)
    const nodata = tiffNodata(directory)
    const close = (): Promise<void> => source.close()
    return {
      name: source.name,
      grid: { epsg, transform, width: layout.width, height: layout.height },
      bandCount: layout.bandCount,
      nodata,
      metadata: tiffMetadata(directory),
      readWindow: (window, options = {}) =>
        readTiffWindow(source, layout, nodata, window, options.bands, options.signal),
      close,
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await source.close()
    if (error instanceof RangeError) {
      throw new ScarlineError(`${source.name}: got a damaged TIFF (${error.message})`, {
        code: 'corrupt-file',
        hint: 'Fetch or export the file again.',
        cause: error,
      })
    }
    throw error
  }
}
