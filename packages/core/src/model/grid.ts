import { z } from 'zod'

/**
 * An affine transform from pixel to map coordinates in STAC `proj:transform` order:
 * `[a, b, c, d, e, f]` with `x = a*col + b*row + c`, `y = d*col + e*row + f`, where (0, 0) is the
 * outer corner of the first pixel and (0.5, 0.5) its centre. Map units (metres in UTM).
 */
export const affineSchema: z.ZodType<Affine> = z.tuple([
  z.number(),
  z.number(),
  z.number(),
  z.number(),
  z.number(),
  z.number(),
])
export type Affine = [a: number, b: number, c: number, d: number, e: number, f: number]

/** A raster grid: where each pixel lies on the ground. */
export interface Grid {
  /** EPSG code of the projected coordinate system. */
  epsg: number
  transform: Affine
  /** Columns, pixels. */
  width: number
  /** Rows, pixels. */
  height: number
}

export const gridSchema: z.ZodType<Grid> = z.object({
  epsg: z.number().int(),
  transform: affineSchema,
  width: z.number().int().positive(),
  height: z.number().int().positive(),
})

/** West, south, east, north in degrees (WGS 84); west > east means that it crosses the antimeridian. */
export type BboxLngLat = [west: number, south: number, east: number, north: number]

/** A position in degrees, WGS 84. */
export type LngLat = [lng: number, lat: number]
