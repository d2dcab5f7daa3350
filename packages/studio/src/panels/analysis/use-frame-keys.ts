import type { Frame } from '@scarline/core/model'
import { useShortcuts } from '../../keyboard/shortcuts.ts'
import { studioStore } from '../../state/store.ts'
import type { Words } from '../../words/use-words.ts'

/** Keys that step through the frames. */
export function useFrameKeys(frames: readonly Frame[], title: (words: Words) => string): void {
  const go = (to: (index: number) => number): void => {
    const index = frames.findIndex(({ sceneId }) => sceneId === studioStore.get().sceneId)
    const next = frames[Math.max(0, Math.min(frames.length - 1, to(index)))]
    if (next) studioStore.set({ sceneId: next.sceneId, hoverSceneId: null })
  }
  useShortcuts({
    title,
    shortcuts: [
      {
        keys: ['arrowleft'],
        says: ({ analysis }) => analysis.previous,
        run: () => go((index) => (index < 0 ? frames.length - 1 : index - 1)),
      },
      {
        keys: ['arrowright'],
        says: ({ analysis }) => analysis.next,
        run: () => go((index) => index + 1),
      },
      { keys: ['home'], says: ({ analysis }) => analysis.first, run: () => go(() => 0) },
      {
        keys: ['end'],
        says: ({ analysis }) => analysis.last,
        run: () => go(() => frames.length - 1),
      },
    ],
  })
}
