import type { ReportData } from '@scarline/core'
import { type Markup, html } from '../markup.ts'
import { COLOURS, curveColour } from '../palette.ts'
import { formatDay, formatNumber } from '../words.ts'
import {
  type ChartBox,
  type Scale,
  n,
  polyline,
  seasonBands,
  spanScale,
  timeAxis,
  valueAxis,
} from './chart-frame.ts'

/** How far beyond the largest rate a band is followed, as a share of it; the narrowest band is shown whole. */
const BAND_ROOM = 0.6

/** Rates of the phases as steps with their 90 % intervals, m² a day. */
export function ratePanel(
  objects: ReportData['evolution']['objects'],
  box: ChartBox,
  x: Scale,
): Markup {
  const phases = objects.flatMap((object) => object.phases)
  const largest = Math.max(1e-9, ...phases.map(({ rateM2PerDay }) => Math.abs(rateM2PerDay)))
  const narrowest = Math.min(...phases.map((p) => (p.highM2PerDay - p.lowM2PerDay) / 2))
  const room = Math.max(BAND_ROOM * largest, narrowest)
  const low = Math.min(0, ...phases.map((p) => Math.max(p.lowM2PerDay, p.rateM2PerDay - room)))
  const high = Math.max(0, ...phases.map((p) => Math.min(p.highM2PerDay, p.rateM2PerDay + room)))
  const y = spanScale(box, low, high)
  const decimals = y.max - y.min < 5 ? 1 : 0
  const inside = (rate: number): number => y.at(Math.max(y.min, Math.min(y.max, rate)))
  return html`${seasonBands(box, x)}${valueAxis(box, y, 'Rate (m²/day)', (v) => formatNumber(v, decimals))}<line
      class="axis"
      x1="${box.left}"
      x2="${box.width - box.right}"
      y1="${n(y.at(0))}"
      y2="${n(y.at(0))}"
      stroke-opacity="0.5"
    />${objects.map((object, i) =>
      object.phases.map((phase) => {
        const from = x.at(Date.parse(phase.fromAt))
        const to = x.at(Date.parse(phase.toAt))
        const upper = inside(phase.highM2PerDay)
        return html`<g
          ><rect
            x="${n(from)}"
            y="${n(upper)}"
            width="${n(Math.max(1, to - from))}"
            height="${n(Math.max(1, inside(phase.lowM2PerDay) - upper))}"
            fill="${curveColour(i)}"
            fill-opacity="0.2"
          /><path
            d="${polyline([
              [from, inside(phase.rateM2PerDay)],
              [to, inside(phase.rateM2PerDay)],
            ])}"
            stroke="${curveColour(i)}"
            stroke-width="2.4"
            fill="none"
          /><title>
            ${formatDay(phase.fromAt)} to ${formatDay(phase.toAt)}:
            ${formatNumber(phase.rateM2PerDay, 1)} m²/day (${formatNumber(phase.lowM2PerDay, 1)} to
            ${formatNumber(phase.highM2PerDay, 1)})
          </title></g
        >`
      }),
    )}${joints(objects, x, inside)}${timeAxis(box, x)}`
}

/** Thin lines from one phase's rate to the next one's. */
function joints(
  objects: ReportData['evolution']['objects'],
  x: Scale,
  inside: (rate: number) => number,
): Markup {
  return html`${objects.map(({ phases }) =>
    phases.slice(1).map((phase, i) => {
      const before = phases[i]
      if (before === undefined || before.toAt !== phase.fromAt) return null
      const at = x.at(Date.parse(phase.fromAt))
      return html`<line
        x1="${n(at)}"
        x2="${n(at)}"
        y1="${n(inside(before.rateM2PerDay))}"
        y2="${n(inside(phase.rateM2PerDay))}"
        stroke="${COLOURS.muted}"
        stroke-width="0.8"
      />`
    }),
  )}`
}
