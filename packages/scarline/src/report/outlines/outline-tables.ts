import type { OutlineReportData } from '@scarline/core'
import { type Markup, html } from '../markup.ts'
import { cell, long, number, short, table } from '../tables/table.ts'
import { type AreaUnit, areaUnitOf, formatNumber, formatShortDay } from '../words.ts'
import { VERDICT_WORDS, changeHalfM2, verdictOf } from './verdicts.ts'

type Summary = OutlineReportData['analysis']['objects'][number]
type Changes = OutlineReportData['record']['objects'][number]['changes']

/** From this area on a table of many objects is in hectares, m². */
const HECTARES_FROM_M2 = 1_000_000

/** Dates that a table of areas by date has room for. */
export const MATRIX_DATES = 10

/** m², so that small objects keep their figures, unless one is very large. */
export function tableUnit(areasM2: readonly number[]): AreaUnit {
  return Math.max(0, ...areasM2) >= HECTARES_FROM_M2 ? areaUnitOf(areasM2) : areaUnitOf([])
}

/** Every object with its first and last area and what became of it. */
export function objectTable({ analysis, record, farthest }: OutlineReportData): Markup {
  const { objects } = analysis
  const isNamed = record.objects.some(({ name }) => name !== null)
  const unit = tableUnit(objects.map(largestOf))
  return table(
    [
      { head: 'Object', isNumber: true },
      ...(isNamed ? [{ head: 'Name' }] : []),
      { head: 'Outlines', isNumber: true },
      { head: 'From' },
      { head: 'To' },
      { head: `First (${unit.name})`, isNumber: true },
      { head: `Last (${unit.name})`, isNumber: true },
      { head: `Change (${unit.name})`, isNumber: true },
      { head: '%', isNumber: true },
      { head: 'What it is' },
      { head: 'Farthest advance' },
    ],
    objects.map((summary, i) => {
      const { objectId, areas, change } = summary
      const [first, last] = [areas[0], areas.at(-1)]
      if (first === undefined || last === undefined) return null
      const name = record.objects[i]?.name ?? ''
      const isOnce = areas.length < 2 || change === null
      const far = farthest[i] ?? null
      return html`<tr>
        ${number(objectId)}${isNamed && cell(name)}${number(areas.length)}${short(first.capturedAt.slice(0, 10))}${short(last.capturedAt.slice(0, 10))}${number(withHalf(unit, first))}${number(isOnce ? '' : withHalf(unit, last))}${number(isOnce ? '' : `${unit.showChange(change.changeM2)} ± ${unit.show(changeHalfM2(summary))}`)}${number(isOnce || change.changeFraction === null ? '' : signed(100 * change.changeFraction))}${short(VERDICT_WORDS[verdictOf(summary)].replace('digitising ', ''))}${short(far === null ? '' : `${formatNumber(far.advance.meanM)} ± ${formatNumber((far.advance.highM - far.advance.lowM) / 2)} m ${far.sector}`)}
      </tr>`
    }),
  )
}

/** Areas of all objects on all dates; null where there are more dates than a page is wide. */
export function areaMatrix({ analysis: { objects } }: OutlineReportData): Markup | null {
  const days = [...new Set(objects.flatMap(({ areas }) => areas.map((row) => row.capturedAt)))]
  days.sort()
  if (days.length > MATRIX_DATES) return null
  const unit = tableUnit(objects.map(largestOf))
  return table(
    [
      { head: 'Object', isNumber: true },
      ...days.map((day) => ({ head: day.slice(0, 10), isNumber: true })),
    ],
    objects.map(({ objectId, areas }) => {
      const byDay = new Map(areas.map((row) => [row.capturedAt, row.areaM2] as const))
      return html`<tr>
        ${number(objectId)}${days.map((day) => {
          const areaM2 = byDay.get(day)
          return number(areaM2 === undefined ? '–' : unit.show(areaM2))
        })}
      </tr>`
    }),
  )
}

