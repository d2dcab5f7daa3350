import type { BboxLngLat, LngLat } from './grid.ts'
import type { DoubtfulPlace, MaskChange } from './track.ts'

/** Painted ground, in the site's coordinate system. */
export interface RegionInput {
  kind: 'lasso' | 'brush'
  /** Rings of [x, y], metres; even-odd. */
  rings: [x: number, y: number][][]
  /** False: the ground is taken away. */
  add: boolean
}

/** Body of `POST /api/sites/:id/prompts` and `POST /api/sites/:id/preview`. */
export interface PromptInput {
  sceneId: string
  objectId: number
  /** Degrees, WGS 84. */
  positive?: LngLat[] | undefined
  negative?: LngLat[] | undefined
  bboxLngLat?: BboxLngLat | undefined
  region?: RegionInput | undefined
}

/** Runs of a mask in row order: lengths of 0, 1, 0, 1, ... beginning with 0. */
export interface MaskRuns {
  width: number
  height: number
  counts: number[]
}

/** The mask of one frame as it would be: it is not propagated yet. */
export interface MaskPreview {
  sceneId: string
  objectId: number
  areaM2: number
  /** 0..1; null for a mask that a person painted. */
  confidence: number | null
  flags: string[]
  /** See `TrackedFrame.doubts`. */
  doubts: DoubtfulPlace[]
  /** Why clicks do not move this mask: it was drawn, or accepted. */
  fixedBy: 'drawing' | 'lock' | null
  rle: MaskRuns
  /** The engine would look at the whole series again to be sure: another mask may come of it without haste. */
  isProvisional: boolean
}

/** What every change of a site answers. */
export interface Revised {
  revision: number
}

/** Answer of `POST /api/sites/:id/prompts`. */
export interface PromptAnswer extends Revised {
  /** Null: written, but the engine has no answer. */
  preview: MaskPreview | null
}

/** Body of `DELETE /api/sites/:id/prompts`: one prompt, or all of an object on a frame. */
export type PromptRemoval = { promptId: string } | { sceneId: string; objectId: number }

/** Body of `POST /api/sites/:id/lock`. Without `objectId`: every object. */
export interface LockInput {
  sceneIds: string[]
  locked: boolean
  objectId?: number | undefined
}

/** What a person does in the studio and can take back. */
export type StepKind =
  | 'scenes-kept'
  | 'scenes-rejected'
  | 'scenes-chosen'
  | 'positive-added'
  | 'negative-added'
  | 'box-added'
  | 'region-added'
  | 'region-taken'
  | 'prompts-removed'
  | 'locked'
  | 'unlocked'

/** A step as words of the catalogue: `{kind: 'scenes-rejected', count: 3}`. */
export interface StepWords {
  /** A {@link StepKind}, or one that another version wrote into the history. */
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

/** Answer of `POST /api/sites/:id/undo` and `redo`: the step that was taken. */
export interface HistoryAnswer extends Revised {
  words: StepWords
}

/** One line of `GET /api/sites/:id/changes`: what the last propagation changed on a frame, m². */
export interface MaskDifference extends MaskChange {
  beforeM2: number
  afterM2: number
}

/** A frame worth looking at, and what correcting it would gain. */
export interface ReviewItem {
  sceneId: string
  objectId: number
  /** Doubtful area times the number of frames that a correction would reach, m². */
  gainM2: number
  /** Confidence of the mask, 0..1. */
  score: number
}

/** `GET` and `POST /api/sites/:id/live`: how ready the engine that answers marks at once is. */
export interface LiveState {
  state: 'cold' | 'warming' | 'ready'
  /** Steps of reading the series; both 0 while cold. */
  done: number
  total: number
}
