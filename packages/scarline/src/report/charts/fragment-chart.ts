import type { ReportData } from '@scarline/core'
import { type Markup, html } from '../markup.ts'
import { curveColour } from '../palette.ts'
import { formatNumber } from '../words.ts'
import {
  type ChartBox,
  chart,
  polyline,
  seasonBands,
  timeAxis,
  timeScale,
  valueAxis,
  valueScale,
  WIDE,
} from './chart-frame.ts'

/** Number of fragments over time, as steps. */
export function fragmentChart({ analysis }: ReportData): Markup {
  const rows = analysis.objects.flatMap(({ areas }) => areas)
  const box: ChartBox = { ...WIDE, height: 180 }
  const x = timeScale(
    box,
    rows.map(({ capturedAt }) => capturedAt),
  )
  const y = valueScale(box, Math.max(4, ...rows.map(({ fragments }) => fragments)))
  return chart(box, 'Number of fragments over time', 'fragment-chart', [
    seasonBands(box, x),
    valueAxis(box, y, 'Fragments', (v) => formatNumber(v)),
    analysis.objects.map(({ areas }, i) => {
      const points = areas.flatMap((row, k) => {
        const at = x.at(Date.parse(row.capturedAt))
        const before = areas[k - 1]
        return [
          ...(before === undefined ? [] : [[at, y.at(before.fragments)] as const]),
          [at, y.at(row.fragments)] as const,
        ]
      })
      return html`<path
        d="${polyline(points)}"
        fill="none"
        stroke="${curveColour(i)}"
        stroke-width="1.3"
      />`
    }),
    timeAxis(box, x),
  ])
}
