import type { SeasonArea } from '@scarline/core/model'
import { type ReactElement, useRef } from 'react'
import { SeasonChart } from '../../charts/season-chart.tsx'
import { useWidth } from '../../charts/use-width.ts'
import { useWords } from '../../words/use-words.ts'
import { Figure } from './figure.tsx'

const HEIGHT = 230

/** Medians of the seasons. */
export function SeasonFigure({ seasons }: { seasons: readonly SeasonArea[] }): ReactElement {
  const { analysis } = useWords()
  const svg = useRef<SVGSVGElement>(null)
  const [width, ref] = useWidth<HTMLDivElement>()
  return (
    <Figure title={analysis.seasons.title} name="seasons" svg={svg}>
      <div ref={ref} className="figure-body">
        {seasons.length < 2 && <p className="muted">{analysis.seasons.none}</p>}
        {seasons.length > 1 && width > 0 && (
          <SeasonChart
            seasons={seasons}
            width={width}
            height={HEIGHT}
            svg={svg}
            label={analysis.seasons.spoken(seasons.length)}
          />
        )}
      </div>
    </Figure>
  )
}
