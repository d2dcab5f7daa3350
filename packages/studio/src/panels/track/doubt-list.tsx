import type { SiteDetail } from '@scarline/core/model'
import type { ReactElement } from 'react'
import { type MapPoint, mapPointOf } from '../../map/site-projection.ts'
import { type FrameObject, doubtsOf } from '../../state/held-masks.ts'
import { trackStore, useTrack } from '../../state/track-store.ts'
import { formatArea } from '../../words/format.ts'
import { useLanguage, useWords } from '../../words/use-words.ts'
import { chooseTool } from './tool-actions.ts'

function goTo(crosshair: MapPoint): void {
  chooseTool('point')
  trackStore.set({ crosshair })
}

/** Ground of which no click tells whether it is the object's: each place takes the crosshair to it. */
export function DoubtList({
  detail,
  of,
}: {
  detail: SiteDetail
  of: FrameObject
}): ReactElement | null {
  const words = useWords().track.frame.doubts
  const language = useLanguage()
  const held = useTrack((state) => state.held)
  const doubts = doubtsOf(detail, held, of)
  if (doubts.length === 0) return null
  const { epsg } = detail.site.grid
  return (
    <div className="doubts">
      <h3>{words.title}</h3>
      <p className="muted">{words.what}</p>
      <ol>
        {doubts.map(({ isTakenIn, areaM2, lngLat }) => (
          <li key={lngLat.join()}>
            <button
              type="button"
              className="link"
              title={words.go}
              onClick={() => goTo(mapPointOf(epsg, lngLat))}
            >
              <span className="doubt-sign" aria-hidden="true">
                ?
              </span>
              {(isTakenIn ? words.takenIn : words.leftOut)(formatArea(language, areaM2))}
            </button>
          </li>
        ))}
      </ol>
    </div>
  )
}
