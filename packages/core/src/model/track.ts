import { z } from 'zod'

/** How much a frame's mask can be trusted, 0 (not at all) to 1, and what that is made of. */
export interface Confidence {
  score: number
  /** Parts by name, each 0..1, e.g. `model`, `validFraction`, `threshold`, `jump`, `boundary`. */
  parts: Record<string, number>
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
  segmenter: string
  /** Identifies engine version and settings (and weights): equal hashes give equal masks. */
  modelHash: string
  confidence: Confidence
  /** Accepted by a person: never changes until unlocked. */
  locked: boolean
  /** This frame carries prompts of this object: a conditioning frame. */
  prompted: boolean
  flags: string[]
}

/** track.json */
export interface Track {
  formatVersion: 1
  frames: TrackedFrame[]
  /** Hash of frames, prompts and locks that the masks were made from, to tell a stale track. */
  inputHash: string
}

export const trackSchema: z.ZodType<Track> = z.object({
  formatVersion: z.literal(1),
  frames: z.array(
    z.object({
      sceneId: z.string(),
      objectId: z.number().int().positive(),
      mask: z.string(),
      probability: z.string().nullable(),
      areaM2: z.number(),
      segmenter: z.string(),
      modelHash: z.string(),
      confidence: z.object({ score: z.number(), parts: z.record(z.string(), z.number()) }),
      locked: z.boolean(),
      prompted: z.boolean(),
      flags: z.array(z.string()),
    }),
  ),
  inputHash: z.string(),
})
