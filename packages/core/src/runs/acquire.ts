import { setMaxListeners } from 'node:events'
import pLimit from 'p-limit'
import { type RangeClient, createRangeClient } from '../cog/range-client.ts'
import { ScarlineError } from '../errors.ts'
import type { Run, RunEvent } from '../model/run-event.ts'
import type { Scene } from '../model/scene.ts'
import type { Site } from '../model/site.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import type { ArchiveItem } from '../stac/item.ts'
import { hrefSignerFor } from '../stac/planetary-signer.ts'
import { type PlannedAcquisition, planAcquisitions } from '../stac/plan-acquisitions.ts'
import { searchArchive } from '../stac/search.ts'
import { mergeScenes, noScenesError } from './acquire-plan.ts'
import { applyOffsets } from './apply-offsets.ts'
import { createArchiveTransport } from './archive-transport.ts'
import { type PartReader, readPart } from './read-part.ts'
import { relay } from './relay.ts'
import { createSceneSaver } from './scene-saver.ts'
import { screenScenes } from './screen-scenes.ts'

/** How a site's scenes are fetched. */
export interface AcquireOptions {
  /** Scenes in work at once; 4. */
  concurrency?: number
  /** Read everything again, even what is stored. */
  refresh?: boolean
  /** Ids of scenes that, once read, stay as they are though the archive has newer processings of them. */
  keep?: ReadonlySet<string>
  signal?: AbortSignal
  /** Reads over HTTP; a client with default manners otherwise. */
  client?: RangeClient
}

/** What came of it, numbers of scenes unless said otherwise. */
export interface AcquireSummary {
  considered: number
  kept: number
  rejected: number
  /** Could not be read; `scenes.json` says why. */
  failed: number
  /** Read in this run; the others were there already. */
  read: number
  bytesRead: number
}

const STAGE = 'acquire'
const DEFAULT_CONCURRENCY = 4
/** An archive that fails this many scenes in a row, with no success in between, is gone. */
const GONE_AFTER = 8
const SHOWN_WARNINGS = 5

/**
 * Searches the site's archive, takes each acquisition once, reads the site's windows of its bands,
 * decides the baseline-04.00 offsets and screens for clouds.
 *
 * Saves after each scene; run again, it reads only what is missing. A scene that cannot be read is
 * marked `failed` and warned of; the others go on.
 *
 * @throws ScarlineError `no-scenes`, `network`, `archive`, `disk`; `usage` for a site without an archive
 */
export async function* acquire(
  folder: SiteFolder,
  options: AcquireOptions = {},
): Run<AcquireSummary> {
  const { signal } = options
  const site = await folder.readSite()
  if (site.source.kind !== 'stac') {
    throw new ScarlineError('this site takes its scenes from files, expected one with an archive', {
      code: 'usage',
      hint: 'Use scarline import, or make a site with --stac.',
    })
  }
  const { url, collection } = site.source
  const message = `searching ${collection} at ${url}, ${site.from} to ${site.to}`
  yield { type: 'started', stage: STAGE, total: null, message }
  const client =
    options.client ?? createRangeClient({ concurrencyPerHost: 2 * concurrencyOf(options) })
  const transport = createArchiveTransport(client.http)
  const found = await searchArchive(
    { url, collection, aoi: site.aoi, from: site.from, to: site.to },
    transport,
    signal,
  )
  for (const { id, reason } of found.skipped.slice(0, SHOWN_WARNINGS)) {
    yield { type: 'warning', stage: STAGE, message: reason, item: id }
  }
  if (found.skipped.length > SHOWN_WARNINGS) {
    const more = `${found.skipped.length - SHOWN_WARNINGS} more documents of the archive were left out`
    yield { type: 'warning', stage: STAGE, message: more, item: null }
  }
  const planned = planAcquisitions(found.items, { aoi: site.aoi, siteEpsg: site.grid.epsg })
  if (planned.length === 0) throw noScenesError(site, url, found)

  const previous = await folder.readScenes()
  const scenes = await mergeScenes(previous, planned, {
    refresh: options.refresh === true,
    keep: options.keep ?? new Set(),
    colour: site.settings.colour,
    files: folder.files,
  })
  await folder.writeScenes(scenes)
  const reader: PartReader = {
    files: folder.files,
    client,
    sign: hrefSignerFor(url, collection, transport, Date.now),
    siteGrid: site.grid,
    colour: site.settings.colour,
  }
  const read = yield* readScenes(folder, { previous, scenes, planned }, reader, options)
  yield* decide(folder, site, scenes, planned, signal)
  for await (const event of screenScenes(folder, signal ? { signal } : {})) {
    if (event.type !== 'done') yield event
  }

  const screened = await folder.readScenes()
  const failed = screened.filter(({ status }) => status === 'failed').length
  const kept = screened.filter((scene) => scene.kept).length
  const summary: AcquireSummary = {
    considered: screened.length,
    kept,
    rejected: screened.length - kept - failed,
    failed,
    read,
    bytesRead: client.bytesRead(),
  }
  const text = `${summary.considered} scenes considered, ${kept} kept, ${summary.rejected} rejected, ${failed} failed`
  yield { type: 'done', stage: STAGE, message: text, summary }
  return summary
}

