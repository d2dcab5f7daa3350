import type { RasterData } from '../raster/raster.ts'

/**
 * One band of one resolution level: `data` covers the columns and rows from (`col`, `row`), all the
 * rest of the level holds the fill value.
 */
export interface TiffPlane {
  data: RasterData
  col: number
  row: number
  width: number
  height: number
}

/** A resolution level of a tiled image. */
export interface TiffLevel {
  width: number
  height: number
  planes: TiffPlane[]
}

/** An array of the same element type. */
export function sameTypeArray(like: RasterData, length: number): RasterData {
  if (like instanceof Float32Array) return new Float32Array(length)
  if (like instanceof Float64Array) return new Float64Array(length)
  if (like instanceof Uint8Array) return new Uint8Array(length)
  if (like instanceof Uint16Array) return new Uint16Array(length)
  if (like instanceof Int16Array) return new Int16Array(length)
  if (like instanceof Int32Array) return new Int32Array(length)
  return new Uint32Array(length)
}

function isMissing(value: number, nodata: number | null): boolean {
  return Number.isNaN(value) || value === nodata
}

function averageOf(plane: TiffPlane, col: number, row: number, nodata: number | null): number {
  let sum = 0
  let count = 0
  for (let r = row; r < row + 2; r++) {
    for (let c = col; c < col + 2; c++) {
      const inside = c >= 0 && r >= 0 && c < plane.width && r < plane.height
      const value = inside ? (plane.data[r * plane.width + c] as number) : NaN
      if (isMissing(value, nodata)) continue
      sum += value
      count++
    }
  }
  return count === 0 ? NaN : sum / count
}

function halvePlane(plane: TiffPlane, fill: number, nodata: number | null): TiffPlane {
  const col = plane.col >> 1
  const row = plane.row >> 1
  const width = ((plane.col + plane.width + 1) >> 1) - col
  const height = ((plane.row + plane.height + 1) >> 1) - row
  const data = sameTypeArray(plane.data, width * height)
  const isFloat = plane.data instanceof Float32Array || plane.data instanceof Float64Array
  for (let r = 0; r < height; r++) {
    for (let c = 0; c < width; c++) {
      const sourceCol = (col + c) * 2 - plane.col
      const sourceRow = (row + r) * 2 - plane.row
      let value: number
      if (isFloat) {
        value = averageOf(plane, sourceCol, sourceRow, nodata)
        if (Number.isNaN(value)) value = fill
      } else {
        const nearCol = Math.max(0, sourceCol)
        const nearRow = Math.max(0, sourceRow)
        value = plane.data[nearRow * plane.width + nearCol] as number
      }
      data[r * width + c] = value
    }
  }
  return { data, col, row, width, height }
}

/**
 * The level of half the resolution (sizes rounded up): nearest neighbour for integers, the mean of
 * what is not NaN or nodata for floats.
 */
export function halveLevel(level: TiffLevel, fill: number, nodata: number | null): TiffLevel {
  return {
    width: Math.ceil(level.width / 2),
    height: Math.ceil(level.height / 2),
    planes: level.planes.map((plane) => halvePlane(plane, fill, nodata)),
  }
}
