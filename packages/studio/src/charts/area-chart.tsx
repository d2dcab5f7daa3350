import { type PointerEvent, type ReactElement, type Ref, useMemo } from 'react'
import { studioStore } from '../state/store.ts'
import { formatDay, formatNumber } from '../words/format.ts'
import { areaUnit, formatDays, localeOf } from '../words/format-analysis.ts'
import type { Language } from '../words/language.ts'
import { type Words, useLanguage, useWords } from '../words/use-words.ts'
import { AreaCurve } from './area-curve.tsx'
import { FoundLabels, FoundSpans, RateSteps } from './area-found.tsx'
import { areaLegend } from './area-legend.tsx'
import { AreaNow } from './area-now.tsx'
import {
  type AreaPlan,
  type CurveObject,
  HA_M2,
  type TruthPoint,
  planAreaChart,
  stopAt,
} from './area-plan.ts'
import { Legend, SeasonBands, TimeAxis, ValueAxis, legendPlaces } from './chart-frame.tsx'
import { curveColour } from './colours.ts'
import { type Scale, n } from './scales.ts'

/**
 * Area over time with the 90 % interval, events, onsets, artefacts and the truth; rates below. The
 * pointer's frame and the frame in view are those of the whole page.
 */
export function AreaChart({
  objects,
  truth,
  width,
  height,
  label,
  svg,
}: {
  objects: readonly CurveObject[]
  truth: readonly TruthPoint[]
  width: number
  height: number
  /** What the chart shows, for those who cannot see it. */
  label: string
  svg: Ref<SVGSVGElement>
}): ReactElement {
  const words = useWords()
  const language = useLanguage()
  const legend = useMemo(() => areaLegend(objects, truth, words), [objects, truth, words])
  const plan = useMemo(() => {
    const headroom = legendPlaces({ width, left: 62, right: 12 }, legend).height + 4
    return planAreaChart(objects, truth, { width, height, headroom }, (of, x) =>
      labelsOf(of, x, words, language),
    )
  }, [objects, truth, width, height, legend, words, language])
  const { box, rateBox, x, y, rateY } = plan
  const locale = localeOf(language)
  return (
    <svg
      ref={svg}
      className="chart"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      <SeasonBands box={box} scale={x} />
      <ValueAxis
        box={box}
        scale={y}
        label={plan.unitM2 === HA_M2 ? words.analysis.area.axisHa : words.analysis.area.axisM2}
        format={(value) => formatNumber(language, value, y.max < 5 ? 1 : 0)}
      />
      <FoundSpans objects={objects} plan={plan} />
      {objects.map((object, i) => (
        <AreaCurve
          key={object.summary.objectId}
          object={object}
          plan={plan}
          colour={curveColour(i)}
        />
      ))}
      <TruthCrosses truth={truth} plan={plan} />
      <FoundLabels plan={plan} />
      <TimeAxis box={box} scale={x} locale={locale} isLabelled={rateBox === null} />
      {rateBox && rateY && (
        <>
          <SeasonBands box={rateBox} scale={x} />
          <ValueAxis
            box={rateBox}
            scale={rateY}
            label={words.analysis.area.rate}
            format={(value) => formatNumber(language, value, rateY.max - rateY.min < 5 ? 1 : 0)}
          />
          <RateSteps objects={objects} plan={plan} />
          <TimeAxis box={rateBox} scale={x} locale={locale} />
        </>
      )}
      <Legend box={box} entries={legend} top={2} />
      <AreaNow objects={objects} plan={plan} />
      <PointerField plan={plan} />
    </svg>
  )
}

function TruthCrosses({
  truth,
  plan,
}: {
  truth: readonly TruthPoint[]
  plan: AreaPlan
}): ReactElement {
  return (
    <g>
      {truth.map(({ capturedAt, areaM2 }) => {
        const [x, y] = [plan.x.at(Date.parse(capturedAt)), plan.y.at(areaM2 / plan.unitM2)]
        const d = `M${n(x - 2.8)} ${n(y - 2.8)}l5.6 5.6M${n(x - 2.8)} ${n(y + 2.8)}l5.6 -5.6`
        return <path key={capturedAt} className="chart-truth" d={d} />
      })}
    </g>
  )
}

/** Tells the page which frame the pointer is at; a click takes it into view. */
function PointerField({ plan: { box, stops } }: { plan: AreaPlan }): ReactElement {
  const stopOf = (event: PointerEvent<SVGRectElement>): string | null => {
    const { left } = event.currentTarget.ownerSVGElement?.getBoundingClientRect() ?? { left: 0 }
    return stopAt(stops, event.clientX - left)?.sceneId ?? null
  }
  return (
    <rect
      className="chart-pointer not-in-file"
      x={box.left}
      y={box.top}
      width={Math.max(0, box.width - box.left - box.right)}
      height={box.height - box.top}
      onPointerMove={(event) => studioStore.set({ hoverSceneId: stopOf(event) })}
      onPointerLeave={() => studioStore.set({ hoverSceneId: null })}
      onPointerDown={(event) => studioStore.set({ sceneId: stopOf(event) })}
    />
  )
}

function labelsOf(
  objects: readonly CurveObject[],
  x: Scale,
  words: Words,
  language: Language,
): { x: number; text: string }[] {
  const { analysis } = words
  const unit = areaUnit(
    language,
    objects.flatMap(({ found }) => found.events.map(({ changeM2 }) => changeM2)),
  )
  return objects.flatMap(({ found }) => {
    const told = (text: string): string =>
      objects.length === 1 ? text : analysis.area.of(analysis.objectName(found.objectId), text)
    return [
      ...found.events.map(({ afterAt, byAt, changeM2, confirmed }) => ({
        x: (x.at(Date.parse(afterAt)) + x.at(Date.parse(byAt))) / 2,
        text: told(
          `${unit.showChange(changeM2)} ${unit.name}, ${formatDays(afterAt, byAt)}` +
            (confirmed ? '' : ` (${analysis.area.unconfirmed})`),
        ),
      })),
      ...found.onsets.map(({ at }) => ({
        x: x.at(Date.parse(at)),
        text: told(analysis.area.onsetAt(formatDay(at))),
      })),
    ]
  })
}
