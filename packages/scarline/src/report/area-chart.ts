import type { AreaRow, ReportData } from '@scarline/core'
import {
  type ChartBox,
  type LegendEntry,
  type Scale,
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
import { curveColour } from './palette.ts'
import { M2_PER_HA, formatArea, formatDay, formatNumber, formatRange } from './words.ts'

const BOX: ChartBox = { width: 960, height: 400, left: 74, right: 14, top: 30, bottom: 34 }

/** Below this share of the scar in sight a point is drawn hollow. */
const MOSTLY_SEEN = 0.5

/** Area over time with the 90 % interval, and the truth where there is one. */
export function areaChart({ analysis, verification }: ReportData): Markup {
  const rows = analysis.objects.flatMap(({ areas }) => areas)
  const single = analysis.objects.length === 1
  const truth = single ? truthPoints(verification) : []
  const x = timeScale(
    BOX,
    rows.map(({ capturedAt }) => capturedAt),
  )
  const highest = Math.max(
    ...rows.map(({ highM2 }) => highM2),
    ...truth.map(({ areaM2 }) => areaM2),
  )
  const inHa = highest >= 2 * M2_PER_HA
  const unitM2 = inHa ? M2_PER_HA : 1
  const y = valueScale(BOX, highest / unitM2)
  const yAt = (areaM2: number): number => y.at(areaM2 / unitM2)
  const decimals = y.max < 5 ? 1 : 0
  const entries: LegendEntry[] = analysis.objects.map(({ objectId }, i) => ({
    text: single ? 'area' : `object ${objectId}`,
    swatch: SWATCHES.line(curveColour(i)),
  }))
  entries.push({ text: '90 % interval', swatch: SWATCHES.band(curveColour(0)) })
  if (rows.some((row) => row.validInside < MOSTLY_SEEN)) {
    entries.push({ text: 'less than half in sight', swatch: SWATCHES.hollow(curveColour(0)) })
  }
  if (rows.some((row) => row.prompted || row.locked)) {
    entries.push({ text: 'prompted or accepted', swatch: SWATCHES.diamond(curveColour(0)) })
  }
  if (truth.length > 0) entries.push({ text: 'truth', swatch: SWATCHES.cross() })
  entries.push({ text: 'June–October', swatch: SWATCHES.season() })
  return chart(BOX, 'Area of the scar over time with its 90 % interval', 'area-chart', [
    seasonBands(BOX, x),
    valueAxis(BOX, y, inHa ? 'Area (ha)' : 'Area (m²)', (v) => formatNumber(v, decimals)),
    analysis.objects.map(({ areas }, i) => curve(areas, x, yAt, curveColour(i))),
    truth.map(({ capturedAt, areaM2 }) => cross(x.at(Date.parse(capturedAt)), yAt(areaM2))),
    timeAxis(BOX, x),
    html`<line
      id="now"
      class="now"
      x1="0"
      x2="0"
      y1="${BOX.top}"
      y2="${BOX.height - BOX.bottom}"
      visibility="hidden"
    />`,
    legend(BOX, entries),
  ])
}

/** Where the line of the viewed frame stands, by frame index. */
export function frameCursor({ analysis, frames }: ReportData): number[] {
  const rows = analysis.objects.flatMap(({ areas }) => areas)
  const x = timeScale(
    BOX,
    rows.map(({ capturedAt }) => capturedAt),
  )
  return frames.frames.map(({ capturedAt }) => Number(n(x.at(Date.parse(capturedAt)))))
}

function curve(
  areas: readonly AreaRow[],
  x: Scale,
  yAt: (areaM2: number) => number,
  colour: string,
): Markup {
  const at = (row: AreaRow): number => x.at(Date.parse(row.capturedAt))
  const upper = areas.map((row) => [at(row), yAt(row.highM2)] as const)
  const lower = areas.map((row) => [at(row), yAt(row.lowM2)] as const)
  const band = `${polyline([...upper, ...lower.toReversed()])}Z`
  const line = polyline(areas.map((row) => [at(row), yAt(row.areaM2)] as const))
  return html`<path d="${band}" fill="${colour}" fill-opacity="0.2" /><path
      d="${line}"
      fill="none"
      stroke="${colour}"
      stroke-width="1.5"
      stroke-linejoin="round"
    />${areas.map(
      (row) =>
        html`<g class="point" data-frame="${row.frameIndex}"
          >${point(at(row), yAt(row.areaM2), row, colour)}<title>
            ${formatDay(row.capturedAt)}: ${formatArea(row.areaM2)}
            (${formatRange(row.lowM2, row.highM2)})
          </title></g
        >`,
    )}`
}

function point(cx: number, cy: number, row: AreaRow, colour: string): Markup {
  if (row.prompted || row.locked) {
    const r = 5.5
    return html`<path
      d="M${n(cx)} ${n(cy - r)}L${n(cx + r)} ${n(cy)}L${n(cx)} ${n(cy + r)}L${n(cx - r)} ${n(cy)}Z"
      fill="${colour}"
      stroke="#fff"
      stroke-width="0.8"
    />`
  }
  if (row.validInside < MOSTLY_SEEN) {
    return html`<circle
      cx="${n(cx)}"
      cy="${n(cy)}"
      r="2.8"
      fill="#fff"
      stroke="${colour}"
      stroke-width="1.3"
    />`
  }
  return html`<circle cx="${n(cx)}" cy="${n(cy)}" r="2.6" fill="${colour}" />`
}

function cross(cx: number, cy: number): Markup {
  const r = 2.8
  return html`<path
    class="truth"
    d="M${n(cx - r)} ${n(cy - r)}L${n(cx + r)} ${n(cy + r)}M${n(cx - r)} ${n(cy + r)}L${n(cx + r)} ${n(cy - r)}"
  />`
}

/** Areas of the truth, of frames whose truth leaves out next to nothing of the site. */
function truthPoints(
  verification: ReportData['verification'],
): { capturedAt: string; areaM2: number }[] {
  if (verification === null) return []
  return verification.frames
    .filter(({ untoldFraction }) => untoldFraction < 0.05)
    .map(({ capturedAt, all }) => ({ capturedAt, areaM2: all.truthAreaM2 }))
}
