import type { SeasonArea } from '@scarline/core'
import { type Markup, html } from '../markup.ts'
import { COLOURS } from '../palette.ts'
import { M2_PER_HA, formatArea, formatNumber } from '../words.ts'
import {
  type ChartBox,
  type LegendEntry,
  SWATCHES,
  chart,
  legend,
  n,
  polyline,
  valueAxis,
  valueScale,
  WIDE,
} from './chart-frame.ts'

/** Medians of the seasons with their 90 % intervals, one series per season. */
export function seasonChart(seasons: readonly SeasonArea[], id: string): Markup {
  const years = seasons.map(({ season }) => season.year)
  const first = Math.min(...years)
  const count = Math.max(...years) - first + 1
  const highest = Math.max(...seasons.map(({ highM2 }) => highM2))
  const inHa = highest >= 2 * M2_PER_HA
  const unitM2 = inHa ? M2_PER_HA : 1
  const box: ChartBox = { ...WIDE, height: 280 }
  const y = valueScale(box, highest / unitM2)
  const slot = (box.width - box.left - box.right) / count
  const xAt = ({ season }: SeasonArea): number =>
    box.left + slot * (season.year - first + (season.name === 'june-october' ? 0.3 : 0.72))
  const yAt = (areaM2: number): number => y.at(areaM2 / unitM2)
  const colours = { 'june-october': COLOURS.green, 'november-may': COLOURS.blue } as const
  const names = { 'june-october': 'June–October', 'november-may': 'November–May' } as const
  const series = (['june-october', 'november-may'] as const).map((name) => {
    const members = seasons.filter(({ season }) => season.name === name)
    const colour = colours[name]
    const dash = name === 'june-october' ? '' : '5 3'
    return html`<path
        d="${polyline(members.map((m) => [xAt(m), yAt(m.medianM2)] as const))}"
        fill="none"
        stroke="${colour}"
        stroke-width="1.3"
        stroke-dasharray="${dash}"
      />${members.map(
        (m) =>
          html`<g
            ><line
              x1="${n(xAt(m))}"
              x2="${n(xAt(m))}"
              y1="${n(yAt(m.lowM2))}"
              y2="${n(yAt(m.highM2))}"
              stroke="${colour}"
              stroke-width="1.3"
            />${[m.lowM2, m.highM2].map((end) => html`<line x1="${n(xAt(m) - 4)}" x2="${n(xAt(m) + 4)}" y1="${n(yAt(end))}" y2="${n(yAt(end))}" stroke="${colour}" stroke-width="1.3" />`)}${marker(name, xAt(m), yAt(m.medianM2), colour)}<title>
              ${m.season.label}: ${formatArea(m.medianM2)}, ${m.frames} frames
            </title></g
          >`,
      )}`
  })
  const entries: LegendEntry[] = [
    ...(['june-october', 'november-may'] as const).map((name) => ({
      text: names[name],
      swatch: html`${SWATCHES.line(colours[name])}${marker(name, 14, 6, colours[name])}`,
    })),
    {
      text: '90 % interval',
      swatch: SWATCHES.bar(COLOURS.muted),
    },
  ]
  const bottom = box.height - box.bottom
  const every = Math.max(1, Math.ceil(count / 16))
  const labels = Array.from({ length: count }, (_, i) => i)
    .filter((i) => i % every === 0)
    .map(
      (i) =>
        html`<text
          class="tick"
          text-anchor="middle"
          x="${n(box.left + slot * (i + 0.5))}"
          y="${bottom + 20}"
          >${first + i}</text
        >`,
    )
  return chart(box, 'Median area per season', id, [
    valueAxis(box, y, inHa ? 'Median area (ha)' : 'Median area (m²)', (v) =>
      formatNumber(v, y.max < 5 ? 1 : 0),
    ),
    series,
    html`<line
      class="axis"
      x1="${box.left}"
      x2="${box.width - box.right}"
      y1="${bottom}"
      y2="${bottom}"
    />`,
    labels,
    legend(box, entries),
  ])
}

function marker(name: SeasonArea['season']['name'], x: number, y: number, colour: string): Markup {
  return name === 'june-october'
    ? html`<circle cx="${n(x)}" cy="${n(y)}" r="4" fill="${colour}" />`
    : html`<rect
        x="${n(x - 3.6)}"
        y="${n(y - 3.6)}"
        width="7.2"
        height="7.2"
        fill="#fff"
        stroke="${colour}"
        stroke-width="1.6"
      />`
}
