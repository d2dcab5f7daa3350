import { z } from 'zod'
import type { ReportPlausibility } from '../model/plausibility.ts'

/** Where `scarline plausibility` leaves what it found. */
export const PLAUSIBILITY_FILE = 'analysis/plausibility.json'

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
