import { type RangeClient, createRangeClient } from '../cog/range-client.ts'
import { ScarlineError } from '../errors.ts'
import type { RunEvent } from '../model/run-event.ts'
import type { Scene } from '../model/scene.ts'
import type { Site } from '../model/site.ts'
import type { Track, TrackedFrame } from '../model/track.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { type PlannedAcquisition, planAcquisitions } from '../stac/plan-acquisitions.ts'
import { searchArchive } from '../stac/search.ts'
import type { Segmenter } from '../tracking/segmenter.ts'
import { acquire } from './acquire.ts'
import { createArchiveTransport } from './archive-transport.ts'
import { frames, framesAreCurrent } from './frames.ts'
import { track } from './track.ts'

const DAY_MS = 86_400_000
/** Scenes may be published late, or strip by strip: this far back they are looked for again, days. */
const LOOK_BACK_DAYS = 30

/** What appending needs besides the folder. */
export interface AppendOptions {
  /** Today, YYYY-MM-DD (UTC). */
  today: string
  /** The engine of that name, as the history was tracked with. */
  segmenterOf: (id: string) => Promise<Segmenter>
  signal?: AbortSignal | undefined
  client?: RangeClient | undefined
}

type Events<Result> = AsyncGenerator<RunEvent<never>, Result, void>

/**
 * Looks for acquisitions that the site does not have yet, over the last 30 days before its newest scene
 * and since; where there are any, or an earlier call was cut off, fetches them with the site's own
 * provider and settings. Scenes with masks are not read again.
 *
 * @returns ids of the scenes that were not read before
 */
export async function* fetchNewScenes(
  folder: SiteFolder,
  { today, client: given, signal }: AppendOptions,
): Events<string[]> {
  const site = await folder.readSite()
  if (site.source.kind !== 'stac') return []
  const before = await folder.readScenes()
  const tracked = new Set((await requireHistory(folder)).frames.map(({ sceneId }) => sceneId))
  const client = given ?? createRangeClient()
  const to = site.to > today ? site.to : today
  const planned = await searchSince(site, before, to, client, signal)
  const missing = planned.filter((acquisition) => isNew(acquisition, before, tracked))
  if (missing.length === 0 && !before.some(isUnfinished)) return []
  await folder.writeSite({ ...site, to })
  for await (const event of acquire(keepingVerdicts(folder, before, tracked), {
    client,
    keep: tracked,
    ...(signal ? { signal } : {}),
  })) {
    if (event.type !== 'done') yield event
  }
  const done = new Set(before.filter(isJudged).map(({ id }) => id))
  return (await folder.readScenes())
    .filter((scene) => isJudged(scene) && !done.has(scene.id))
    .map(({ id }) => id)
}

/** Whether a scene was read and screened. */
function isJudged({ status, validFraction }: Scene): boolean {
  return status === 'read' && validFraction !== null
}

/** What a fetch that was cut off leaves. */
function isUnfinished(scene: Scene): boolean {
  return scene.status !== 'failed' && !isJudged(scene)
}

async function searchSince(
  site: Site,
  scenes: readonly Scene[],
  to: string,
  client: RangeClient,
  signal: AbortSignal | undefined,
): Promise<PlannedAcquisition[]> {
  if (site.source.kind !== 'stac') return []
  const { url, collection } = site.source
  const newest = scenes.findLast(isJudged)?.capturedAt
  const from =
    newest === undefined
      ? site.from
      : new Date(Date.parse(newest) - LOOK_BACK_DAYS * DAY_MS).toISOString().slice(0, 10)
  const query = { url, collection, aoi: site.aoi, from: from < site.from ? site.from : from, to }
  const { items } = await searchArchive(query, createArchiveTransport(client.http), signal)
  return planAcquisitions(items, { aoi: site.aoi, siteEpsg: site.grid.epsg })
}

/** Whether an acquisition is unknown, was never read, or has gained a strip or a processing. */
function isNew(
  { sceneId, parts }: PlannedAcquisition,
  scenes: readonly Scene[],
  tracked: ReadonlySet<string>,
): boolean {
  const scene = scenes.find(({ id }) => id === sceneId)
  if (scene === undefined || !isJudged(scene)) return true
  if (tracked.has(sceneId)) return false
  const known = new Set([...scene.parts.map(({ itemId }) => itemId), ...scene.supersededItemIds])
  return parts.some(({ id }) => !known.has(id))
}

/**
 * The folder, with the verdicts on scenes that were judged before kept as they were: a new neighbour
 * in time may make a rule see an old scene otherwise, and its frame and mask would come or go. Scenes
 * with masks stay kept, those that were screened and have none stay out; a person's decisions are none of
 * the rule's anyway.
 */
