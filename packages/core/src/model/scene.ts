import { z } from 'zod'
import { type Grid, gridSchema } from './grid.ts'

/** Band names used everywhere in Scarline, whatever a provider calls its assets. */
export const BAND_NAMES = ['red', 'nir', 'green', 'blue', 'scl', 'ndvi'] as const
export type BandName = (typeof BAND_NAMES)[number]

/**
 * How stored numbers become reflectance: `reflectance = dn * scale + offset`; `dn === nodataDn` was
 * not observed. For an `ndvi` band the same rule gives NDVI.
 */
export interface BandScaling {
  scale: number
  offset: number
  nodataDn: number | null
}

/** One band of a part, cut to the site window, as a GeoTIFF of raw numbers in the site folder. */
export interface BandWindow {
  /** Path relative to the site folder, e.g. `scenes/S2A_20170116/S2A_47RMP_20170116_0_L2A/red.tif`. */
  file: string
  /** The window's own (native) grid, from the TIFF's own georeferencing. */
  grid: Grid
  scaling: BandScaling
  /** Where it came from (href or path of the source), for the record. */
  href: string
}

/**
 * One product of a pass: an item of the archive, or one local file set. Neighbouring tiles and split
 * strips of one pass are several parts of one scene; earlier parts win where they overlap.
 */
export interface ScenePart {
  itemId: string
  bands: Partial<Record<BandName, BandWindow>>
  processingBaseline: string | null
}

/** The baseline-04.00 offset: was DN 1000 to be subtracted from this scene, and how do we know. */
export interface OffsetDecision {
  /** What was decided: subtract 1000 DN, or not (not due, or the archive has subtracted it already). */
  decision: 'subtract' | 'already-subtracted' | 'not-due' | 'not-applicable'
  /** The offset in reflectance units that was put into the parts' scaling: -0.1 or 0. */
  offsetReflectance: number
  /** Facts the decision rests on, by name (metadata values and pixel statistics). */
  evidence: Record<string, string | number | boolean | null>
  /** Set when metadata and pixels contradict each other: one sentence. */
  contradiction: string | null
}

/** Shift of a scene against the reference: ADD to its map coordinates to register it. */
export interface SceneShift {
  /** Metres east. */
  xM: number
  /** Metres north. */
  yM: number
  /** 0 (no agreement of the windows) to 1. */
  quality: number
  /** False where the measurement was implausible and no shift was applied (xM = yM = 0). */
  applied: boolean
}

export const SCENE_STATUSES = ['candidate', 'read', 'failed'] as const

/** One acquisition (platform and solar day) considered for the site. */
export interface Scene {
  /** `<platform>_<YYYYMMDD>` (solar day), e.g. `S2A_20170116`; unique in a site, sorts by name. */
  id: string
  platform: string
  /** UTC ISO 8601 of the first part. */
  capturedAt: string
  /** `candidate`: known, windows not yet read. `read`: all windows stored. `failed`: see reason. */
  status: (typeof SCENE_STATUSES)[number]
  kept: boolean
  /** Whether a rule or the user decided `kept`; a user's decision is never overruled. */
  decidedBy: 'rule' | 'user'
  /** Why rejected (or why kept in spite of something), one sentence; null where nothing is to say. */
  reason: string | null
  /** Share of the AOI that was observed clear, 0..1; null until read. */
  validFraction: number | null
  /** Share of the AOI per {@link VALIDITY} name, 0..1. */
  validityFractions: Record<string, number>
  /** Remarks such as `snow`, `haze`, `bare-as-cloud`, `partial-swath`. */
  flags: string[]
  offset: OffsetDecision | null
  shift: SceneShift | null
  parts: ScenePart[]
  /** Twins that were dropped for a newer processing, and other items of the pass not used. */
  supersededItemIds: string[]
  sunElevationDeg: number | null
}

const bandWindowSchema: z.ZodType<BandWindow> = z.object({
  file: z.string(),
  grid: gridSchema,
  scaling: z.object({
    scale: z.number(),
    offset: z.number(),
    nodataDn: z.number().nullable(),
  }),
  href: z.string(),
})

export const sceneSchema: z.ZodType<Scene> = z.object({
  id: z.string(),
  platform: z.string(),
  capturedAt: z.string(),
  status: z.enum(SCENE_STATUSES),
  kept: z.boolean(),
  decidedBy: z.enum(['rule', 'user']),
  reason: z.string().nullable(),
  validFraction: z.number().nullable(),
  validityFractions: z.record(z.string(), z.number()),
  flags: z.array(z.string()),
  offset: z
    .object({
      decision: z.enum(['subtract', 'already-subtracted', 'not-due', 'not-applicable']),
      offsetReflectance: z.number(),
      evidence: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
      contradiction: z.string().nullable(),
    })
    .nullable(),
  shift: z
    .object({ xM: z.number(), yM: z.number(), quality: z.number(), applied: z.boolean() })
    .nullable(),
  parts: z.array(
    z.object({
      itemId: z.string(),
      bands: z.partialRecord(z.enum(BAND_NAMES), bandWindowSchema),
      processingBaseline: z.string().nullable(),
    }),
  ) as z.ZodType<ScenePart[]>,
  supersededItemIds: z.array(z.string()),
  sunElevationDeg: z.number().nullable(),
})

/** scenes.json */
export interface SceneList {
  formatVersion: 1
  scenes: Scene[]
}

export const sceneListSchema: z.ZodType<SceneList> = z.object({
  formatVersion: z.literal(1),
  scenes: z.array(sceneSchema),
})
