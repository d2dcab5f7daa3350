import { basename, resolve } from 'node:path'
import type { MultiPolygon, Polygon } from 'geojson'
import { ScarlineError } from '../errors.ts'
import type { PlannedScene } from '../import/arrange-scenes.ts'
import { planImportSite } from '../import/plan-site.ts'
import type { LocalProduct } from '../import/product.ts'
import { readProduct } from '../import/read-product.ts'
import type { Run, RunEvent } from '../model/run-event.ts'
import type { OffsetDecision, Scene } from '../model/scene.ts'
import type { Site } from '../model/site.ts'
import { type SiteFolder, createSiteFolder } from '../site/site-folder.ts'
import { decideImportedOffsets } from './import-offsets.ts'
import { failedScene, isOlderTwin, stampOf, withPart } from './imported-scene.ts'
import { type ImportInputs, type PreparedImport, prepareImport, reasonOf } from './plan-import.ts'
import { screenScenes } from './screen-scenes.ts'

/** What {@link importRasters} is told. */
export interface ImportOptions extends ImportInputs {
  /** From {@link prepareImport} over the same paths, where that was done already. */
  prepared?: PreparedImport
}

/** What {@link importRasters} did. */
export interface ImportSummary {
  /** Products read in this run. */
  read: number
  /** Products that were there already, their files unchanged. */
  unchanged: number
  /** Products that could not be read; their scenes say why. */
  failed: number
  /** Products that lie outside the site. */
  outsideSite: number
  /** Products before or after the days of the site. */
  outsideDates: number
  /** Older processings and second copies of one capture. */
  superseded: number
  /** Files that were refused, with reasons. */
  refused: { path: string; reason: string }[]
  /** Scenes of the site now, and how many of them are kept. */
  scenes: number
  kept: number
}

/** How a site is made from rasters. */
export interface ImportSiteRequest {
  prepared: PreparedImport
  /** Default: the folder's name. */
  name?: string
  /** Default: what the rasters cover. */
  aoi?: Polygon | MultiPolygon
  /** Metres; default: a fifth of the rasters' own pixel, 2 m for Sentinel-2. */
  pixelSizeM?: number
}

const STAGE = 'import'

/**
 * Makes a site folder whose grid and days are those of the rasters, and opens it for writing.
 * @throws ScarlineError `usage` where there is a site already, `invalid-input` for too large an extent
 */
export async function createImportSite(
  dir: string,
  request: ImportSiteRequest,
): Promise<SiteFolder> {
  const site = planImportSite(request.prepared.scenes, {
    name: request.name ?? basename(resolve(dir)),
    createdAt: new Date().toISOString(),
    ...(request.aoi ? { aoi: request.aoi } : {}),
    ...(request.pixelSizeM === undefined ? {} : { pixelSizeM: request.pixelSizeM }),
  })
  return createSiteFolder(dir, site)
}

/**
 * Reads local rasters into a site instead of an archive's: cuts them to the site, stores them as
 * acquire does, decides on offsets and screens. Saves after each scene; what is there and unchanged is
 * not read again; more files append.
 *
 * @throws ScarlineError `not-found`, `no-scenes` where nothing could be read
 */
