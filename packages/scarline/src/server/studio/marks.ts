import {
  type LockInput,
  type MaskDifference,
  type HistoryAnswer,
  type Revised,
  type StepKind,
  ScarlineError,
  setLocked,
  unansweredFrames,
} from '@scarline/core'
import { Hono } from 'hono'
import { z } from 'zod'
import type { HistoryWay, StudioApp, StudioContext, StudioEnv } from './context.ts'
import { documentsOf } from './documents.ts'
import { readBody, revisionOf } from './refusal.ts'

const lockSchema: z.ZodType<LockInput> = z.strictObject({
  sceneIds: z.array(z.string().max(200)).min(1).max(10_000),
  locked: z.boolean(),
  objectId: z.number().int().min(1).optional(),
})

/** Accepting masks, taking back what was done, and what the last propagation did. */
export function markRoutes(studio: StudioContext): StudioApp {
  const app = new Hono<StudioEnv>()
  const documents = documentsOf(studio)

  app.post('/sites/:id/lock', async (c) => {
    const id = c.req.param('id')
    const change = { revision: revisionOf(c), touches: 'track' } as const
    const { sceneIds, locked, objectId } = await readBody(c, lockSchema)
    const { revision } = await studio.sites.mutate(id, change, async (folder) => {
      if (locked) {
        const [list, prompts] = [await folder.readFrames(), await folder.readPrompts()]
        const open = unansweredFrames(list, prompts, await folder.readTrack())
        const early = open.find(
          (one) => sceneIds.includes(one.sceneId) && one.objectId === (objectId ?? one.objectId),
        )
        if (early) throw notPropagated(early.sceneId)
      }
      const kind: StepKind = locked ? 'locked' : 'unlocked'
      const words = { kind, count: sceneIds.length }
      const options = { frames: sceneIds, locked, ...(objectId === undefined ? {} : { objectId }) }
      await studio.history.record(folder, { words, touches: 'track' }, () =>
        setLocked(folder, options),
      )
    })
    const answer: Revised = { revision }
    return c.json(answer)
  })

  for (const way of ['undo', 'redo'] as const satisfies readonly HistoryWay[]) {
    app.post(`/sites/:id/${way}`, async (c) => {
      const id = c.req.param('id')
      const revision = revisionOf(c)
      const touches = await studio.history.touches(await studio.sites.read(id), way)
      const written = await studio.sites.mutate(id, { revision, touches }, (folder) =>
        studio.history.step(folder, way),
      )
      const answer: HistoryAnswer = { revision: written.revision, words: written.result }
      return c.json(answer)
    })
  }

  app.get('/sites/:id/changes', async (c) => {
    const { frames, track, masks } = await documents.of(c.req.param('id'))
    const order = new Map(frames.frames.map(({ sceneId, index }) => [sceneId, index]))
    const rows = (track?.changes ?? []).flatMap((change): MaskDifference[] => {
      const { sceneId, objectId, gainedM2, lostM2 } = change
      const mask = masks.find((one) => one.sceneId === sceneId && one.objectId === objectId)
      if (!mask || !order.has(sceneId)) return []
      const afterM2 = mask.areaM2
      const beforeM2 = Math.max(0, afterM2 - gainedM2 + lostM2)
      return [{ sceneId, objectId, beforeM2, afterM2, gainedM2, lostM2 }]
    })
    const placeOf = ({ sceneId }: MaskDifference): number => order.get(sceneId) ?? 0
    return c.json(rows.sort((a, b) => placeOf(a) - placeOf(b) || a.objectId - b.objectId))
  })

  return app
}

function notPropagated(sceneId: string): ScarlineError {
  return new ScarlineError(`${sceneId} has prompts that its mask does not answer yet`, {
    code: 'missing-step',
    hint: 'Propagate first, then accept the mask.',
  })
}
