import type { SiteDetail } from '@scarline/core/model'
import type { ReactElement } from 'react'
import { hrefOf } from '../../state/router.ts'
import { useWords } from '../../words/use-words.ts'
import { AnalyseButton, AnalysisProgress } from './analyse-button.tsx'
import { ExportsPanel } from './exports-panel.tsx'

/** The page before there is an analysis: what to do first. */
export function NotAnalysed({
  siteId,
  detail,
}: {
  siteId: string
  detail: SiteDetail
}): ReactElement {
  const { analysis } = useWords()
  const hasTrack = (detail.track?.frames.length ?? 0) > 0
  return (
    <div className="scroll not-analysed">
      <div className="not-analysed-words">
        <h2>{hasTrack ? analysis.none : analysis.noTrack}</h2>
        <p className="muted">{hasTrack ? analysis.noneHint : analysis.noTrackHint}</p>
        {hasTrack ? (
          <AnalyseButton jobs={detail.jobs} isUrgent says={analysis.analyse} />
        ) : (
          <a className="button primary" href={hrefOf({ page: 'track', siteId, sceneId: null })}>
            {analysis.toTrack}
          </a>
        )}
        <AnalysisProgress jobs={detail.jobs} />
      </div>
      <ExportsPanel siteId={siteId} detail={detail} isWhole={false} />
    </div>
  )
}
