import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import {
  type FrameList,
  type LiveAnswer,
  type LivePreview,
  type LiveQuestion,
  ScarlineError,
  createNdviSegmenter,
  openLivePreview,
  openSiteFolder,
} from '@scarline/core'
import type { LiveCall, LiveReply } from './live-protocol.ts'
import { Refusal } from './refusal.ts'

/** How far the reading of a series is. */
export interface LiveProgress {
  done: number
  total: number
}

/** An engine that is being made ready, or is. */
export interface LiveEngine {
  /** Fails where the series could not be opened. */
  readonly ready: Promise<void>
  /** Waits until it is ready. A hasty question does not wait for others, and may be answered provisionally. */
  ask(question: LiveQuestion, hasty: boolean): Promise<LiveAnswer>
  /** Leaves the machine to others for so long, where it looks at the series. */
  rest(ms: number): void
  close(): Promise<void>
}

/** Makes the ndvi engine ready over a site's frames. */
export type OpenLiveEngine = (
  dir: string,
  frames: FrameList,
  onProgress: (progress: LiveProgress) => void,
) => LiveEngine

/** What a thread is given to tidy up, ms. */
const PATIENCE_MS = 5000

/**
 * In a thread of its own, so that the server answers meanwhile.
 * @param entry the built `live-thread.js`
 */
export function openInThread(
  entry: string = fileURLToPath(new URL('./live-thread.js', import.meta.url)),
): OpenLiveEngine {
  return (dir, frames, onProgress) => {
    // Libraries that make threads themselves look into it, and expect something there.
    const thread = new Worker(entry, { execArgv: [], workerData: {} })
    const waiting = new Map<number, { done(answer: LiveAnswer): void; fail(error: Error): void }>()
    const exited = new Promise<void>((done) => thread.once('exit', () => done()))
    let asked = 0
    let failure: Error | null = null
    let notReady = (_error: Error): void => {}
    /** The first reason counts. */
    const fail = (error: Error): void => {
      failure ??= error
      notReady(failure)
      for (const one of waiting.values()) one.fail(failure)
      waiting.clear()
    }
    const ready = new Promise<void>((done, fails) => {
      notReady = fails
      thread.on('message', (reply: LiveReply) => {
        if (reply.type === 'progress') onProgress(reply)
        else if (reply.type === 'ready') done()
        else if (reply.type === 'answer') settle(reply.id)?.done(reply.answer)
        else if (reply.id !== null) settle(reply.id)?.fail(errorOf(reply))
        else fail(errorOf(reply))
      })
    })
    thread.once('error', (error) => fail(died(error.message)))
    thread.once('exit', (code) => fail(died(`exit code ${code}`)))
    // Whoever asks hears of it.
    ready.catch(() => {})
    const settle = (id: number) => {
      const one = waiting.get(id)
      waiting.delete(id)
      return one
    }
    const tell = (call: LiveCall): void => thread.postMessage(call, [])
    tell({ type: 'open', dir, frames })
    return {
      ready,
      ask: (question, hasty) =>
        new Promise((done, notDone) => {
          if (failure) return notDone(failure)
          const id = asked++
          waiting.set(id, { done, fail: notDone })
          return tell({ type: 'ask', id, question, hasty })
        }),
      rest: (ms) => tell({ type: 'rest', ms }),
      async close() {
        fail(closed())
        tell({ type: 'close' })
        const patience = setTimeout(() => void thread.terminate(), PATIENCE_MS)
        await exited
        clearTimeout(patience)
      },
    }
  }
}

/** In this thread: for tests, which run from the sources. */
export const openHere: OpenLiveEngine = (dir, frames, onProgress) => {
  const closing = new AbortController()
  const opening = (async (): Promise<LivePreview> =>
    openLivePreview(await openSiteFolder(dir, { lock: false }), frames, {
      segmenter: createNdviSegmenter(),
      signal: closing.signal,
      onProgress,
    }))()
  const ready = (async (): Promise<void> => {
    await opening
  })()
  ready.catch(() => {})
  return {
    ready,
    ask: async (question, hasty) => (await opening).answer(question, { hasty }),
    rest() {},
    async close() {
      closing.abort()
      await (await opening.catch(() => null))?.close()
    },
  }
}

function errorOf({ code, message, hint }: LiveReply & { type: 'refused' }): ScarlineError {
  return new ScarlineError(message, { code, ...(hint === null ? {} : { hint }) })
}

function closed(): Refusal {
  return new Refusal('the engine of the preview is being put away', {
    status: 503,
    code: 'closing',
    hint: 'Click again: it is made ready anew.',
  })
}

function died(words: string): ScarlineError {
  return new ScarlineError(`the engine of the preview ended (${words})`, {
    code: 'internal',
    hint: 'Click again: it is started anew.',
  })
}
