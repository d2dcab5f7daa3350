import {
  type LiveQuestion,
  type LngLat,
  type Prompt,
  type PromptInput,
  type PromptRequest,
  ScarlineError,
  type StoredMask,
  createNdviSegmenter,
  promptHashOf,
  standingScenes,
} from '@scarline/core'
import { z } from 'zod'
import { type WorkDocuments, frameOf } from './documents.ts'
import { fileMark } from './file-answers.ts'

const lngLatSchema = z.tuple([z.number(), z.number()])
const positionSchema = z.tuple([z.number(), z.number()])
/** Rings of a brush may be long, but not endless. */
const ringSchema = z.array(positionSchema).min(3).max(20_000)

/** A {@link PromptInput} as it was read: its lists are there. */
export interface SaidPrompts extends PromptInput {
  positive: LngLat[]
  negative: LngLat[]
}

export const promptInputSchema: z.ZodType<SaidPrompts, PromptInput> = z.strictObject({
  sceneId: z.string().max(200),
  objectId: z.number().int().min(1).max(999_999),
  positive: z.array(lngLatSchema).max(1000).default([]),
  negative: z.array(lngLatSchema).max(1000).default([]),
  bboxLngLat: z.tuple([z.number(), z.number(), z.number(), z.number()]).optional(),
  region: z
    .strictObject({
      kind: z.enum(['lasso', 'brush']),
      rings: z.array(ringSchema).min(1).max(1000),
      add: z.boolean(),
    })
    .optional(),
})

/** Whether the input says anything at all. */
export function isEmpty({ positive, negative, bboxLngLat, region }: SaidPrompts): boolean {
  return positive.length + negative.length === 0 && !bboxLngLat && !region
}

/** The engine that answers at once; a propagation may use another. */
const { id, modelHash } = createNdviSegmenter()
export const LIVE_SEGMENTER: { id: string; modelHash: string } = { id, modelHash }

/**
 * What is asked of the warm engine for an input: what stands already, and the input on top.
 * @throws ScarlineError `not-found` for a frame that is not there; `usage` on a locked frame
 */
export async function questionOf(
  documents: WorkDocuments,
  input: SaidPrompts,
): Promise<LiveQuestion> {
  const { frames, track, masks } = documents
  const { sceneId, objectId } = input
  frameOf(frames, sceneId)
  const present = masks.find((mask) => mask.sceneId === sceneId && mask.objectId === objectId)
  if (present?.locked && !isEmpty(input)) throw lockedFrame(sceneId)
  const own = documents.prompts.filter((prompt) => prompt.objectId === objectId)
  const prompts = [...own, ...draftPrompts(input)]
  const stands = standingScenes(frames, prompts, track, { objectId, segmenter: LIVE_SEGMENTER })
  const standing: LiveQuestion['standing'][number][] = []
  for (const scene of stands) {
    const mask = masks.find((one) => one.sceneId === scene && one.objectId === objectId)
    if (mask) standing.push({ sceneId: scene, ...(await stored(documents, mask.mask)) })
  }
  const isNew = input.positive.length + input.negative.length > 0 || input.bboxLngLat !== undefined
  const base = input.region && !isNew ? await shownMask(documents, input) : null
  const region = input.region ? { rings: input.region.rings, add: input.region.add } : null
  return { sceneId, objectId, prompts, standing, region, base }
}

/**
 * The mask that a person sees on a frame, where it is stored: the last drawn one, else the propagated
 * one that answers the frame's prompts. Null: what the prompts make.
 */
async function shownMask(
  documents: WorkDocuments,
  { sceneId, objectId }: SaidPrompts,
): Promise<StoredMask | null> {
  const { prompts, masks } = documents
  const here = prompts.filter(
    (prompt) => prompt.sceneId === sceneId && prompt.objectId === objectId,
  )
  const drawn = here.findLast((prompt) => prompt.kind === 'mask')
  if (drawn?.kind === 'mask') return stored(documents, drawn.file)
  const mask = masks.find((one) => one.sceneId === sceneId && one.objectId === objectId)
  if (mask === undefined || mask.promptHash !== promptHashOf(here)) return null
  return stored(documents, mask.mask)
}

async function stored({ folder }: WorkDocuments, file: string): Promise<StoredMask> {
  return { file, mark: (await fileMark(folder, file)) ?? '-' }
}

function draftPrompts({ sceneId, objectId, ...said }: SaidPrompts): Prompt[] {
  const base = { sceneId, objectId, by: null, at: '', why: null }
  const points = [
    ...said.positive.map((lngLat) => ({ lngLat, positive: true })),
    ...said.negative.map((lngLat) => ({ lngLat, positive: false })),
  ]
  const drafts: Prompt[] = points.map(({ lngLat, positive }, index) => ({
    ...base,
    id: `draft-${index}`,
    kind: 'point',
    lngLat,
    positive,
  }))
  const { bboxLngLat } = said
  if (bboxLngLat) drafts.push({ ...base, id: 'draft-box', kind: 'box', bboxLngLat })
  return drafts
}

/** As core takes it. */
export function requestOf(input: SaidPrompts, mask: Uint8Array | null): PromptRequest {
  const { sceneId, objectId, positive, negative, bboxLngLat } = input
  return {
    ...{ frame: sceneId, objectId, positive, negative },
    ...(bboxLngLat ? { box: bboxLngLat } : {}),
    ...(mask ? { mask, replaceMask: true } : {}),
  }
}

function lockedFrame(sceneId: string): ScarlineError {
  return new ScarlineError(`the mask of ${sceneId} is accepted, expected one that may change`, {
    code: 'usage',
    hint: 'Take the acceptance back first.',
  })
}
