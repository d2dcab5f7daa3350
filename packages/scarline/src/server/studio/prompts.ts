import {
  type LiveAnswer,
  type MaskPreview,
  type Prompt,
  type PromptAnswer,
  type PromptRemoval,
  type Revised,
  ScarlineError,
  type StepKind,
  type StepWords,
  addPrompts,
} from '@scarline/core'
import { Hono } from 'hono'
import { z } from 'zod'
import type { StudioApp, StudioContext, StudioEnv } from './context.ts'
import { type WorkDocuments, documentsOf } from './documents.ts'
import { liveSessionsOf } from './live-sessions.ts'
import { maskRuns } from './mask-runs.ts'
import {
  type SaidPrompts,
  isEmpty,
  promptInputSchema,
  questionOf,
  requestOf,
} from './prompt-questions.ts'
import { readBody, revisionOf } from './refusal.ts'

const removalSchema: z.ZodType<PromptRemoval> = z.union([
  z.strictObject({ promptId: z.string().max(200) }),
  z.strictObject({ sceneId: z.string().max(200), objectId: z.number().int().min(1) }),
])

/** What a person says of the frames, and what the engine makes of it at once. */
export function promptRoutes(studio: StudioContext): StudioApp {
  const app = new Hono<StudioEnv>()
  const documents = documentsOf(studio)
  const live = liveSessionsOf(studio)

  const ask = async (
    id: string,
    found: WorkDocuments,
    input: SaidPrompts,
    hasty = false,
  ): Promise<LiveAnswer> =>
    live.ask(id, found.folder.dir, found.frames, await questionOf(found, input), { hasty })

  /** What is likely to be asked next, so that the first click finds the engine practised. */
  const firstQuestion = async (id: string): Promise<void> => {
    const found = await documents.of(id)
    const prompt = found.prompts.find(({ sceneId }) =>
      found.frames.frames.some((frame) => frame.sceneId === sceneId),
    )
    if (prompt) await ask(id, found, nothingMore(prompt))
  }

  app.get('/sites/:id/live', async (c) => {
    await studio.sites.dirOf(c.req.param('id'))
    return c.json(live.stateOf(c.req.param('id')))
  })

  // Reading a series takes a while: a page that is about to click says so.
  app.post('/sites/:id/live', async (c) => {
    const id = c.req.param('id')
    const { folder, frames } = await documents.of(id)
    live.warm(id, folder.dir, frames)
    firstQuestion(id).catch(() => {})
    return c.json(live.stateOf(id))
  })

  app.post('/sites/:id/preview', async (c) => {
    const id = c.req.param('id')
    const input = await readBody(c, promptInputSchema)
    const found = await documents.of(id)
    const hasty = c.req.query('hasty') === 'true'
    return c.json(previewOf(found, input, await ask(id, found, input, hasty)))
  })

  app.post('/sites/:id/prompts', async (c) => {
    const id = c.req.param('id')
    const revision = revisionOf(c)
    const input = await readBody(c, promptInputSchema)
    if (isEmpty(input)) {
      throw new ScarlineError('got no prompt, expected a point, a box or a region', {
        code: 'usage',
      })
    }
    const found = await documents.of(id)
    // Also refuses what may not be said; a revision that is no longer true is refused below.
    const painted = input.region ? await ask(id, found, input) : null
    if (painted === null) await questionOf(found, input)
    const written = await studio.sites.mutate(id, { revision, touches: 'prompts' }, (folder) =>
      studio.history.record(folder, { words: stepOf(input), touches: 'prompts' }, () =>
        addPrompts(folder, requestOf(input, painted?.mask ?? null)),
      ),
    )
    const now = await documents.of(id)
    // It is written: that the engine has no answer is no reason to say otherwise.
    const answer = painted ?? (await ask(id, now, nothingMore(input), true).catch(() => null))
    const preview = answer && previewOf(now, input, answer)
    const told: PromptAnswer = { revision: written.revision, preview }
    return c.json(told)
  })

  app.delete('/sites/:id/prompts', async (c) => {
    const id = c.req.param('id')
    const revision = revisionOf(c)
    const removal = await readBody(c, removalSchema)
    const written = await studio.sites.mutate(
      id,
      { revision, touches: 'prompts' },
      async (folder) => {
        const prompts = await folder.readPrompts()
        const gone = prompts.filter((prompt) =>
          'promptId' in removal
            ? prompt.id === removal.promptId
            : prompt.sceneId === removal.sceneId && prompt.objectId === removal.objectId,
        )
        if (gone.length === 0) throw nothingToRemove(removal)
        const words = {
          kind: 'prompts-removed' satisfies StepKind,
          count: gone.length,
          sceneId: gone[0]?.sceneId ?? '',
        }
        await studio.history.record(folder, { words, touches: 'prompts' }, () =>
          folder.writePrompts(prompts.filter((prompt) => !gone.includes(prompt))),
        )
      },
    )
    const told: Revised = { revision: written.revision }
    return c.json(told)
  })

  return app
}

/** The frame and object of an input without what it adds. */
function nothingMore({ sceneId, objectId }: Pick<Prompt, 'sceneId' | 'objectId'>): SaidPrompts {
  return { sceneId, objectId, positive: [], negative: [] }
}

function previewOf(
  { frames, prompts, masks }: WorkDocuments,
  { sceneId, objectId, region }: SaidPrompts,
  { mask, areaM2, confidence, flags, doubts, isProvisional }: LiveAnswer,
): MaskPreview {
  const isHere = (one: { sceneId: string; objectId: number }): boolean =>
    one.sceneId === sceneId && one.objectId === objectId
  const isLocked = masks.some((one) => isHere(one) && one.locked)
  const isDrawn =
    region !== undefined || prompts.some((prompt) => isHere(prompt) && prompt.kind === 'mask')
  const fixedBy = isLocked ? 'lock' : isDrawn ? 'drawing' : null
  const rle = maskRuns(mask, frames.grid)
  const answer = { areaM2, confidence, flags, doubts: fixedBy === null ? doubts : [] }
  return { sceneId, objectId, ...answer, fixedBy, rle, isProvisional }
}

function stepOf(input: SaidPrompts): StepWords {
  const { sceneId, objectId, positive, negative, bboxLngLat, region } = input
  const kind: StepKind = region
    ? region.add
      ? 'region-added'
      : 'region-taken'
    : bboxLngLat
      ? 'box-added'
      : positive.length === 0
        ? 'negative-added'
        : 'positive-added'
  return { kind, count: positive.length + negative.length, sceneId, objectId }
}

function nothingToRemove(removal: PromptRemoval): ScarlineError {
  const what = 'promptId' in removal ? removal.promptId : removal.sceneId
  return new ScarlineError(`there is no prompt ${what}`, {
    code: 'not-found',
    hint: 'Look at the site again: it may have been taken away already.',
  })
}
