import { apiPath, request } from './request.ts'

/** One frame of an object's series. */
export interface AreaRow {
  frameIndex: number
  sceneId: string
  /** UTC ISO 8601. */
  capturedAt: string
  objectId: number
  areaM2: number
  /** Ends of the 90 % interval. */
  lowM2: number
  highM2: number
  /** Share of the mask that the frame saw, 0..1. */
  validInside: number
  gainedM2: number
  lostM2: number
  confidence: number
  locked: boolean
  prompted: boolean
  flags: string[]
  fragments: number
}

/** June to October, or November to May; `year` is the one that it begins in. */
export interface Season {
  name: 'june-october' | 'november-may'
  year: number
}

/** One season's area. */
export interface SeasonArea {
  season: Season
  frames: number
  /** First and last capture, UTC ISO 8601. */
  firstAt: string
  lastAt: string
  medianM2: number
  lowM2: number
  highM2: number
}

/** Two seasons of the same name. */
export interface SeasonPair {
  from: Season
  to: Season
  changeM2: number
  changeFraction: number | null
  changePerYearM2: number
  beyondUncertainty: boolean
}

/** An object of summary.json. */
export interface ObjectSummary {
  objectId: number
  areas: AreaRow[]
  seasons: SeasonArea[]
  sameSeasonPairs: SeasonPair[]
  change: {
    fromM2: number
    toM2: number
    changeM2: number
    changeFraction: number | null
    beyondUncertainty: boolean
    largestM2: number
    largestAt: string
  } | null
}

/** An abrupt and lasting change; it happened between the two times. */
export interface ScarEvent {
  kind: 'abrupt-gain' | 'abrupt-loss'
  afterAt: string
  byAt: string
  changeM2: number
  lowM2: number
  highM2: number
  pValue: number
  confirmed: boolean
}

/** A departure that is no event. */
export interface Artefact {
  capturedAt: string
  kind: 'single-frame' | 'hidden' | 'season'
  changeM2: number
}

/** A span of steady rate. */
export interface Phase {
  fromAt: string
  toAt: string
  rateM2PerDay: number
  lowM2PerDay: number
  highM2PerDay: number
}

/** A date from which the scar grew faster. */
export interface Onset {
  at: string
  lowAt: string
  highAt: string
  rateBeforeM2PerDay: number
  rateAfterM2PerDay: number
  pValue: number
}

export const SECTORS = [
  'N',
  'NNE',
  'NE',
  'ENE',
  'E',
  'ESE',
  'SE',
  'SSE',
  'S',
  'SSW',
  'SW',
  'WSW',
  'W',
  'WNW',
  'NW',
  'NNW',
] as const
export type Sector = (typeof SECTORS)[number]

export type ZoneRelation = 'first' | 'detached' | 'crown' | 'flank' | 'toe' | 'beside'

/** Ground that became scar and stayed. */
export interface NewZone {
  id: number
  areaM2: number
  lowM2: number
  highM2: number
  lngLat: [lng: number, lat: number]
  sinceAfterAt: string
  sinceByAt: string
  confirmedAt: string
  status: 'open' | 'closed'
  closedAt: string | null
  /** Place of the abrupt change that it was part of. */
  event: number | null
  place: { sector: Sector | null; relation: ZoneRelation; gapM: number | null }
}

/** How far a boundary moved, m. */
export interface Advance {
  meanM: number
  lowM: number
  highM: number
  meanMPerDay: number
}

/** Ground gained and lost towards a sector. */
export interface SectorChange {
  sector: Sector
  azimuthDeg: number
  gainedM2: number
  gainedLowM2: number
  gainedHighM2: number
  lostM2: number
  lostLowM2: number
  lostHighM2: number
}

/** Where and how far a scar grew between two times. */
export interface Growth {
  span: 'frames' | 'season' | 'event' | 'whole'
  /** Two days, or two seasons. */
  label: string
  fromAt: string
  toAt: string
  days: number
  rose: { sectors: SectorChange[] }
  direction: { sector: Sector; beyondUncertainty: boolean; rivals: Sector[] } | null
  advance: {
    whole: Advance | null
    sectors: { sector: Sector; advance: Advance | null }[]
  } | null
}

/** An object of events.json. */
export interface ObjectEvolution {
  objectId: number
  events: ScarEvent[]
  artefacts: Artefact[]
  phases: Phase[]
  onsets: Onset[]
  newZones: NewZone[]
  growth: Growth[]
}

/** Mean agreement with the truth, all 0..1 but for the areas. */
export interface MeanScore {
  frames: number
  iou: number
  precision: number
  recall: number
  boundaryF: number
  absAreaErrorM2: number
  absAreaErrorFraction: number | null
  biasM2: number
}

/** verification.json */
export interface Verification {
  truth: string
  frames: {
    sceneId: string
    capturedAt: string
    /** Share of the site that the truth says nothing about, 0..1. */
    untoldFraction: number
    observed: { iou: number; boundaryF: number } | null
    all: { truthAreaM2: number }
  }[]
  /** Over ground that the frames saw, and over all. */
  mean: { observed: MeanScore | null; all: MeanScore | null }
}

/** GET analysis: summary.json, events.json and verification.json, as far as the page shows them. */
export interface Analysis {
  analysis: {
    epsg: number
    /** m² on the grid per m² on the ellipsoid. */
    gridAreaScale: number
    objects: ObjectSummary[]
  }
  /** An entry per object, in the order of `analysis.objects`. */
  evolution: { objects: ObjectEvolution[] }
  /** Null where the site was never verified. */
  verification: Verification | null
}

export const getAnalysis = (id: string, signal?: AbortSignal): Promise<Analysis> =>
  request(apiPath`/api/sites/${id}/analysis`, signal ? { signal } : {})
