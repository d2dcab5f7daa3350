import type { AnalysisAnswer, SiteDetail } from '@scarline/core/model'
import type { ReactElement } from 'react'
import { studioStore, useStudio } from '../../state/store.ts'
import { formatDay } from '../../words/format.ts'
import { formatHa, formatHaChange, formatShareChange } from '../../words/format-analysis.ts'
import { useLanguage, useWords } from '../../words/use-words.ts'
import { AnalyseButton, AnalysisProgress } from './analyse-button.tsx'
import { shownObject } from './shown-object.ts'
import { countStaleMasks } from './stale-masks.ts'

/** What became of the scar in one line, and whether that still holds. */
export function AnalysisHead({
  siteId,
  detail,
  analysis,
}: {
  siteId: string
  detail: SiteDetail
  analysis: AnalysisAnswer
}): ReactElement {
  const words = useWords()
  const objectId = useStudio((state) => state.objectId)
  const shown = shownObject(analysis, objectId)
  const stale = countStaleMasks(detail.track, analysis)
  const ids = analysis.analysis.objects.map((object) => object.objectId)
  return (
    <header className="analysis-head">
      {ids.length > 1 && (
        <label className="row">
          {words.analysis.object}
          <select
            className="select"
            value={shown?.summary.objectId}
            onChange={({ target }) => studioStore.set({ objectId: Number(target.value) })}
          >
            {ids.map((id) => (
              <option key={id} value={id}>
                {words.analysis.objectName(id)}
              </option>
            ))}
          </select>
        </label>
      )}
      {shown && <Lead key={siteId} summary={shown.summary} />}
      <span className="spread" />
      <AnalysisProgress jobs={detail.jobs} />
      {stale > 0 && (
        <span className="stale" role="status">
          {words.analysis.stale(stale)}
        </span>
      )}
      <AnalyseButton jobs={detail.jobs} isUrgent={stale > 0} says={words.analysis.again} />
    </header>
  )
}

function Lead({
  summary: { areas, change },
}: {
  summary: AnalysisAnswer['analysis']['objects'][number]
}): ReactElement | null {
  const { analysis } = useWords()
  const language = useLanguage()
  const [first, last] = [areas[0], areas.at(-1)]
  if (!first || !last || !change) return null
  const percent =
    change.changeFraction === null ? null : formatShareChange(language, change.changeFraction)
  return (
    <p className="analysis-lead">
      <strong>{analysis.change(formatHaChange(language, change.changeM2), percent)}</strong>{' '}
      <span className={change.beyondUncertainty ? 'badge accent' : 'badge'}>
        {change.beyondUncertainty ? analysis.beyond : analysis.within}
      </span>{' '}
      <span className="muted">
        {analysis.lead(
          formatHa(language, first.areaM2),
          formatDay(first.capturedAt),
          formatHa(language, last.areaM2),
          formatDay(last.capturedAt),
        )}
      </span>
    </p>
  )
}