/** One object's outlines, each against the one before. */
export function outlineTable({ areas }: Summary, changes: Changes): Markup {
  const unit = areaUnitOf(areas.map(({ areaM2 }) => areaM2))
  return table(
    [
      { head: 'Date' },
      { head: `Area (${unit.name})`, isNumber: true },
      { head: '90 % interval', isNumber: true },
      { head: `Change (${unit.name})`, isNumber: true },
      { head: '90 % interval', isNumber: true },
      { head: '%', isNumber: true },
      { head: `Gained (${unit.name})`, isNumber: true },
      { head: `Lost (${unit.name})`, isNumber: true },
      { head: 'What it is' },
    ],
    areas.map((row, i) => {
      const change = changes[i - 1]
      const area = html`${short(formatShortDay(row.capturedAt))}${number(unit.show(row.areaM2))}${number(`${unit.show(row.lowM2)}–${unit.show(row.highM2)}`)}`
      if (change === undefined) {
        return html`<tr>
          ${area}
          <td colspan="6"></td>
        </tr>`
      }
      const sort = change.changeM2 < 0 ? 'shrinkage' : 'growth'
      return html`<tr>
        ${area}${number(unit.showChange(change.changeM2))}${number(`${unit.showChange(change.lowM2)} to ${unit.showChange(change.highM2)}`)}${number(change.changeFraction === null ? '' : signed(100 * change.changeFraction))}${number(unit.show(change.gainedM2))}${number(unit.show(change.lostM2))}${short(change.withinNoise ? `${sort} within noise` : sort)}
      </tr>`
    }),
  )
}

type Sheet = OutlineReportData['record']['sheets'][number] & { label: string }

/** Every file that was read; its dates in one line as far as the same is to be said of them. */
export function fileTable(sheets: readonly Sheet[]): Markup {
  const lines = new Map<string, Sheet[]>()
  for (const sheet of sheets) {
    const key = JSON.stringify([sheet.file, sheet.used, sheet.words])
    lines.set(key, [...(lines.get(key) ?? []), sheet])
  }
  return table(
    [
      { head: 'File' },
      { head: 'Date' },
      { head: 'Coordinate system' },
      { head: 'Polygons', isNumber: true },
      { head: 'Used' },
      { head: 'Remark' },
      { head: 'SHA-256' },
    ],
    [...lines.values()].map((alike) => {
      const sheet = alike[0] as Sheet
      const polygons = alike.reduce((sum, one) => sum + one.polygons, 0)
      return html`<tr${!sheet.used && html` class="rejected"`}>${cell(breakable(sheet.label))}${cell(datesOf(alike))}${cell(breakable(sheet.crs))}${number(polygons)}${cell(sheet.used ? 'yes' : 'no')}${long(breakable(sheet.words ?? ''))}${short(sheet.sha256?.slice(0, HASH_DIGITS) ?? '')}</tr>`
    }),
  )
}

/** `2017-07-20`, or `34 dates, 2017-01-14 to 2025-02-14`. */
function datesOf(sheets: readonly Sheet[]): string {
  const days = sheets.map(({ day }) => day ?? 'none').sort()
  return days.length === 1
    ? (days[0] as string)
    : `${days.length} dates, ${days[0]} to ${days.at(-1)}`
}

/** Digits of a hash that a table shows. */
const HASH_DIGITS = 12

function largestOf({ areas }: Summary): number {
  return Math.max(0, ...areas.map(({ areaM2 }) => areaM2))
}

function withHalf(unit: AreaUnit, row: Summary['areas'][number]): string {
  return `${unit.show(row.areaM2)} ± ${unit.show((row.highM2 - row.lowM2) / 2)}`
}

const signed = (value: number): string => `${value > 0 ? '+' : ''}${formatNumber(value, 1)}`

/** A long name that may be broken after each underscore. */
function breakable(name: string): Markup {
  return html`${name.split('_').map((part, i) => html`${i > 0 && html`_<wbr />`}${part}`)}`
}
