import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type RunEvent, ScarlineError, openSiteFolder } from '@scarline/core'
import type { JobCall, JobReply } from './job-process-protocol.ts'
import { type JobTools, type JobWork, workOf } from './job-work.ts'
import type { JobWorker } from './jobs.ts'

/** What a job is given to come to its end after it was cancelled, ms. What it saved stands anyway. */
const PATIENCE_MS = 20_000

/** Does jobs in this process: for tests, which run from the sources. */
export function workInProcess(tools: JobTools): JobWorker {
  return async function* (dir, request, signal) {
    const folder = await openSiteFolder(dir, { lock: false })
    yield* workOf(folder, request, tools, signal)
  }
}

/**
 * Does each job in a process of its own.
 * @param entry the built `job-process.js`
 */
export function workInChild(
  entry: string = fileURLToPath(new URL('./job-process.js', import.meta.url)),
): JobWorker {
  return async function* (dir, request, signal): JobWork {
    const child = fork(entry, [], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    const replies = createQueue<JobReply | { type: 'exit'; words: string }>()
    child.on('message', (reply) => replies.put(reply as JobReply))
    child.on('error', (error) => replies.put({ type: 'exit', words: error.message }))
    child.on('close', (code, killedBy) =>
      replies.put({ type: 'exit', words: killedBy ? `signal ${killedBy}` : `exit code ${code}` }),
    )
    const exited = new Promise<void>((done) => {
      child.once('close', () => done())
      child.once('error', () => done())
    })
    const tell = (call: JobCall): void => {
      if (child.connected) child.send(call, () => {})
    }
    let patience: NodeJS.Timeout | undefined
    const cancel = (): void => {
      tell({ type: 'cancel' })
      patience ??= setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
    }
    signal.addEventListener('abort', cancel)
    tell({ type: 'start', dir, request })
    if (signal.aborted) cancel()
    try {
      for (;;) {
        const reply = await replies.take()
        if (reply.type === 'event') yield reply.event as RunEvent
        else if (reply.type === 'ended') return
        else if (reply.type === 'failed') throw failureOf(reply)
        else if (reply.type === 'cancelled' || signal.aborted) throw cancellation(signal)
        else throw died(reply.words)
      }
    } finally {
      signal.removeEventListener('abort', cancel)
      if (child.connected) cancel()
      await exited
      clearTimeout(patience)
    }
  }
}

function failureOf({ code, message, hint }: JobReply & { type: 'failed' }): ScarlineError {
  return new ScarlineError(message, { code, ...(hint === null ? {} : { hint }) })
}

function cancellation(signal: AbortSignal): unknown {
  return signal.reason ?? new DOMException('the job was cancelled', 'AbortError')
}

function died(words: string): ScarlineError {
  return new ScarlineError(`the process of the job ended before its work was done (${words})`, {
    code: 'internal',
    hint: 'Start it again: it goes on where it stopped; if memory ran out, use a smaller model.',
  })
}

interface Queue<T> {
  put(value: T): void
  take(): Promise<T>
}

function createQueue<T>(): Queue<T> {
  const values: T[] = []
  let wake = (): void => {}
  return {
    put(value) {
      values.push(value)
      wake()
    },
    async take() {
      while (values.length === 0) {
        await new Promise<void>((done) => {
          wake = done
        })
      }
      return values.shift() as T
    },
  }
}
