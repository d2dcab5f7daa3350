import type { AreaRow, ReportData } from '@scarline/core'
import { type Markup, html } from '../markup.ts'
import { COLOURS, curveColour } from '../palette.ts'
import {
  M2_PER_HA,
  formatArea,
  formatBracket,
  formatChange,
  formatDay,
  formatNumber,
  formatRange,
  formatShortDay,
} from '../words.ts'
import {
  type ChartBox,
  type LegendEntry,
  type Scale,
  SWATCHES,
  chart,
  legend,
  legendHeight,
  n,
  polyline,
  seasonBands,
  timeAxis,
  timeScale,
  valueAxis,
  valueScale,
} from './chart-frame.ts'
import { type PlacedLabel, placeInLanes } from './label-lanes.ts'
import { ratePanel } from './rate-panel.ts'

const WIDTH = 960
const LEFT = 74
const RIGHT = 14
const AREA_HEIGHT = 290
const RATE_HEIGHT = 110
const GAP = 26
const AXIS = 34
const LANE = 17

/** Below this share of the scar in sight a point is drawn pale. */
const MOSTLY_SEEN = 0.5

type Objects = ReportData['evolution']['objects']
type Inputs = Pick<ReportData, 'analysis' | 'evolution' | 'verification'>

/** How the area is drawn. */
export interface AreaLook {
  id: string
  /** A band between the dates, or a bar at each: between dates far apart nothing is known. */
  intervals: 'band' | 'bars'
  /** Whether a line marks the frame that the viewer shows. */
  hasCursor: boolean
}

const FRAMES_LOOK: AreaLook = { id: 'area-chart', intervals: 'band', hasCursor: true }

/** Area over time with the 90 % interval, events, onsets, artefacts and the truth; rates below. */
export function areaChart(data: Inputs, look: AreaLook = FRAMES_LOOK): Markup {
  const { analysis, evolution, verification } = data
  const rows = analysis.objects.flatMap(({ areas }) => areas)
  const single = analysis.objects.length === 1
  const truth = single ? truthPoints(verification) : []
  const x = areaTimeScale(data)
  const entries = legendEntries(data, truth.length > 0, look)
  const labels = placeInLanes(marksOf(evolution.objects, x, single), LEFT, WIDTH - RIGHT)
  const lanes = Math.max(0, ...labels.map(({ lane }) => lane + 1))
  const legendTop = 6
  const hasRates = evolution.objects.some(({ phases }) => phases.length > 0)
  const top = legendTop + legendHeight({ left: LEFT, right: RIGHT, width: WIDTH }, entries) + 8
  const plotTop = top + lanes * LANE
  const plotBottom = plotTop + AREA_HEIGHT
  const height = plotBottom + (hasRates ? GAP + RATE_HEIGHT : 0) + AXIS
  const box: ChartBox = {
    width: WIDTH,
    height,
    left: LEFT,
    right: RIGHT,
    top: plotTop,
    bottom: height - plotBottom,
  }
  const rateBox: ChartBox = { ...box, top: plotBottom + GAP, bottom: AXIS }
  const highest = Math.max(
    ...rows.map(({ highM2 }) => highM2),
    ...truth.map(({ areaM2 }) => areaM2),
  )
  const inHa = highest >= 2 * M2_PER_HA
  const unitM2 = inHa ? M2_PER_HA : 1
  const y = valueScale(box, highest / unitM2)
  const yAt = (areaM2: number): number => y.at(areaM2 / unitM2)
  const decimals = y.max < 5 ? 1 : 0
  return chart(
    box,
    'Area of the scar over time with its 90 % interval',
    look.id,
    [
      seasonBands(box, x),
      valueAxis(box, y, inHa ? 'Area (ha)' : 'Area (m²)', (v) => formatNumber(v, decimals)),
      evolution.objects.map((object) => spans(object, x, box)),
      analysis.objects.map(({ areas }, i) =>
        curve(areas, x, yAt, curveColour(i), artefactDays(evolution.objects[i]), look),
      ),
      truth.map(({ capturedAt, areaM2 }) => cross(x.at(Date.parse(capturedAt)), yAt(areaM2))),
      labels.map((label) => leader(label, plotTop)),
      labels.map((label) => labelText(label, plotTop)),
      timeAxis(hasRates ? { ...box, labelled: false } : box, x),
      hasRates && ratePanel(evolution.objects, rateBox, x),
      hasRates && panelName('a', plotTop),
      hasRates && panelName('b', rateBox.top),
      look.hasCursor &&
        html`<line
          id="now"
          class="now"
          x1="0"
          x2="0"
          y1="${plotTop}"
          y2="${height - AXIS}"
          visibility="hidden"
        />`,
      legend(box, entries, legendTop),
    ],
    description(data),
  )
}

