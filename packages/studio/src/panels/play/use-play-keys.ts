import { useShortcuts } from '../../keyboard/shortcuts.ts'
import { SPEEDS, playStore } from '../../state/play-store.ts'
import { goToFrame, togglePlay } from './use-clock.ts'

/** Keys of the film. */
export function usePlayKeys(count: number): void {
  const step = (by: number): void => goToFrame(playStore.get().index + by, count)
  const faster = (by: number): void => {
    const speed = SPEEDS[SPEEDS.indexOf(playStore.get().speed) + by]
    if (speed !== undefined) playStore.set({ speed })
  }
  useShortcuts({
    title: ({ play }) => play.title,
    shortcuts: [
      { keys: ['space'], says: ({ play }) => play.playPause, run: () => togglePlay(count) },
      { keys: ['arrowleft'], says: ({ play }) => play.previous, run: () => step(-1) },
      { keys: ['arrowright'], says: ({ play }) => play.next, run: () => step(1) },
      { keys: ['home'], says: ({ analysis }) => analysis.first, run: () => goToFrame(0, count) },
      {
        keys: ['end'],
        says: ({ analysis }) => analysis.last,
        run: () => goToFrame(count - 1, count),
      },
      { keys: [','], says: ({ play }) => play.slower, run: () => faster(-1) },
      { keys: ['.'], says: ({ play }) => play.faster, run: () => faster(1) },
      {
        keys: ['l'],
        says: ({ play }) => play.loop,
        run: () => playStore.set(({ loops }) => ({ loops: !loops })),
      },
      {
        keys: ['b'],
        says: ({ play }) => play.boundary,
        run: () => playStore.set(({ hasBoundary }) => ({ hasBoundary: !hasBoundary })),
      },
    ],
  })
}
