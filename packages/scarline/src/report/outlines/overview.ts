import type { OutlineReportData } from '@scarline/core'
import { type Markup, html } from '../markup.ts'
import { areaTiles, tile } from '../sections/header.ts'
import { mapWords } from '../sections/place-sections.ts'
import { type Section, sentenceList } from '../sections/section.ts'
import { formatCount, formatDay, formatLngLat, readable } from '../words.ts'
import { MATRIX_DATES, areaMatrix, objectTable } from './outline-tables.ts'
import { overviewMap } from './overview-map.ts'
import { countsOf, daysOf, overviewWords } from './overview-words.ts'
import { VERDICTS, VERDICT_WORDS } from './verdicts.ts'

/** Name, dates and place, what was found in few sentences, and the main numbers. */
export function outlineHeader(data: OutlineReportData): Markup {
  const { record, analysis, told, lngLat } = data
  const days = daysOf(data)
  const isSingle = analysis.objects.length === 1
  const lead = isSingle ? (told[0]?.lead ?? []) : overviewWords(data)
  return html`<header>
    <h1>${record.name}</h1>
    <div class="muted">
      Evolution of ${isSingle ? 'a landslide scar' : `${analysis.objects.length} landslide scars`}
      from outlines drawn by hand · ${formatDay(days[0] ?? '')} to ${formatDay(days.at(-1) ?? '')} ·
      ${formatCount(days.length, 'date')} · ${formatLngLat(lngLat)}
    </div>
    <div class="lead">${sentenceList([...lead.map(readable), readable(record.noise.words)])}</div>
    ${isSingle ? areaTiles({ ...data, verification: null }) : countTiles(data)}
  </header>`
}

/** Every object on one map, in one table, and by date. */
export function overviewSection(data: OutlineReportData, told: readonly number[]): Section {
  const { map } = data
  const matrix = areaMatrix(data)
  const ids = told.map((at) => data.analysis.objects[at]?.objectId ?? 0)
  return {
    title: 'All objects',
    parts: [
      {
        kind: 'table',
        body: objectTable(data),
        caption: html`Every object, the one with the largest outline first. First, last, change: ±
        half of the 90 % interval; within noise: that of the change holds 0. Farthest advance: mean
        advance of the boundary in the sector where it is largest, from the first outline to the
        last; empty where none is beyond doubt.
        ${ids.length === 1 ? `Object ${ids[0]} is` : `Objects ${ids.join(', ')} are`} told below,
        all others in area.csv, changes.csv and directions.csv.`,
      },
      {
        kind: 'figure',
        body: overviewMap(data, 'overview-map'),
        caption: html`Last outline of every object, filled by what became of it from its first
        outline to its last; numbers as in the table. Framed groups are enlarged in panels of their
        own. ${mapWords(data, map)}`,
      },
      matrix !== null
        ? {
            kind: 'table',
            body: matrix,
            caption: html`Area of every object by date, in the unit of the table above. –: not
            drawn, which does not say that it was gone. Intervals: area.csv.`,
          }
        : {
            kind: 'text',
            body: html`<p>
              Areas of every object by date (more than ${MATRIX_DATES} dates) are in area.csv.
            </p>`,
          },
    ],
  }
}

function countTiles(data: OutlineReportData): Markup {
  const counts = countsOf(data)
  const { length } = data.analysis.objects
  return html`<dl class="tiles">
    ${tile('objects', String(length), 'in all')}${VERDICTS.filter((verdict) => counts[verdict] > 0).map((verdict) => tile(VERDICT_WORDS[verdict], String(counts[verdict]), verdict === 'once' ? 'one outline tells no change' : 'from first outline to last'))}
  </dl>`
}
