import { basename, dirname, relative, resolve, sep } from 'node:path'
import type { OutlineReportData } from '@scarline/core'
import { type Markup, html } from '../markup.ts'
import { factList } from '../sections/method-section.ts'
import { sharedReferences } from '../sections/method-texts.ts'
import { type Section, sentenceList } from '../sections/section.ts'
import { formatCount, formatNumber, readable } from '../words.ts'
import { FEWEST_FOR_EVENTS } from './object-sections.ts'
import { fileTable } from './outline-tables.ts'

/** How objects were told apart. */
const RULES: Record<OutlineReportData['record']['objectRule'], string> = {
  overlap:
    'outlines of two dates that share a tenth of the smaller one are of one object, and so on from date to date; numbered by their largest outline',
  one: 'all outlines are taken for one scar (--objects one)',
  attribute: 'told by an attribute of the outlines (--objects)',
}

/** Everything that went into the numbers. */
export function outlineMethodSection(data: OutlineReportData, software: string): Section {
  const { analysis, evolution, record } = data
  const notes = [...analysis.method, ...evolution.method]
  const told = record.sheets.flatMap(({ words }) => words ?? [])
  const remarks = record.warnings
    .filter((line) => !told.some((words) => line.endsWith(words)))
    .map((line) => `${line.slice(0, 1).toUpperCase()}${line.slice(1)}.`)
  return {
    title: 'How it was made',
    parts: [
      { kind: 'text', body: factList(facts(data, software)) },
      { kind: 'text', body: sentenceList(notes.map(readable)) },
      remarks.length > 0 && {
        kind: 'text',
        body: html`<h3>Remarks on the outlines</h3>
          ${sentenceList(remarks)}`,
      },
      {
        kind: 'table',
        body: fileTable(labelled(record.sheets)),
        caption: html`Files of outlines. SHA-256: first digits of the hash of the file named; whole
        in outlines.json.`,
      },
    ],
  }
}

function facts(data: OutlineReportData, software: string): [string, string][] {
  const { analysis, evolution, record } = data
  const used = record.sheets.filter((sheet) => sheet.used)
  const files = new Set(record.sheets.map(({ file }) => file)).size
  const pixels = record.objects.map(({ gridPixelM }) => gridPixelM)
  const [finest, coarsest] = [Math.min(...pixels), Math.max(...pixels)]
  const span = finest === coarsest ? `${finest} m` : `${finest} to ${coarsest} m`
  const worst = Math.max(...record.objects.map(({ gridErrorFraction }) => gridErrorFraction))
  return [
    [
      'Outlines',
      `${formatCount(
        used.reduce((sum, { polygons }) => sum + polygons, 0),
        'polygon',
      )} on ${formatCount(new Set(used.map(({ day }) => day)).size, 'date')} from ${formatCount(files, 'file')}`,
    ],
    ['Objects', `${formatCount(record.objects.length, 'object')}: ${RULES[record.objectRule]}`],
    [
      'Map projection',
      `EPSG:${analysis.epsg}; 1 m² on the ground is ${analysis.gridAreaScale.toFixed(5)} m² on it; areas are taken on the WGS 84 ellipsoid`,
    ],
    [
      'Working grids',
      `pixels of ${span}, for directions, pieces and new zones; areas on them agree with those drawn to ${formatNumber(100 * worst, 2)} % of an object's largest`,
    ],
    ['Elevations', evolution.elevation.words],
    ['Software', software],
  ]
}

/** Files by the shortest name that tells them apart: without the folder that they share. */
function labelled(
  sheets: OutlineReportData['record']['sheets'],
): (OutlineReportData['record']['sheets'][number] & { label: string })[] {
  const folders = sheets.map(({ file }) => dirname(resolve(file)).split(sep))
  const first = folders[0] ?? []
  const differs = first.findIndex((part, i) => folders.some((parts) => parts[i] !== part))
  const common = (differs === -1 ? first : first.slice(0, differs)).join(sep)
  return sheets.map((sheet) => ({
    ...sheet,
    label: common === '' ? basename(sheet.file) : relative(common, resolve(sheet.file)),
  }))
}

/** What the numbers do not say. */
export function outlineLimitsSection({ record, analysis }: OutlineReportData): Section {
  const compared = analysis.objects.filter(({ areas }) => areas.length > 1).length
  const tested = analysis.objects.filter(({ areas }) => areas.length >= FEWEST_FOR_EVENTS).length
  const limits = [
    'An outline is what one person took for the scar on one image. What another would have drawn is not in the intervals; nor is a whole outline drawn too wide, a shift of one image against another, or the imagery’s own distortion on slopes.',
    record.noise.source === 'assumed'
      ? `The noise of the drawn line, ${formatNumber(record.noise.sdM, 1)} m, is an assumption: give half a pixel of the imagery that the outlines were drawn on (--noise).`
      : null,
    record.noise.source === 'near-dates'
      ? 'The noise of the drawn line was taken from outlines of near dates: what the ground did in between makes it larger.'
      : null,
    'An object that was not drawn on a date is not known to have been gone.',
    'Areas are as seen from above. On a slope of 35° the ground itself is larger by a factor of 1.22.',
    'Rates of area and advances of a boundary are not displacement of the ground.',
    tested > 1
      ? `Abrupt changes are told where fewer than 1 in 100 series without one would show one: among ${tested} series tested ${formatNumber(tested / 100, 1)} would by chance.`
      : null,
    'A change lies somewhere between the two outlines that show it; outlines cannot date it closer. Onsets are dates of a model of steady phases, not of a process.',
    compared > 1
      ? `Intervals are 90 %: of ${formatCount(compared, 'object')} without any change about ${Math.max(1, Math.round(compared / 10))} would still seem to have changed.`
      : null,
  ].filter((limit) => limit !== null)
  return { title: 'Limits', parts: [{ kind: 'text', body: sentenceList(limits) }] }
}

/** Credits and works. */
export function outlineReferencesSection({ evolution, record }: OutlineReportData): Section {
  const works: Markup[] = [
    html`Outlines: ${record.name} (files above); see their licence for the credit that is due.`,
    ...sharedReferences(evolution, 'first'),
    html`Chrisman, N. R., Yandell, B. S. (1988): Effects of point error on area calculations: a
      statistical model. Surveying and Mapping 48(4), 241–246; Ghilani, C. D. (2000): Demystifying
      area uncertainty: more or less. Surveying and Land Information Systems 60(3), 177–182;
      Granshaw, F. D., Fountain, A. G. (2006): Glacier change (1958–1998) in the North Cascades
      National Park Complex, Washington, USA. Journal of Glaciology 52(177), 251–256.
      <em>Digitising noise.</em>`,
    ...sharedReferences(evolution, 'last'),
  ]
  const body = html`<ul class="plain references">
    ${works.map((work) => html`<li>${work}</li>`)}
  </ul>`
  return { title: 'Data and references', parts: [{ kind: 'text', body }] }
}
