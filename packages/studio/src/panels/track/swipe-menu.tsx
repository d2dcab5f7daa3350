import type { ReactElement } from 'react'
import { Icon } from '../../shell/icons.tsx'
import { framesOf } from '../../state/actions-track.ts'
import { useStudio } from '../../state/store.ts'
import { trackStore, useTrack } from '../../state/track-store.ts'
import { formatDay } from '../../words/format.ts'
import { useWords } from '../../words/use-words.ts'
import { toggleSwipe } from './swipe-handle.tsx'

/** Begins the comparison, and says which frame is on the left. */
export function SwipeMenu(): ReactElement {
  const words = useWords().track.swipe
  const swipe = useTrack((state) => state.swipe)
  const frames = useStudio(({ detail }) => framesOf(detail))
  const sceneId = useStudio((state) => state.sceneId)
  return (
    <div className="swipe-menu">
      <button
        type="button"
        className="button"
        aria-pressed={swipe !== null}
        title={`${swipe ? words.off : words.on} (W)`}
        onClick={toggleSwipe}
      >
        <Icon name="compare" />
        {words.title}
      </button>
      {swipe && (
        <label className="swipe-left">
          <span className="hidden">{words.before}</span>
          <select
            className="select"
            value={swipe.sceneId}
            onChange={({ target }) =>
              trackStore.set({ swipe: { ...swipe, sceneId: target.value } })
            }
          >
            {frames.map((frame) => (
              <option key={frame.sceneId} value={frame.sceneId}>
                {formatDay(frame.capturedAt)}
              </option>
            ))}
          </select>
        </label>
      )}
      {swipe && swipe.sceneId === sceneId && <p className="swipe-same">{words.isPinned}</p>}
    </div>
  )
}
