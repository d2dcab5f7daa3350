import { type ReactElement, useEffect, useState } from 'react'
import { trackStore, useTrack } from '../../state/track-store.ts'
import { IconButton } from '../../shell/icon-button.tsx'
import { wordsOfError } from '../../words/error-words.ts'
import { useWords } from '../../words/use-words.ts'
import type { FrameMapLink } from './frame-map-link.ts'

const WIDTH_PX = 280

/** What is to be said of a click, beside where it was. */
export function MapSpot({ link }: { link: FrameMapLink }): ReactElement | null {
  const words = useWords()
  const spot = useTrack((state) => state.spot)
  const [, setMoves] = useState(0)
  useEffect(() => link.onView(() => setMoves((moves) => moves + 1)), [link])
  const at = spot && link.map.screenOf(spot.point)
  const error = spot?.error ? wordsOfError(words, spot.error) : null
  const says = {
    'outside-grid': words.track.map.outsideGrid,
    'outside-area': words.track.map.outsideArea,
  }
  return (
    <div role="alert">
      {spot && at && (
        <div
          className="map-spot"
          data-kind={spot.says === 'outside-area' ? 'warning' : 'error'}
          style={{ transform: `translate(${beside(at[0])}px, ${Math.max(8, at[1] - 20)}px)` }}
        >
          <div className="notice-words">
            {error && (
              <>
                <strong>{words.track.map.notMarked} </strong>
                {error.lead} {error.message}
                {error.hint && <p className="muted">{error.hint}</p>}
              </>
            )}
            {spot.says && says[spot.says]}
          </div>
          <IconButton
            isQuiet
            icon="close"
            label={words.track.map.dismiss}
            onClick={() => trackStore.set({ spot: null })}
          />
        </div>
      )}
    </div>
  )
}

/** To the right of the place, or to the left where there is no room. */
function beside(x: number): number {
  const room = document.querySelector('.map-box')?.clientWidth ?? 1_000
  const right = x + 16
  return Math.max(8, right + WIDTH_PX > room ? x - WIDTH_PX - 16 : right)
}