function concurrencyOf({ concurrency }: AcquireOptions): number {
  return Math.max(1, Math.floor(concurrency ?? DEFAULT_CONCURRENCY))
}

/** Reads what is not stored yet; returns how many scenes that was. `scenes` is changed in place. */
async function* readScenes(
  folder: SiteFolder,
  {
    previous,
    scenes,
    planned,
  }: {
    previous: readonly Scene[]
    scenes: Scene[]
    planned: readonly PlannedAcquisition[]
  },
  reader: PartReader,
  options: AcquireOptions,
): AsyncGenerator<RunEvent<never>, number, void> {
  const before = new Map(
    previous.filter(({ status }) => status === 'read').map((scene) => [scene.id, scene]),
  )
  const plans = new Map(planned.map((acquisition) => [acquisition.sceneId, acquisition]))
  const missing = scenes.filter(({ id, status }) => status !== 'read' && plans.has(id))
  const total = scenes.length
  let done = total - missing.length
  const message = `${total} acquisitions, ${missing.length} to read`
  yield { type: 'started', stage: STAGE, total, message }
  const saver = createSceneSaver(folder, scenes)
  // Ends the scenes under way when one meets an error that concerns them all.
  const stop = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  // Every request under way listens; Node takes more than ten for a leak.
  setMaxListeners(0, signal)
  const limit = pLimit(concurrencyOf(options))
  const failures: ScarlineError[] = []
  let read = 0
  let inARow = 0
  let work: Promise<void> = Promise.resolve()

  async function readOne(scene: Scene, report: (event: RunEvent<never>) => void): Promise<void> {
    signal.throwIfAborted()
    try {
      await readScene(scene, plans.get(scene.id) as PlannedAcquisition, reader, signal)
      read++
      inARow = 0
    } catch (error) {
      signal.throwIfAborted()
      if (!isOfOneScene(error)) throw error
      failures.push(error)
      const kept = before.get(scene.id)
      const message = kept ? `${error.message}; what was read before is kept` : error.message
      if (kept) Object.assign(scene, kept)
      else markFailed(scene, error)
      report({ type: 'warning', stage: STAGE, message, item: scene.id })
      inARow = isOutage(error) ? inARow + 1 : 0
      if (inARow >= GONE_AFTER) throw outage(error, inARow)
    }
    await saver.save()
    report({ type: 'progress', stage: STAGE, done: ++done, total, item: scene.id })
  }

  try {
    yield* relay<RunEvent<never>, void>((report) => {
      work = runAll(missing, (scene) => limit(() => readOne(scene, report)), stop)
      return work
    })
  } finally {
    // Also where the reader of these events has walked away: nothing may go on behind the lock's back.
    stop.abort(new Error('stopped'))
    await work.catch(() => {})
    await saver.save()
  }
  if (failures.length > 0 && scenes.every(({ status }) => status !== 'read')) {
    const first = failures[0] as ScarlineError
    throw new ScarlineError(
      `none of ${failures.length} scenes could be read; first: ${first.message}`,
      {
        code: first.code,
        ...(first.hint === undefined ? {} : { hint: first.hint }),
        details: first.details,
        cause: first,
      },
    )
  }
  return read
}

