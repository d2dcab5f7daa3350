import type { FrameFigure, ReportData } from '@scarline/core'
import { areaChart, frameCursor } from './area-chart.ts'
import { frameViewer } from './frame-viewer.ts'
import { type Markup, html, trusted } from './markup.ts'
import { accuracyChart, fragmentChart, seasonChart, thresholdChart } from './small-charts.ts'
import { STYLE } from './style.ts'
import { accuracyTable, frameTable, pairsTable, sceneTable } from './tables.ts'
import { attributionOf, limits, methodFacts, references, summarySentences } from './texts.ts'
import { VIEWER_SCRIPT } from './viewer-script.ts'
import {
  formatArea,
  formatChange,
  formatCount,
  formatDay,
  formatLngLat,
  formatPercent,
  formatRange,
} from './words.ts'

/** What a report is built from. */
export interface ReportInputs {
  data: ReportData
  /** In the order of the frames. */
  figures: readonly FrameFigure[]
  /** Credit line of the data; found from the scenes where it is left out. */
  attribution?: string
}

/**
 * One self-contained HTML page: no file, font, script or picture comes from elsewhere, and the page's
 * own policy forbids that any should. Equal inputs give equal text.
 */
export function buildReport({ data, figures, attribution }: ReportInputs): string {
  const { site } = data
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
        />
        <meta name="generator" content="Scarline" />
        <title>${site.name}: evolution of a landslide scar</title>
        <style>
          ${trusted(STYLE)}
        </style>
      </head>
      <body>
        ${header(data)}
        ${numbered([
          areaFigure(data),
          framesFigure(data, figures),
          seasonFigure(data),
          accuracyFigure(data),
          fragmentFigure(data),
        ])}
        ${methodSection(data)}
        <section>
          <h2>Limits</h2>
          <ul class="plain">
            ${limits(data).map((text) => html`<li>${text}</li>`)}
          </ul>
        </section>
        <section>
          <h2>Data and references</h2>
          <ul class="plain references">
            ${references(data, attribution ?? attributionOf(data)).map((text) => html`<li>${text}</li>`)}
          </ul>
        </section>
        ${scenesSection(data)}
        <script>
          ${trusted(VIEWER_SCRIPT)}
        </script>
      </body>
    </html> `
  return page.markup
}

interface Section {
  title: string
  /** Body of the figure. */
  body: Markup
  caption: Markup
  after?: Markup | null
}

/** Sections with their figures numbered in order; absent ones take no number. */
function numbered(sections: readonly (Section | null)[]): Markup {
  const present = sections.filter((section) => section !== null)
  return html`${present.map(
    ({ title, body, caption, after }, i) =>
      html`<section class="whole">
        <h2>${title}</h2>
        <figure class="chart-figure">
          ${body}
          <figcaption><b>Figure ${i + 1}.</b> ${caption}</figcaption>
        </figure>
        ${after ?? null}
      </section>`,
  )}`
}

function header(data: ReportData): Markup {
  const { site, frames, scenes } = data
  const positions = (
    site.aoi.type === 'Polygon' ? site.aoi.coordinates : site.aoi.coordinates.flat()
  ).flat()
  const middle = (axis: 0 | 1): number => {
    const values = positions.map((position) => position[axis] ?? 0)
    return (Math.min(...values) + Math.max(...values)) / 2
  }
  const first = frames.frames[0]?.capturedAt ?? site.from
  const last = frames.frames.at(-1)?.capturedAt ?? site.to
  return html`<header>
    <h1>${site.name}</h1>
    <div class="muted">
      ${formatDay(first)} to ${formatDay(last)} · ${formatCount(frames.frames.length, 'frame')} from
      ${formatCount(scenes.length, 'acquisition')} · ${formatLngLat([middle(0), middle(1)])}
    </div>
    <p class="lead">${summarySentences(data).join(' ')}</p>
    ${tiles(data)}
  </header>`
}

function tiles({ analysis, verification }: ReportData): Markup | null {
  const [object] = analysis.objects
  if (object === undefined || object.change === null || analysis.objects.length > 1) return null
  const { change, areas } = object
  const [first, last] = [areas[0], areas.at(-1)]
  if (first === undefined || last === undefined) return null
  const tile = (name: string, value: string, note: string): Markup =>
    html`<div>
      <dt>${name}</dt>
      <dd>${value}<small>${note}</small></dd>
    </div>`
  const mean = verification?.mean.observed
  return html`<dl class="tiles">
    ${tile(first.capturedAt.slice(0, 10), formatArea(first.areaM2), formatRange(first.lowM2, first.highM2))}${tile(last.capturedAt.slice(0, 10), formatArea(last.areaM2), formatRange(last.lowM2, last.highM2))}${tile('change', formatChange(change.changeM2), change.changeFraction === null ? '' : formatPercent(change.changeFraction, { signed: true }))}${tile('largest', formatArea(change.largestM2), change.largestAt.slice(0, 10))}${mean ? tile('mean IoU', mean.iou.toFixed(3), `precision ${mean.precision.toFixed(3)}, recall ${mean.recall.toFixed(3)}`) : null}
  </dl>`
}

function areaFigure(data: ReportData): Section {
  const hasTruth = data.verification !== null && data.analysis.objects.length === 1
  return {
    title: 'Area over time',
    body: areaChart(data),
    caption: html`Area of the mask on each frame, at its true date, with the 90 % interval from
      boundary probability, registration, mixed pixels and hidden
      ground.${hasTruth && ' Crosses are the ground truth.'}
      <span class="screen">Click a point to see its frame.</span>`,
  }
}

function framesFigure(data: ReportData, figures: readonly FrameFigure[]): Section | null {
  if (figures.length === 0) return null
  return {
    title: 'Frames',
    body: frameViewer(data, figures, frameCursor(data)),
    caption: html`The picture that the segmenter saw and the boundary of its mask (orange). Below
      each frame: date, area, confidence from 0 to 1.
      <span class="screen">Arrow keys step through the frames.</span>`,
    after: html`<details class="screen">
      <summary>All frames as a table</summary>
      ${frameTable(data)}
    </details>`,
  }
}

function seasonFigure({ analysis }: ReportData): Section | null {
  const [object] = analysis.objects
  if (object === undefined || object.seasons.length < 2) return null
  const which = analysis.objects.length > 1 ? ` of object ${object.objectId}` : ''
  return {
    title: 'Seasons',
    body: seasonChart(object.seasons),
    caption: html`Median area${which} of the frames of each season; a November–May season stands at
    the year it begins in. Comparing like with like keeps the greening of summer out of the trend.`,
    after: object.sameSeasonPairs.length > 0 ? pairsTable(object.sameSeasonPairs) : null,
  }
}

function accuracyFigure({ verification }: ReportData): Section | null {
  if (verification === null || verification.frames.every(({ observed }) => observed === null)) {
    return null
  }
  const { unmatched } = verification
  const missing = unmatched.truthDays.length
  return {
    title: 'Accuracy',
    body: accuracyChart(verification),
    caption: html`Agreement with the ground truth over ground in sight: intersection over union of
    the areas, and F measure of the boundaries within ${verification.boundaryTolerancePx} pixels
    (0.008 of the diagonal).`,
    after: html`${accuracyTable(verification)}${missing > 0 && html`<p class="muted">${formatCount(missing, 'day')} of truth without a frame.</p>`}`,
  }
}

function fragmentFigure(data: ReportData): Section | null {
  const counts = data.analysis.objects.flatMap(({ areas }) => areas.map((row) => row.fragments))
  if (Math.max(0, ...counts) < 2) return null
  return {
    title: 'Fragments',
    body: fragmentChart(data),
    caption: html`Number of connected pieces of the mask of at least one sensor pixel
    (${data.analysis.sensorPixelM ** 2} m²). Pieces, merges and splits are in
    analysis/components.csv.`,
  }
}

function scenesSection(data: ReportData): Markup {
  const kept = data.scenes.filter((scene) => scene.kept).length
  return html`<section>
    <h2>Scenes</h2>
    <p>
      ${formatCount(data.scenes.length, 'acquisition')} considered, ${kept} used. Shifts are those
      applied to register a scene; the offset is the 1000 DN of processing baseline 04.00.
    </p>
    ${sceneTable(data)}
  </section>`
}

function methodSection(data: ReportData): Markup {
  const hasHistogram = data.frames.histogram.counts.some((count) => count > 0)
  return html`<section>
    <h2>How it was made</h2>
    <dl class="facts">
      ${methodFacts(data).map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
    ${
      hasHistogram &&
      html`<figure class="chart-figure">
        ${thresholdChart(data)}
        <figcaption>
          NDVI of all frames and the site's threshold
          (${THRESHOLD_METHODS[data.frames.siteThreshold.method]}). Thresholds of frames may be
          raised from it in the growing season.
        </figcaption>
      </figure>`
    }
    <ul class="plain">
      ${data.analysis.method.map((text) => html`<li>${text}</li>`)}
    </ul>
  </section>`
}

const THRESHOLD_METHODS = {
  fixed: 'set by hand',
  otsu: "Otsu's method",
  'minimum-error': 'minimum error',
} as const
