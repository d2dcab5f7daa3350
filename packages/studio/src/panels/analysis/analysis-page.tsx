import type { SiteDetail } from '@scarline/core/model'
import { type ReactElement, useEffect } from 'react'
import { NoticeArea } from '../../shell/notice-area.tsx'
import { analysisStore, loadAnalysis, loadLines } from '../../state/analysis-store.ts'
import { useStore } from '../../state/create-store.ts'
import { useStudio } from '../../state/store.ts'
import { useWords } from '../../words/use-words.ts'
import { AnalysisHead } from './analysis-head.tsx'
import { Findings } from './findings.tsx'
import { NotAnalysed } from './not-analysed.tsx'
import { useFrameKeys } from './use-frame-keys.ts'
import '../../style/charts.css'
import '../../style/analysis.css'

/** The page `#/sites/ID/analysis`. */
export function AnalysisPage({ siteId }: { siteId: string }): ReactElement {
  const words = useWords()
  const detail = useStudio((state) => (state.siteId === siteId ? state.detail : null))
  if (!detail) return <p className="centre muted">{words.app.loading}</p>
  return <AnalysedSite siteId={siteId} detail={detail} />
}

function AnalysedSite({ siteId, detail }: { siteId: string; detail: SiteDetail }): ReactElement {
  const words = useWords()
  const state = useStore(analysisStore, (one) => one)
  const { revision } = detail
  const hasMasks = (detail.track?.frames.length ?? 0) > 0
  const lastAnalyse = detail.jobs.findLast(
    ({ kind, state: is }) => (kind === 'analyse' || kind === 'run') && is === 'done',
  )?.id
  useEffect(
    () => (detail.analysis ? loadAnalysis(siteId) : undefined),
    [siteId, detail.analysis, lastAnalyse],
  )
  useEffect(
    () => (hasMasks && detail.analysis ? loadLines(siteId, 'analysis') : undefined),
    [siteId, hasMasks, detail.analysis, revision],
  )
  useFrameKeys(detail.frames?.frames ?? [], ({ analysis }) => analysis.keys)
  const own = state.siteId === siteId ? state : null
  return (
    <div className="page analysis-page">
      <h1 className="hidden">{words.analysis.title}</h1>
      <NoticeArea place="analysis" />
      {detail.analysis && own?.analysis ? (
        <>
          <AnalysisHead siteId={siteId} detail={detail} analysis={own.analysis} />
          <Findings siteId={siteId} detail={detail} analysis={own.analysis} lines={own.lines} />
        </>
      ) : detail.analysis ? (
        <p className="centre muted">{words.analysis.loading}</p>
      ) : (
        <NotAnalysed siteId={siteId} detail={detail} />
      )}
    </div>
  )
}
