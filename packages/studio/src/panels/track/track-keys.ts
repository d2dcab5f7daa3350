import { useShortcuts } from '../../keyboard/shortcuts.ts'
import { removeMarks } from '../../state/actions-marks.ts'
import {
  addObject,
  framesOf,
  goToFrame,
  nextObject,
  propagate,
  stepFrame,
  stepYear,
  stopJob,
  toggleLock,
} from '../../state/actions-track.ts'
import { promptsOf } from '../../state/held-masks.ts'
import { studioStore } from '../../state/store.ts'
import { BASES, type TrackState, trackStore } from '../../state/track-store.ts'
import type { Words } from '../../words/use-words.ts'
import { reviewNext, reviewPrevious } from './review-panel.tsx'
import { toggleSwipe } from './swipe-handle.tsx'

const key =
  (name: keyof Words['track']['keys']) =>
  (words: Words): string =>
    words.track.keys[name]

/** Keys of frames, propagation, review, objects and layers. */
export function useTrackKeys(): void {
  useShortcuts({
    title: key('layers'),
    shortcuts: [
      {
        keys: ['1', '2', '3', '4'],
        says: key('base'),
        run: (event) => showBase(Number(event.key) - 1),
      },
      { keys: ['5'], says: key('probability'), run: () => toggle('hasProbability') },
      { keys: ['6'], says: key('validity'), run: () => toggle('hasValidity') },
      { keys: ['s'], says: key('stretch'), run: () => toggle('hasStretch') },
      { keys: ['m'], says: key('mask'), run: () => toggle('hasMask') },
      { keys: ['o'], says: key('outline'), run: () => toggle('hasOutline') },
      { keys: ['y'], says: key('years'), run: () => toggle('hasYears') },
      { keys: ['w'], says: key('swipe'), run: toggleSwipe },
    ],
  })
  useShortcuts({
    title: key('frames'),
    shortcuts: [
      {
        keys: ['arrowleft', 'arrowright'],
        says: key('step'),
        run: (event) => stepFrame(event.key === 'ArrowLeft' ? -1 : 1),
      },
      {
        keys: ['home', 'end'],
        says: key('ends'),
        run: (event) => {
          const frames = framesOf(studioStore.get().detail)
          const end = event.key === 'Home' ? frames[0] : frames.at(-1)
          if (end) goToFrame(end.sceneId)
        },
      },
      {
        keys: ['pageup', 'pagedown'],
        says: key('year'),
        run: (event) => stepYear(event.key === 'PageUp' ? -1 : 1),
      },
      { keys: ['k'], says: key('lock'), run: () => void toggleLock() },
      { keys: ['t'], says: key('both'), run: () => void propagate('both') },
      { keys: ['f'], says: key('forwards'), run: () => void propagate('forwards') },
      { keys: ['shift+f'], says: key('backwards'), run: () => void propagate('backwards') },
      { keys: ['x'], says: key('stop'), run: () => void stopJob() },
      { keys: ['n'], says: key('next'), run: reviewNext },
      { keys: ['shift+n'], says: key('previous'), run: reviewPrevious },
      { keys: ['j'], says: key('object'), run: nextObject },
      { keys: ['shift+j'], says: key('addObject'), run: addObject },
      { keys: ['delete', 'backspace'], says: key('remove'), run: removeMark },
    ],
  })
}

type Switch =
  | 'hasStretch'
  | 'hasProbability'
  | 'hasValidity'
  | 'hasMask'
  | 'hasOutline'
  | 'hasYears'

function toggle(name: Switch): void {
  trackStore.set((state): Partial<TrackState> => ({ [name]: !state[name] }))
}

function showBase(place: number): void {
  const base = BASES[place]
  const { detail, sceneId } = studioStore.get()
  const frame = framesOf(detail).find((one) => one.sceneId === sceneId)
  const isMissing =
    (base === 'truecolour' && frame?.files.trueColour === null) ||
    (base === 'falsecolour' && frame?.files.falseColour === null)
  if (base && !isMissing) trackStore.set({ base })
}

/** The mark that is chosen, else the last of the frame in view. */
function removeMark(): void {
  const { detail, sceneId, objectId } = studioStore.get()
  if (!detail || sceneId === null) return
  const { selectedPromptId } = trackStore.get()
  const promptId = selectedPromptId ?? promptsOf(detail.prompts, { sceneId, objectId }).at(-1)?.id
  if (promptId !== undefined) void removeMarks({ promptId })
}
