import type { FrameFigure, ReportData } from '@scarline/core'
import { niceStep, n } from './charts/chart-frame.ts'
import { type Markup, html, scriptJson } from './markup.ts'
import { outlineColour } from './palette.ts'
import { formatArea, formatDay, formatPercent, formatRange } from './words.ts'

/** A frame's figure in the page, and what is said below it. */
interface Card {
  figure: FrameFigure
  day: string
  rows: { name: string; value: string }[]
  areaText: string
  confidence: number | null
  flags: string[]
}

/**
 * The viewer and the filmstrip. Each picture is in the page once, in the filmstrip; the viewer
 * borrows it.
 */
export function frameViewer(
  data: ReportData,
  figures: readonly FrameFigure[],
  cursor: readonly number[],
): Markup {
  const cards = figures.map((figure) => describe(data, figure))
  const objects = data.analysis.objects.map(({ objectId }) => objectId)
  const first = cards[0]
  if (first === undefined) return html``
  const printed = printedFrames(data)
  return html`<div
      class="viewer"
      id="viewer"
      tabindex="0"
      aria-label="Frame viewer; arrow keys change the frame"
    >
      <div class="stage" style="--aspect:${first.figure.widthPx}/${first.figure.heightPx}">
        <img id="view-picture" alt="" src="${dataUri(first.figure)}" /><svg
          id="view-outline"
          viewBox="0 0 ${first.figure.widthPx} ${first.figure.heightPx}"
        >
          ${outlines(first.figure, objects)}</svg
        >${scaleBar(data, first.figure)}
      </div>
      <div class="controls">
        <button type="button" id="previous" aria-label="Previous frame">‹</button
        ><button type="button" id="play" aria-label="Play">▶</button
        ><button type="button" id="next" aria-label="Next frame">›</button
        ><input
          type="range"
          id="slider"
          min="0"
          max="${cards.length - 1}"
          value="0"
          aria-label="Frame"
        /><label><input type="checkbox" id="show-outline" checked /> boundary</label
        ><label><input type="checkbox" id="show-first" /> first boundary</label>
      </div>
      <div class="caption" id="view-caption" aria-live="polite">${caption(first)}</div>
    </div>
    <ol class="filmstrip" id="filmstrip">
      ${cards.map((card, i) => stripCard(card, i, objects, printed.has(card.figure.frameIndex)))}
    </ol>
    <script type="application/json" id="frame-data">
      ${scriptJson({
        captions: cards.map((card) => caption(card).markup),
        indices: cards.map(({ figure }) => figure.frameIndex),
        cursor: cards.map(({ figure }) => cursor[figure.frameIndex] ?? null),
      })}
    </script>`
}

function describe(data: ReportData, figure: FrameFigure): Card {
  const frame = data.frames.frames[figure.frameIndex]
  const areas = data.analysis.objects.flatMap((object) =>
    object.areas.filter((row) => row.frameIndex === figure.frameIndex),
  )
  const verified = data.verification?.frames.find((one) => one.frameIndex === figure.frameIndex)
  const rows = areas.map((row) => ({
    name: data.analysis.objects.length > 1 ? `area of object ${row.objectId}` : 'area',
    value: `${formatArea(row.areaM2)} (${formatRange(row.lowM2, row.highM2)})`,
  }))
  const confidence = areas.length === 0 ? null : Math.min(...areas.map((row) => row.confidence))
  if (areas.length > 0) {
    const seen = Math.min(...areas.map((row) => row.validInside))
    rows.push({ name: 'scar in sight', value: formatPercent(seen) })
  }
  if (confidence !== null) rows.push({ name: 'confidence', value: confidence.toFixed(2) })
  if (verified?.observed) rows.push({ name: 'IoU', value: verified.observed.iou.toFixed(3) })
  const total = areas.reduce((sum, row) => sum + row.areaM2, 0)
  const marks = [
    areas.some((row) => row.prompted) && 'prompted',
    areas.some((row) => row.locked) && 'accepted',
  ].filter((mark) => mark !== false)
  return {
    figure,
    day: frame === undefined ? '' : frame.capturedAt,
    rows,
    areaText: areas.length === 0 ? 'no mask' : formatArea(total),
    confidence,
    flags: [...marks, ...new Set(areas.flatMap((row) => row.flags))],
  }
}

