import { ScarlineError } from '../errors.ts'
import type { FileStore } from '../model/file-store.ts'
import type { Scene } from '../model/scene.ts'
import type { Site } from '../model/site.ts'
import type { PlannedAcquisition } from '../stac/plan-acquisitions.ts'
import type { SearchResult } from '../stac/search.ts'
import { wantedBands } from './read-part.ts'

/**
 * The scenes of a site after a search: what was read before stays where its items are still the ones
 * wanted; a person's decisions always stay; candidates that the archive no longer offers go.
 *
 * @param options `keep`: scenes that, once read, stay as they are whatever the archive offers
 */
export async function mergeScenes(
  previous: readonly Scene[],
  planned: readonly PlannedAcquisition[],
  options: { refresh: boolean; keep: ReadonlySet<string>; colour: boolean; files: FileStore },
): Promise<Scene[]> {
  const before = new Map(previous.map((scene) => [scene.id, scene]))
  const scenes: Scene[] = []
  for (const acquisition of planned) {
    const old = before.get(acquisition.sceneId)
    before.delete(acquisition.sceneId)
    if (old?.status === 'read' && options.keep.has(old.id)) {
      scenes.push(old)
      continue
    }
    const complete = old && !options.refresh && (await isComplete(old, acquisition, options))
    scenes.push(complete ? adopted(old, acquisition) : candidateOf(acquisition, old))
  }
  for (const old of before.values()) {
    if (old.status === 'read' || old.decidedBy === 'user') scenes.push(old)
  }
  return scenes.toSorted(
    (a, b) => compareText(a.capturedAt, b.capturedAt) || compareText(a.id, b.id),
  )
}

/** The archive may have found new twins of a scene without changing what is used of it. */
function adopted(old: Scene, acquisition: PlannedAcquisition): Scene {
  return { ...old, supersededItemIds: acquisition.supersededItemIds }
}

async function isComplete(
  scene: Scene,
  acquisition: PlannedAcquisition,
  { colour, files }: { colour: boolean; files: FileStore },
): Promise<boolean> {
  if (scene.status !== 'read') return false
  const read = new Map(scene.parts.map((part) => [part.itemId, part]))
  if (scene.parts.some(({ itemId }) => !acquisition.parts.some(({ id }) => id === itemId)))
    return false
  for (const item of acquisition.parts) {
    const part = read.get(item.id)
    if (!part) {
      // Parts that turned out not to reach the site are named among the superseded.
      if (scene.supersededItemIds.includes(item.id)) continue
      return false
    }
    for (const name of Object.keys(wantedBands(item, colour))) {
      const file = part.bands[name as keyof typeof part.bands]?.file
      if (file === undefined || !(await files.exists(file))) return false
    }
  }
  return true
}

function candidateOf(acquisition: PlannedAcquisition, old: Scene | undefined): Scene {
  const byUser = old?.decidedBy === 'user'
  return {
    id: acquisition.sceneId,
    platform: acquisition.platform,
    capturedAt: acquisition.capturedAt,
    status: 'candidate',
    kept: byUser ? old.kept : false,
    decidedBy: byUser ? 'user' : 'rule',
    reason: byUser ? old.reason : 'not read yet',
    validFraction: null,
    validityFractions: {},
    flags: [],
    offset: null,
    shift: null,
    parts: acquisition.parts.map((item) => ({
      itemId: item.id,
      bands: {},
      processingBaseline: item.processingBaseline,
    })),
    supersededItemIds: acquisition.supersededItemIds,
    sunElevationDeg: acquisition.sunElevationDeg,
  }
}

/** Why a search came to nothing, and what to do about it. */
export function noScenesError(site: Site, url: string, found: SearchResult): ScarlineError {
  const where = site.source.kind === 'stac' ? `${site.source.collection} at ${url}` : url
  const init = {
    code: 'no-scenes',
    details: { url, from: site.from, to: site.to, seen: found.seen },
  } as const
  const days = `${site.from} to ${site.to}`
  if (found.seen === 0) {
    const unusable = found.skipped[0]
    return new ScarlineError(
      `no scenes over the area of interest from ${days} in ${where}${unusable ? ` (${found.skipped.length} unusable: ${unusable.reason})` : ''}`,
      {
        ...init,
        hint: 'Check the area and the days in site.json (longitude comes first), and the archive given with --stac.',
      },
    )
  }
  if (!found.coversAoi) {
    return new ScarlineError(
      `the area of interest lies outside the archive: none of its ${found.seen} scenes reaches it (${where})`,
      {
        ...init,
        hint: 'Check the area (longitude comes first) or choose another archive with --stac.',
      },
    )
  }
  const wanted = site.source.kind === 'stac' ? site.source.collection : ''
  if (found.collections.length > 0 && !found.collections.includes(wanted)) {
    return new ScarlineError(
      `no scenes of the collection ${wanted}: the archive has ${found.collections.join(', ')} (${url})`,
      { ...init, hint: `Make the site with --collection ${found.collections[0]}.` },
    )
  }
  return new ScarlineError(`no scenes over the area of interest from ${days} in ${where}`, {
    ...init,
    hint: 'Choose other days: the archive has scenes of the area, but not then.',
  })
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
