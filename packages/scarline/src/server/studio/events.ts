import { ScarlineError, type StudioEvent } from '@scarline/core'
import { Hono } from 'hono'
import type { StudioApp, StudioContext, StudioEnv } from './context.ts'
import { Refusal } from './refusal.ts'

/** A line now and then keeps the connection, and tells a tab that the server still lives. */
const HEARTBEAT_MS = 15_000
/** A tab that reads no more is let go; it comes back with the last number it saw. */
const MAX_UNREAD = 5000
/** Tabs that are told at once, over all sites. */
const MOST_STREAMS = 64
/** How soon a tab tries again, ms. */
const RETRY_MS = 1000

/**
 * Server-sent events of a site. `id` is the number of the event and `data` its JSON; with `since` (or
 * `Last-Event-ID`, which browsers send by themselves) those after that number come first. Where they
 * are no longer known a `changed` with `missed` comes instead.
 */
export function eventRoutes(studio: StudioContext): StudioApp {
  const app = new Hono<StudioEnv>()
  let streams = 0
  app.get('/sites/:id/events', async (c) => {
    const id = c.req.param('id')
    const since = sinceOf(c.req.header('last-event-id') ?? c.req.query('since'))
    const revision = await studio.sites.revision(id)
    // Nothing is waited for from here on: who is let in counts at once.
    if (streams >= MOST_STREAMS) {
      throw new Refusal(`${streams} tabs listen already, expected at most ${MOST_STREAMS}`, {
        status: 429,
        code: 'too-many',
        hint: 'Close some tabs of the studio.',
      })
    }
    const log = studio.sites.events(id)
    const first =
      since === null
        ? []
        : (log.after(since) ?? [{ type: 'changed', revision, missed: true, seq: log.seq } as const])
    const listen: typeof log.listen = (listener) => {
      const unlisten = log.listen(listener)
      streams += 1
      return () => {
        streams -= 1
        unlisten()
      }
    }
    return c.body(streamOf(first, listen, studio.signal), 200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
    })
  })
  return app
}

function sinceOf(text: string | undefined): number | null {
  if (text === undefined || text === '') return null
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new ScarlineError(`got since=${text}, expected the number of an event`, { code: 'usage' })
}

function streamOf(
  first: readonly StudioEvent[],
  listen: (listener: (event: StudioEvent) => void) => () => void,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let stop = (): void => {}
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const send = (text: string): void => controller.enqueue(encoder.encode(text))
        const end = (): void => {
          stop()
          controller.close()
        }
        send(`retry: ${RETRY_MS}\n\n`)
        for (const event of first) send(lineOf(event))
        const unlisten = listen((event) => {
          if ((controller.desiredSize ?? 0) <= 0) end()
          else send(lineOf(event))
        })
        const heartbeat = setInterval(() => send(': still here\n\n'), HEARTBEAT_MS)
        heartbeat.unref()
        signal.addEventListener('abort', end)
        stop = () => {
          stop = () => {}
          unlisten()
          clearInterval(heartbeat)
          signal.removeEventListener('abort', end)
        }
        if (signal.aborted) end()
      },
      cancel() {
        stop()
      },
    },
    new CountQueuingStrategy({ highWaterMark: MAX_UNREAD }),
  )
}

function lineOf(event: StudioEvent): string {
  return `id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`
}
