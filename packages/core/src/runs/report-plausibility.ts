import { z } from 'zod'
import type { PlausibilityFlag } from '../analysis/plausibility-types.ts'

/** Where `scarline plausibility` leaves what it found. */
export const PLAUSIBILITY_FILE = 'analysis/plausibility.json'

/** What a report tells of analysis/plausibility.json. */
export interface ReportPlausibility {
  /** Null where there was no DEM. */
  dem: { words: string } | null
  river: { source: 'given' | 'drainage'; name: string | null } | null
  insar: { name: string } | null
  /** Least slope that landslides need, degrees. */
  leastSlopeDeg: number
  /** How it is judged, one sentence each. */
  method: string[]
  objects: {
    objectId: number
    units: { id: string; kind: 'object' | 'fragment' | 'gained'; areaM2: number }[]
    flags: Pick<PlausibilityFlag, 'level' | 'unit' | 'lngLat' | 'words'>[]
    /** The frame whose mask was judged, UTC ISO 8601. */
    frame: { capturedAt: string }
  }[]
}

export const plausibilitySchema: z.ZodType<ReportPlausibility> = z.object({
  dem: z.object({ words: z.string() }).nullable(),
  river: z
    .object({ source: z.enum(['given', 'drainage']), name: z.string().nullable() })
    .nullable(),
  insar: z.object({ name: z.string() }).nullable(),
  leastSlopeDeg: z.number(),
  method: z.array(z.string()),
  objects: z.array(
    z.object({
      objectId: z.number(),
      units: z.array(
        z.object({
          id: z.string(),
          kind: z.enum(['object', 'fragment', 'gained']),
          areaM2: z.number(),
        }),
      ),
      flags: z.array(
        z.object({
          level: z.enum(['unlikely', 'check', 'note']),
          unit: z.string(),
          lngLat: z.tuple([z.number(), z.number()]),
          words: z.string(),
        }),
      ),
      frame: z.object({ capturedAt: z.string() }),
    }),
  ),
})
