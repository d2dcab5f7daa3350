import type { SceneListing } from '@scarline/core/model'
import { chooseScenes, importRasters, type NamedFile } from '../api/client.ts'
import { tellError } from './actions-notices.ts'
import { loadScenes, mutateSite } from './actions-site.ts'
import { studioStore } from './store.ts'

/** The scenes as they are once some are kept or rejected; those that were never read stay. */
export function withChoice(
  scenes: readonly SceneListing[],
  ids: readonly string[],
  kept: boolean,
): SceneListing[] {
  const chosen = new Set(ids)
  return scenes.map((scene) =>
    chosen.has(scene.id) && scene.status === 'read' && scene.kept !== kept
      ? { ...scene, kept, decidedBy: 'user', reason: null }
      : scene,
  )
}

/** Keeps or rejects scenes: on the page at once, and back where the server refuses. */
export async function chooseAll(ids: readonly string[], kept: boolean): Promise<void> {
  const { scenes } = studioStore.get()
  if (!scenes) return
  const next = withChoice(scenes, ids, kept)
  const changed = next.filter((scene, i) => scene !== scenes[i]).map(({ id }) => id)
  if (changed.length === 0) return
  studioStore.set({ scenes: next })
  const answer = await mutateSite('scenes', (id, revision) =>
    chooseScenes(id, kept ? { keep: changed } : { reject: changed }, revision),
  )
  if (answer) return
  studioStore.set((state) => ({
    scenes: state.scenes && withScenes(state.scenes, scenes, changed),
  }))
  await loadScenes().catch((error: unknown) => tellError('scenes', error))
}

/** The scenes with some as they were before. */
function withScenes(
  now: readonly SceneListing[],
  before: readonly SceneListing[],
  ids: readonly string[],
): SceneListing[] {
  const old = new Map(before.map((scene) => [scene.id, scene]))
  return now.map((scene) => (ids.includes(scene.id) ? (old.get(scene.id) ?? scene) : scene))
}

/** Brings local rasters into the open site. */
export async function bringRasters(files: readonly NamedFile[]): Promise<void> {
  await mutateSite('scenes', async (id, revision) => ({
    job: await importRasters(id, files, revision),
  }))
}

export const SCENE_FILTERS = ['all', 'kept', 'rejected', 'failed'] as const
export type SceneFilter = (typeof SCENE_FILTERS)[number]

/** What has become of a scene, in one word. */
export function stateOfScene(scene: SceneListing): 'kept' | 'rejected' | 'failed' | 'candidate' {
  if (scene.status === 'failed') return 'failed'
  if (scene.validFraction === null && scene.decidedBy === 'rule') return 'candidate'
  return scene.kept ? 'kept' : 'rejected'
}

/** The scenes of one kind, in order of time. */
export function filterScenes(scenes: readonly SceneListing[], filter: SceneFilter): SceneListing[] {
  return scenes
    .filter((scene) => filter === 'all' || stateOfScene(scene) === filter)
    .sort((a, b) => a.capturedAt.localeCompare(b.capturedAt) || a.id.localeCompare(b.id))
}
