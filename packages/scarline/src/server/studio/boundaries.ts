import { setImmediate } from 'node:timers/promises'
import {
  type BoundaryProperties,
  type FrameList,
  type SiteFolder,
  type TrackedFrame,
  readMaskBoundary,
} from '@scarline/core'
import { Hono } from 'hono'
import type { StudioApp, StudioContext, StudioEnv } from './context.ts'
import { documentsOf, frameOf } from './documents.ts'
import { answerTagged, fileMark, tagOf } from './file-answers.ts'
import { type KeptResults, createKeptResults } from './kept-results.ts'

/** Where all frames are shown at once; one frame alone is told exactly. */
const TOLERANCE_PX = 0.6
const DECIMALS = 2
/** Outlines in memory: those of some sites with long series. */
const KEPT = 4000

/**
 * Outlines of the masks in the site's coordinate system, frames in time order: of all frames, a little
 * simplified, or of one, `?scene=`.
 */
export function boundaryRoutes(studio: StudioContext): StudioApp {
  const app = new Hono<StudioEnv>()
  const documents = documentsOf(studio)
  const outlines = createKeptResults<string>(KEPT)

  app.get('/sites/:id/boundaries', async (c) => {
    const { folder, frames, masks } = await documents.of(c.req.param('id'))
    const scene = c.req.query('scene')
    const wanted = scene === undefined ? frames.frames : [frameOf(frames, scene)]
    const tolerancePx = scene === undefined ? TOLERANCE_PX : 0
    const shown = await Promise.all(
      wanted.flatMap(({ sceneId, capturedAt }) =>
        masks
          .filter((mask) => mask.sceneId === sceneId)
          .sort((a, b) => a.objectId - b.objectId)
          .map(async (mask) => ({ mask, capturedAt, mark: await fileMark(folder, mask.mask) })),
      ),
    )
    const there = shown.filter(({ mark }) => mark !== null)
    const tag = tagOf(tolerancePx, frames.grid, there)
    const contentType = 'application/json; charset=utf-8'
    return answerTagged(c, { tag, isFixed: false, contentType }, async () => {
      const features: string[] = []
      for (const { mask, capturedAt, mark } of there) {
        studio.signal.throwIfAborted()
        const request = { folder, frames, mask, mark, tolerancePx }
        const geometry = await outlineOf(outlines, request)
        const { sceneId, objectId } = mask
        const properties: BoundaryProperties = { sceneId, capturedAt, objectId }
        features.push(
          `{"type":"Feature","properties":${JSON.stringify(properties)},"geometry":${geometry}}`,
        )
      }
      return `{"type":"FeatureCollection","features":[${features.join(',')}]}`
    })
  })

  return app
}

function outlineOf(
  outlines: KeptResults<string>,
  request: {
    folder: SiteFolder
    frames: FrameList
    mask: TrackedFrame
    mark: string | null
    tolerancePx: number
  },
): Promise<string> {
  const { folder, frames, mask, mark, tolerancePx } = request
  return outlines.get(`${folder.dir} ${mask.mask} ${mark} ${tolerancePx}`, async () => {
    // Others are served between one outline and the next.
    await setImmediate()
    const outline = await readMaskBoundary(folder, frames.grid, mask.mask, tolerancePx)
    return JSON.stringify(outline, (_, value: unknown) =>
      typeof value === 'number' ? Number(value.toFixed(DECIMALS)) : value,
    )
  })
}