export async function* importRasters(
  folder: SiteFolder,
  options: ImportOptions,
): Run<ImportSummary> {
  const { signal } = options
  const prepared = options.prepared ?? (await prepareImport(options))
  const productCount = prepared.scenes.reduce((sum, { placed }) => sum + placed.length, 0)
  yield {
    type: 'started',
    stage: STAGE,
    total: productCount,
    message: `${productCount} products of ${prepared.scenes.length} captures`,
  }
  const site = await extendDays(folder, prepared.scenes)
  const state: ImportState = {
    folder,
    site,
    prepared,
    scenes: new Map((await folder.readScenes()).map((scene) => [scene.id, scene])),
    done: 0,
    total: productCount,
    summary: emptySummary(prepared),
    signal,
  }
  const { summary } = state
  for (const { path, reason } of summary.refused) yield warning(reason, path)
  for (const { product, reason } of prepared.unreadable) {
    yield warning(reason, product.itemId)
    summary.failed++
    await recordFailure(state, product, reason)
  }
  for (const planned of prepared.scenes) {
    const day = planned.capturedAt.slice(0, 10)
    if (day < site.from || day > site.to) {
      summary.outsideDates += planned.placed.length
      state.done += planned.placed.length
      continue
    }
    yield* importScene(state, planned)
  }
  if (summary.outsideDates > 0) {
    yield warning(
      `${summary.outsideDates} products were left out: the site is from ${site.from} to ${site.to}`,
      null,
    )
  }
  if (summary.outsideSite > 0 && summary.read + summary.unchanged > 0) {
    yield warning(`${summary.outsideSite} products lie outside the site and were left out`, null)
  }
  const left = summary.failed + summary.outsideSite + summary.outsideDates
  if (summary.read + summary.unchanged === 0 && left > 0) throw nothingRead(state)
  if (summary.read > 0) {
    for (const { sceneId, message } of await decideImportedOffsets(folder, signal)) {
      yield warning(message, sceneId)
    }
  }
  const isScreened = (await folder.readScenes()).every(
    ({ status, validFraction }) => status !== 'read' || validFraction !== null,
  )
  if (!isScreened) {
    for await (const event of screenScenes(folder, signal ? { signal } : {})) {
      if (event.type === 'progress' || event.type === 'warning') yield event
    }
  }
  const scenes = await folder.readScenes()
  summary.scenes = scenes.length
  summary.kept = scenes.filter(({ kept }) => kept).length
  const message = `read ${summary.read} products, ${summary.unchanged} were there already; ${summary.kept} of ${summary.scenes} scenes kept`
  yield { type: 'done', stage: STAGE, message, summary }
  return summary
}

interface ImportState {
  folder: SiteFolder
  site: Site
  prepared: PreparedImport
  scenes: Map<string, Scene>
  done: number
  total: number
  summary: ImportSummary
  signal: AbortSignal | undefined
}

async function* importScene(
  state: ImportState,
  planned: PlannedScene,
): AsyncGenerator<RunEvent<ImportSummary>, void, void> {
  const { folder, site, summary, signal, prepared } = state
  const id = freeId(state, planned)
  let scene = state.scenes.get(id) ?? null
  const changedBefore = scene === null ? '' : JSON.stringify(scene)
  const superseded = new Set([...(scene?.supersededItemIds ?? []), ...planned.superseded])
  const failures: string[] = []
  for (const { product } of planned.placed) {
    signal?.throwIfAborted()
    state.done++
    const { itemId } = product
    for (const older of prepared.superseded[itemId] ?? []) superseded.add(older)
    const stamp = stampOf(product, prepared.files)
    if (scene && (await isUnchanged(scene, itemId, stamp, folder))) {
      summary.unchanged++
      continue
    }
    if (scene && isOlderTwin(scene, itemId)) {
      summary.superseded++
      superseded.add(itemId)
      continue
    }
    try {
      const read = await readProduct(product, id, site.grid, folder.files, signal)
      if (read === null) {
        summary.outsideSite++
      } else {
        scene = withPart(scene, planned, id, product, read.part, stamp)
        if (read.statedGeoreferencing) {
          const offset = scene.offset as OffsetDecision
          offset.evidence['georeferencing'] = 'from metadata beside the file'
        }
        summary.read++
        for (const remark of product.remarks) yield warning(`${itemId}: ${remark}`, itemId)
      }
    } catch (error) {
      const reason = reasonOf(error)
      failures.push(reason)
      summary.failed++
      yield warning(reason, itemId)
    }
    yield { type: 'progress', stage: STAGE, done: state.done, total: state.total, item: itemId }
  }
  if (scene === null && failures.length > 0) {
    scene = failedScene(planned, id, failures[0] as string)
  } else if (scene && failures.length > 0 && scene.parts.length > 0) {
    scene.flags = [...new Set([...scene.flags, 'part-failed'])]
  }
  if (scene === null) return
  scene.supersededItemIds = [...superseded].sort()
  if (JSON.stringify(scene) === changedBefore) return
  const before = state.scenes.get(id)?.parts ?? []
  state.scenes.set(id, scene)
  await save(state)
  // Only now: a run that was cut off here would otherwise have neither the old part nor the new one.
  for (const { itemId } of before) {
    if (!scene.parts.some((part) => part.itemId === itemId)) {
      await folder.files.remove(`scenes/${id}/${itemId}`)
    }
  }
}

