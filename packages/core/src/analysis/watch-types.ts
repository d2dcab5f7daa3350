import type { LngLat } from '../model/grid.ts'

/** A frame as the rules of a watch see it. */
export interface WatchedFrame {
  sceneId: string
  /** UTC ISO 8601. */
  capturedAt: string
  areaM2: number
  /** 90 % interval. */
  lowM2: number
  highM2: number
  /** Shares of the mask and of the ground around it that were seen, 0..1. */
  validInside: number
  validAround: number
  /** 0..1. */
  confidence: number
}

/** Advance of the boundary in one sector since the frame that advance is told against. */
export interface WatchedAdvance {
  sector: string
  meanM: number
  /** 90 % interval. */
  lowM: number
  highM: number
}

/** An abrupt change as the analysis tells it. */
export interface WatchedStep {
  kind: string
  /** The frames that bracket it, UTC ISO 8601. */
  afterAt: string
  byAt: string
  changeM2: number
  lowM2: number
  highM2: number
  /** False until later frames hold it. */
  confirmed: boolean
}

/** Persistent new ground as the analysis tells it. */
export interface WatchedZone {
  lngLat: LngLat
  areaM2: number
  /** The frames between which it opened, UTC ISO 8601. */
  sinceAfterAt: string
  sinceByAt: string
  /** The frame that proved it. */
  confirmedAt: string
  /** Absent where an older analysis does not tell: it counts as a zone of its own. */
  character?: 'apart' | 'lobe' | 'fringe' | undefined
}

/** What a watch knows of one object after a poll. */
export interface WatchedObject {
  objectId: number
  /** All frames, in time order. */
  frames: readonly WatchedFrame[]
  /** By scene, since {@link WatchMemory}'s `advanceFrom`; only frames that may fire. */
  advances: ReadonlyMap<string, readonly WatchedAdvance[]>
  /** Null where the analysis does not tell of them. */
  steps: readonly WatchedStep[] | null
  newZones: readonly WatchedZone[] | null
}

/** What a watch remembers of one object from poll to poll; plain data. */
export interface WatchMemory {
  objectId: number
  /** Frames judged so far. */
  sceneIds: string[]
  /** The frame that growth is told against, and the one that advance is. */
  areaFrom: string | null
  advanceFrom: string | null
  /** Up to here everything is history: never fired, UTC ISO 8601. */
  historyUntil: string
  /** Steps and zones that are known. */
  steps: WatchedStep[]
  newZones: WatchedZone[]
}

/** One rule with its number, as a user states it: `area=10`. */
export interface WatchRule {
  kind: WatchRuleKind
  value: number
}

/** The rules there are. */
export const WATCH_RULE_KINDS = ['area', 'step', 'advance', 'new-zone', 'confidence'] as const
export type WatchRuleKind = (typeof WATCH_RULE_KINDS)[number]

/** What a rule found; the caller turns it into an event. */
export interface WatchFinding {
  rule: WatchRuleKind
  objectId: number
  /** What makes it this event and no other; the same after any number of polls. */
  key: string
  /** The frame (or the end of the bracket) that shows it, UTC ISO 8601. */
  at: string
  words: string
  facts: Record<string, string | number>
}

/** How findings are confirmed. */
export interface WatchSettings {
  /** Frames in a row that must show growth or advance before it fires. */
  confirmFrames: number
}
