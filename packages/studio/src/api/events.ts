import type { StudioEvent } from '@scarline/core/model'
import { apiPath } from './request.ts'

/** Whether the stream of events stands. */
export type Connection = 'connecting' | 'open' | 'lost'

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 8_000
/** A tab that is hidden for longer gives its connection back: a browser has six for a server. */
const HIDDEN_MS = 30_000

/**
 * Listens to a site. Comes back by itself after the server was lost, or after the tab was hidden for a
 * while, and asks for what it missed.
 *
 * @param since events up to this number are known already
 * @returns ends it
 */
export function listenToSite(
  id: string,
  since: number,
  on: { event(event: StudioEvent): void; connection(connection: Connection): void },
): () => void {
  let seq = since
  let waitMs = FIRST_WAIT_MS
  let source: EventSource | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let hiding: ReturnType<typeof setTimeout> | undefined
  let ended = false

  const take = (message: MessageEvent<string>): void => {
    const event = JSON.parse(message.data) as StudioEvent
    if (event.seq <= seq) return
    seq = event.seq
    on.event(event)
  }
  const open = (): void => {
    if (ended) return
    source = new EventSource(apiPath`/api/sites/${id}/events?since=${seq}`)
    source.addEventListener('open', () => {
      waitMs = FIRST_WAIT_MS
      on.connection('open')
    })
    source.addEventListener('message', take)
    source.addEventListener('error', () => {
      if (ended) return
      source?.close()
      on.connection('lost')
      timer = setTimeout(open, waitMs)
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
    })
  }
  const rest = (): void => {
    clearTimeout(timer)
    source?.close()
    source = null
  }
  const watchTab = (): void => {
    clearTimeout(hiding)
    if (document.hidden) hiding = setTimeout(rest, HIDDEN_MS)
    else if (source === null) open()
  }
  on.connection('connecting')
  open()
  document.addEventListener('visibilitychange', watchTab)
  return () => {
    ended = true
    document.removeEventListener('visibilitychange', watchTab)
    clearTimeout(hiding)
    rest()
  }
}