function description({ analysis, evolution }: Inputs): string {
  return analysis.objects
    .map(({ areas }, i) => {
      const [first, last] = [areas[0], areas.at(-1)]
      if (first === undefined || last === undefined) return ''
      const events = evolution.objects[i]?.events.length ?? 0
      return `From ${formatArea(first.areaM2)} on ${formatDay(first.capturedAt)} to ${formatArea(last.areaM2)} on ${formatDay(last.capturedAt)}, with ${events} abrupt changes marked.`
    })
    .join(' ')
}

/** The time axis of the area chart. */
function areaTimeScale({ analysis }: Pick<ReportData, 'analysis'>): Scale {
  const rows = analysis.objects.flatMap(({ areas }) => areas)
  return timeScale(
    { width: WIDTH, left: LEFT, right: RIGHT },
    rows.map(({ capturedAt }) => capturedAt),
  )
}

/** Where the line of the viewed frame stands, by frame index. */
export function frameCursor(data: ReportData): number[] {
  const x = areaTimeScale(data)
  return data.frames.frames.map(({ capturedAt }) => Number(n(x.at(Date.parse(capturedAt)))))
}

function legendEntries(
  { analysis, evolution }: Inputs,
  hasTruth: boolean,
  { intervals }: AreaLook,
): LegendEntry[] {
  const rows = analysis.objects.flatMap(({ areas }) => areas)
  const found = evolution.objects
  const single = analysis.objects.length === 1
  const entries: LegendEntry[] = analysis.objects.map(({ objectId }, i) => ({
    text: single ? 'area' : `object ${objectId}`,
    swatch: html`${SWATCHES.line(curveColour(i))}<circle
        cx="14"
        cy="6"
        r="2.6"
        fill="${curveColour(i)}"
      />`,
  }))
  entries.push({
    text: '90 % interval',
    swatch: intervals === 'band' ? SWATCHES.band(curveColour(0)) : SWATCHES.bar(curveColour(0)),
  })
  if (found.some(({ artefacts }) => artefacts.length > 0)) {
    entries.push({ text: 'artefact, no event', swatch: SWATCHES.hollow(COLOURS.vermillion) })
  }
  if (rows.some((row) => row.validInside < MOSTLY_SEEN)) {
    entries.push({ text: 'less than half in sight', swatch: SWATCHES.pale(curveColour(0)) })
  }
  if (rows.some((row) => row.prompted || row.locked)) {
    entries.push({ text: 'prompted or accepted', swatch: SWATCHES.diamond(curveColour(0)) })
  }
  if (hasTruth) entries.push({ text: 'truth', swatch: SWATCHES.cross() })
  if (found.some(({ events }) => events.length > 0)) {
    entries.push({
      text: 'abrupt change lies in here',
      swatch: html`<rect
        x="8"
        y="0"
        width="12"
        height="12"
        fill="${COLOURS.vermillion}"
        fill-opacity="0.35"
      />`,
    })
  }
  if (found.some(({ onsets }) => onsets.length > 0)) {
    entries.push({
      text: 'onset with 90 % interval',
      swatch: html`<rect
          x="4"
          y="0"
          width="20"
          height="12"
          fill="${COLOURS.orange}"
          fill-opacity="0.25"
        /><line x1="14" x2="14" y1="0" y2="12" stroke="${COLOURS.ink}" stroke-dasharray="3 2" />`,
    })
  }
  entries.push({ text: 'June–October', swatch: SWATCHES.season() })
  return entries
}

function marksOf(objects: Objects, x: Scale, single: boolean): { x: number; text: string }[] {
  return objects.flatMap(({ objectId, events, onsets }) => {
    const of = single ? '' : `object ${objectId}: `
    return [
      ...events.map(({ afterAt, byAt, changeM2, confirmed }) => ({
        x: (x.at(Date.parse(afterAt)) + x.at(Date.parse(byAt))) / 2,
        text: `${of}${formatChange(changeM2)}, ${formatBracket(afterAt, byAt)}${confirmed ? '' : ' (to be borne out)'}`,
      })),
      ...onsets.map(({ at }) => ({
        x: x.at(Date.parse(at)),
        text: `${of}onset ${formatShortDay(at)}`,
      })),
    ]
  })
}

