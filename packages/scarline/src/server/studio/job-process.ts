import { ScarlineError, openSiteFolder } from '@scarline/core'
import type { JobCall, JobReply } from './job-process-protocol.ts'
import { createJobTools } from './job-tools.ts'
import type { JobOrder } from './job-types.ts'
import { workOf } from './job-work.ts'

/**
 * A process of its own for one job: the server goes on answering while it computes, and outlives it
 * should memory run out. The server holds the site's lock meanwhile.
 */
const cancel = new AbortController()

// Ctrl-C reaches the whole group of processes: the server decides what becomes of its jobs.
process.on('SIGINT', () => {})
// Without the server nobody holds the lock: what was saved so far stands, the rest is left.
process.on('disconnect', () => process.exit(1))
process.on('message', (call: JobCall) => {
  if (call.type === 'cancel') cancel.abort()
  else void perform(call.dir, call.request).then((reply) => send(reply, () => process.disconnect()))
})

async function perform(dir: string, request: JobOrder): Promise<JobReply> {
  try {
    const folder = await openSiteFolder(dir, { lock: false })
    for await (const event of workOf(folder, request, createJobTools(), cancel.signal)) {
      send({ type: 'event', event })
    }
    return { type: 'ended' }
  } catch (error) {
    if (error instanceof ScarlineError) {
      const { code, message, hint } = error
      return { type: 'failed', code, message, hint: hint ?? null }
    }
    if (cancel.signal.aborted) return { type: 'cancelled' }
    const message = error instanceof Error ? error.message : String(error)
    return { type: 'failed', code: 'internal', message: `internal error: ${message}`, hint: null }
  }
}

function send(reply: JobReply, sent?: () => void): void {
  process.send?.(reply, undefined, {}, () => sent?.())
}
