import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ScarlineError, type SiteFolder, openSiteFolder } from '@scarline/core'
import type { StudioSites, Touches } from './context.ts'
import { type EventLog, createEventLog } from './event-log.ts'
import { folderName } from './folder-name.ts'
import { Refusal } from './refusal.ts'

/** The registry as the job runner sees it. */
export interface SiteRegistry extends StudioSites {
  /**
   * Takes the site's lock for a job. Until it is released, mutations of prompts go on beside it and
   * others are refused.
   *
   * @returns gives the lock back, with a new revision
   * @throws ScarlineError `site-locked` while the command line works on the site
   */
  occupy(id: string, jobKind: string): Promise<() => Promise<void>>
  /** The job in hand has brought the site forward: a new revision, told to every tab. */
  advance(id: string): Promise<void>
  close(): Promise<void>
}

/** Whose change makes another revision. */
const DOCUMENTS = [
  'site.json',
  'scenes.json',
  'frames.json',
  'prompts.json',
  'track.json',
  'analysis/summary.json',
  'report.html',
  'studio/history.json',
]

/** How soon a tab learns what the command line did. */
const WATCH_EVERY_MS = 1500
const LOCK_PATIENCE_MS = 1500
const LOCK_RETRY_MS = 50

interface SiteState {
  revision: number
  /** Null until first looked at. */
  mark: string | null
  log: EventLog
  /** Ends when the mutations so far have ended. */
  turn: Promise<unknown>
  /** The kind of job that holds the lock; null without. */
  job: string | null
}