function caption(card: Card): Markup {
  return html`<strong>${formatDay(card.day)}</strong>
    <span class="muted">frame ${card.figure.frameIndex}</span>
    ${card.rows.map(({ name, value }) => html`<span class="fact"><span class="muted">${name}</span> ${value}</span> `)}${card.flags.map((flag) => html`<span class="flag">${flag}</span> `)}`
}

function stripCard(
  card: Card,
  place: number,
  objects: readonly number[],
  isPrinted: boolean,
): Markup {
  const { figure } = card
  const isDoubtful = card.confidence !== null && card.confidence < 0.5
  return html`<li
    class="${isPrinted ? 'card printed' : 'card'}"
    data-place="${place}"
    data-frame="${figure.frameIndex}"
  >
    <button type="button">
      <span class="thumb" style="aspect-ratio:${figure.widthPx}/${figure.heightPx}"
        ><img
          alt="NDVI of ${formatDay(card.day)}"
          width="${figure.widthPx}"
          height="${figure.heightPx}"
          src="${dataUri(figure)}"
        /><svg viewBox="0 0 ${figure.widthPx} ${figure.heightPx}">
          ${outlines(figure, objects)}
        </svg></span
      ><span class="day">${card.day.slice(0, 10)}</span
      ><span class="sub"
        >${card.areaText}${card.confidence !== null && html` <span class="${isDoubtful ? 'doubt' : 'muted'}" title="confidence">${card.confidence.toFixed(2)}</span>`}</span
      >
    </button>
  </li>`
}

/** Outlines in the object's colour over a dark halo, so that they show on any ground. */
function outlines({ outlines }: FrameFigure, objects: readonly number[]): Markup {
  return html`${outlines.map(({ objectId, rings }) => {
    const d = rings.map(ringPath).join('')
    if (d === '') return null
    const colour = outlineColour(Math.max(0, objects.indexOf(objectId)))
    return html`<g class="outline"
      ><path class="halo" d="${d}" /><path d="${d}" stroke="${colour}"
    /></g>`
  })}`
}

function ringPath(ring: readonly number[]): string {
  const points: string[] = []
  for (let i = 0; i + 3 < ring.length; i += 2) {
    points.push(`${round1(ring[i] ?? 0)} ${round1(ring[i + 1] ?? 0)}`)
  }
  return points.length < 3 ? '' : `M${points.join('L')}Z`
}

/** A bar of a round number of metres, and where grid north is. */
function scaleBar({ frames }: ReportData, figure: FrameFigure): Markup {
  const { grid } = frames
  const metresPerPx = (Math.abs(grid.transform[0]) * grid.width) / figure.widthPx
  const metres = niceStep(figure.widthPx * metresPerPx, 4)
  const px = metres / metresPerPx
  const { widthPx: w, heightPx: h } = figure
  const unit = h / 100
  const label = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`
  const x = 3 * unit
  const y = h - 4 * unit
  return html`<svg class="scale" viewBox="0 0 ${w} ${h}" style="font-size:${n(3 * unit)}px">
    <g stroke-width="${n(0.5 * unit)}">
      <path d="M${n(x)} ${n(y - unit)}V${n(y)}H${n(x + px)}V${n(y - unit)}" />
      <text x="${n(x + px / 2)}" y="${n(y - 1.2 * unit)}" text-anchor="middle">${label}</text>
      <path
        d="M${n(w - 4 * unit)} ${n(h - 4 * unit)}V${n(h - 10 * unit)}m${n(-1.4 * unit)} ${n(2.2 * unit)}L${n(w - 4 * unit)} ${n(h - 10.4 * unit)}l${n(1.4 * unit)} ${n(2.2 * unit)}"
      />
      <text x="${n(w - 4 * unit)}" y="${n(h - 11.5 * unit)}" text-anchor="middle">N</text>
    </g>
  </svg>`
}

/** Frames that are printed on paper: at most 24, evenly over the series, first and last among them. */
function printedFrames({ frames }: ReportData): Set<number> {
  const count = frames.frames.length
  const wanted = Math.min(24, count)
  return new Set(
    Array.from({ length: wanted }, (_, i) =>
      wanted === 1 ? 0 : Math.round((i * (count - 1)) / (wanted - 1)),
    ),
  )
}

function dataUri({ webp }: FrameFigure): string {
  return `data:image/webp;base64,${Buffer.from(webp).toString('base64')}`
}

function round1(value: number): string {
  return String(Math.round(value * 10) / 10)
}
