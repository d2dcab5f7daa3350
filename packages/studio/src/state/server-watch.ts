import type { StudioSession } from '@scarline/core/model'
import { ApiError } from '../api/api-error.ts'
import { getSession } from '../api/client.ts'
import { loadSites } from './actions-sites.ts'
import { type ServerState, studioStore } from './store.ts'

const ASK_EVERY_MS = 3_000

/** What an answer to "are you there?" says of the server; null where it says nothing of that. */
export function serverStateOf(error: unknown): ServerState | null {
  if (!(error instanceof ApiError)) return null
  if (error.code === 'server-lost') return 'gone'
  return error.status === 403 ? 'other' : null
}

/**
 * Asks now and then whether the server is there, where no stream of events tells it. Once it is back
 * the page goes on: what was told of the loss goes, and the list of sites is read again.
 *
 * @returns ends it
 */
export function watchServer(): () => void {
  const gone = new AbortController()
  const look = async (): Promise<void> => {
    const { siteId, connection, server, session } = studioStore.get()
    const isTold = siteId !== null && connection === 'open' && server === 'up' && session !== null
    if (isTold || document.visibilityState !== 'visible') return
    try {
      takeBack(await getSession(gone.signal))
    } catch (error) {
      const state = serverStateOf(error)
      if (state && !gone.signal.aborted) studioStore.set({ server: state })
    }
  }
  void look()
  const timer = setInterval(() => void look(), ASK_EVERY_MS)
  return () => {
    clearInterval(timer)
    gone.abort()
  }
}

function takeBack(session: StudioSession): void {
  const { server, sites } = studioStore.get()
  studioStore.set({ session, server: 'up' })
  if (server === 'up') return
  studioStore.set(({ notices }) => ({
    notices: notices.filter(
      ({ error }) => error?.code !== 'server-lost' && error?.code !== 'forbidden',
    ),
  }))
  if (sites === null || studioStore.get().siteId === null) void loadSites()
}

/**
 * Calls whenever the server can be reached again after it could not.
 * @returns ends it
 */
export function onServerBack(back: () => void): () => void {
  const isThere = (): boolean => {
    const { server, connection } = studioStore.get()
    return server === 'up' && connection !== 'lost'
  }
  let was = isThere()
  return studioStore.subscribe(() => {
    const is = isThere()
    if (is === was) return
    was = is
    if (is) back()
  })
}