/** @param dir holds site folders, or is one itself */
export async function createSiteRegistry(dir: string): Promise<SiteRegistry> {
  const isSite = await isSiteFolder(dir)
  const root = isSite ? dirname(dir) : dir
  const states = new Map<string, SiteState>()

  const stateOf = (id: string): SiteState => {
    let state = states.get(id)
    if (state === undefined) {
      // Of the clock: numbers of an earlier run of the studio are all lower.
      const now = Date.now()
      state = {
        revision: now,
        mark: null,
        log: createEventLog(now),
        turn: Promise.resolve(),
        job: null,
      }
      states.set(id, state)
    }
    return state
  }

  const names = async (): Promise<string[]> => {
    if (isSite) return [basename(dir)]
    const entries = await readdir(root, { withFileTypes: true })
    return entries
      .filter((entry) => !entry.name.startsWith('.') && !entry.isFile())
      .map(({ name }) => name)
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  }

  const dirOf = async (id: string): Promise<string> => {
    // The name is one that the directory listed, never one that a client made up.
    const name = (await names()).find((one) => one === id)
    if (name !== undefined && (await isSiteFolder(join(root, name)))) return join(root, name)
    throw new ScarlineError(`there is no site ${id}`, {
      code: 'not-found',
      hint: 'Choose one of the list.',
    })
  }

  const markOf = async (id: string): Promise<string> => markOfFolder(await dirOf(id))

  /** In turn with all else that changes the site. */
  const inTurn = <T>(state: SiteState, work: () => Promise<T>): Promise<T> => {
    const mine = state.turn.then(work, work)
    state.turn = mine.catch(() => {})
    return mine
  }

  const bump = (state: SiteState, mark: string): void => {
    state.mark = mark
    state.revision += 1
    state.log.publish({ type: 'changed', revision: state.revision, missed: false })
  }

  /** A job's own writes are told at its end. */
  const look = async (id: string, state: SiteState): Promise<void> => {
    const mark = await markOf(id)
    if (state.mark === null || state.job !== null) state.mark = mark
    else if (state.mark !== mark) bump(state, mark)
  }

  const refresh = async (id: string): Promise<void> => {
    // Nothing is remembered of sites that are not there.
    await dirOf(id)
    const state = stateOf(id)
    return inTurn(state, () => look(id, state))
  }

  const requireIdle = (state: SiteState, touches: Touches): void => {
    if (state.job === null || touches === 'prompts') return
    throw new Refusal(`the site is in work (${state.job}), expected it at rest for this change`, {
      status: 409,
      code: 'busy',
      hint: 'Wait for the job to end, or stop it.',
      facts: { revision: state.revision },
    })
  }

  const watch = setInterval(() => {
    for (const [id, { log, job }] of states) {
      // A folder that is gone is said to whoever asks for it next.
      if (log.listeners > 0 && job === null) refresh(id).catch(() => {})
    }
  }, WATCH_EVERY_MS)
  watch.unref()

  return {
    canCreate: !isSite,
    dirOf,
    markOf,
    refresh,
    async list() {
      const all = await names()
      const are = await Promise.all(all.map((name) => isSiteFolder(join(root, name))))
      return all.filter((_, index) => are[index])
    },
    read: async (id) => openSiteFolder(await dirOf(id), { lock: false }),
    async newFolder(name) {
      if (isSite) {
        throw new ScarlineError(`${dir} is itself a site, expected a folder of sites`, {
          code: 'usage',
          hint: 'Start scarline studio on the folder above to make new ones.',
        })
      }
      const id = folderName(name, await readdir(root))
      return { id, dir: join(root, id) }
    },
    async revision(id) {
      await refresh(id)
      return stateOf(id).revision
    },
    events: (id) => stateOf(id).log,
    async mutate(id, { revision, touches }, work) {
      const path = await dirOf(id)
      const state = stateOf(id)
      return inTurn(state, async () => {
        requireIdle(state, touches)
        // The job in work holds the lock for this process.
        const folder = await openPatiently(path, state.job === null)
        try {
          await look(id, state)
          requireFresh(state, revision)
          const result = await work(folder)
          const mark = await markOfFolder(path)
          if (mark !== state.mark) bump(state, mark)
          return { revision: state.revision, result }
        } finally {
          await folder.close()
        }
      })
    },
    async occupy(id, jobKind) {
      const path = await dirOf(id)
      const state = stateOf(id)
      const folder = await inTurn(state, async (): Promise<SiteFolder> => {
        const opened = await openPatiently(path)
        await look(id, state)
        state.job = jobKind
        return opened
      })
      return () =>
        inTurn(state, async () => {
          state.job = null
          await folder.close()
          bump(state, await markOfFolder(path))
        })
    },
    async advance(id) {
      const state = stateOf(id)
      await inTurn(state, async () => bump(state, await markOf(id)))
    },
    async close() {
      clearInterval(watch)
      await Promise.all([...states.values()].map(({ turn }) => turn))
    },
  }
}

/** What another studio or a short command does to a site is over in a moment: waits that long. */
async function openPatiently(path: string, lock = true): Promise<SiteFolder> {
  const until = performance.now() + LOCK_PATIENCE_MS
  for (;;) {
    try {
      return await openSiteFolder(path, { lock })
    } catch (error) {
      const isHeld = error instanceof ScarlineError && error.code === 'site-locked'
      if (!isHeld || performance.now() > until) throw error
    }
    await sleep(LOCK_RETRY_MS)
  }
}

function requireFresh({ revision: present }: SiteState, revision: number): void {
  if (revision === present) return
  throw new Refusal('the site was changed elsewhere meanwhile', {
    status: 409,
    code: 'stale',
    hint: 'Look at what changed, then do it again.',
    facts: { revision: present },
  })
}

async function isSiteFolder(path: string): Promise<boolean> {
  return stat(join(resolve(path), 'site.json')).then(
    (facts) => facts.isFile(),
    () => false,
  )
}

async function markOfFolder(dir: string): Promise<string> {
  const marks = DOCUMENTS.map(async (name) =>
    stat(join(dir, name), { bigint: true }).then(
      ({ mtimeNs, ino, size }) => `${mtimeNs}-${ino}-${size}`,
      () => '-',
    ),
  )
  return (await Promise.all(marks)).join(' ')
}
