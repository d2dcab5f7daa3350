import type { Grid } from '../model/grid.ts'
import type { TiffField } from './tiff-fields.ts'

/**
 * EPSG ranges of two-dimensional geographic systems among the codes 4000 to 4999, where geographic
 * and projected systems are mixed; elsewhere Scarline meets projected systems only.
 */
const GEOGRAPHIC_RANGES: readonly (readonly [number, number])[] = [
  [4001, 4399],
  [4463, 4463],
  [4470, 4470],
  [4475, 4475],
  [4483, 4483],
  [4490, 4490],
  [4555, 4555],
  [4558, 4558],
  [4600, 4646],
  [4657, 4765],
  [4801, 4821],
  [4823, 4824],
  [4901, 4904],
]

/** Whether an EPSG code names a geographic (degrees) rather than a projected system. */
export function isGeographicEpsg(epsg: number): boolean {
  return GEOGRAPHIC_RANGES.some(([first, last]) => epsg >= first && epsg <= last)
}

/**
 * Georeferencing tags of a grid (OGC 19-008 GeoTIFF 1.1): pixel scale and tie point, or the full
 * matrix where the grid is rotated or runs south to north, and the key directory with its EPSG code.
 */
export function geoFields(grid: Pick<Grid, 'epsg' | 'transform'>): TiffField[] {
  const [a, b, c, d, e, f] = grid.transform
  const fields: TiffField[] = []
  if (b === 0 && d === 0 && a > 0 && e < 0) {
    fields.push({ tag: 33550, type: 'double', values: [a, -e, 0] })
    fields.push({ tag: 33922, type: 'double', values: [0, 0, 0, c, f, 0] })
  } else {
    const matrix = [a, b, 0, c, d, e, 0, f, 0, 0, 0, 0, 0, 0, 0, 1]
    fields.push({ tag: 34264, type: 'double', values: matrix })
  }
  const geographic = isGeographicEpsg(grid.epsg)
  const keys = [
    [1024, geographic ? 2 : 1],
    [1025, 1],
    [geographic ? 2048 : 3072, grid.epsg],
  ] as const
  const directory = [1, 1, 1, keys.length, ...keys.flatMap(([key, value]) => [key, 0, 1, value])]
  fields.push({ tag: 34735, type: 'short', values: directory })
  return fields
}