/** A scene's id; where one of the same day but another hour is there already, with the time of day. */
function freeId({ scenes }: ImportState, { id, capturedAt }: PlannedScene): string {
  const known = scenes.get(id)
  if (!known) return id
  const apartMs = Math.abs(Date.parse(known.capturedAt) - Date.parse(capturedAt))
  return apartMs < 3_600_000 || id.includes('T')
    ? id
    : `${id}T${capturedAt.slice(11, 19).replaceAll(':', '')}`
}

async function isUnchanged(
  scene: Scene,
  itemId: string,
  stamp: string,
  folder: SiteFolder,
): Promise<boolean> {
  const part = scene.parts.find((one) => one.itemId === itemId)
  if (!part || scene.offset?.evidence[`source ${itemId}`] !== stamp) return false
  const present = await Promise.all(
    Object.values(part.bands).map(({ file }) => folder.files.exists(file)),
  )
  return present.every(Boolean)
}

async function recordFailure(
  state: ImportState,
  { platform, time }: LocalProduct,
  reason: string,
): Promise<void> {
  const id = `${platform}_${time.capturedAt.slice(0, 10).replaceAll('-', '')}`
  if (state.scenes.get(id)?.status === 'read') return
  state.scenes.set(id, failedScene({ platform, capturedAt: time.capturedAt }, id, reason))
  await save(state)
}

async function save({ folder, scenes }: ImportState): Promise<void> {
  const inTime = [...scenes.values()].sort((a, b) =>
    a.capturedAt === b.capturedAt ? (a.id < b.id ? -1 : 1) : a.capturedAt < b.capturedAt ? -1 : 1,
  )
  await folder.writeScenes(inTime)
}

/** A site that was made from rasters grows with them; others keep the days that they were given. */
async function extendDays(folder: SiteFolder, scenes: readonly PlannedScene[]): Promise<Site> {
  const site = await folder.readSite()
  if (site.source.kind !== 'import') return site
  const days = [
    site.from,
    site.to,
    ...scenes.map(({ capturedAt }) => capturedAt.slice(0, 10)),
  ].sort()
  const from = days[0] as string
  const to = days.at(-1) as string
  if (from === site.from && to === site.to) return site
  const extended = { ...site, from, to }
  await folder.writeSite(extended)
  return extended
}

function emptySummary({ skipped, superseded }: PreparedImport): ImportSummary {
  return {
    read: 0,
    unchanged: 0,
    failed: 0,
    outsideSite: 0,
    outsideDates: 0,
    superseded: Object.values(superseded).flat().length,
    refused: skipped
      .filter(({ severity }) => severity === 'refused')
      .map(({ path, reason }) => ({ path, reason })),
    scenes: 0,
    kept: 0,
  }
}

function nothingRead({ summary, site, scenes }: ImportState): ScarlineError {
  if (summary.outsideSite > 0) {
    return new ScarlineError(
      `none of the ${summary.outsideSite} products covers the site ${site.name}, expected rasters of the same ground`,
      {
        code: 'no-scenes',
        hint: 'Check with gdalinfo where the rasters lie, or make a new site from them.',
      },
    )
  }
  if (summary.failed > 0) {
    const first = [...scenes.values()].find(({ status }) => status === 'failed')
    return new ScarlineError(
      `none of the ${summary.failed} products could be read: ${first?.reason ?? ''}`,
      {
        code: 'no-scenes',
      },
    )
  }
  return new ScarlineError(
    `all ${summary.outsideDates} products are before ${site.from} or after ${site.to}, the days of the site`,
    { code: 'no-scenes', hint: 'Make a site with other days, or import rasters of these days.' },
  )
}

function warning(message: string, item: string | null): RunEvent<ImportSummary> {
  return { type: 'warning', stage: STAGE, message, item }
}
