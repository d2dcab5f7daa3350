import type { Scene } from '../model/scene.ts'
import type { SiteFolder } from '../site/site-folder.ts'

/** Writes `scenes.json`, one write at a time. */
export interface SceneSaver {
  /** Resolves when the list as it is now (or newer) is on disk. */
  save(): Promise<void>
}

/**
 * A {@link SceneSaver} of a list that changes while it is saved: calls that come during a write share
 * the next one.
 */
export function createSceneSaver(folder: SiteFolder, scenes: readonly Scene[]): SceneSaver {
  let running: Promise<void> | null = null
  let waiting: Promise<void> | null = null
  const write = (): Promise<void> => {
    running = folder.writeScenes(scenes).finally(() => {
      running = null
    })
    return running
  }
  return {
    save(): Promise<void> {
      if (!running) return write()
      waiting ??= running
        .catch(() => {})
        .then(() => {
          waiting = null
          return write()
        })
      return waiting
    },
  }
}
