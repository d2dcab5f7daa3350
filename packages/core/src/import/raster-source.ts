import { ScarlineError } from '../errors.ts'
import { type ByteSource, fileSource } from '../cog/byte-source.ts'
import { type PixelWindow, openGeoTiffFile } from '../cog/read-geotiff.ts'
import type { Affine, Grid } from '../model/grid.ts'
import type { RasterData } from '../raster/raster.ts'
import { openJpeg2000 } from './jpeg2000/read-jpeg2000.ts'
import type { StatedGrid } from './product.ts'

/** An open local raster, GeoTIFF or JPEG 2000, north up. Close it when done. */
export interface LocalRaster extends AsyncDisposable {
  readonly name: string
  readonly grid: Grid
  /** `own`: from the file; `stated`: from metadata beside it, for files without any. */
  readonly georeferencing: 'own' | 'stated'
  readonly bandCount: number
  readonly nodata: number | null
  readonly metadata: Readonly<Record<string, string>>
  /** One band's window, rows from the top. */
  readWindow(window: PixelWindow, bandIndex: number, signal?: AbortSignal): Promise<RasterData>
  close(): Promise<void>
}

/**
 * Opens a raster by what its first bytes say it is.
 *
 * @param stated used only where the file has no georeferencing of its own
 * @throws ScarlineError `not-found`, `corrupt-file`, `invalid-input`
 */
export async function openLocalRaster(
  path: string,
  stated?: StatedGrid,
  signal?: AbortSignal,
): Promise<LocalRaster> {
  const source = await fileSource(path)
  try {
    const format = await formatOf(source)
    if (format === 'jpeg2000') {
      const handle = await openJpeg2000(source, signal)
      const { width, height, georeference } = handle
      const grid = georeference
        ? { ...georeference, width, height }
        : gridOnStated(path, width, height, stated)
      return {
        name: path,
        grid: northUp(grid, path),
        georeferencing: georeference ? 'own' : 'stated',
        bandCount: 1,
        nodata: null,
        metadata: {},
        readWindow: (window, _band, readSignal) => handle.readWindow(window, readSignal),
        close: () => handle.close(),
        [Symbol.asyncDispose]: () => handle.close(),
      }
    }
  } catch (error) {
    await source.close()
    throw error
  }
  await source.close()
  const handle = await openGeoTiffFile(path)
  try {
    return {
      name: path,
      grid: northUp(handle.grid, path),
      georeferencing: 'own',
      bandCount: handle.bandCount,
      nodata: handle.nodata,
      metadata: handle.metadata,
      readWindow: async (window, bandIndex, readSignal) => {
        const options = readSignal
          ? { bands: [bandIndex], signal: readSignal }
          : { bands: [bandIndex] }
        const [data] = await handle.readWindow(window, options)
        return data as RasterData
      },
      close: () => handle.close(),
      [Symbol.asyncDispose]: () => handle.close(),
    }
  } catch (error) {
    await handle.close()
    throw error
  }
}

const CONVERT = 'Convert it first: gdal_translate -of COG in out.tif'

async function formatOf(source: ByteSource): Promise<'tiff' | 'jpeg2000'> {
  const [head] = await source.read([{ offset: 0, length: 12 }])
  const hex = [...(head ?? [])].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  if (hex.startsWith('ff4fff51') || hex.startsWith('0000000c6a502020')) return 'jpeg2000'
  if (/^(4949|4d4d)/.test(hex)) return 'tiff'
  const other: [start: string, what: string, hint: string][] = [
    ['504b0304', 'a ZIP archive', 'Unpack it and import the folder.'],
    ['89504e47', 'a PNG picture', 'Import the GeoTIFF that it was made from.'],
    ['ffd8ff', 'a JPEG picture', 'Import the GeoTIFF that it was made from.'],
    ['89484446', 'HDF5 or NetCDF', CONVERT],
    ['434446', 'NetCDF', CONVERT],
  ]
  const [, what, hint] = other.find(([start]) => hex.startsWith(start)) ?? [
    '',
    hex === '' ? 'an empty file' : 'a file that is neither',
    'Check the file; gdalinfo shows what other programs make of it.',
  ]
  throw new ScarlineError(`${source.name}: got ${what}, expected GeoTIFF or JPEG 2000`, {
    code: what === 'an empty file' ? 'corrupt-file' : 'invalid-input',
    hint,
    details: { name: source.name },
  })
}

/** Lays actual pixels over the extent that metadata states: files may have been thinned out. */
function gridOnStated(path: string, width: number, height: number, stated?: StatedGrid): Grid {
  if (!stated) {
    throw new ScarlineError(
      `${path}: got no georeferencing, expected a file that says where it lies`,
      {
        code: 'invalid-input',
        hint: 'Assign it, for example with gdal_translate -a_srs EPSG:326zz -a_ullr.',
        details: { path },
      },
    )
  }
  const [a, b, c, d, e, f] = stated.transform
  const across = stated.width / width
  const down = stated.height / height
  const transform: Affine = [a * across, b * down, c, d * across, e * down, f]
  return { epsg: stated.epsg, transform, width, height }
}

function northUp(grid: Grid, path: string): Grid {
  const [a, b, , d, e] = grid.transform
  if (b === 0 && d === 0 && a > 0 && e < 0) return grid
  throw new ScarlineError(
    `${path}: got ${b !== 0 || d !== 0 ? 'a rotated' : 'a flipped'} raster, expected north up`,
    {
      code: 'invalid-input',
      hint: 'Warp it first, for example with gdalwarp -t_srs EPSG:326zz.',
      details: { path },
    },
  )
}
