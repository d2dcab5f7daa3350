import { createHash } from 'node:crypto'
import type { FrameList, LiveAnswer, LiveQuestion, LiveState } from '@scarline/core'
import type { StudioContext } from './context.ts'
import { type KeptResults, createKeptResults } from './kept-results.ts'
import {
  type LiveEngine,
  type LiveProgress,
  type OpenLiveEngine,
  openHere,
  openInThread,
} from './live-engine.ts'

/** Warm engines of the sites in use. */
export interface LiveSessions {
  /** Begins to read the series where that was not done. */
  warm(siteId: string, dir: string, frames: FrameList): void
  stateOf(siteId: string): LiveState
  /** Somebody opens a page: engines that look at a series leave the machine to it for a while. */
  giveWay(): void
  /**
   * Equal questions are answered once.
   * @param options `hasty`: at once, be it provisionally
   */
  ask(
    siteId: string,
    dir: string,
    frames: FrameList,
    question: LiveQuestion,
    options?: { hasty?: boolean },
  ): Promise<LiveAnswer>
}

/** Sites at once that are held ready. */
const MOST_WARM = 2
/** A site that nobody clicked on for so long is let go: its series fills hundreds of megabytes. */
const IDLE_MS = 600_000
/** What a page takes to open, ms. */
const GIVE_WAY_MS = 1500
/** Answers remembered, a site: the last clicks, which are then written. */
const ANSWERS = 12

interface Warm {
  series: string
  engine: LiveEngine
  progress: LiveProgress
  isReady: boolean
  answers: KeptResults<LiveAnswer>
  /** Questions without an answer yet. */
  open: number
  idle: NodeJS.Timeout | undefined
}

const sessions = new WeakMap<StudioContext, LiveSessions>()

/** The sessions that all routes of a studio share. */
export function liveSessionsOf(studio: StudioContext): LiveSessions {
  const known = sessions.get(studio)
  if (known) return known
  // Node loads threads from built files only.
  const isBuilt = import.meta.url.endsWith('.js')
  const made = createLiveSessions(studio, isBuilt ? openInThread() : openHere)
  sessions.set(studio, made)
  return made
}

/**
 * @param open makes an engine ready
 * @param idleMs how long an engine is kept that nobody asks
 */
export function createLiveSessions(
  studio: Pick<StudioContext, 'onClose'>,
  open: OpenLiveEngine,
  idleMs: number = IDLE_MS,
): LiveSessions {
  const warm = new Map<string, Warm>()
  const closing = new Set<Promise<void>>()

  const drop = (siteId: string, one: Warm): void => {
    clearTimeout(one.idle)
    if (warm.get(siteId) === one) warm.delete(siteId)
    const closed = one.engine.close().finally(() => closing.delete(closed))
    closing.add(closed)
    closed.catch(() => {})
  }

  const startIdling = (siteId: string, one: Warm): void => {
    clearTimeout(one.idle)
    if (one.open > 0 || !one.isReady || warm.get(siteId) !== one) return
    one.idle = setTimeout(() => drop(siteId, one), idleMs)
    one.idle.unref()
  }

  const warmed = (siteId: string, dir: string, frames: FrameList): Warm => {
    const series = nameOf(frames)
    const known = warm.get(siteId)
    if (known?.series === series) {
      warm.delete(siteId)
      warm.set(siteId, known)
      startIdling(siteId, known)
      return known
    }
    if (known) drop(siteId, known)
    const progress: LiveProgress = { done: 0, total: 0 }
    const engine = open(dir, frames, (now) => Object.assign(progress, now))
    const answers = createKeptResults<LiveAnswer>(ANSWERS, (answer) => !answer.isProvisional)
    const one: Warm = {
      ...{ series, engine, progress, answers },
      ...{ isReady: false, open: 0, idle: undefined },
    }
    warm.set(siteId, one)
    engine.ready.then(
      () => {
        one.isReady = true
        return startIdling(siteId, one)
      },
      () => {
        if (warm.get(siteId) === one) drop(siteId, one)
      },
    )
    const [oldest] = warm
    if (warm.size > MOST_WARM && oldest) drop(...oldest)
    return one
  }

  studio.onClose(async () => {
    for (const [siteId, one] of [...warm]) drop(siteId, one)
    await Promise.allSettled(closing)
  })

  return {
    warm: (siteId, dir, frames) => void warmed(siteId, dir, frames),
    giveWay() {
      for (const { engine } of warm.values()) engine.rest(GIVE_WAY_MS)
    },
    stateOf(siteId) {
      const one = warm.get(siteId)
      if (!one) return { state: 'cold', done: 0, total: 0 }
      const { done, total } = one.progress
      return { state: one.isReady ? 'ready' : 'warming', done, total }
    },
    async ask(siteId, dir, frames, question, { hasty = false } = {}) {
      const one = warmed(siteId, dir, frames)
      one.open += 1
      clearTimeout(one.idle)
      try {
        return await one.answers.get(`${keyOf(question)} ${hasty}`, async () => {
          await one.engine.ready
          return one.engine.ask(question, hasty)
        })
      } finally {
        one.open -= 1
        startIdling(siteId, one)
      }
    },
  }
}

function nameOf({ grid, frames }: FrameList): string {
  return JSON.stringify([grid, frames.map(({ sceneId, inputHash }) => [sceneId, inputHash])])
}

/** Of what the question says: a prompt's own id and date do not matter. */
function keyOf({ prompts, ...rest }: LiveQuestion): string {
  const said = prompts.map(({ id: _id, by: _by, at: _at, why: _why, ...what }) => what)
  return createHash('sha256')
    .update(JSON.stringify([said, rest]))
    .digest('hex')
}
