import type { HttpBindings } from '@hono/node-server'
import type {
  HistoryState,
  Job,
  ListedEngine,
  Segmenter,
  SiteFolder,
  StepWords,
  TrackedFrame,
} from '@scarline/core'
import type { Hono } from 'hono'
import type { EventLog } from './event-log.ts'
import type { JobOrder } from './job-types.ts'

/** A group of routes: `routes.ts` mounts each at `/api`, so that paths begin with `/sites/:id/...`. */
export type StudioRoutes = (studio: StudioContext) => StudioApp

export type StudioEnv = { Bindings: HttpBindings }
export type StudioApp = Hono<StudioEnv>

/** What every group of routes works with. One per running studio. */
export interface StudioContext {
  /** This package's version. */
  readonly version: string
  /** The directory that is served, absolute. */
  readonly dir: string
  readonly sites: StudioSites
  readonly jobs: StudioJobs
  readonly engines: StudioEngines
  readonly history: StudioHistory
  /** Aborted when the studio shuts down. */
  readonly signal: AbortSignal
  /** Called once at the end, jobs having stopped: for warm engines, worker threads and the like. */
  onClose(close: () => Promise<void>): void
  /** Ends the studio; resolves at once, the end comes after the answer was sent. */
  shutDown(): void
}

/**
 * Which documents a mutation writes. While a job runs on the site, `prompts` may be written (no job
 * writes them, and a correction must not wait for a propagation); anything else is refused as `busy`.
 */
export type Touches = 'prompts' | 'track' | 'scenes' | 'site'

/** The site folders below the served directory. Ids are folder names; nothing else is ever opened. */
export interface StudioSites {
  /** Ids, sorted. */
  list(): Promise<string[]>
  /** The folder of a site. @throws ScarlineError `not-found` for an id that is not in the list */
  dirOf(id: string): Promise<string>
  /** Opens for reading, without the lock: nothing to close. @throws as {@link StudioSites.dirOf} */
  read(id: string): Promise<SiteFolder>
  /** Whether new sites can be made here (not where the served directory is itself a site). */
  readonly canCreate: boolean
  /** A folder for a new site of that name: not there yet. @throws ScarlineError `usage` */
  newFolder(name: string): Promise<{ id: string; dir: string }>
  /** What the site's documents look like from outside: equal marks, equal documents. */
  markOf(id: string): Promise<string>
  /** Goes up whenever a person, another program or the end of a job has changed the site. */
  revision(id: string): Promise<number>
  /**
   * Changes a site: in turn with the other mutations, under the site's lock, then tells every tab
   * (`changed`).
   *
   * @param revision the one that the tab saw (`revisionOf(c)`)
   * @throws Refusal 409 `stale` with the present revision, 409 `busy` during a job;
   * ScarlineError `site-locked` while the command line works on the site
   */
  mutate<T>(
    id: string,
    change: { revision: number; touches: Touches },
    work: (folder: SiteFolder) => Promise<T>,
  ): Promise<{ revision: number; result: T }>
  /** What is told to the tabs that look at a site. */
  events(id: string): EventLog
  /** Looks for what other programs wrote to a site, and tells the tabs. */
  refresh(id: string): Promise<void>
}

/** Long work, one job a site at a time, the others queued. */
export interface StudioJobs {
  /**
   * @param onEnd called when the job has ended in whatever way (an upload that is no longer needed)
   * @throws ScarlineError `usage` for options that the kind does not take, `not-found`
   */
  start(siteId: string, request: JobOrder, onEnd?: () => Promise<void>): Promise<Job>
  /** @throws ScarlineError `not-found` */
  cancel(siteId: string, jobId: string): Promise<Job>
  /** Of a site, oldest first: the running one, those that wait, the last that ended. */
  list(siteId: string): Job[]
  /** Whether a job runs on the site now. */
  isRunning(siteId: string): boolean
  /**
   * Masks that the propagation in work has made: their files are written, track.json follows within
   * a second. Empty without one. Latest per scene and object.
   */
  liveMasks(siteId: string): readonly TrackedFrame[]
}

/** The engines of this machine. */
export interface StudioEngines {
  list(): Promise<ListedEngine[]>
  /** Without an id the default. @throws ScarlineError `usage`, `not-found` */
  choose(id: string | undefined, signal?: AbortSignal): Promise<Segmenter>
}

/** What a person did, so that it can be taken back; kept in the site folder. */
export interface StudioHistory {
  /**
   * Does `work` and remembers what it changed of the documents that it touches as one step. What a
   * job writes meanwhile to the others is no work of a person.
   */
  record<T>(
    folder: SiteFolder,
    step: { words: StepWords; touches: Touches },
    work: () => Promise<T>,
  ): Promise<T>
  state(folder: SiteFolder): Promise<HistoryState>
  /** Which documents the next step back or forth writes. @throws ScarlineError `usage` where there is none */
  touches(folder: SiteFolder, way: HistoryWay): Promise<Touches>
  /**
   * Takes the last step back, or does the last one that was taken back again.
   * @throws ScarlineError `usage` where there is none, `missing-step` during an unfinished propagation
   */
  step(folder: SiteFolder, way: HistoryWay): Promise<StepWords>
}

export type HistoryWay = 'undo' | 'redo'
