import { z } from 'zod'
import type {
  Artefact,
  DeseasonedSeries,
  InverseVelocity,
  Onset,
  Phase,
  ScarEvent,
} from '../model/analysis-events.ts'
import type { Evolution, LineageEdge, LineagePiece } from '../model/analysis-evolution.ts'
import {
  type Advance,
  type BoundaryAdvance,
  type GainDirection,
  SECTORS,
  type Sector,
  type SectorRose,
  type SlopeShare,
  type ToldGrowth,
} from '../model/analysis-growth.ts'
import { type PlacedZone, ZONE_CHARACTERS } from '../model/analysis-zones.ts'

const number = z.number()
const text = z.string()
const sector: z.ZodType<Sector> = z.enum(SECTORS as [Sector, ...Sector[]])
const position: z.ZodType<[number, number]> = z.tuple([number, number])

export const eventSchema: z.ZodType<ScarEvent> = z.object({
  kind: z.enum(['abrupt-gain', 'abrupt-loss']),
  afterAt: text,
  byAt: text,
  inSightAt: text.optional(),
  changeM2: number,
  lowM2: number,
  highM2: number,
  pValue: number,
  confirmed: z.boolean(),
  words: text,
})

export const onsetSchema: z.ZodType<Onset> = z.object({
  at: text,
  lowAt: text,
  highAt: text,
  turnAt: text,
  rateBeforeM2PerDay: number,
  rateAfterM2PerDay: number,
  pValue: number,
  words: text,
})

export const zoneSchema: z.ZodType<PlacedZone> = z.object({
  id: number,
  areaM2: number,
  lowM2: number,
  highM2: number,
  lngLat: position,
  sinceAfterAt: text,
  sinceByAt: text,
  grownByAt: text,
  confirmedAt: text,
  status: z.enum(['open', 'closed']),
  closedAt: text.nullable(),
  pieces: number,
  reopenedShare: number,
  event: number.nullable(),
  character: z.enum(ZONE_CHARACTERS),
  distinctM2: number,
  place: z.object({
    sector: sector.nullable(),
    azimuthDeg: number.nullable(),
    relation: z.enum(['first', 'detached', 'crown', 'flank', 'toe', 'beside']),
    gapM: number.nullable(),
    relativeHeight: number.nullable(),
  }),
  words: text,
})

const artefact: z.ZodType<Artefact> = z.object({
  capturedAt: text,
  kind: z.enum(['single-frame', 'hidden', 'season']),
  changeM2: number,
  words: text,
})

const phase: z.ZodType<Phase> = z.object({
  fromAt: text,
  toAt: text,
  rateM2PerDay: number,
  lowM2PerDay: number,
  highM2PerDay: number,
})

const deseasoned: z.ZodType<DeseasonedSeries> = z.object({
  season: z
    .object({
      harmonics: z.union([z.literal(1), z.literal(2)]),
      scaling: z.enum(['additive', 'proportional']),
      amplitudeM2: number,
      shrinkage: number,
    })
    .nullable(),
  frames: z.array(
    z.object({
      capturedAt: text,
      seasonM2: number,
      deseasonedM2: number,
      lowM2: number,
      highM2: number,
    }),
  ),
  words: text,
})

const inverse: z.ZodType<InverseVelocity> = z.object({
  fromAt: text,
  untilAt: text,
  rates: z.array(
    z.object({
      at: text,
      rateM2PerDay: number,
      inverseRate: number,
      low: number,
      high: number.nullable(),
    }),
  ),
  fit: z
    .object({
      inverseRateAtStart: number,
      slopePerDay: number,
      r2: number,
      extrapolatedAt: text.nullable(),
      lowAt: text.nullable(),
      highAt: text.nullable(),
    })
    .nullable(),
  warnings: z.array(text),
})

const advance: z.ZodType<Advance> = z.object({
  meanM: number,
  lowM: number,
  highM: number,
  farthestM: number.nullable(),
  meanMPerDay: number,
  lowMPerDay: number,
  highMPerDay: number,
  boundaryM: number,
  seenFraction: number,
})

