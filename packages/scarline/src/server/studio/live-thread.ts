import { setTimeout } from 'node:timers/promises'
import { parentPort } from 'node:worker_threads'
import {
  type FrameList,
  type LivePreview,
  ScarlineError,
  createNdviSegmenter,
  openLivePreview,
  openSiteFolder,
} from '@scarline/core'
import type { LiveCall, LiveReply } from './live-protocol.ts'

// Entry of the thread that holds one site's series ready, so that the server answers meanwhile.

if (!parentPort) throw new Error('live-thread.js runs as a thread of scarline studio')
const port = parentPort
let live: LivePreview | null = null
// Questions are answered in turn, but for hasty ones: they have only the reading of the series before them.
let opened: Promise<void> = Promise.resolve()
let turn: Promise<void> = Promise.resolve()

function tell(reply: LiveReply, transfer: ArrayBuffer[] = []): void {
  port.postMessage(reply, transfer)
}

function refuse(id: number | null, error: unknown): void {
  const { message } = error instanceof Error ? error : new Error(String(error))
  if (error instanceof ScarlineError) {
    tell({ type: 'refused', id, code: error.code, message, hint: error.hint ?? null })
  } else tell({ type: 'refused', id, code: 'internal', message, hint: null })
}

let restUntil = 0

/** Rests at most half of the time, however often it is asked to. */
function rest(ms: number): void {
  const now = performance.now()
  if (now >= restUntil + ms) restUntil = now + ms
}

async function breathe(): Promise<void> {
  const leftMs = restUntil - performance.now()
  if (leftMs > 0) await setTimeout(leftMs)
}

/** Ends the reading of the series, too. */
const closing = new AbortController()

async function open(dir: string, frames: FrameList): Promise<void> {
  const folder = await openSiteFolder(dir, { lock: false })
  live = await openLivePreview(folder, frames, {
    segmenter: createNdviSegmenter(),
    signal: closing.signal,
    breathe,
    onProgress: ({ done, total }) => tell({ type: 'progress', done, total }),
  })
  tell({ type: 'ready' })
  practise()
}

/** Who opens a site is given the machine for so long, ms. */
const FIRST_SIGHT_MS = 800
const started = performance.now()

/** In the pauses between questions, until there is nothing left to learn. */
function practise(): void {
  const pauseMs = Math.max(0, started + FIRST_SIGHT_MS - performance.now())
  void setTimeout(pauseMs).then(() => {
    turn = turn.then(async () => ((await live?.practise()) ? practise() : undefined))
    return turn
  })
}

async function take(call: Exclude<LiveCall, { type: 'rest' }>): Promise<void> {
  if (call.type === 'close') {
    await live?.close()
    live = null
    port.close()
    return
  }
  const id = call.type === 'ask' ? call.id : null
  try {
    if (call.type === 'open') await open(call.dir, call.frames)
    else if (live !== null) {
      const answer = await live.answer(call.question, { hasty: call.hasty })
      // Only a mask that nobody else holds may go with its memory.
      const mask = answer.mask.slice()
      tell({ type: 'answer', id: call.id, answer: { ...answer, mask } }, [mask.buffer])
    }
  } catch (error) {
    refuse(id, error)
  }
}

port.on('message', (call: LiveCall) => {
  if (call.type === 'close') closing.abort()
  if (call.type === 'rest') {
    rest(call.ms)
    return
  }
  if (call.type === 'ask' && call.hasty) {
    void opened.then(() => take(call))
    return
  }
  turn = turn.then(() => take(call))
  if (call.type === 'open') opened = turn
})
