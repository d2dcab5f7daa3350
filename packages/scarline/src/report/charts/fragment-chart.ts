import { type Markup, html } from '../markup.ts'
import { curveColour } from '../palette.ts'
import type { Measured } from '../sections/objects.ts'
import { formatNumber } from '../words.ts'
import {
  type ChartBox,
  chart,
  n,
  polyline,
  seasonBands,
  timeAxis,
  timeScale,
  valueAxis,
  valueScale,
  WIDE,
} from './chart-frame.ts'

/** Dates that have a dot each; of more of them the steps say enough. */
const MOST_DOTS = 40

/** Number of fragments over time, as steps. */
export function fragmentChart({ analysis }: Measured, id: string): Markup {
  const rows = analysis.objects.flatMap(({ areas }) => areas)
  const box: ChartBox = { ...WIDE, height: 180 }
  const x = timeScale(
    box,
    rows.map(({ capturedAt }) => capturedAt),
  )
  const y = valueScale(box, Math.max(4, ...rows.map(({ fragments }) => fragments)))
  return chart(box, 'Number of fragments over time', id, [
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
        />${
          areas.length <= MOST_DOTS &&
          areas.map(
            (row) =>
              html`<circle
                cx="${n(x.at(Date.parse(row.capturedAt)))}"
                cy="${n(y.at(row.fragments))}"
                r="2.6"
                fill="${curveColour(i)}"
              />`,
          )
        }`
    }),
    timeAxis(box, x),
  ])
}
