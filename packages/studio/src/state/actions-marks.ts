import type { MaskPreview, PromptAnswer, PromptRemoval } from '@scarline/core/model'
import { isAbort } from '../api/api-error.ts'
import { addPrompts, previewPrompts, removePrompts } from '../api/client.ts'
import type { MarkInput } from '../map/map-mark.ts'
import { isInside } from '../map/map-mark.ts'
import { decodeRuns } from '../map/mask-bits.ts'
import { type MapPoint, isOnGrid, mapPointOf } from '../map/site-projection.ts'
import { plainErrorOf, tellError } from './actions-notices.ts'
import { activeJob } from './apply-event.ts'
import { mutateSite } from './actions-site.ts'
import {
  type FrameObject,
  heldOf,
  groundsOf,
  isUnanswered,
  mergeMarks,
  promptsOf,
  settle,
  withHeld,
} from './held-masks.ts'
import { MASK_MEASURE } from './measures.ts'
import { studioStore } from './store.ts'
import { type HeldMask, type PendingMark, trackStore } from './track-store.ts'

let lastNumber = 0
const asked = new Map<string, { number: number; abort: AbortController }>()
const keyOf = ({ sceneId, objectId }: FrameObject): string => `${sceneId} ${objectId}`

/**
 * Marks the frame in view: drawn at once, answered by a mask, then written. Where it is refused, it goes
 * and the reason is told at `place`.
 */
export async function addMark(input: MarkInput, place: MapPoint): Promise<void> {
  const { detail, sceneId, objectId } = studioStore.get()
  if (!detail?.frames || sceneId === null) return
  if (!isOnGrid(detail.frames.grid, place)) {
    trackStore.set({ spot: { point: place, says: 'outside-grid', error: null } })
    return
  }
  lastNumber += 1
  const number = lastNumber
  performance.mark(`${MASK_MEASURE}:${number}`)
  const mark: PendingMark = {
    ...{ id: `pending-${number}`, sceneId, objectId, input, writtenRevision: null },
  }
  const says = isInArea(place) ? null : ('outside-area' as const)
  trackStore.set(({ marks }) => ({
    marks: [...marks, mark],
    spot: says && { point: place, says, error: null },
    selectedPromptId: null,
  }))
  // An engine that is still reading answers late: the mark is written first, so that no closed tab loses it.
  const isReady = trackStore.get().live?.state === 'ready'
  const asking = isReady ? askForMask(mark, number) : Promise.resolve(null)
  let refusal: unknown = null
  // Takes its turn at once: what is done after the click, an undo too, comes after it.
  const answer = await mutateSite('track', async (id, revision): Promise<Partial<PromptAnswer>> => {
    refusal = await asking
    return refusal === null ? addPrompts(id, { sceneId, objectId, ...input }, revision) : {}
  })
  if (refusal !== null) {
    dropMark(mark.id)
    trackStore.set({ spot: { point: place, says: null, error: plainErrorOf(refusal) } })
    return
  }
  const { preview, revision } = answer ?? {}
  if (preview === undefined || revision === undefined) {
    dropMark(mark.id)
    dropHeld(mark, number)
    return
  }
  if (preview) hold(preview, number, null)
  else dropHeld(mark, number)
  if (preview?.isProvisional) void lookCloser(mark, number)
  trackStore.set(({ marks }) => ({
    marks: marks.map((one) => (one.id === mark.id ? { ...one, writtenRevision: revision } : one)),
  }))
  settleMarks()
}

/** Asks what mask the unwritten marks of a frame give. @returns why it was refused, or null */
async function askForMask(of: FrameObject, number: number): Promise<unknown> {
  const { siteId } = studioStore.get()
  const input = mergeMarks(trackStore.get().marks, of)
  if (siteId === null || input === null) return null
  const key = keyOf(of)
  asked.get(key)?.abort.abort()
  const abort = new AbortController()
  asked.set(key, { number, abort })
  try {
    const preview = await previewPrompts(siteId, input, { hasty: true, signal: abort.signal })
    if (asked.get(key)?.number === number) hold(preview, number, null)
    return null
  } catch (error) {
    return isAbort(error) ? null : error
  }
}

