import type {
  BboxLngLat,
  FrameList,
  LngLat,
  MaskChange,
  Prompt,
  Scene,
  Site,
  Track,
  TrackedFrame,
} from '@scarline/core/model'
import type { MultiPolygon, Polygon } from 'geojson'

/** GET /api/session */
export interface Session {
  version: string
  /** The directory that is served. */
  dir: string
  segmenters: Engine[]
  /** Archives known by a short name. */
  providers: { id: string; url: string }[]
  /** Whether new sites can be made in that directory (not where it is itself a site). */
  canCreate: boolean
  canShutDown: boolean
}

/** An engine of this machine. */
export interface Engine {
  id: string
  /** Can be used now: needs no weights, or they are there. */
  ready: boolean
  /** One line: what it is, or what to do so that it can be used. */
  words: string
  isDefault: boolean
}

/** How far a site has come. */
export const STAGES = ['new', 'acquired', 'framed', 'prompted', 'tracked', 'analysed'] as const
export type Stage = (typeof STAGES)[number]

/** One line of GET /api/sites. */
export interface SiteListing {
  id: string
  name: string
  /** First and last day, YYYY-MM-DD. */
  from: string
  to: string
  /** Number of frames. */
  frames: number
  /** Moment of the last frame, UTC ISO 8601. */
  lastAt: string | null
  /** Address of a picture. */
  thumbnail: string | null
  /** Moment and area (m²) of all objects together, in time order. */
  area: [at: string, areaM2: number][]
  stage: Stage
  /** Why the folder cannot be read; null where it can. */
  error: PlainError | null
}

/** Body of POST /api/sites. Exactly one of `aoi` and `bboxLngLat`; or `aoi` as a file. */
export interface NewSite {
  name: string
  aoi?: Polygon | MultiPolygon | undefined
  bboxLngLat?: BboxLngLat | undefined
  /** First and last day, YYYY-MM-DD, both included. */
  from: string
  to: string
  /** Archive: short name, URL or path. */
  stac?: string | undefined
  collection?: string | undefined
  pixelSizeM?: number | undefined
}

