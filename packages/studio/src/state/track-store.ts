import type { DoubtfulPlace, LiveState, MaskDifference, PlainError } from '@scarline/core/model'
import type { MarkInput } from '../map/map-mark.ts'
import type { MapTool } from '../map/map-gesture.ts'
import type { MaskBits } from '../map/mask-bits.ts'
import type { MapPoint } from '../map/site-projection.ts'
import { type Store, createStore, useStore } from './create-store.ts'

/** Pictures to choose from; one of them lies under the masks. */
export const BASES = ['ndvi', 'truecolour', 'falsecolour', 'hillshade'] as const
export type Base = (typeof BASES)[number]

/** A gesture that the server has not confirmed yet. */
export interface PendingMark {
  id: string
  sceneId: string
  objectId: number
  input: MarkInput
  /** The site's revision once it was written; null before. */
  writtenRevision: number | null
}

/** A mask that answers marks before they are propagated. */
export interface HeldMask {
  sceneId: string
  objectId: number
  /** Goes up with every gesture: an answer to an earlier one is stale. */
  number: number
  source: { bits: MaskBits }
  areaM2: number
  confidence: number | null
  doubts: readonly DoubtfulPlace[]
  /** Why clicks do not move it: it was drawn, or is locked. */
  fixedBy: 'drawing' | 'lock' | null
  /** The engine is looking closer: it may become another. */
  isProvisional: boolean
  /**
   * What prompts and mask of the frame were once its marks were read back: it holds as long as they do.
   * Null before.
   */
  holdsFor: string | null
}

/** Something told at a place of the map. */
export interface Spot {
  point: MapPoint
  says: 'outside-grid' | 'outside-area' | null
  error: PlainError | null
}

/** What the track page alone needs. */
export interface TrackState {
  tool: MapTool
  brushRadiusM: number
  base: Base
  hasProbability: boolean
  hasValidity: boolean
  /** NDVI pictures are shown with their contrast stretched, each for itself. */
  hasStretch: boolean
  hasMask: boolean
  hasOutline: boolean
  hasYears: boolean
  /** Of the mask, 0..1. */
  opacity: number
  /** The frame shown left of the divider; null without. */
  swipe: { sceneId: string; share: number } | null
  marks: readonly PendingMark[]
  held: readonly HeldMask[]
  spot: Spot | null
  crosshair: MapPoint | null
  /** Corners or vertices that the keyboard has set with the tool in hand. */
  keyboardPath: readonly MapPoint[]
  selectedPromptId: string | null
  /** Objects that have no prompt yet. */
  newObjects: readonly number[]
  /** Why a layer cannot be shown on this frame. */
  layerFault: { layer: string; error: PlainError } | null
  segmenter: string | null
  /** How ready the engine is that answers marks; null before it was asked. */
  live: LiveState | null
  /** What the last propagation changed; null before it was read. */
  changes: readonly MaskDifference[] | null
  /** Frames that the review has led to. */
  reviewed: readonly string[]
}

const FIRST: TrackState = {
  tool: 'point',
  brushRadiusM: 15,
  base: 'ndvi',
  hasProbability: false,
  hasValidity: false,
  hasStretch: true,
  hasMask: true,
  hasOutline: true,
  hasYears: false,
  opacity: 0.3,
  swipe: null,
  marks: [],
  held: [],
  spot: null,
  crosshair: null,
  keyboardPath: [],
  selectedPromptId: null,
  newObjects: [],
  layerFault: null,
  segmenter: null,
  live: null,
  changes: null,
  reviewed: [],
}

export const trackStore: Store<TrackState> = createStore<TrackState>(FIRST)

/** What a selector picks of the track page's state. */
export function useTrack<T>(select: (state: TrackState) => T): T {
  return useStore(trackStore, select)
}

/** Forgets what belongs to the site that was open; tools and layers stay as they were. */
export function resetTrack(): void {
  const { marks, held, spot, crosshair, keyboardPath, selectedPromptId, newObjects } = FIRST
  const { layerFault, changes, reviewed, swipe } = FIRST
  trackStore.set({
    ...{ marks, held, spot, crosshair, keyboardPath, selectedPromptId, newObjects },
    ...{ layerFault, changes, reviewed, swipe },
  })
}
