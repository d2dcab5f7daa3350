import type { Grid } from '../model/grid.ts'
import type { RasterData } from '../raster/raster.ts'
import type { LocalRaster } from './raster-source.ts'

/** Least and greatest of the numbers that were looked at. */
export interface SampledRange {
  min: number
  max: number
}

/** What a plain raster says of itself, with a look at its numbers. */
export interface RasterFacts {
  grid: Grid
  bandCount: number
  nodata: number | null
  metadata: Readonly<Record<string, string>>
  /** `uint8`, `int16`, `float32`… */
  elementType: string
  /** By band; null where nothing but nodata was met. */
  ranges: (SampledRange | null)[]
}

/** Most bands of which the numbers are looked at. */
const MAX_BANDS = 16
const SAMPLE_EDGE = 128

/**
 * Looks at a raster's header and at nine patches of its pixels (128 x 128, three by three): enough to
 * tell in which units they are.
 */
export async function readRasterFacts(
  raster: LocalRaster,
  signal?: AbortSignal,
): Promise<RasterFacts> {
  const { grid, bandCount, nodata, metadata } = raster
  const ranges: (SampledRange | null)[] = []
  let elementType = ''
  for (let band = 0; band < Math.min(bandCount, MAX_BANDS); band++) {
    let range: SampledRange | null = null
    for (const row of starts(grid.height)) {
      for (const col of starts(grid.width)) {
        const width = Math.min(SAMPLE_EDGE, grid.width)
        const height = Math.min(SAMPLE_EDGE, grid.height)
        const data = await raster.readWindow({ col, row, width, height }, band, signal)
        elementType = elementTypeOf(data)
        range = widen(range, data, nodata)
      }
    }
    ranges.push(range)
  }
  return { grid, bandCount, nodata, metadata, elementType, ranges }
}

function starts(length: number): number[] {
  const last = Math.max(0, length - SAMPLE_EDGE)
  return [...new Set([0, Math.floor(last / 2), last])]
}

function widen(
  range: SampledRange | null,
  data: RasterData,
  nodata: number | null,
): SampledRange | null {
  let { min, max } = range ?? { min: Infinity, max: -Infinity }
  for (const value of data) {
    if (!Number.isFinite(value) || value === nodata) continue
    if (value < min) min = value
    if (value > max) max = value
  }
  return min <= max ? { min, max } : null
}

/** `uint8`, `int16`, `float32`… of an array. */
export function elementTypeOf(data: RasterData): string {
  return data.constructor.name.replace('Array', '').toLowerCase()
}