/** Asks again without haste where the first answer was provisional. A later gesture on the frame ends it. */
async function lookCloser(of: FrameObject, number: number): Promise<void> {
  const { siteId } = studioStore.get()
  if (siteId === null) return
  const { sceneId, objectId } = of
  const abort = new AbortController()
  asked.set(keyOf(of), { number, abort })
  try {
    const { signal } = abort
    const preview = await previewPrompts(siteId, { sceneId, objectId }, { hasty: false, signal })
    const present = heldOf(trackStore.get().held, of)
    if (present?.number === number) hold(preview, number, present.holdsFor)
  } catch (error) {
    if (!isAbort(error)) tellError('track', error)
  }
}

function hold(preview: MaskPreview, number: number, holdsFor: HeldMask['holdsFor']): void {
  const { sceneId, objectId, areaM2, confidence, doubts, rle, fixedBy, isProvisional } = preview
  const source = { bits: decodeRuns(rle) }
  trackStore.set(({ held }) => {
    const present = heldOf(held, preview)
    // The same answer again: what is drawn stays.
    const isSame = present?.number === number && !present.isProvisional
    const kept = isSame ? present.source : source
    return {
      held: withHeld(held, {
        ...{ sceneId, objectId, number, source: kept, areaM2, confidence, fixedBy },
        ...{ doubts, isProvisional, holdsFor },
      }),
    }
  })
}

function dropMark(id: string): void {
  trackStore.set(({ marks }) => ({ marks: marks.filter((mark) => mark.id !== id) }))
}

function dropHeld(of: FrameObject, number: number): void {
  trackStore.set(({ held }) => {
    const present = heldOf(held, of)
    return present?.number === number ? { held: held.filter((one) => one !== present) } : {}
  })
}

/** Lets go of what the site has in its documents by now. */
export function settleMarks(): void {
  const { detail, readRevision } = studioStore.get()
  if (detail) trackStore.set(settle(trackStore.get(), detail, readRevision))
}

/**
 * Asks for the mask of a frame whose prompts no propagation has answered yet: after a reload, or when a mark
 * was taken back.
 */
export async function answerPrompts(of: FrameObject): Promise<void> {
  const { siteId, detail } = studioStore.get()
  const { marks, held } = trackStore.get()
  if (siteId === null || !detail || !isUnanswered(detail, of) || heldOf(held, of)) return
  // It is on its way.
  if (activeJob(detail.jobs)?.kind === 'track') return
  if (promptsOf(detail.prompts, of).length === 0) return
  if (marks.some((mark) => keyOf(mark) === keyOf(of))) return
  const grounds = groundsOf(detail, of)
  const key = `${keyOf(of)} ${grounds}`
  if (asked.has(key)) return
  lastNumber += 1
  const number = lastNumber
  asked.set(key, { number, abort: new AbortController() })
  try {
    const { sceneId, objectId } = of
    const preview = await previewPrompts(siteId, { sceneId, objectId }, { hasty: true })
    const now = studioStore.get().detail
    if (!now || studioStore.get().siteId !== siteId || groundsOf(now, of) !== grounds) return
    hold(preview, number, grounds)
    if (preview.isProvisional) void lookCloser(of, number)
  } catch (error) {
    tellError('track', error)
  } finally {
    asked.delete(key)
  }
}

/** Takes written marks away. */
export async function removeMarks(removal: PromptRemoval): Promise<void> {
  trackStore.set({ selectedPromptId: null })
  await mutateSite('track', (id, revision) => removePrompts(id, removal, revision))
}

function isInArea(point: MapPoint): boolean {
  const { detail } = studioStore.get()
  if (!detail) return true
  const { aoi, grid } = detail.site
  const polygons = aoi.type === 'Polygon' ? [aoi.coordinates] : aoi.coordinates
  return polygons.some((rings) =>
    isInside(
      rings.map((ring) => ring.map(([lng = 0, lat = 0]) => mapPointOf(grid.epsg, [lng, lat]))),
      point,
    ),
  )
}
