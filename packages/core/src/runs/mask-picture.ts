import type { MultiPolygon } from 'geojson'
import { simplifyRing, traceBoundaries } from '../analysis/boundaries.ts'
import { encodeBitmapPng } from '../frames/bitmap-png.ts'
import { pixelSizeM } from '../geo/affine.ts'
import type { Grid } from '../model/grid.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { readByteRaster } from './tracked-series.ts'

/**
 * A stored mask as a PNG on the site grid: white where it is set, clear elsewhere.
 * @throws ScarlineError `not-found`, `corrupt-file`
 */
export async function encodeMaskPicture(
  folder: SiteFolder,
  grid: Grid,
  file: string,
): Promise<Uint8Array> {
  return encodeBitmapPng(await readByteRaster(folder, file, grid), grid)
}

/**
 * A stored mask, 0/1 on the site grid.
 * @throws ScarlineError `not-found`, `corrupt-file`
 */
export function readMask(folder: SiteFolder, grid: Grid, file: string): Promise<Uint8Array> {
  return readByteRaster(folder, file, grid)
}

/**
 * Outlines of a stored mask in the grid's coordinates.
 *
 * @param tolerancePx how far a dropped vertex may lie from the line, pixels; 0 keeps every corner
 * @throws ScarlineError `not-found`, `corrupt-file`
 */
export async function readMaskBoundary(
  folder: SiteFolder,
  grid: Grid,
  file: string,
  tolerancePx: number,
): Promise<MultiPolygon> {
  const exact = traceBoundaries(await readByteRaster(folder, file, grid), grid)
  if (tolerancePx === 0) return exact
  const toleranceM = tolerancePx * Math.max(...pixelSizeM(grid))
  return {
    type: 'MultiPolygon',
    coordinates: exact.coordinates.map((polygon) =>
      polygon.map((ring) => simplifyRing(ring, toleranceM)),
    ),
  }
}
