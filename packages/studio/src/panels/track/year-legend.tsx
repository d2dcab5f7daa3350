import { type ReactElement, useMemo } from 'react'
import { planYears } from '../../map/year-lines.ts'
import { frameInView, goToFrame } from '../../state/actions-track.ts'
import { useStudio } from '../../state/store.ts'
import { useTrack } from '../../state/track-store.ts'
import { formatDay } from '../../words/format.ts'
import { useWords } from '../../words/use-words.ts'

/** Which colour is which year; a click goes to that year's frame. */
export function YearLegend(): ReactElement | null {
  const words = useWords().track.layers
  const hasYears = useTrack((state) => state.hasYears)
  const detail = useStudio((state) => state.detail)
  const sceneId = useStudio((state) => state.sceneId)
  const objectId = useStudio((state) => state.objectId)
  const years = useMemo(() => {
    const frame = frameInView(detail, sceneId)
    return hasYears && detail && frame ? planYears(detail, objectId, frame) : []
  }, [hasYears, detail, sceneId, objectId])
  if (!hasYears) return null
  return (
    <ul className="year-legend panel" aria-label={words.years}>
      {years.length === 0 && <li className="muted">{words.noYears}</li>}
      {years.map(({ year, frame, colour }) => (
        <li key={year}>
          <button type="button" className="link" onClick={() => goToFrame(frame.sceneId)}>
            <i style={{ background: colour }} aria-hidden="true" />
            {formatDay(frame.capturedAt)}
          </button>
        </li>
      ))}
    </ul>
  )
}
