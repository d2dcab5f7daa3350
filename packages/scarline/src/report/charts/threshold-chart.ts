import type { ReportData } from '@scarline/core'
import { type Markup, html } from '../markup.ts'
import { COLOURS } from '../palette.ts'
import { formatNumber } from '../words.ts'
import { type ChartBox, chart, legend, n, valueAxis, valueScale, WIDE } from './chart-frame.ts'

/** Histogram of NDVI that the site's threshold was found from. */
export function thresholdChart({ frames }: ReportData): Markup {
  const { start, binWidth, counts } = frames.histogram
  const filled = counts.flatMap((count, i) => (count > 0 ? [i] : []))
  const [from, to] = [Math.min(...filled), Math.max(...filled) + 1]
  const box: ChartBox = { ...WIDE, height: 200, bottom: 44 }
  const [min, max] = [start + from * binWidth, start + to * binWidth]
  const xAt = (value: number): number =>
    box.left + ((box.width - box.left - box.right) * (value - min)) / (max - min)
  const total = counts.reduce((sum, count) => sum + count, 0)
  const y = valueScale(box, (100 * Math.max(...counts)) / total)
  const bottom = box.height - box.bottom
  const { value } = frames.siteThreshold
  const step = max - min > 0.6 ? 0.2 : 0.1
  const ticks = Array.from({ length: 21 }, (_, i) => Math.round((-1 + i * step) * 10) / 10)
  return chart(box, 'Histogram of NDVI over all frames with the threshold', 'threshold-chart', [
    valueAxis(box, y, 'Pixels (%)', (v) => formatNumber(v, y.max < 5 ? 1 : 0)),
    counts.slice(from, to).map((count, i) => {
      const left = min + i * binWidth
      const top = y.at((100 * count) / total)
      const colour = left + binWidth / 2 <= value ? COLOURS.orange : COLOURS.green
      return html`<rect
        x="${n(xAt(left))}"
        y="${n(top)}"
        width="${n(xAt(left + binWidth) - xAt(left))}"
        height="${n(bottom - top)}"
        fill="${colour}"
        fill-opacity="0.75"
      />`
    }),
    html`<line
      class="axis"
      x1="${box.left}"
      x2="${box.width - box.right}"
      y1="${bottom}"
      y2="${bottom}"
    />`,
    ticks
      .filter((tick) => tick >= min && tick <= max)
      .map(
        (tick) =>
          html`<line
              class="axis"
              x1="${n(xAt(tick))}"
              x2="${n(xAt(tick))}"
              y1="${bottom}"
              y2="${bottom + 5}"
            /><text class="tick" text-anchor="middle" x="${n(xAt(tick))}" y="${bottom + 18}"
              >${formatNumber(tick, 1)}</text
            >`,
      ),
    html`<text
      class="label"
      text-anchor="middle"
      x="${(box.left + box.width - box.right) / 2}"
      y="${box.height - 4}"
      >NDVI</text
    >`,
    html`<line
        x1="${n(xAt(value))}"
        x2="${n(xAt(value))}"
        y1="${box.top}"
        y2="${bottom}"
        stroke="${COLOURS.ink}"
        stroke-width="1.2"
      /><text class="key" x="${n(xAt(value) + 6)}" y="${box.top + 10}"
        >threshold ${formatNumber(value, 3)}</text
      >`,
    legend(box, [
      {
        text: 'at or below: bare',
        swatch: html`<rect
          x="2"
          y="0"
          width="24"
          height="12"
          fill="${COLOURS.orange}"
          fill-opacity="0.75"
        />`,
      },
      {
        text: 'above: vegetated',
        swatch: html`<rect
          x="2"
          y="0"
          width="24"
          height="12"
          fill="${COLOURS.green}"
          fill-opacity="0.75"
        />`,
      },
    ]),
  ])
}
