import type { ReportData } from '@scarline/core'
import { type Markup, html } from '../markup.ts'
import { COLOURS, curveColour } from '../palette.ts'
import { M2_PER_HA, formatArea, formatDay, formatNumber, formatRange } from '../words.ts'
import {
  type ChartBox,
  SWATCHES,
  WIDE,
  chart,
  legend,
  n,
  polyline,
  seasonBands,
  timeAxis,
  timeScale,
  valueAxis,
  valueScale,
} from './chart-frame.ts'

type Deseasoned = ReportData['evolution']['objects'][number]['deseasoned']

/** The areas with the fitted season taken out, above the areas as measured. */
export function deseasonedChart({ frames }: Deseasoned, id: string): Markup {
  const box: ChartBox = { ...WIDE, height: 260 }
  const x = timeScale(
    box,
    frames.map(({ capturedAt }) => capturedAt),
  )
  const rawOf = ({ deseasonedM2, seasonM2 }: Deseasoned['frames'][number]): number =>
    deseasonedM2 + seasonM2
  const highest = Math.max(...frames.map((frame) => Math.max(frame.highM2, rawOf(frame))))
  const inHa = highest >= 2 * M2_PER_HA
  const unitM2 = inHa ? M2_PER_HA : 1
  const y = valueScale(box, highest / unitM2)
  const at = (capturedAt: string, areaM2: number): readonly [number, number] => [
    x.at(Date.parse(capturedAt)),
    y.at(Math.max(0, areaM2) / unitM2),
  ]
  const colour = curveColour(0)
  return chart(box, 'Area with the season taken out', id, [
    seasonBands(box, x),
    valueAxis(box, y, inHa ? 'Area (ha)' : 'Area (m²)', (v) => formatNumber(v, y.max < 5 ? 1 : 0)),
    html`<path
      d="${polyline(frames.map((frame) => at(frame.capturedAt, rawOf(frame))))}"
      fill="none"
      stroke="${COLOURS.muted}"
      stroke-width="1"
      stroke-dasharray="3 2"
    />`,
    frames.map((frame) => {
      const [cx, cy] = at(frame.capturedAt, frame.deseasonedM2)
      const [, low] = at(frame.capturedAt, frame.lowM2)
      const [, high] = at(frame.capturedAt, frame.highM2)
      return html`<g
        ><line
          x1="${n(cx)}"
          x2="${n(cx)}"
          y1="${n(low)}"
          y2="${n(high)}"
          stroke="${colour}"
          stroke-width="1"
          stroke-opacity="0.6"
        /><circle cx="${n(cx)}" cy="${n(cy)}" r="2.4" fill="${colour}" /><title>
          ${formatDay(frame.capturedAt)}: ${formatArea(frame.deseasonedM2)}
          (${formatRange(frame.lowM2, frame.highM2)})
        </title></g
      >`
    }),
    timeAxis(box, x),
    legend(box, [
      {
        text: 'season taken out, with 90 % interval',
        swatch: html`<line x1="14" x2="14" y1="0" y2="12" stroke="${colour}" /><circle
            cx="14"
            cy="6"
            r="2.6"
            fill="${colour}"
          />`,
      },
      {
        text: 'as measured',
        swatch: html`<line
          x1="2"
          x2="26"
          y1="6"
          y2="6"
          stroke="${COLOURS.muted}"
          stroke-dasharray="3 2"
        />`,
      },
      { text: 'June–October', swatch: SWATCHES.season() },
    ]),
  ])
}
