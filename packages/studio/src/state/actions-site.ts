import type { Job, JobOptions, JobRequest, StepWords, StudioEvent } from '@scarline/core/model'
import { isAbort, isNothingToDo, isStale } from '../api/api-error.ts'
import * as api from '../api/client.ts'
import { type Connection, listenToSite } from '../api/events.ts'
import { applyEvent } from './apply-event.ts'
import { plainErrorOf, tell, tellError } from './actions-notices.ts'
import { serverStateOf } from './server-watch.ts'
import { type Place, studioStore } from './store.ts'

/** Reads a site and follows it until the returned function is called, or another is opened. */
export function openSite(id: string): () => void {
  const { siteId } = studioStore.get()
  if (siteId !== id) {
    studioStore.set({
      siteId: id,
      detail: null,
      readRevision: 0,
      siteFault: null,
      scenes: null,
      sceneId: null,
      hoverSceneId: null,
      objectId: 1,
      connection: 'connecting',
      notices: [],
    })
    recent = []
    arrived = []
  }
  let ended = false
  let stopListening: (() => void) | null = null
  let retry: ReturnType<typeof setTimeout> | undefined
  const start = async (): Promise<void> => {
    try {
      const detail = await api.getSite(id)
      if (ended) return
      studioStore.set({ detail, readRevision: detail.revision })
      stopListening = listenToSite(id, detail.seq, {
        event: (event) => takeEvent(id, event),
        connection: (connection) => takeConnection(id, connection),
      })
    } catch (error) {
      if (ended || isAbort(error)) return
      if (serverStateOf(error) === null) {
        studioStore.set({ siteFault: plainErrorOf(error) })
        return
      }
      studioStore.set({ connection: 'lost' })
      retry = setTimeout(() => void start(), 3_000)
    }
  }
  void start()
  return () => {
    ended = true
    clearTimeout(retry)
    stopListening?.()
  }
}

/** The last events, for those that overtake an answer on its way. */
let recent: StudioEvent[] = []
const RECENT = 400

/** Reads the open site again, and its scenes where they are shown. */
export async function refreshSite(): Promise<void> {
  const { siteId, scenes } = studioStore.get()
  if (siteId === null) return
  const [answer, freshScenes] = await Promise.all([
    api.getSite(siteId),
    scenes ? api.getScenes(siteId) : null,
  ])
  if (studioStore.get().siteId !== siteId) return
  const detail = recent.filter(({ seq }) => seq > answer.seq).reduce(applyEvent, answer)
  const known = studioStore.get().detail
  if (known && known.revision > detail.revision) return
  // They are in the answer, or among the recent ones.
  arrived = []
  const read = { detail, readRevision: answer.revision }
  studioStore.set(freshScenes ? { ...read, scenes: freshScenes } : read)
}

/** Reads the scenes of the open site. */
export async function loadScenes(): Promise<void> {
  const { siteId } = studioStore.get()
  if (siteId === null) return
  const scenes = await api.getScenes(siteId)
  if (studioStore.get().siteId === siteId) studioStore.set({ scenes })
}

let queue: Promise<unknown> = Promise.resolve()

/**
 * Changes the open site: one mutation after the other, each with the revision that the last one left.
 * Where another tab was first, the site is read again and the person told; nothing is done twice.
 *
 * @param work gets the site's id and revision
 * @returns what `work` gave, or null where it failed (which is then told at `place`)
 */
export function mutateSite<T extends object>(
  place: Place,
  work: (id: string, revision: number) => Promise<T>,
): Promise<T | null> {
  const { siteId } = studioStore.get()
  const turn = queue.then(async (): Promise<T | null> => {
    const { detail } = studioStore.get()
    if (siteId === null || detail === null || studioStore.get().siteId !== siteId) return null
    try {
      const answer = await work(siteId, detail.revision)
      if ('revision' in answer && typeof answer.revision === 'number') {
        takeRevision(siteId, answer.revision)
      }
      return answer
    } catch (error) {
      tellError(place, error)
      if (isStale(error)) await refreshSite().catch((fault: unknown) => tellError(place, fault))
      return null
    }
  })
  queue = turn
  return turn
}

