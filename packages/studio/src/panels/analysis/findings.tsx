import type { AnalysisAnswer, SiteDetail } from '@scarline/core/model'
import { type ReactElement, useMemo, useState } from 'react'
import { useStudio } from '../../state/store.ts'
import { AreaFigure } from './area-figure.tsx'
import { ExportsPanel } from './exports-panel.tsx'
import type { BoundaryLine } from '../../map/boundary-lines.ts'
import { OverlayFigure } from './overlay/overlay-figure.tsx'
import { RoseFigure } from './rose-figure.tsx'
import { SeasonFigure } from './season-figure.tsx'
import { curveObjects, shownObject } from './shown-object.ts'
import { Tables } from './tables/tables.tsx'

/** Figures, tables and files of an analysis. */
export function Findings({
  siteId,
  detail,
  analysis,
  lines,
}: {
  siteId: string
  detail: SiteDetail
  analysis: AnalysisAnswer
  lines: ReadonlyMap<string, BoundaryLine> | null
}): ReactElement | null {
  const objectId = useStudio((state) => state.objectId)
  const objects = useMemo(() => curveObjects(analysis), [analysis])
  const shown = useMemo(() => shownObject(analysis, objectId), [analysis, objectId])
  const [span, setSpan] = useState(0)
  if (!shown) return null
  const growth = shown.found.growth[span] ?? shown.found.growth[0] ?? null
  const { verification } = analysis
  return (
    <div className="findings">
      <div className="scroll findings-main">
        <AreaFigure siteId={siteId} detail={detail} objects={objects} verification={verification} />
        <Tables
          summary={shown.summary}
          found={shown.found}
          growth={growth}
          verification={verification}
        />
      </div>
      <div className="scroll findings-side">
        <OverlayFigure
          key={shown.summary.objectId}
          siteId={siteId}
          detail={detail}
          summary={shown.summary}
          zones={shown.found.newZones}
          lines={lines}
          gridAreaScale={analysis.analysis.gridAreaScale}
        />
        <RoseFigure growths={shown.found.growth} span={span} onSpan={setSpan} />
        <SeasonFigure seasons={shown.summary.seasons} />
        <ExportsPanel siteId={siteId} detail={detail} />
      </div>
    </div>
  )
}
