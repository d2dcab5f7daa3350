import {
  FRAME_LAYERS,
  type FrameLayer,
  ScarlineError,
  encodeFilmstrip,
  encodeFrameLayer,
  encodeFramePicture,
  encodeMaskPicture,
  layerFile,
  planFilmstrip,
  readMask,
} from '@scarline/core'
import { Hono } from 'hono'
import type { StudioApp, StudioContext, StudioEnv } from './context.ts'
import { type DocumentReader, documentsOf, frameOf, maskOf } from './documents.ts'
import { answerTagged, fileMark, tagOf, wholeNumber } from './file-answers.ts'
import { createKeptResults } from './kept-results.ts'
import { maskRuns } from './mask-runs.ts'

const WEBP = 'image/webp'
const QUALITY = 82
const OBJECT_IDS = { least: 1, most: 999_999 }
/** Of frames in a filmstrip, pixels. */
const STRIP_HEIGHTS = { least: 16, most: 256, otherwise: 96 }

/** Pictures of frames, their layers and masks, and the strip of all frames. */
export function framePictureRoutes(studio: StudioContext): StudioApp {
  const app = new Hono<StudioEnv>()
  const documents = documentsOf(studio)

  app.get('/sites/:id/frames/:scene/picture.webp', async (c) => {
    const { folder, frames } = await documents.of(c.req.param('id'))
    const frame = frameOf(frames, c.req.param('scene'))
    const edgePx = wholeNumber(c.req.query('edge'), 'edge', {
      ...{ least: 16, most: 16_383 },
      otherwise: Math.max(frames.grid.width, frames.grid.height),
    })
    const tag = `${frame.inputHash}-${edgePx}`
    const isFixed = c.req.query('v') === frame.inputHash
    return answerTagged(c, { tag, isFixed, contentType: WEBP }, async () => {
      const { webp } = await encodeFramePicture(folder, frame, {
        ...{ edgePx, quality: QUALITY },
        // It goes to this very machine: time counts, bytes do not.
        effort: 0,
      })
      return webp
    })
  })

  app.get('/sites/:id/frames/:scene/layer/:file{[a-z]+\\.webp}', async (c) => {
    const layer = layerOf(c.req.param('file'))
    const { folder, frames, masks } = await documents.of(c.req.param('id'))
    const frame = frameOf(frames, c.req.param('scene'))
    const objectId = wholeNumber(c.req.query('object'), 'object', { ...OBJECT_IDS, otherwise: 1 })
    const tracked = layer === 'probability' ? maskOf(masks, frame.sceneId, objectId) : null
    const request = { grid: frames.grid, frame, tracked }
    const isOfFrame = layer !== 'probability' && layer !== 'hillshade'
    const file = layerFile(layer, request)
    const mark = isOfFrame || file === null ? frame.inputHash : await fileMark(folder, file)
    const isFixed = isOfFrame && file !== null && c.req.query('v') === frame.inputHash
    return answerTagged(
      c,
      { tag: tagOf(layer, mark, frames.grid), isFixed, contentType: WEBP },
      () => encodeFrameLayer(folder, layer, request),
    )
  })

  app.get('/sites/:id/frames/:scene/mask/:file{[0-9]+\\.png}', async (c) => {
    const objectId = wholeNumber(c.req.param('file').slice(0, -4), 'object', OBJECT_IDS)
    const { folder, frames, masks } = await documents.of(c.req.param('id'))
    const { mask } = maskOf(masks, c.req.param('scene'), objectId)
    const tag = tagOf(await fileMark(folder, mask))
    return answerTagged(c, { tag, isFixed: false, contentType: 'image/png' }, () =>
      encodeMaskPicture(folder, frames.grid, mask),
    )
  })

  // What a page draws from: far less work for a browser than a picture of the whole grid.
  app.get('/sites/:id/frames/:scene/mask/:file{[0-9]+\\.json}', async (c) => {
    const objectId = wholeNumber(c.req.param('file').slice(0, -5), 'object', OBJECT_IDS)
    const { folder, frames, masks } = await documents.of(c.req.param('id'))
    const { mask } = maskOf(masks, c.req.param('scene'), objectId)
    const tag = tagOf('runs', await fileMark(folder, mask))
    return answerTagged(c, { tag, isFixed: false, contentType: 'application/json' }, async () =>
      JSON.stringify(maskRuns(await readMask(folder, frames.grid, mask), frames.grid)),
    )
  })

  addFilmstrip(app, studio, documents)
  return app
}

function addFilmstrip(app: StudioApp, studio: StudioContext, documents: DocumentReader): void {
  const strips = createKeptResults<Uint8Array>(8)

  app.get('/sites/:id/filmstrip.json', async (c) => {
    const { frames } = await documents.of(c.req.param('id'))
    const heightPx = wholeNumber(c.req.query('height'), 'height', STRIP_HEIGHTS)
    return c.json(planFilmstrip(frames, heightPx))
  })

  app.get('/sites/:id/filmstrip.webp', async (c) => {
    const { folder, frames } = await documents.of(c.req.param('id'))
    const heightPx = wholeNumber(c.req.query('height'), 'height', STRIP_HEIGHTS)
    const tag = tagOf(
      frames.frames.map(({ inputHash }) => inputHash),
      heightPx,
    )
    // The strip's own `v` is the page's: whatever it is, the tag has the last word.
    return answerTagged(c, { tag, isFixed: false, contentType: WEBP }, () =>
      strips.get(`${folder.dir} ${tag}`, async () => {
        // Making it reads every frame: the next studio finds it.
        const kept = `.cache/filmstrip-${heightPx}`
        const file = `${kept}/${tag}.webp`
        const known = await folder.files.readIfExists(file)
        if (known) return known
        const made = await encodeFilmstrip(folder, frames, heightPx, studio.signal)
        await folder.files.remove(kept)
        await folder.files.write(file, made, { durable: false })
        return made
      }),
    )
  })
}

function layerOf(file: string): FrameLayer {
  const name = file.replace(/\.webp$/, '')
  const layer = FRAME_LAYERS.find((one) => one === name)
  if (layer) return layer
  throw new ScarlineError(`got the layer ${name}, expected one of ${FRAME_LAYERS.join(', ')}`, {
    code: 'not-found',
  })
}
