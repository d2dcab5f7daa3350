import type { ReactElement } from 'react'
import { Choice } from '../../../shell/choice.tsx'
import { formatHa, formatMetres } from '../../../words/format-analysis.ts'
import { useLanguage, useWords } from '../../../words/use-words.ts'
import {
  type GroundScale,
  type MeasureStep,
  type Measuring,
  areaM2,
  lengthM,
  shownCorners,
} from './measure.ts'

const TOOLS = ['distance', 'area'] as const

/** Switches the measure tool, and tells what was measured. */
export function MeasureTools({
  measuring,
  onMeasure,
  ground,
}: {
  measuring: Measuring
  onMeasure(step: MeasureStep): void
  ground: GroundScale
}): ReactElement {
  const { analysis } = useWords()
  const language = useLanguage()
  const { tool, corners } = measuring
  const line = shownCorners(measuring)
  const result =
    tool === null || line.length < 2
      ? null
      : tool === 'distance'
        ? analysis.measure.distanceIs(formatMetres(language, lengthM(line, ground, false)))
        : analysis.measure.areaIs(
            formatHa(language, areaM2(line, ground)),
            formatMetres(language, lengthM(line, ground, true)),
          )
  return (
    <div className="measure">
      <div className="row" role="group" aria-label={analysis.measure.tools}>
        <h3>{analysis.measure.tools}</h3>
        <Choice
          options={TOOLS.map((one) => ({ value: one, says: analysis.measure[one] }))}
          value={tool}
          isSmall
          onChoose={(one) => onMeasure({ kind: 'tool', tool: one === tool ? null : one })}
        />
        {corners.length > 0 && (
          <button
            type="button"
            className="button small quiet"
            onClick={() => onMeasure({ kind: 'clear' })}
          >
            {analysis.measure.clear}
          </button>
        )}
        <output className="measure-result" title={analysis.measure.ellipsoid}>
          {result}
        </output>
      </div>
      {tool !== null && <p className="muted hint">{analysis.measure.hint}</p>}
    </div>
  )
}
