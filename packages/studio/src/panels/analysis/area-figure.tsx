import type { Frame, SiteDetail, Verification } from '@scarline/core/model'
import { type ReactElement, useMemo, useRef } from 'react'
import { AreaChart } from '../../charts/area-chart.tsx'
import type { CurveObject, TruthPoint } from '../../charts/area-plan.ts'
import { useWidth } from '../../charts/use-width.ts'
import { hrefOf } from '../../state/router.ts'
import { useStudio } from '../../state/store.ts'
import { formatDay, formatShare } from '../../words/format.ts'
import { formatHa, formatHaRange } from '../../words/format-analysis.ts'
import { useLanguage, useWords } from '../../words/use-words.ts'
import { Figure } from './figure.tsx'
import { FrameStrip } from './frame-strip.tsx'

const HEIGHT = 372

/** The area chart with the filmstrip below it. */
export function AreaFigure({
  siteId,
  detail,
  objects,
  verification,
}: {
  siteId: string
  detail: SiteDetail
  objects: readonly CurveObject[]
  verification: Verification | null
}): ReactElement {
  const { analysis } = useWords()
  const language = useLanguage()
  const svg = useRef<SVGSVGElement>(null)
  const [width, ref] = useWidth<HTMLDivElement>()
  const truth = useMemo(
    () => (objects.length === 1 ? truthPoints(verification) : []),
    [objects, verification],
  )
  const label = objects
    .map(({ summary: { areas }, found }) => {
      const [first, last] = [areas[0], areas.at(-1)]
      if (!first || !last) return ''
      const lead = analysis.lead(
        formatHa(language, first.areaM2),
        formatDay(first.capturedAt),
        formatHa(language, last.areaM2),
        formatDay(last.capturedAt),
      )
      return analysis.area.spoken(lead, found.events.length, found.onsets.length)
    })
    .join(' ')
  const frames = detail.frames?.frames ?? []
  return (
    <Figure
      title={analysis.area.title}
      name="area"
      svg={svg}
      tools={<FrameReadout siteId={siteId} frames={frames} objects={objects} />}
    >
      <div ref={ref} className="figure-body">
        {width > 0 && (
          <AreaChart
            objects={objects}
            truth={truth}
            width={width}
            height={HEIGHT}
            label={label}
            svg={svg}
          />
        )}
      </div>
      <FrameStrip siteId={siteId} frames={frames} />
    </Figure>
  )
}

/** What the analysis says of the frame under the pointer, else of the one in view, else of the last. */
function FrameReadout({
  siteId,
  frames,
  objects,
}: {
  siteId: string
  frames: readonly Frame[]
  objects: readonly CurveObject[]
}): ReactElement | null {
  const { analysis } = useWords()
  const language = useLanguage()
  const sceneId = useStudio((state) => state.hoverSceneId ?? state.sceneId)
  const frame = frames.find((one) => one.sceneId === sceneId) ?? frames.at(-1)
  if (!frame) return null
  const rows = objects.flatMap(({ summary }) =>
    summary.areas.filter((row) => row.sceneId === frame.sceneId),
  )
  return (
    <p className="frame-readout" aria-live="polite">
      <a href={hrefOf({ page: 'track', siteId, sceneId: frame.sceneId })} title={analysis.toFrame}>
        {formatDay(frame.capturedAt)}
      </a>
      {rows.map((row) => (
        <span key={row.objectId}>
          {objects.length > 1 && `${analysis.objectName(row.objectId)}: `}
          {analysis.readout(
            formatHa(language, row.areaM2),
            formatHaRange(language, row.lowM2, row.highM2),
          )}
          <span className="muted">
            {' '}
            {analysis.seen(formatShare(language, row.validInside))} ·{' '}
            {analysis.confidence(row.confidence.toFixed(2))}
          </span>
        </span>
      ))}
    </p>
  )
}

/** Most of the site that a truth may leave out and still tell the area. */
const MOST_UNTOLD = 0.05

function truthPoints(verification: Verification | null): TruthPoint[] {
  return (verification?.frames ?? [])
    .filter(({ untoldFraction }) => untoldFraction < MOST_UNTOLD)
    .map(({ capturedAt, all }) => ({ capturedAt, areaM2: all.truthAreaM2 }))
}
