import type { ReportData, SeasonArea, Verification } from '@scarline/core'
import {
  type ChartBox,
  type LegendEntry,
  SWATCHES,
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
import { type Markup, html } from './markup.ts'
import { COLOURS, curveColour } from './palette.ts'
import { M2_PER_HA, formatArea, formatDay, formatNumber } from './words.ts'

const WIDE: ChartBox = { width: 960, height: 240, left: 74, right: 14, top: 30, bottom: 34 }

/** Medians of the seasons with their 90 % intervals, one series per season. */
export function seasonChart(seasons: readonly SeasonArea[]): Markup {
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
      swatch: html`<path
        d="M10 0.5H18M14 0.5V11.5M10 11.5H18"
        stroke="${COLOURS.muted}"
        stroke-width="1.3"
        fill="none"
      />`,
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
  return chart(box, 'Median area per season', 'season-chart', [
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

/** IoU and boundary F of each verified frame over what it saw, with the mean IoU. */
export function accuracyChart(verification: Verification): Markup {
  const frames = verification.frames.flatMap((frame) =>
    frame.observed === null ? [] : [{ ...frame, observed: frame.observed }],
  )
  const x = timeScale(
    WIDE,
    frames.map(({ capturedAt }) => capturedAt),
  )
  const worst = Math.min(
    ...frames.map(({ observed }) => Math.min(observed.iou, observed.boundaryF)),
  )
  const y = valueScale(WIDE, 1, Math.min(0.8, Math.floor(worst * 10) / 10))
  const at = (capturedAt: string, value: number): readonly [number, number] => [
    x.at(Date.parse(capturedAt)),
    y.at(value),
  ]
  const mean = verification.mean.observed?.iou
  const iou = frames.map(({ capturedAt, observed }) => at(capturedAt, observed.iou))
  const boundary = frames.map(({ capturedAt, observed }) => at(capturedAt, observed.boundaryF))
  return chart(WIDE, 'IoU and boundary F of each frame', 'accuracy-chart', [
    seasonBands(WIDE, x),
    valueAxis(WIDE, y, 'Score', (v) => v.toFixed(y.max - y.min < 0.4 ? 2 : 1)),
    html`<path
        d="${polyline(boundary)}"
        fill="none"
        stroke="${COLOURS.vermillion}"
        stroke-width="1"
        stroke-dasharray="4 3"
      /><path d="${polyline(iou)}" fill="none" stroke="${COLOURS.blue}" stroke-width="1.4" />`,
    frames.map(({ frameIndex, capturedAt, observed }) => {
      const [cx, cy] = at(capturedAt, observed.iou)
      return html`<g class="point" data-frame="${frameIndex}"
        ><circle cx="${n(cx)}" cy="${n(cy)}" r="2.4" fill="${COLOURS.blue}" /><title>
          ${formatDay(capturedAt)}: IoU ${observed.iou.toFixed(3)}, boundary F
          ${observed.boundaryF.toFixed(3)}
        </title></g
      >`
    }),
    mean !== undefined &&
      html`<line
        x1="${WIDE.left}"
        x2="${WIDE.width - WIDE.right}"
        y1="${n(y.at(mean))}"
        y2="${n(y.at(mean))}"
        stroke="${COLOURS.ink}"
        stroke-width="0.8"
        stroke-dasharray="2 3"
      />`,
    timeAxis(WIDE, x),
    legend(WIDE, [
      { text: 'IoU', swatch: SWATCHES.line(COLOURS.blue) },
      {
        text: 'boundary F',
        swatch: html`<line
          x1="2"
          x2="26"
          y1="6"
          y2="6"
          stroke="${COLOURS.vermillion}"
          stroke-width="1.2"
          stroke-dasharray="4 3"
        />`,
      },
      ...(mean === undefined
        ? []
        : [
            {
              text: `mean IoU ${mean.toFixed(3)}`,
              swatch: html`<line
                x1="2"
                x2="26"
                y1="6"
                y2="6"
                stroke="${COLOURS.ink}"
                stroke-width="1"
                stroke-dasharray="2 3"
              />`,
            },
          ]),
    ]),
  ])
}

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
