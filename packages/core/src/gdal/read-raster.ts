import { ScarlineError } from '../errors.ts'
import type { Grid } from '../model/grid.ts'
import { gridBounds } from '../geo/affine.ts'
import { withGdal } from './gdal-session.ts'
import { loadSource, type GdalSource } from './gdal-source.ts'

/** A raster of any format, sampled onto a grid. */
export interface SampledRaster {
  grid: Grid
  /** First band, resampled as asked for. */
  values: Float32Array
  /** 1 where the source has data, 0 outside of it and where it says nodata. */
  known: Uint8Array
  /** The nodata value that the source declares; null where none. */
  nodata: number | null
}

interface RasterInfo {
  geoTransform?: number[]
  bands?: { noDataValue?: number | string; type?: string }[]
  coordinateSystem?: { wkt?: string }
  gcps?: { coordinateSystem?: { wkt?: string } }
  size?: number[]
}

/** Settings of {@link readRasterOnGrid}. */
export interface ReadRasterOptions {
  /**
   * Take a declared nodata value of 0 for plain 0: masks are often written with 0 both as "not scar"
   * and as nodata. False by default.
   */
  zeroIsData?: boolean
  /** `near` by default; `bilinear` for surfaces, `average` for surfaces finer than the grid. */
  resampling?: 'near' | 'bilinear' | 'average'
}

/**
 * The first band of any raster file that GDAL reads, on a grid (nearest neighbour unless told otherwise,
 * exact transform).
 *
 * @param grid north-up
 * @throws ScarlineError `not-found`, `corrupt-file` or `invalid-input` (no coordinate system)
 */
export async function readRasterOnGrid(
  source: GdalSource,
  grid: Grid,
  options: ReadRasterOptions = {},
): Promise<SampledRaster> {
  const loaded = await loadSource(source)
  const [minX, minY, maxX, maxY] = gridBounds(grid)
  return withGdal(loaded.label, loaded.files, (session) => {
    const dataset = session.open(loaded.entry, 'raster')
    const info = session.rasterInfo(dataset) as RasterInfo
    const band = info.bands?.[0]
    const wkt = info.coordinateSystem?.wkt ?? info.gcps?.coordinateSystem?.wkt ?? ''
    if (band === undefined || wkt === '') {
      throw notGeoreferenced(loaded.label, band === undefined)
    }
    const isByte = band.type === 'Byte'
    const nodata = band.noDataValue === undefined ? null : Number(band.noDataValue)
    const out = session.warp(dataset, 'warped.bin', [
      ['-of', 'ENVI'],
      ['-ot', isByte ? 'Byte' : 'Float32'],
      ['-b', '1'],
      ['-t_srs', `EPSG:${grid.epsg}`],
      ['-te', minX, minY, maxX, maxY].map(String),
      ['-ts', grid.width, grid.height].map(String),
      ['-r', options.resampling ?? 'near'],
      ['-et', '0'],
      '-dstalpha',
      options.zeroIsData === true && nodata === 0 ? ['-srcnodata', 'None'] : [],
    ])
    const pixels = grid.width * grid.height
    const bytes = session.readFile(out)
    const data = isByte ? bytes : new Float32Array(bytes.buffer.slice(bytes.byteOffset))
    const values = Float32Array.from(data.subarray(0, pixels))
    const known = new Uint8Array(pixels)
    for (let i = 0; i < pixels; i++) {
      if ((data[pixels + i] as number) > 0 && !Number.isNaN(values[i])) known[i] = 1
    }
    return { grid, values, known, nodata }
  })
}

/** Metres per degree of latitude, mean over the WGS 84 ellipsoid. */
const DEGREE_M = 111_132

/**
 * Edge of a raster's pixel on the ground, m; the longer one where the two differ.
 * @throws ScarlineError `not-found`, `corrupt-file` or `invalid-input` (no coordinate system, no grid)
 */
export async function rasterPixelM(source: GdalSource): Promise<number> {
  const loaded = await loadSource(source)
  return withGdal(loaded.label, loaded.files, (session) => {
    const info = session.rasterInfo(session.open(loaded.entry, 'raster')) as RasterInfo
    const wkt = info.coordinateSystem?.wkt ?? ''
    const [, colX, rowX, top, colY, rowY] = info.geoTransform ?? []
    const [, height = 0] = info.size ?? []
    if (wkt === '' || rowX === undefined || rowY === undefined) {
      throw notGeoreferenced(loaded.label, false)
    }
    const isGeographic = /^\s*(COMPOUNDCRS\[[^[]*|BOUNDCRS\[\s*SOURCECRS\[\s*)?GEOG/.test(wkt)
    const latitude = ((top ?? 0) + (rowY * height) / 2) * (Math.PI / 180)
    const [x, y] = isGeographic ? [DEGREE_M * Math.cos(latitude), DEGREE_M] : [1, 1]
    return Math.max(Math.hypot((colX ?? 0) * x, (colY ?? 0) * y), Math.hypot(rowX * x, rowY * y))
  })
}

function notGeoreferenced(label: string, lacksBand: boolean): ScarlineError {
  return new ScarlineError(
    `got ${label} without ${lacksBand ? 'a raster band' : 'a coordinate system'}, expected a georeferenced raster`,
    {
      code: 'invalid-input',
      hint: 'Georeference the raster, for example with gdal_translate -a_srs EPSG:326zz.',
    },
  )
}
