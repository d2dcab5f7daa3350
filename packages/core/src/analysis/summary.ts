import { z } from 'zod'
import type { AnalysisSummary, AreaRow, AreaUncertainty } from '../model/analysis-areas.ts'
import { eventSchema, onsetSchema, zoneSchema } from './evolution-schema.ts'

const pair: z.ZodType<[number, number]> = z.tuple([z.number(), z.number()])
const season = z.object({
  name: z.enum(['june-october', 'november-may']),
  year: z.number(),
  label: z.string(),
})

/** Half-widths by cause, of analyses old and new. */
export const uncertaintySchema: z.ZodType<AreaUncertainty> = z.object({
  boundary: pair,
  // Analyses of before the level's error was known have none.
  level: pair.default([0, 0]),
  registration: pair,
  mixedPixels: pair,
  hidden: pair,
  // Nor of what was in doubt.
  membership: pair.default([0, 0]),
})

const areaRow: z.ZodType<AreaRow> = z.object({
  frameIndex: z.number(),
  sceneId: z.string(),
  capturedAt: z.string(),
  objectId: z.number(),
  areaM2: z.number(),
  lowM2: z.number(),
  highM2: z.number(),
  uncertainty: uncertaintySchema,
  seenM2: z.number(),
  hiddenM2: z.number(),
  validInside: z.number(),
  validAround: z.number(),
  perimeterM: z.number(),
  gainedM2: z.number(),
  lostM2: z.number(),
  comparedFraction: z.number(),
  ellipsoidAreaM2: z.number(),
  registrationResidualM: z.number(),
  confidence: z.number(),
  locked: z.boolean(),
  prompted: z.boolean(),
  flags: z.array(z.string()),
  fragments: z.number(),
})

export const analysisSummarySchema: z.ZodType<AnalysisSummary> = z.object({
  formatVersion: z.literal(1),
  epsg: z.number(),
  gridAreaScale: z.number(),
  sensorPixelM: z.number(),
  registration: z.object({
    unregisteredM: z.number(),
    source: z.enum(['measured', 'specified']),
  }),
  method: z.array(z.string()),
  objects: z.array(
    z.object({
      objectId: z.number(),
      areas: z.array(areaRow),
      seasons: z.array(
        z.object({
          season,
          frames: z.number(),
          firstAt: z.string(),
          lastAt: z.string(),
          medianM2: z.number(),
          minM2: z.number(),
          maxM2: z.number(),
          lowM2: z.number(),
          highM2: z.number(),
          meanValidInside: z.number(),
        }),
      ),
      sameSeasonPairs: z.array(
        z.object({
          from: season,
          to: season,
          years: z.number(),
          changeM2: z.number(),
          changeFraction: z.number().nullable(),
          changePerYearM2: z.number(),
          beyondUncertainty: z.boolean(),
        }),
      ),
      events: z.array(eventSchema),
      newZones: z.array(zoneSchema),
      onsets: z.array(onsetSchema),
      change: z
        .object({
          fromM2: z.number(),
          toM2: z.number(),
          changeM2: z.number(),
          changeFraction: z.number().nullable(),
          beyondUncertainty: z.boolean(),
          smallestM2: z.number(),
          smallestAt: z.string(),
          largestM2: z.number(),
          largestAt: z.string(),
          gainedM2: z.number(),
          lostM2: z.number(),
        })
        .nullable(),
    }),
  ),
})