function keepingVerdicts(
  folder: SiteFolder,
  before: readonly Scene[],
  tracked: ReadonlySet<string>,
): SiteFolder {
  const verdicts = new Map<string, Pick<Scene, 'kept' | 'reason'>>()
  for (const { id, decidedBy, validFraction, kept, reason } of before) {
    if (decidedBy === 'user') continue
    if (tracked.has(id)) verdicts.set(id, { kept: true, reason: kept ? reason : null })
    else if (validFraction !== null) verdicts.set(id, { kept, reason })
  }
  return {
    ...folder,
    writeScenes: (scenes) =>
      folder.writeScenes(
        scenes.map((scene) => {
          const verdict = scene.status === 'read' ? verdicts.get(scene.id) : undefined
          return verdict ? { ...scene, ...verdict } : scene
        }),
      ),
  }
}

/** Makes the frames that are missing. */
export async function* appendFrames(
  folder: SiteFolder,
  signal: AbortSignal | undefined,
): Events<void> {
  if (await framesAreCurrent(folder)) return
  for await (const event of frames(folder, signal ? { signal } : {})) {
    if (event.type !== 'done') yield event
  }
}

/** Scenes with a frame and without a mask of some object that is tracked, in time order. */
export async function untrackedScenes(folder: SiteFolder): Promise<string[]> {
  const list = await folder.readFrames()
  const state = await requireHistory(folder)
  const objects = [...new Set(state.frames.map(({ objectId }) => objectId))]
  const present = new Set(state.frames.map(({ sceneId, objectId }) => `${sceneId} ${objectId}`))
  return list.frames
    .map(({ sceneId }) => sceneId)
    .filter((sceneId) => objects.some((objectId) => !present.has(`${sceneId} ${objectId}`)))
}

/**
 * Tracks the scenes that are being appended and no others: masks of all other frames stay, byte for
 * byte, whatever has changed around them.
 *
 * @param appending scenes whose masks are made or may still change
 * @throws ScarlineError `missing-step` where a propagation of a person's was cut off
 */
export async function* appendMasks(
  folder: SiteFolder,
  appending: readonly string[],
  { segmenterOf, signal }: AppendOptions,
): Events<void> {
  const list = await folder.readFrames()
  const open = new Set(appending)
  const from = list.frames.findIndex(({ sceneId }) => open.has(sceneId))
  if (from < 0) return
  const state = await requireHistory(folder)
  const newest = state.frames.findLast(({ sceneId }) => !open.has(sceneId)) as TrackedFrame
  const segmenter = await segmenterOf(newest.segmenter)
  if (segmenter.id !== newest.segmenter || segmenter.modelHash !== newest.modelHash) {
    yield {
      type: 'warning',
      stage: 'watch',
      item: null,
      message: `earlier masks are of ${newest.segmenter} (${newest.modelHash}), new ones of ${segmenter.id} (${segmenter.modelHash}); run scarline track to bring them together`,
    }
  }
  const after = new Set(list.frames.slice(from).map(({ sceneId }) => sceneId))
  const isHeld = ({ sceneId }: TrackedFrame): boolean => after.has(sceneId) && !open.has(sceneId)
  for await (const event of track(holding(folder, isHeld), {
    segmenter,
    fromFrame: String(from),
    ...(signal ? { signal } : {}),
  })) {
    if (event.type !== 'done') yield event
  }
}

/**
 * The folder, with some masks shown as locked: a scene that arrived late lies before frames that are
 * tracked already. Frames before the first new one are out of the propagation's reach anyway. On disk
 * the locks are those that a person set.
 */
function holding(folder: SiteFolder, isHeld: (frame: TrackedFrame) => boolean): SiteFolder {
  const locks = new Map<string, boolean>()
  const keyOf = ({ sceneId, objectId }: TrackedFrame): string => `${sceneId} ${objectId}`
  const hold = (state: Track): Track => ({
    ...state,
    frames: state.frames.map((frame) => {
      if (!isHeld(frame)) return frame
      locks.set(keyOf(frame), frame.locked)
      return { ...frame, locked: true }
    }),
  })
  const release = (state: Track): Track => ({
    ...state,
    frames: state.frames.map((frame) => ({
      ...frame,
      locked: locks.get(keyOf(frame)) ?? frame.locked,
    })),
  })
  return {
    ...folder,
    readTrack: async () => {
      const state = await folder.readTrack()
      return state && hold(state)
    },
    writeTrack: (state) => folder.writeTrack(release(state)),
  }
}

/** The track so far. @throws ScarlineError `missing-step` before the site was tracked whole */
export async function requireHistory(folder: SiteFolder): Promise<Track> {
  const state = await folder.readTrack()
  if (state === null || state.frames.length === 0) {
    throw new ScarlineError('got a site without masks, expected one that was tracked', {
      code: 'missing-step',
      hint: 'Run scarline run first: a watch goes on from what a person has looked at.',
    })
  }
  return state
}