/** Runs all to their end; the first error stops the others and is thrown. */
async function runAll<T>(
  values: readonly T[],
  run: (value: T) => Promise<void>,
  stop: AbortController,
): Promise<void> {
  await Promise.allSettled(
    values.map((value) =>
      run(value).catch((error: unknown) => {
        stop.abort(error)
      }),
    ),
  )
  stop.signal.throwIfAborted()
}

async function readScene(
  scene: Scene,
  acquisition: PlannedAcquisition,
  reader: PartReader,
  signal: AbortSignal,
): Promise<void> {
  const parts = []
  const beside = []
  for (const item of acquisition.parts) {
    const part = await readPart(item, scene.id, reader, signal)
    if (part) parts.push(part)
    else beside.push(item.id)
  }
  if (parts.length === 0) {
    throw new ScarlineError(`${beside.join(', ')}: the images do not reach the area of interest`, {
      code: 'archive',
      hint: 'The footprint in the archive is wrong; nothing is to be done.',
    })
  }
  scene.parts = parts
  scene.status = 'read'
  scene.supersededItemIds = [...acquisition.supersededItemIds, ...beside].toSorted()
  if (scene.decidedBy === 'rule') scene.reason = null
}

function markFailed(scene: Scene, error: ScarlineError): void {
  scene.status = 'failed'
  scene.kept = false
  scene.reason = error.message
}

/** Errors of one scene's files; others (a full disk, a defect) end the run. */
function isOfOneScene(error: unknown): error is ScarlineError {
  return (
    error instanceof ScarlineError &&
    ['network', 'archive', 'not-found', 'corrupt-file', 'invalid-input'].includes(error.code)
  )
}

/** Whether the archive itself seems to be out of reach; an answer such as 404 shows that it is not. */
function isOutage(error: ScarlineError): boolean {
  const status = error.details['status']
  return error.code === 'network' && (typeof status !== 'number' || status === 429 || status >= 500)
}

function outage(last: ScarlineError, scenes: number): ScarlineError {
  return new ScarlineError(`the archive failed ${scenes} scenes in a row; last: ${last.message}`, {
    code: 'network',
    hint: 'Check the connection, then run scarline acquire again: it resumes where it stopped.',
    details: last.details,
    cause: last,
  })
}

/** Decides the offsets of all scenes that are read, saves them, and warns where sources disagree. */
async function* decide(
  folder: SiteFolder,
  site: Site,
  scenes: readonly Scene[],
  planned: readonly PlannedAcquisition[],
  signal: AbortSignal | undefined,
): AsyncGenerator<RunEvent<never>, void, void> {
  const items = new Map<string, ArchiveItem>(
    planned.flatMap(({ parts }) => parts.map((item) => [item.id, item] as const)),
  )
  const decisions = await applyOffsets(scenes, items, site.grid, folder.files, signal)
  await folder.writeScenes(scenes)
  const contradictions = new Map<string, string[]>()
  for (const [id, { contradiction }] of decisions) {
    if (contradiction === null) continue
    contradictions.set(contradiction, [...(contradictions.get(contradiction) ?? []), id])
  }
  for (const [contradiction, ids] of contradictions) {
    const count = ids.length === 1 ? (ids[0] as string) : `${ids.length} scenes`
    const item = ids.length === 1 ? (ids[0] as string) : null
    yield { type: 'warning', stage: STAGE, message: `${count}: ${contradiction}`, item }
  }
}
