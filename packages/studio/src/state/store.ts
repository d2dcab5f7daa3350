import type {
  PlainError,
  SceneListing,
  SiteDetail,
  SiteListing,
  StudioSession,
} from '@scarline/core/model'
import type { Connection } from '../api/events.ts'
import { type Store, createStore, useStore } from './create-store.ts'

/** Where on the page something is told: next to where it happened. */
export type Place = 'app' | 'sites' | 'new-site' | 'scenes' | 'track' | 'analysis' | 'play'

/** Whether the server is there: `gone` gives no answer, `other` is a new run that does not know this tab. */
export type ServerState = 'up' | 'gone' | 'other'

/** Something that a person must be told. */
export interface Notice {
  id: number
  place: Place
  kind: 'error' | 'warning' | 'done'
  error: PlainError | null
  /** Key of `words.notices` where it is not an error. */
  says: 'stale' | 'shut-down' | null
}

/** What the whole app shares. Pages keep what is theirs alone in stores of their own. */
export interface StudioState {
  session: StudioSession | null
  /** Null before it was read. */
  sites: SiteListing[] | null
  /** The site that is open, by its address. */
  siteId: string | null
  /** Null before it was read. */
  detail: SiteDetail | null
  /** The revision that `detail` was read at: what was written up to it is in it, or was taken back since. */
  readRevision: number
  /** Why the site cannot be opened, where the server says so. */
  siteFault: PlainError | null
  /** Scenes of the open site; null before they were read. */
  scenes: SceneListing[] | null
  connection: Connection
  server: ServerState
  notices: Notice[]
  /** The studio was shut down from this page. */
  ended: boolean
  /** The frame in view, on every page. */
  sceneId: string | null
  /** The frame under the pointer, in chart, map or filmstrip. */
  hoverSceneId: string | null
  /** The object that clicks go to. */
  objectId: number
}

export const studioStore: Store<StudioState> = createStore<StudioState>({
  session: null,
  sites: null,
  siteId: null,
  detail: null,
  readRevision: 0,
  siteFault: null,
  scenes: null,
  connection: 'connecting',
  server: 'up',
  notices: [],
  ended: false,
  sceneId: null,
  hoverSceneId: null,
  objectId: 1,
})

/** What a selector picks from the shared state. */
export function useStudio<T>(select: (state: StudioState) => T): T {
  return useStore(studioStore, select)
}
