import type { Grid } from '../model/grid.ts'

/** Element arrays that a raster may hold. */
export type RasterData =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Uint16Array
  | Int16Array
  | Int32Array
  | Uint32Array

/** One band on a grid: `data[row * grid.width + col]`, rows from north to south. */
export interface Raster<T extends RasterData = Float32Array> {
  grid: Grid
  data: T
}

/** 0/1 per pixel. */
export type Mask = Raster<Uint8Array>
