import type { Feature, FeatureCollection, MultiPolygon, Polygon } from 'geojson'
import type { FrameList } from './frame.ts'
import type { BboxLngLat } from './grid.ts'
import type { Prompt } from './prompt.ts'
import type { Scene } from './scene.ts'
import type { Site } from './site.ts'
import type { Job, PlainError } from './studio-api-jobs.ts'
import type { HistoryState, ReviewItem } from './studio-api-marks.ts'
import type { Track } from './track.ts'

/** `GET /api/session` */
export interface StudioSession {
  version: string
  /** The directory that is served. */
  dir: string
  segmenters: ListedEngine[]
  /** Archives known by a short name. */
  providers: { id: string; url: string }[]
  /** Whether new sites can be made in that directory (not where it is itself a site). */
  canCreate: boolean
  canShutDown: boolean
}

/** An engine of the studio's machine. */
export interface ListedEngine {
  id: string
  /** Can be used now: needs no weights, or they are there. */
  ready: boolean
  /** One line: what it is, or what to do so that it can be used. */
  words: string
  isDefault: boolean
}

/** How far the work on a site is. */
export type SiteStage = 'new' | 'acquired' | 'framed' | 'prompted' | 'tracked' | 'analysed'

/** One line of `GET /api/sites`. */
export interface SiteListing {
  id: string
  name: string
  /** First and last day, YYYY-MM-DD; empty where the site cannot be read. */
  from: string
  to: string
  /** Number of frames. */
  frames: number
  /** Moment of the last frame, UTC ISO 8601; null without frames. */
  lastAt: string | null
  /** Address of the last frame's picture, else of the last scene that is kept. */
  thumbnail: string | null
  /** Moment and area (m²) of all objects together, in time order. */
  area: [at: string, areaM2: number][]
  stage: SiteStage
  /** Why the folder cannot be read; null where it can. */
  error: PlainError | null
}

/** Body of `POST /api/sites`; as a form its fields are text, and the area may be a file. */
export interface NewSite {
  name: string
  /** Area of interest, degrees; this or `bboxLngLat`. */
  aoi?: Polygon | MultiPolygon | Feature | FeatureCollection | null | undefined
  bboxLngLat?: BboxLngLat | undefined
  /** First and last day, YYYY-MM-DD, both included. */
  from: string
  to: string
  /** Archive: short name or https address; null for a site that imports files. */
  stac?: string | null | undefined
  collection?: string | undefined
  pixelSizeM?: number | undefined
  minValidFraction?: number | undefined
}

/** Answer of `POST /api/sites`; rasters that came with it are imported by the job. */
export interface MadeSite {
  id: string
  job: Job | null
}

/** How many scenes there are of each sort. */
export interface SceneCounts {
  total: number
  kept: number
  rejected: number
  failed: number
}

/** An object that a person marked or that was tracked. */
export interface SiteObject {
  id: number
  /** Number of prompts. */
  prompts: number
  /** Number of frames with a mask. */
  masks: number
  /** Number of frames that a person accepted. */
  locked: number
  /** On its last frame, m²; null without masks. */
  lastAreaM2: number | null
}

/** `GET /api/sites/:id`: everything that the pages of a site start from. */
export interface SiteDetail {
  site: Site
  /** Goes up with every change; mutations send it back as x-revision. */
  revision: number
  /** Of the last event: `events?since=` this one misses nothing. */
  seq: number
  stage: SiteStage
  sceneCounts: SceneCounts
  frames: FrameList | null
  prompts: Prompt[]
  /** With the masks that a propagation in work has made so far. */
  track: Track | null
  objects: SiteObject[]
  /** Frames whose masks do not answer the prompts that they have now. */
  unanswered: { sceneId: string; objectId: number }[]
  /** Best first. */
  reviewQueue: ReviewItem[]
  history: HistoryState
  /** Whether there is an analysis. */
  analysis: boolean
  /** Oldest first. */
  jobs: Job[]
}

/** One line of `GET /api/sites/:id/scenes`. */
export interface SceneListing extends Scene {
  /** Address of its picture; null where its pixels were not read. */
  thumbnail: string | null
}

/** Body of `POST /api/sites/:id/scenes`: ids of scenes. */
export interface SceneSorting {
  keep?: string[] | undefined
  reject?: string[] | undefined
}