const boundaryAdvance: z.ZodType<BoundaryAdvance> = z.object({
  fromAt: text,
  toAt: text,
  days: number,
  centre: position,
  whole: advance.nullable(),
  sectors: z.array(z.object({ sector, advance: advance.nullable() })),
  detachedGainedM2: number,
  detachedLostM2: number,
})

const rose: z.ZodType<SectorRose> = z.object({
  centre: position,
  centreSdM: number,
  convergenceDeg: number,
  residualBeforeM: number,
  residualAfterM: number,
  sectors: z.array(
    z.object({
      sector,
      azimuthDeg: number,
      gainedM2: number,
      gainedLowM2: number,
      gainedHighM2: number,
      lostM2: number,
      lostLowM2: number,
      lostHighM2: number,
      comparedFraction: number,
      boundaryBeforeM: number,
      boundaryAfterM: number,
      independentSdM2: number,
      centreGainM2: z.tuple([number, number]),
    }),
  ),
})

const azimuth = z.object({
  azimuthDeg: number,
  lowDeg: number.nullable(),
  highDeg: number.nullable(),
})

const direction: z.ZodType<GainDirection> = z.object({
  sector,
  gainedM2: number,
  beyondUncertainty: z.boolean(),
  rivals: z.array(sector),
  largest: azimuth,
  mean: azimuth,
  concentration: number,
})

const slope: z.ZodType<SlopeShare> = z.object({
  direction: z.enum(['upslope', 'downslope', 'lateral', 'undecided']),
  gainedM2: number,
  gainedLowM2: number,
  gainedHighM2: number,
  lostM2: number,
  gainedShare: number.nullable(),
  advance: advance.nullable(),
})

const growth: z.ZodType<ToldGrowth> = z.object({
  span: z.enum(['frames', 'season', 'event', 'whole']),
  label: text,
  fromAt: text,
  toAt: text,
  days: number,
  rose,
  direction: direction.nullable(),
  advance: boundaryAdvance.nullable(),
  slope: z.array(slope).nullable(),
  words: text,
})

const piece: z.ZodType<LineagePiece> = z.object({
  id: number,
  birth: z.enum(['first-frame', 'new', 'split']),
  bornAfterAt: text.nullable(),
  bornAt: text,
  end: z.enum(['last-frame', 'gone', 'merged']),
  lastAt: text,
  endedByAt: text.nullable(),
  sights: number,
  firstM2: number,
  lastM2: number,
  largestM2: number,
  largestAt: text,
})

const edge: z.ZodType<LineageEdge> = z.object({
  kind: z.enum(['merge', 'split']),
  fromId: number,
  toId: number,
  afterAt: text,
  byAt: text,
})

export const evolutionSchema: z.ZodType<Evolution> = z.object({
  formatVersion: z.literal(1),
  sensorPixelM: number,
  elevation: z.object({ known: z.boolean(), words: text }),
  method: z.array(text),
  objects: z.array(
    z.object({
      objectId: number,
      words: z.array(text),
      events: z.array(eventSchema),
      artefacts: z.array(artefact),
      phases: z.array(phase),
      onsets: z.array(onsetSchema),
      deseasoned,
      inverseVelocity: z.array(inverse),
      newZones: z.array(zoneSchema),
      dams: z
        .object({
          evidence: z.enum(['frames', 'masks']),
          intervals: z.array(
            z.object({
              afterAt: text.nullable(),
              dammedByAt: text,
              dammedUntilAt: text,
              clearedByAt: text.nullable(),
              sights: number,
              deposit: z
                .object({ capturedAt: text, areaM2: number, lowM2: number, highM2: number })
                .nullable(),
            }),
          ),
          words: text,
        })
        .nullable(),
      growth: z.array(growth),
      lineage: z.object({ pieces: z.array(piece), edges: z.array(edge) }),
    }),
  ),
})
