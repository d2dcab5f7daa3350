import { randomUUID } from 'node:crypto'
import { type Job, type RunEvent, ScarlineError, type TrackedFrame } from '@scarline/core'
import type { StudioJobs } from './context.ts'
import type { JobOrder } from './job-types.ts'
import { type JobWork, requireOptions } from './job-work.ts'
import { plainError, Refusal } from './refusal.ts'
import type { SiteRegistry } from './site-registry.ts'
import { inDroppedNames } from './uploads.ts'

/** Does a job in a site folder whose lock this process holds. */
export type JobWorker = (dir: string, request: JobOrder, signal: AbortSignal) => JobWork

export interface JobRunner extends StudioJobs {
  /** Cancels everything and waits for the end. */
  close(): Promise<void>
}

/** Jobs at once, over all sites: each may take all of the machine. */
const AT_ONCE = 2
/** Ended jobs of a site that are remembered. */
const REMEMBERED = 20
const MAX_WARNINGS = 100

interface Entry {
  siteId: string
  request: JobOrder
  job: Job
  cancel: AbortController
  onEnd: () => Promise<void>
}

/** @param now the time, ms since 1970 */
export function createJobRunner(
  registry: SiteRegistry,
  worker: JobWorker,
  now: () => number = Date.now,
): JobRunner {
  const entries: Entry[] = []
  const running = new Map<string, Promise<void>>()
  const live = new Map<string, Map<string, TrackedFrame>>()
  let isClosed = false

  const stamp = (): string => new Date(now()).toISOString()
  const tell = ({ siteId, job }: Entry): void =>
    registry.events(siteId).publish({ type: 'job', job: structuredClone(job) })

  const pump = (): void => {
    for (const entry of entries) {
      if (running.size >= AT_ONCE) return
      if (entry.job.state !== 'queued' || running.has(entry.siteId)) continue
      const ended = perform(entry).finally(() => {
        running.delete(entry.siteId)
        live.delete(entry.siteId)
        pump()
      })
      running.set(entry.siteId, ended)
    }
  }

  const end = ({ siteId, request, job, cancel }: Entry, failure: unknown): void => {
    const isCancelled = cancel.signal.aborted && !(failure instanceof ScarlineError)
    job.state = failure === null ? 'done' : isCancelled ? 'cancelled' : 'failed'
    if (job.state === 'failed') {
      const error = plainError(failure)
      job.error = { ...error, message: plainly(request, error.message) }
    }
    job.endedAt = stamp()
    job.secondsLeft = null
    forgetOld(entries, siteId)
  }

  /** One that never ran. */
  const drop = async (entry: Entry): Promise<void> => {
    end(entry, entry.cancel.signal.reason)
    tell(entry)
    await entry.onEnd()
  }

  const perform = async (entry: Entry): Promise<void> => {
    const { siteId, request, job, cancel } = entry
    const { signal } = cancel
    const log = registry.events(siteId)
    job.state = 'running'
    job.startedAt = stamp()
    tell(entry)
    let release: (() => Promise<void>) | null = null
    let failure: unknown = null
    try {
      release = await registry.occupy(siteId, job.kind)
      signal.throwIfAborted()
      for await (const event of worker(await registry.dirOf(siteId), request, signal)) {
        await take(entry, event)
      }
    } catch (error) {
      failure = error
    }
    // The masks are in track.json by now, and a tab that hears of the end may write at once.
    live.delete(siteId)
    try {
      await release?.()
      await entry.onEnd()
    } catch (error) {
      failure ??= error
    }
    end(entry, failure)
    if (failure === null) {
      log.publish({ type: 'done', jobId: job.id, summary: structuredClone(job.summary) })
    } else if (job.error) log.publish({ type: 'error', jobId: job.id, error: job.error })
    tell(entry)
  }

  const take = async (entry: Entry, event: RunEvent): Promise<void> => {
    const { siteId, request, job } = entry
    const log = registry.events(siteId)
    switch (event.type) {
      case 'started':
        Object.assign(job, {
          ...{ stage: event.stage, done: 0, total: event.total, item: '' },
          ...{ message: plainly(request, event.message), secondsLeft: null },
        })
        return tell(entry)
      case 'progress': {
        const { stage, done, total, item, mask } = event
        const secondsLeft = event.secondsLeft ?? null
        Object.assign(job, { stage, done, total, item, secondsLeft })
        if (mask) {
          const masks = live.get(siteId) ?? new Map<string, TrackedFrame>()
          live.set(siteId, masks.set(`${mask.sceneId} ${mask.objectId}`, mask))
          log.publish({ type: 'mask', jobId: job.id, mask })
        }
        log.publish({ type: 'progress', jobId: job.id, stage, done, total, item, secondsLeft })
        return undefined
      }
      case 'warning': {
        const { item } = event
        const message = plainly(request, event.message)
        if (job.warnings.length < MAX_WARNINGS) job.warnings.push({ message, item })
        log.publish({ type: 'warning', jobId: job.id, message, item })
        return undefined
      }
      case 'done':
        job.message = plainly(request, event.message)
        job.summary[event.stage] = event.summary
        await registry.advance(siteId)
        return tell(entry)
    }
  }

  return {
    async start(siteId, request, onEnd = async () => {}) {
      requireOptions(request)
      await registry.dirOf(siteId)
      if (isClosed) {
        throw new Refusal('the studio is closing, expected no new work', {
          status: 409,
          code: 'closing',
        })
      }
      const job = queuedJob(request, stamp())
      const entry: Entry = { siteId, request, job, cancel: new AbortController(), onEnd }
      entries.push(entry)
      tell(entry)
      pump()
      return structuredClone(job)
    },
    async cancel(siteId, jobId) {
      const entry = entries.find((one) => one.siteId === siteId && one.job.id === jobId)
      if (!entry) {
        throw new ScarlineError(`there is no job ${jobId} on ${siteId}`, { code: 'not-found' })
      }
      entry.cancel.abort()
      if (entry.job.state === 'queued') await drop(entry)
      return structuredClone(entry.job)
    },
    list: (siteId) =>
      structuredClone(entries.filter((one) => one.siteId === siteId).map(({ job }) => job)),
    isRunning: (siteId) => running.has(siteId),
    liveMasks: (siteId) => [...(live.get(siteId)?.values() ?? [])],
    async close() {
      isClosed = true
      const open = entries.filter(({ job }) => job.endedAt === null)
      for (const { cancel } of open) cancel.abort()
      for (const entry of open) if (entry.job.state === 'queued') await drop(entry)
      await Promise.all(running.values())
    },
  }
}

/** Rasters that were dropped lie in a folder that nobody knows. */
function plainly({ options: { paths = [] } }: JobOrder, text: string): string {
  return paths.reduce(inDroppedNames, text)
}

function queuedJob({ kind, options }: JobOrder, queuedAt: string): Job {
  // Where the server put an upload is of no use to the page.
  const { paths: _, ...told } = options
  return {
    id: randomUUID(),
    kind,
    options: told,
    state: 'queued',
    stage: null,
    done: 0,
    total: null,
    item: '',
    secondsLeft: null,
    message: '',
    warnings: [],
    queuedAt,
    startedAt: null,
    endedAt: null,
    error: null,
    summary: {},
  }
}

function forgetOld(entries: Entry[], siteId: string): void {
  const ended = entries.filter((one) => one.siteId === siteId && one.job.endedAt !== null)
  for (const entry of ended.slice(0, Math.max(0, ended.length - REMEMBERED))) {
    entries.splice(entries.indexOf(entry), 1)
  }
}
