import type { Frame, JobOptions, SiteDetail, TrackedFrame } from '@scarline/core/model'
import { getChanges, setLocks } from '../api/client.ts'
import { tellError } from './actions-notices.ts'
import { cancelJob, mutateSite, startJob } from './actions-site.ts'
import { activeJob, applyEvent } from './apply-event.ts'
import { trackedOf } from './held-masks.ts'
import { studioStore } from './store.ts'
import { trackStore } from './track-store.ts'

const NONE: readonly Frame[] = []

/** Frames in time order. */
export function framesOf(detail: SiteDetail | null): readonly Frame[] {
  return detail?.frames?.frames ?? NONE
}

/** The frame in view; null without frames. */
export function frameInView(detail: SiteDetail | null, sceneId: string | null): Frame | null {
  const frames = framesOf(detail)
  return frames.find((frame) => frame.sceneId === sceneId) ?? null
}

/** The frame to begin with: the first with prompts, else the last. */
export function firstFrame(detail: SiteDetail): Frame | null {
  const prompted = new Set(detail.prompts.map(({ sceneId }) => sceneId))
  const frames = framesOf(detail)
  return frames.find(({ sceneId }) => prompted.has(sceneId)) ?? frames.at(-1) ?? null
}

/** Shows a frame. */
export function goToFrame(sceneId: string): void {
  if (studioStore.get().sceneId === sceneId) return
  studioStore.set({ sceneId })
  trackStore.set({ spot: null, selectedPromptId: null, keyboardPath: [] })
}

/** Shows the frame so many further on. */
export function stepFrame(by: number): void {
  const { detail, sceneId } = studioStore.get()
  const frames = framesOf(detail)
  const at = frames.findIndex((frame) => frame.sceneId === sceneId)
  const next = frames[Math.min(frames.length - 1, Math.max(0, at + by))]
  if (next) goToFrame(next.sceneId)
}

/** The frame of the same season so many years further on. */
export function stepYear(by: number): void {
  const { detail, sceneId } = studioStore.get()
  const frames = framesOf(detail)
  const now = frameInView(detail, sceneId)
  if (!now) return
  const wanted = new Date(now.capturedAt)
  wanted.setUTCFullYear(wanted.getUTCFullYear() + by)
  const later = frames.filter(({ index }) => (by > 0 ? index > now.index : index < now.index))
  const next = nearestInTime(later, wanted.getTime())
  if (next) goToFrame(next.sceneId)
}

/** The frame nearest to a moment. */
export function nearestInTime(frames: readonly Frame[], timeMs: number): Frame | null {
  const apart = (frame: Frame): number => Math.abs(Date.parse(frame.capturedAt) - timeMs)
  return frames.reduce<Frame | null>(
    (best, frame) => (best === null || apart(frame) < apart(best) ? frame : best),
    null,
  )
}

/** Locks or unlocks the mask in view; pressed again before the answer, it turns that step back. */
export async function toggleLock(): Promise<void> {
  const { sceneId, objectId } = studioStore.get()
  if (sceneId === null) return
  await mutateSite('track', async (id, revision) => {
    const { detail } = studioStore.get()
    const mask = detail && trackedOf(detail, { sceneId, objectId })
    if (!mask) return {}
    const locked = !mask.locked
    const answer = await setLocks(id, { sceneIds: [sceneId], locked, objectId }, revision)
    showLock({ ...mask, locked })
    return answer
  })
}

/** The page need not wait for the site to be read again. */
function showLock(mask: TrackedFrame): void {
  studioStore.set(({ detail }) =>
    detail ? { detail: applyEvent(detail, { seq: 0, type: 'mask', jobId: '', mask }) } : {},
  )
}

/** Carries the masks on, from the frame in view where a direction is given. */
export async function propagate(
  direction: NonNullable<JobOptions['direction']>,
  options: { all?: boolean } = {},
): Promise<void> {
  const { detail, sceneId } = studioStore.get()
  if (!detail || activeJob(detail.jobs) || detail.prompts.length === 0) return
  const { segmenter } = trackStore.get()
  trackStore.set({ reviewed: [] })
  await startJob('track', 'track', {
    direction,
    ...(direction !== 'both' && sceneId !== null ? { fromScene: sceneId } : {}),
    ...(segmenter === null ? {} : { segmenter }),
    ...(options.all ? { all: true } : {}),
  })
}

/** Stops the job in work. */
export async function stopJob(): Promise<void> {
  const { detail } = studioStore.get()
  const job = detail && activeJob(detail.jobs)
  if (job) await cancelJob(job.id)
}

/** Clicks go to that object from now on. */
export function chooseObject(objectId: number): void {
  studioStore.set({ objectId })
  trackStore.set({ selectedPromptId: null })
}

/** Every object: those of the site, and those that were added here and have no prompt yet. */
export function objectIds(detail: SiteDetail, added: readonly number[]): number[] {
  const ids = new Set([...detail.objects.map(({ id }) => id), ...added])
  return ids.size === 0 ? [1] : [...ids].sort((a, b) => a - b)
}

/** A new object, which clicks go to. */
export function addObject(): void {
  const { detail } = studioStore.get()
  if (!detail) return
  const { newObjects } = trackStore.get()
  const id = Math.max(...objectIds(detail, newObjects)) + 1
  trackStore.set({ newObjects: [...newObjects, id] })
  chooseObject(id)
}

/** The object after the one that clicks go to. */
export function nextObject(): void {
  const { detail, objectId } = studioStore.get()
  if (!detail) return
  const ids = objectIds(detail, trackStore.get().newObjects)
  const next = ids[(ids.indexOf(objectId) + 1) % ids.length]
  if (next !== undefined) chooseObject(next)
}

/** Reads what the last propagation changed. */
export async function loadChanges(): Promise<void> {
  const { siteId } = studioStore.get()
  if (siteId === null) return
  try {
    const changes = await getChanges(siteId)
    if (studioStore.get().siteId === siteId) trackStore.set({ changes })
  } catch (error) {
    tellError('track', error)
  }
}
