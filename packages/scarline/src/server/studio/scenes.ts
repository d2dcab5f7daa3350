import { createHash } from 'node:crypto'
import {
  type Revised,
  type Scene,
  type SceneListing,
  type SceneSorting,
  ScarlineError,
  type StepKind,
  type StepWords,
  encodeScenePicture,
  setScenesKept,
} from '@scarline/core'
import { Hono } from 'hono'
import { z } from 'zod'
import type { StudioApp, StudioContext, StudioEnv } from './context.ts'
import { readBody, revisionOf } from './refusal.ts'

/** A {@link SceneSorting} as it was read: its lists are there. */
interface Sorting extends SceneSorting {
  keep: string[]
  reject: string[]
}

const idsSchema = z.array(z.string().max(200)).max(10_000).default([])
const choiceSchema: z.ZodType<Sorting, SceneSorting> = z.strictObject({
  keep: idsSchema,
  reject: idsSchema,
})

/** Longest edges that thumbnails come in, pixels. */
const EDGES_PX = [120, 240, 480, 960]

/** The contact sheet: every acquisition considered, its picture, keeping and rejecting. */
export function sceneRoutes(studio: StudioContext): StudioApp {
  const app = new Hono<StudioEnv>()

  app.get('/sites/:id/scenes', async (c) => {
    const id = c.req.param('id')
    const folder = await studio.sites.read(id)
    const scenes = await folder.readScenes()
    const listed = scenes.map((scene): SceneListing => ({
      ...scene,
      thumbnail: addressOf(id, scene),
    }))
    return c.json(listed)
  })

  app.get('/sites/:id/scenes/:scene/picture.webp', async (c) => {
    const folder = await studio.sites.read(c.req.param('id'))
    const scene = await sceneOf(await folder.readScenes(), c.req.param('scene'))
    const edgePx = Number(c.req.query('edge') ?? EDGES_PX[1])
    if (!EDGES_PX.includes(edgePx)) {
      throw new ScarlineError(`got edge=${edgePx}, expected one of ${EDGES_PX.join(', ')}`, {
        code: 'usage',
      })
    }
    const version = versionOf(scene)
    const etag = `"${version}-${edgePx}"`
    const headers = {
      etag,
      // An address with the version of the scene never shows anything else.
      'cache-control':
        c.req.query('v') === version ? 'private, max-age=31536000, immutable' : 'no-cache',
    }
    if (c.req.header('if-none-match') === etag) return c.body(null, 304, headers)
    const { webp } = await encodeScenePicture(folder, scene, { edgePx })
    return c.body(new Uint8Array(webp), 200, { ...headers, 'content-type': 'image/webp' })
  })

  app.post('/sites/:id/scenes', async (c) => {
    const id = c.req.param('id')
    const choice = await readBody(c, choiceSchema)
    const { revision } = await studio.sites.mutate(
      id,
      { revision: revisionOf(c), touches: 'scenes' },
      (folder) =>
        studio.history.record(folder, { words: stepOf(choice), touches: 'scenes' }, () =>
          setScenesKept(folder, choice),
        ),
    )
    const answer: Revised = { revision }
    return c.json(answer)
  })

  return app
}

function stepOf({ keep, reject }: Sorting): StepWords & { kind: StepKind } {
  if (keep.length > 0 && reject.length > 0) {
    return { kind: 'scenes-chosen', count: keep.length + reject.length }
  }
  return keep.length > 0
    ? { kind: 'scenes-kept', count: keep.length }
    : { kind: 'scenes-rejected', count: reject.length }
}

function sceneOf(scenes: readonly Scene[], id: string): Scene {
  const scene = scenes.find((one) => one.id === id)
  if (scene) return scene
  throw new ScarlineError(`there is no scene ${id}`, { code: 'not-found' })
}

function addressOf(siteId: string, scene: Scene): string | null {
  if (scene.status !== 'read') return null
  const [site, name] = [siteId, scene.id].map(encodeURIComponent)
  return `/api/sites/${site}/scenes/${name}/picture.webp?edge=240&v=${versionOf(scene)}`
}

/** Of what the picture is drawn from. */
function versionOf({ parts, offset }: Scene): string {
  const facts = JSON.stringify([parts, offset?.decision ?? null])
  return createHash('sha256').update(facts).digest('hex').slice(0, 16)
}
