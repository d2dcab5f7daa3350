import type { MultiPolygon, Polygon } from 'geojson'
import { readRasterOnGrid } from '../gdal/read-raster.ts'
import { readVector } from '../gdal/read-vector.ts'
import { rasterizePolygon } from '../geo/rasterize.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { ScarlineError } from '../errors.ts'

/** Names of files that are taken for rasters; others for vectors. */
export const RASTER_EXTENSIONS: RegExp = /\.(tiff?|vrt|img|png|jpe?g|jp2|nc|asc|bil|dat)$/i

/**
 * An area of interest from polygons of any GDAL vector format, in degrees (WGS 84).
 * @throws ScarlineError `invalid-input` where the file holds no polygon
 */
export async function readAoiFile(path: string): Promise<Polygon | MultiPolygon> {
  const { features } = await readVector(path)
  const coordinates = features.flatMap(({ geometry }) =>
    geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates,
  )
  if (coordinates.length === 0) {
    throw new ScarlineError(`${path} holds no polygon, expected the outline of the area`, {
      code: 'invalid-input',
      hint: 'Draw the area of interest as a polygon.',
    })
  }
  const [only] = coordinates
  return coordinates.length === 1 && only
    ? { type: 'Polygon', coordinates: only }
    : { type: 'MultiPolygon', coordinates }
}

/**
 * A mask on the site's frame grid from polygons or a raster (non-zero is inside) of any GDAL format.
 * @returns 0/1 per pixel
 * @throws ScarlineError `invalid-input` where nothing of it lies on the grid
 */
export async function readMaskFile(folder: SiteFolder, path: string): Promise<Uint8Array> {
  const { grid } = await folder.readFrames()
  const mask = new Uint8Array(grid.width * grid.height)
  if (RASTER_EXTENSIONS.test(path)) {
    const { values, known } = await readRasterOnGrid(path, grid, { zeroIsData: true })
    for (let i = 0; i < mask.length; i++) mask[i] = known[i] && values[i] !== 0 ? 1 : 0
  } else {
    const { features } = await readVector(path, { epsg: grid.epsg })
    for (const { geometry } of features) rasterizePolygon(geometry, grid, mask)
  }
  if (!mask.includes(1)) {
    throw new ScarlineError(`${path} covers no pixel of the site's grid`, {
      code: 'invalid-input',
      hint: 'Check its coordinate system and that it lies inside the area of interest.',
    })
  }
  return mask
}
