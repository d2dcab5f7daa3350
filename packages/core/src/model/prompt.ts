import { z } from 'zod'
import type { LngLat } from './grid.ts'

interface PromptBase {
  id: string
  /** The frame by its scene: frame indices move when scenes are added, scenes do not. */
  sceneId: string
  objectId: number
  /** Who, when (UTC ISO 8601) and why, if given. */
  by: string | null
  at: string
  why: string | null
}

/** A click: `positive` is inside the object, else outside. */
export interface PointPrompt extends PromptBase {
  kind: 'point'
  lngLat: LngLat
  positive: boolean
}

/** A box that the object fills, in degrees: west, south, east, north. */
export interface BoxPrompt extends PromptBase {
  kind: 'box'
  bboxLngLat: [number, number, number, number]
}

/** A drawn or imported mask: a uint8 0/1 COG on the site grid in the site folder. */
export interface MaskPrompt extends PromptBase {
  kind: 'mask'
  file: string
}

export type Prompt = PointPrompt | BoxPrompt | MaskPrompt

/** prompts.json */
export interface PromptList {
  formatVersion: 1
  prompts: Prompt[]
}

const base = {
  id: z.string(),
  sceneId: z.string(),
  objectId: z.number().int().positive(),
  by: z.string().nullable(),
  at: z.string(),
  why: z.string().nullable(),
}

export const promptListSchema: z.ZodType<PromptList> = z.object({
  formatVersion: z.literal(1),
  prompts: z.array(
    z.discriminatedUnion('kind', [
      z.object({
        ...base,
        kind: z.literal('point'),
        lngLat: z.tuple([z.number(), z.number()]),
        positive: z.boolean(),
      }),
      z.object({
        ...base,
        kind: z.literal('box'),
        bboxLngLat: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      }),
      z.object({ ...base, kind: z.literal('mask'), file: z.string() }),
    ]),
  ),
})
