import type { ReportData } from '@scarline/core'
import type { Measured } from './objects.ts'
import { type Markup, html } from '../markup.ts'
import {
  formatArea,
  formatChange,
  formatCount,
  formatDay,
  formatLngLat,
  formatPercent,
  formatRange,
  readable,
} from '../words.ts'
import { sentenceList } from './section.ts'

/** Name, span and place, what was found in few sentences, and the main numbers. */
export function header(data: ReportData): Markup {
  const { site, frames, scenes, told, analysis } = data
  const positions = (
    site.aoi.type === 'Polygon' ? site.aoi.coordinates : site.aoi.coordinates.flat()
  ).flat()
  const middle = (axis: 0 | 1): number => {
    const values = positions.map((position) => position[axis] ?? 0)
    return (Math.min(...values) + Math.max(...values)) / 2
  }
  const first = frames.frames[0]?.capturedAt ?? site.from
  const last = frames.frames.at(-1)?.capturedAt ?? site.to
  const single = told.length === 1
  return html`<header>
    <h1>${site.name}</h1>
    <div class="muted">
      Evolution of a landslide scar · ${formatDay(first)} to ${formatDay(last)} ·
      ${formatCount(frames.frames.length, 'frame')} from
      ${formatCount(scenes.length, 'acquisition')} · ${formatLngLat([middle(0), middle(1)])}
    </div>
    ${told.map(
      ({ lead }, i) =>
        html`${!single && html`<h3>Object ${analysis.objects[i]?.objectId ?? i + 1}</h3>`}
          <div class="lead">${sentenceList(lead.map(readable))}</div>`,
    )}
    ${areaTiles(data)}
  </header>`
}

/** First, last and largest area of a single object, and how well masks agree with the truth. */
export function areaTiles({
  analysis,
  verification,
}: Measured & Pick<ReportData, 'verification'>): Markup | null {
  const [object] = analysis.objects
  if (object === undefined || object.change === null || analysis.objects.length > 1) return null
  const { change, areas } = object
  const [first, last] = [areas[0], areas.at(-1)]
  if (first === undefined || last === undefined) return null
  const mean = verification?.mean.observed
  const interval = (row: typeof first): string => `90 %: ${formatRange(row.lowM2, row.highM2)}`
  return html`<dl class="tiles">
    ${tile(first.capturedAt.slice(0, 10), formatArea(first.areaM2), interval(first))}${tile(last.capturedAt.slice(0, 10), formatArea(last.areaM2), interval(last))}${tile('change', formatChange(change.changeM2), change.changeFraction === null ? '' : formatPercent(change.changeFraction, { signed: true }))}${tile('largest', formatArea(change.largestM2), change.largestAt.slice(0, 10))}${mean ? tile('mean IoU', mean.iou.toFixed(3), `precision ${mean.precision.toFixed(3)}, recall ${mean.recall.toFixed(3)}`) : null}
  </dl>`
}

/** A number with its name and a remark. */
export function tile(name: string, value: string, note: string): Markup {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}<small>${note}</small></dd>
  </div>`
}
