import type { StretchCall, StretchReply } from './stretch-worker.ts'

interface Waiting {
  done(picture: ImageBitmap): void
  fail(error: Error): void
}

let worker: Worker | null = null
let lastId = 0
const waiting = new Map<number, Waiting>()

/** Stretches a picture's contrast in a thread of its own. The picture itself is given away. */
export function stretchApart(picture: ImageBitmap): Promise<ImageBitmap> {
  worker ??= startWorker()
  const id = ++lastId
  const answer = new Promise<ImageBitmap>((done, fail) => waiting.set(id, { done, fail }))
  worker.postMessage({ id, picture } satisfies StretchCall, [picture])
  return answer
}

function startWorker(): Worker {
  const made = new Worker(new URL('./stretch-worker.ts', import.meta.url), { type: 'module' })
  made.addEventListener('message', ({ data }: MessageEvent<StretchReply>) => {
    const one = waiting.get(data.id)
    waiting.delete(data.id)
    if ('picture' in data) one?.done(data.picture)
    else one?.fail(new Error(data.fault))
  })
  made.addEventListener('error', ({ message }) => {
    for (const one of waiting.values()) one.fail(new Error(message))
    waiting.clear()
    worker = null
  })
  return made
}
