import type { MultiPolygon, Polygon } from 'geojson'
import { z } from 'zod'
import { type Grid, gridSchema } from './grid.ts'

/** Version of the site folder that this library writes. */
export const SITE_FORMAT_VERSION = 1

/** Where a site's scenes come from. */
export type SiteSource =
  | {
      kind: 'stac'
      /** API root, or a static catalogue, collection or FeatureCollection (URL or path). */
      url: string
      collection: string
    }
  | { kind: 'import' }

/** What a user may set; all have defaults. */
export interface SiteSettings {
  /** A scene is kept when at least this share of the AOI was seen, 0..1. */
  minValidFraction: number
  /** `auto`: found from the frames; else an NDVI value. */
  threshold: 'auto' | number
  /** Read green and blue too, for true-colour pictures. */
  colour: boolean
}

export const DEFAULT_SETTINGS: SiteSettings = {
  minValidFraction: 0.6,
  threshold: 'auto',
  colour: true,
}

/** site.json */
export interface Site {
  formatVersion: typeof SITE_FORMAT_VERSION
  name: string
  /** In degrees, WGS 84. */
  aoi: Polygon | MultiPolygon
  /** First and last day, YYYY-MM-DD, both included (UTC). */
  from: string
  to: string
  grid: Grid
  source: SiteSource
  settings: SiteSettings
  createdAt: string
}

const positionSchema = z.array(z.number()).min(2)
const ringsSchema = z.array(z.array(positionSchema).min(4)).min(1)

const daySchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a day YYYY-MM-DD')

export const siteSchema: z.ZodType<Site> = z.object({
  formatVersion: z.literal(SITE_FORMAT_VERSION),
  name: z.string(),
  aoi: z.discriminatedUnion('type', [
    z.object({ type: z.literal('Polygon'), coordinates: ringsSchema }),
    z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(ringsSchema).min(1) }),
  ]),
  from: daySchema,
  to: daySchema,
  grid: gridSchema,
  source: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('stac'), url: z.string(), collection: z.string() }),
    z.object({ kind: z.literal('import') }),
  ]),
  settings: z.object({
    minValidFraction: z.number().min(0).max(1),
    threshold: z.union([z.literal('auto'), z.number()]),
    colour: z.boolean(),
  }),
  createdAt: z.string(),
})