/** Starts a long job; the events bring what becomes of it. */
export async function startJob(
  place: Place,
  kind: JobRequest['kind'],
  options: JobOptions = {},
): Promise<Job | null> {
  const answer = await mutateSite(place, async (id, revision) => ({
    job: await api.startJob(id, kind, options, revision),
  }))
  if (answer) putJob(answer.job)
  return answer?.job ?? null
}

/** Stops a job of the open site. */
export async function cancelJob(jobId: string): Promise<void> {
  const { siteId } = studioStore.get()
  if (siteId === null) return
  try {
    putJob(await api.cancelJob(siteId, jobId))
  } catch (error) {
    tellError('app', error)
  }
}

/**
 * Takes back the last step of a person. Waits for steps that are on their way, so that a key pressed right after a
 * click is not lost; whether there is something to take back, the server says.
 *
 * @returns what it was, for the words; null where there was nothing or it failed
 */
export function undo(place: Place): Promise<StepWords | null> {
  return takeBack(place, api.undo)
}

/** Does again what was taken back. */
export function redo(place: Place): Promise<StepWords | null> {
  return takeBack(place, api.redo)
}

async function takeBack(place: Place, step: typeof api.undo): Promise<StepWords | null> {
  const answer = await mutateSite(place, async (id, revision) => {
    try {
      return await step(id, revision)
    } catch (error) {
      if (isNothingToDo(error)) return { words: null }
      throw error
    }
  })
  if (answer?.words) await refreshSite().catch((error: unknown) => tellError(place, error))
  return answer?.words ?? null
}

function putJob(job: Job): void {
  studioStore.set(({ detail }) =>
    detail ? { detail: applyEvent(detail, { seq: 0, type: 'job', job }) } : {},
  )
}

function takeRevision(id: string, revision: number): void {
  studioStore.set(({ siteId, detail }) =>
    siteId === id && detail && revision > detail.revision
      ? { detail: { ...detail, revision } }
      : {},
  )
}

/** Events come in bursts, several for one mask: the page is drawn once for those of so many ms. */
const ARRIVE_MS = 40
let arrived: StudioEvent[] = []
let arriving: ReturnType<typeof setTimeout> | null = null

function takeArrived(id: string): void {
  arriving = null
  const events = arrived
  arrived = []
  const { siteId, detail } = studioStore.get()
  if (siteId !== id || detail === null) return
  const next = events.reduce(applyEvent, detail)
  if (next !== detail) studioStore.set({ detail: next })
}

let refreshing: ReturnType<typeof setTimeout> | undefined

function refreshSoon(): void {
  clearTimeout(refreshing)
  refreshing = setTimeout(() => {
    refreshSite().catch((error: unknown) => tellError('app', error))
  }, 60)
}

function isEnd(event: StudioEvent): boolean {
  if (event.type === 'job') return event.job.state !== 'queued' && event.job.state !== 'running'
  return event.type === 'done' || event.type === 'error'
}

/** A job has left a new revision: what the person does next comes after it was read, or it would be refused. */
function refreshNext(): void {
  clearTimeout(refreshing)
  queue = queue.then(refreshSite).catch((error: unknown) => tellError('app', error))
}

function takeEvent(id: string, event: StudioEvent): void {
  const { siteId, detail } = studioStore.get()
  if (siteId !== id || detail === null) return
  recent = [...recent.slice(1 - RECENT), event]
  arrived.push(event)
  arriving ??= setTimeout(() => takeArrived(id), ARRIVE_MS)
  if (event.type === 'changed') refreshSoon()
  if (isEnd(event)) refreshNext()
  if (event.type === 'error') tell('app', { kind: 'error', error: event.error, says: null })
}

function takeConnection(id: string, connection: Connection): void {
  if (studioStore.get().siteId === id) studioStore.set({ connection })
}