/** Bands of events and onsets behind the curve. */
function spans({ events, onsets }: Objects[number], x: Scale, box: ChartBox): Markup {
  const height = box.height - box.top - box.bottom
  const band = (fromAt: string, toAt: string, colour: string, opacity: string): Markup => {
    const from = Math.max(box.left, x.at(Date.parse(fromAt)))
    const to = Math.min(box.width - box.right, x.at(Date.parse(toAt)))
    const width = Math.max(2, to - from)
    return html`<rect
      x="${n((from + to - width) / 2)}"
      y="${box.top}"
      width="${n(width)}"
      height="${height}"
      fill="${colour}"
      fill-opacity="${opacity}"
    />`
  }
  return html`${onsets.map(({ lowAt, highAt }) => band(lowAt, highAt, COLOURS.orange, '0.22'))}${events.map(({ afterAt, byAt }) => band(afterAt, byAt, COLOURS.vermillion, '0.35'))}${onsets.map(
    ({ at }) =>
      html`<line
        x1="${n(x.at(Date.parse(at)))}"
        x2="${n(x.at(Date.parse(at)))}"
        y1="${box.top}"
        y2="${box.top + height}"
        stroke="${COLOURS.ink}"
        stroke-dasharray="3 2"
      />`,
  )}`
}

function leader({ x, lane }: PlacedLabel, plotTop: number): Markup {
  return html`<line
    class="leader"
    x1="${n(x)}"
    x2="${n(x)}"
    y1="${n(baselineOf(lane, plotTop) - 10)}"
    y2="${plotTop}"
  />`
}

/** Drawn after all leaders, whose crossings its halo keeps off. */
function labelText({ text, lane, textX }: PlacedLabel, plotTop: number): Markup {
  return html`<text class="key" x="${n(textX)}" y="${n(baselineOf(lane, plotTop))}">${text}</text>`
}

function baselineOf(lane: number, plotTop: number): number {
  return plotTop - lane * LANE - 6
}

function panelName(name: string, top: number): Markup {
  return html`<text class="panel" x="2" y="${top - 4}">${name}</text>`
}

function artefactDays(object: Objects[number] | undefined): ReadonlySet<string> {
  return new Set(object?.artefacts.map(({ capturedAt }) => capturedAt))
}

function curve(
  areas: readonly AreaRow[],
  x: Scale,
  yAt: (areaM2: number) => number,
  colour: string,
  artefacts: ReadonlySet<string>,
  { intervals }: AreaLook,
): Markup {
  const at = (row: AreaRow): number => x.at(Date.parse(row.capturedAt))
  const upper = areas.map((row) => [at(row), yAt(row.highM2)] as const)
  const lower = areas.map((row) => [at(row), yAt(row.lowM2)] as const)
  const band = `${polyline([...upper, ...lower.toReversed()])}Z`
  const line = polyline(
    areas
      .filter(({ capturedAt }) => !artefacts.has(capturedAt))
      .map((row) => [at(row), yAt(row.areaM2)] as const),
  )
  const bar = (row: AreaRow): string =>
    `M${n(at(row) - 4)} ${n(yAt(row.highM2))}h8m-4 0V${n(yAt(row.lowM2))}m-4 0h8`
  return html`${
      intervals === 'band'
        ? html`<path d="${band}" fill="${colour}" fill-opacity="0.2" />`
        : html`<path
            d="${areas.map(bar).join('')}"
            fill="none"
            stroke="${colour}"
            stroke-width="1.3"
          />`
    }<path
      d="${line}"
      fill="none"
      stroke="${colour}"
      stroke-width="1.5"
      stroke-linejoin="round"
    />${areas.map(
      (row) =>
        html`<g class="point" data-frame="${row.frameIndex}"
          >${point(at(row), yAt(row.areaM2), row, colour, artefacts.has(row.capturedAt))}<title>
            ${formatDay(row.capturedAt)}: ${formatArea(row.areaM2)}
            (${formatRange(row.lowM2, row.highM2)})
          </title></g
        >`,
    )}`
}

function point(cx: number, cy: number, row: AreaRow, colour: string, isArtefact: boolean): Markup {
  if (isArtefact) {
    return html`<circle
      cx="${n(cx)}"
      cy="${n(cy)}"
      r="3.4"
      fill="#fff"
      stroke="${COLOURS.vermillion}"
      stroke-width="1.5"
    />`
  }
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
    return html`<rect
      x="${n(cx - 2.4)}"
      y="${n(cy - 2.4)}"
      width="4.8"
      height="4.8"
      fill="#fff"
      stroke="${colour}"
      stroke-width="1.2"
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
