import type { Scene } from '../model/scene.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { ScarlineError } from '../errors.ts'

/** Every acquisition considered, in time order. */
export async function listScenes(folder: SiteFolder): Promise<Scene[]> {
  const scenes = await folder.readScenes()
  if (scenes.length === 0) {
    throw new ScarlineError('there are no scenes yet', {
      code: 'missing-step',
      hint: 'Run scarline acquire (or import) first.',
    })
  }
  return scenes
}

/**
 * Keeps or rejects scenes by hand; rules never overrule it.
 * @throws ScarlineError `usage` for an unknown scene, or one whose pixels could not be read
 */
export async function setScenesKept(
  folder: SiteFolder,
  choice: { keep: readonly string[]; reject: readonly string[] },
): Promise<Scene[]> {
  const scenes = await listScenes(folder)
  const both = choice.keep.find((id) => choice.reject.includes(id))
  if (both !== undefined) {
    throw new ScarlineError(`got ${both} both to keep and to reject`, { code: 'usage' })
  }
  for (const [ids, kept] of [
    [choice.keep, true],
    [choice.reject, false],
  ] as const) {
    for (const id of ids) {
      const scene = scenes.find((one) => one.id === id)
      if (!scene) {
        throw new ScarlineError(`there is no scene ${id}`, {
          code: 'usage',
          hint: 'Run scarline scenes <site> for the ids.',
        })
      }
      if (kept && scene.status !== 'read') {
        throw new ScarlineError(`the scene ${id} was not read (${scene.reason ?? scene.status})`, {
          code: 'usage',
          hint: 'Run scarline acquire again to read it first.',
        })
      }
      scene.kept = kept
      scene.decidedBy = 'user'
      scene.reason = kept ? 'kept by hand' : 'rejected by hand'
    }
  }
  await folder.writeScenes(scenes)
  return scenes
}