/** How many scenes were considered, and what became of them. */
export interface SceneCounts {
  considered: number
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

/** A frame worth looking at, and what correcting it would gain. Best first. */
export interface ReviewItem {
  sceneId: string
  objectId: number
  /** Doubtful area times the number of frames that a correction would reach, m². */
  gainM2: number
  /** 0..1. */
  score: number
}

/** A step as words of the catalogue: `{kind: 'scenes-rejected', count: 3}`. */
export interface StepWords {
  kind: string
  [fact: string]: string | number | boolean | null
}

/** Whether there is something to take back. */
export interface HistoryState {
  canUndo: boolean
  canRedo: boolean
  undoWords: StepWords | null
  redoWords: StepWords | null
}

/** GET /api/sites/:id */
export interface SiteDetail {
  site: Site
  /** Goes up with every change; mutations send it back as x-revision. */
  revision: number
  /** Events after this one are not in here yet. */
  seq: number
  stage: Stage
  sceneCounts: SceneCounts
  frames: FrameList | null
  prompts: Prompt[]
  track: Track | null
  objects: SiteObject[]
  /** Frames whose prompts are not those that their mask answers. */
  unanswered?: readonly { sceneId: string; objectId: number }[]
  reviewQueue: ReviewItem[]
  history: HistoryState
  /** Whether there is an analysis. */
  analysis: boolean
  /** Oldest first. */
  jobs: Job[]
}

/** One line of GET /api/sites/:id/scenes. */
export interface SceneListing extends Scene {
  /** Address of a picture. */
  thumbnail: string | null
}

/** What POST /api/sites/:id/scenes changes. */
export interface SceneChoice {
  keep?: string[]
  reject?: string[]
}

export const LAYERS = [
  'ndvi',
  'truecolour',
  'falsecolour',
  'probability',
  'validity',
  'hillshade',
] as const
export type Layer = (typeof LAYERS)[number]

/** Painted ground, in the site's coordinate system. */
export interface RegionInput {
  kind: 'lasso' | 'brush'
  /** Closed rings of [x, y], metres. */
  rings: [x: number, y: number][][]
  /** False: the ground is taken away. */
  add: boolean
}

/** Body of POST prompts and POST preview. */
export interface PromptInput {
  sceneId: string
  objectId: number
  positive?: LngLat[]
  negative?: LngLat[]
  bboxLngLat?: BboxLngLat
  region?: RegionInput
}

/** Runs of a mask in row order: lengths of 0, 1, 0, 1, ... beginning with 0. */
export interface MaskRuns {
  width: number
  height: number
  counts: number[]
}

/** The mask of one frame, as it would be. */
export interface MaskPreview {
  sceneId: string
  objectId: number
  areaM2: number
  /** 0..1; null where the engine gives none. */
  confidence: number | null
  maskUrl?: string
  rle?: MaskRuns
  /** Why clicks do not move it: it was drawn, or is locked. */
  fixedBy?: 'drawing' | 'lock' | null
}

/** Answer of POST prompts. */
export interface PromptAnswer {
  revision: number
  /** Null: written, but the engine has no answer. */
  preview: MaskPreview | null
}

/** What DELETE prompts takes away: one prompt, or all of an object on a frame. */
export type PromptRemoval = { promptId: string } | { sceneId: string; objectId: number }

/** Body of POST lock. Without `objectId`: every object. */
export interface LockInput {
  sceneIds: string[]
  locked: boolean
  objectId?: number
}

export type JobKind =
  | 'acquire'
  | 'import'
  | 'frames'
  | 'track'
  | 'analyse'
  | 'report'
  | 'run'
  | 'export'

/** What a job may be told; each kind takes some of it. */
export interface JobOptions {
  segmenter?: string
  direction?: 'both' | 'forwards' | 'backwards'
  fromScene?: string
  /** Compute every frame that is not locked again. */
  all?: boolean
  format?: 'stac' | 'qgis' | 'geojson' | 'flatgeobuf'
}

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'

/** An error as the server says it. */
export interface PlainError {
  code: string
  message: string
  /** One imperative sentence. */
  hint: string | null
}

/** A long job. */
export interface Job {
  id: string
  kind: JobKind
  options: JobOptions
  state: JobState
  /** `acquire`, `prepare`, `track`...; null before it runs. */
  stage: string | null
  done: number
  total: number | null
  item: string
  secondsLeft: number | null
  message: string
  warnings: { message: string; item: string | null }[]
  queuedAt: string
  startedAt: string | null
  endedAt: string | null
  error: PlainError | null
  summary: Record<string, unknown>
}

/** One server-sent event. */
export type StudioEvent =
  | { seq: number; type: 'job'; job: Job }
  | {
      seq: number
      type: 'progress'
      jobId: string
      stage: string
      done: number
      total: number | null
      item: string
      secondsLeft: number | null
    }
  | { seq: number; type: 'warning'; jobId: string; message: string; item: string | null }
  | { seq: number; type: 'mask'; jobId: string; mask: TrackedFrame }
  | { seq: number; type: 'changed'; revision: number; missed: boolean }
  | { seq: number; type: 'done'; jobId: string; summary: Record<string, unknown> }
  | { seq: number; type: 'error'; jobId: string; error: PlainError }

/** One line of GET changes. */
export interface FrameChange extends MaskChange {
  beforeM2: number
  afterM2: number
}

/** filmstrip.json: frames in rows of `columns`, in time order. */
export interface Filmstrip {
  columns: number
  /** Of one frame. */
  widthPx: number
  heightPx: number
  count: number
}

/** One line of GET exports. */
export interface ExportFile {
  name: string
  kind: string
  /** Null where it has to be made first. */
  bytes: number | null
  words: string
  /** Where a folder lies on this machine; null for files, which are fetched. */
  path: string | null
}
