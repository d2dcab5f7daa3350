import { randomUUID } from 'node:crypto'
import { encodeCog } from '../cog/write-cog.ts'
import { lngLatToPixel, toPixelPrompt } from '../tracking/pixel-prompts.ts'
import type { LngLat } from '../model/grid.ts'
import type { Prompt } from '../model/prompt.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { ScarlineError } from '../errors.ts'
import { findFrame } from './find-frame.ts'

/** What a person says of one frame. Positions in degrees, WGS 84. */
export interface PromptRequest {
  /** Index, date or scene id. */
  frame: string
  /** >= 1; 1 where not given. */
  objectId?: number
  positive?: readonly LngLat[]
  negative?: readonly LngLat[]
  /** West, south, east, north. */
  box?: readonly [number, number, number, number]
  /** 0/1 on the site grid. */
  mask?: Uint8Array
  /** The mask takes the place of masks that were given on the frame before. */
  replaceMask?: boolean
  /** Forget this object's earlier prompts on the frame. */
  replace?: boolean
  by?: string
  why?: string
}

/** What {@link addPrompts} did. */
export interface PromptSummary {
  frameIndex: number
  sceneId: string
  objectId: number
  added: number
  removed: number
  /** Prompts of this object on this frame now. */
  total: number
}

/**
 * Adds prompts to a frame; they gather until replaced. Nothing is tracked yet.
 * @throws ScarlineError `usage` for no such frame or nothing to add, `invalid-input` for places
 * outside the site
 */
export async function addPrompts(
  folder: SiteFolder,
  request: PromptRequest,
): Promise<PromptSummary> {
  const list = await folder.readFrames()
  const frame = findFrame(list, request.frame)
  const objectId = request.objectId ?? 1
  if (!Number.isInteger(objectId) || objectId < 1) {
    throw new ScarlineError(`got object ${objectId}, expected a whole number from 1`, {
      code: 'usage',
    })
  }
  const base = {
    sceneId: frame.sceneId,
    objectId,
    by: request.by ?? null,
    at: new Date().toISOString(),
    why: request.why ?? null,
  }
  const points = [
    ...(request.positive ?? []).map((lngLat) => ({ lngLat, positive: true })),
    ...(request.negative ?? []).map((lngLat) => ({ lngLat, positive: false })),
  ]
  for (const { lngLat } of points) {
    const [xPx, yPx] = lngLatToPixel(list.grid, lngLat)
    if (!(xPx >= 0 && yPx >= 0 && xPx < list.grid.width && yPx < list.grid.height)) {
      throw new ScarlineError(`the point ${lngLat.join(',')} lies outside the site's grid`, {
        code: 'invalid-input',
        hint: 'Give longitude,latitude in degrees (WGS 84) inside the area of interest.',
      })
    }
  }
  const added: Prompt[] = points.map(({ lngLat, positive }) => ({
    ...base,
    id: randomUUID(),
    kind: 'point',
    lngLat: [lngLat[0], lngLat[1]],
    positive,
  }))
  if (request.box) {
    const [west, south, east, north] = request.box
    if (!(west < east && south < north)) {
      throw new ScarlineError(`got the box ${request.box.join(',')}, expected W,S,E,N`, {
        code: 'usage',
        hint: 'Give west, south, east, north in degrees.',
      })
    }
    const box: Prompt = {
      ...base,
      id: randomUUID(),
      kind: 'box',
      bboxLngLat: [west, south, east, north],
    }
    // Refused here rather than by every track that follows.
    toPixelPrompt(box, frame.index, list.grid, new Map())
    added.push(box)
  }
  if (request.mask) {
    const id = randomUUID()
    const file = `prompts/${id}.tif`
    await folder.files.write(file, await encodeCog({ grid: list.grid, data: request.mask }))
    added.push({ ...base, id, kind: 'mask', file })
  }
  if (added.length === 0 && !request.replace) {
    throw new ScarlineError('got no prompt, expected at least one point, box or mask', {
      code: 'usage',
      hint: 'Add --positive LNG,LAT, --negative LNG,LAT, --box W,S,E,N or --mask FILE.',
    })
  }
  const existing = await folder.readPrompts()
  const isHere = (prompt: Prompt): boolean =>
    prompt.sceneId === frame.sceneId && prompt.objectId === objectId
  const isReplaced = ({ kind }: Prompt): boolean =>
    request.replace === true || (request.replaceMask === true && kind === 'mask')
  const kept = existing.filter((prompt) => !(isHere(prompt) && isReplaced(prompt)))
  const prompts = [...kept, ...added]
  await folder.writePrompts(prompts)
  return {
    frameIndex: frame.index,
    sceneId: frame.sceneId,
    objectId,
    added: added.length,
    removed: existing.length - kept.length,
    total: prompts.filter(isHere).length,
  }
}
