import { z } from 'zod'
import type { LngLat } from './grid.ts'

/** How much a frame's mask can be trusted, 0 (not at all) to 1, and what that is made of. */
export interface Confidence {
  score: number
  /**
   * Parts by name, each 0..1. Of any engine: `validFraction`, `threshold`, `jump`, `boundary`; of `ndvi`:
   * `contrast`, `prompts`; of a sam2 model: `model` (its own estimate of the mask's IoU; absent where the
   * object is), `presence` (how sure it is that the object is there, or is not).
   */
  parts: Record<string, number>
}

/** Ground of which nobody has said whether it is the object's, m². */
export interface DoubtfulArea {
  /** Within the mask. */
  takenIn: number
  /** Bare beside the mask. */
  leftOut: number
}

/** A place on such ground: a click on it would decide it. */
export interface DoubtfulPlace {
  /** Whether the mask has the ground; else it is bare beside the mask. */
  isTakenIn: boolean
  /** Of the ground around the place that is in doubt with it, m². */
  areaM2: number
  /** Degrees, WGS 84. */
  lngLat: LngLat
}

/** One object's mask on one frame. */
export interface TrackedFrame {
  sceneId: string
  objectId: number
  /** uint8 0/1 COG on the site grid, relative to the site folder. */
  mask: string
  /** uint8 COG, probability * 200 rounded (0..200), 255 where unknown; null where none. */
  probability: string | null
  /** Area of the mask on the grid, m². */
  areaM2: number
  /**
   * How far the frame's own levels of bare and covered ground would move the boundary, m, outwards
   * positive; null or absent where the engine has no such levels or could not tell.
   */
  levelOffsetM?: number | null | undefined
  /**
   * Ground of which the engine cannot tell whether it is the object's. Null or absent where the engine does not ask, or
   * a person has said.
   */
  doubtfulM2?: DoubtfulArea | null | undefined
  /** Where clicks would decide most of it, the largest first; absent or empty where it is not worth one. */
  doubts?: DoubtfulPlace[] | undefined
  segmenter: string
  /** Identifies engine version and settings (and weights): equal hashes give equal masks. */
  modelHash: string
  confidence: Confidence
  /** Accepted by a person: never changes until unlocked. */
  locked: boolean
  /** Hash of the prompts on this frame that the mask answers; null where it has none. */
  promptHash: string | null
  /** Tells whether the frame's files have changed since. */
  frameHash: string
  flags: string[]
}

/** What a propagation changed on one frame. */
export interface MaskChange {
  sceneId: string
  objectId: number
  gainedM2: number
  lostM2: number
}

/**
 * A propagation that has begun and not ended: kept so that one which was cut off goes on with the
 * same conditioning frames and ends with the same masks.
 */
export interface TrackRun {
  segmenter: string
  modelHash: string
  /** Of frames, prompts and options: a run is resumed only for the same. */
  inputHash: string
  /** Still to do, in order. */
  pending: { sceneId: string; objectId: number }[]
  /** Masks that condition the run: accepted or answered before it began. */
  accepted: { sceneId: string; objectId: number }[]
}

/** track.json */
export interface Track {
  formatVersion: 1
  frames: TrackedFrame[]
  run: TrackRun | null
  /** What the last propagation changed, frames in time order; unchanged ones are left out. */
  changes: MaskChange[]
}

const key = { sceneId: z.string(), objectId: z.number().int().positive() }

export const trackSchema: z.ZodType<Track> = z.object({
  formatVersion: z.literal(1),
  frames: z.array(
    z.object({
      ...key,
      mask: z.string(),
      probability: z.string().nullable(),
      areaM2: z.number(),
      levelOffsetM: z.number().nullable().optional(),
      doubtfulM2: z.object({ takenIn: z.number(), leftOut: z.number() }).nullable().optional(),
      doubts: z
        .array(
          z.object({
            isTakenIn: z.boolean(),
            areaM2: z.number(),
            lngLat: z.tuple([z.number(), z.number()]),
          }),
        )
        .optional(),
      segmenter: z.string(),
      modelHash: z.string(),
      confidence: z.object({ score: z.number(), parts: z.record(z.string(), z.number()) }),
      locked: z.boolean(),
      promptHash: z.string().nullable(),
      frameHash: z.string(),
      flags: z.array(z.string()),
    }),
  ),
  run: z
    .object({
      segmenter: z.string(),
      modelHash: z.string(),
      inputHash: z.string(),
      pending: z.array(z.object(key)),
      accepted: z.array(z.object(key)),
    })
    .nullable(),
  changes: z.array(z.object({ ...key, gainedM2: z.number(), lostM2: z.number() })),
})
