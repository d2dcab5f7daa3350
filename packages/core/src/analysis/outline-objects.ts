import type { MultiPolygon } from 'geojson'
import { type Bounds, boundsOf, joinOutlines, planarArea, sharedArea } from './outline-geometry.ts'

/** Share of the smaller outline that outlines of two days share if they are of one object; as in lineage. */
const SAME_OBJECT_SHARE = 0.1

/** Share of the smaller outline that two outlines of one day share if one object was drawn twice. */
const DRAWN_TWICE_SHARE = 0.5

/** Copies agree to this in every bound, m, and in area. */
const COPY_M = 1
const COPY_AREA_FRACTION = 1e-3

/** One polygon feature drawn for a day. */
export interface DayOutline {
  /** File and day that it comes from: outlines of one sheet were drawn together. */
  sheet: number
  /** Value of the attribute that names its object; null where objects are told by overlap. */
  name: string | null
  /** Metres on a map projection. */
  outline: MultiPolygon
}

/** The outlines of one file and day. */
export interface Sheet {
  file: string
  /** YYYY-MM-DD. */
  day: string
}

/** Why a sheet is not used, or is doubtful. */
export interface SheetVerdict {
  sheet: number
  use: boolean
  words: string
}

/**
 * Sheets that hold outlines of another: nobody draws the same line twice to the metre, so they were
 * copied or converted. Of one day: the later one in the list is left out. Of two days, one of the dates
 * is wrong: the sheet whose day has other outlines of its own is left out; where that does not decide,
 * both stay, with a warning.
 */
export function judgeCopies(
  sheets: readonly Sheet[],
  outlines: readonly DayOutline[],
): SheetVerdict[] {
  const keys = sheets.map((_, sheet) =>
    outlines.flatMap((one) => (one.sheet === sheet ? [signatureOf(one.outline)] : [])),
  )
  const isCopy = (a: number, b: number): boolean => holdsAll(keys[a] ?? [], keys[b] ?? [])
  const hasOther = (sheet: number): boolean =>
    sheets.some(
      ({ day }, other) =>
        other !== sheet &&
        day === sheets[sheet]?.day &&
        (keys[other]?.length ?? 0) > 0 &&
        !isCopy(sheet, other),
    )
  const verdicts = new Map<number, SheetVerdict>()
  for (const [a, one] of sheets.entries()) {
    for (const [b, other] of sheets.entries()) {
      if (b <= a || one.day === other.day || !isCopy(a, b)) continue
      const wrong = hasOther(a) === hasOther(b) ? null : hasOther(a) ? a : b
      if (wrong === null) {
        const words = `holds the outlines of ${one.file} (${one.day}) again, dated ${other.day}: one of the dates may be wrong; both are used`
        if (!verdicts.has(b)) verdicts.set(b, { sheet: b, use: true, words })
        continue
      }
      const right = wrong === a ? other : one
      const day = sheets[wrong]?.day
      const words = `is dated ${day}, but holds the outlines of ${right.day} (${right.file}), and ${day} has outlines of its own: left out`
      if (verdicts.get(wrong)?.use !== false)
        verdicts.set(wrong, { sheet: wrong, use: false, words })
    }
  }
  for (const [a, one] of sheets.entries()) {
    for (const [b, other] of sheets.entries()) {
      if (b <= a || one.day !== other.day || !isCopy(a, b)) continue
      if (verdicts.get(a)?.use === false || verdicts.get(b)?.use === false) continue
      verdicts.set(b, {
        sheet: b,
        use: false,
        words: `holds the outlines of ${one.file} again: left out`,
      })
    }
  }
  return [...verdicts.values()].sort((a, b) => a.sheet - b.sheet)
}

interface Signature {
  bounds: Bounds
  area: number
}

function signatureOf(outline: MultiPolygon): Signature {
  return { bounds: boundsOf(outline), area: planarArea(outline) }
}

/** Whether every outline of the smaller sheet is in the other one. */
function holdsAll(a: readonly Signature[], b: readonly Signature[]): boolean {
  const [small, large] = a.length <= b.length ? [a, b] : [b, a]
  return small.length > 0 && small.every((one) => large.some((other) => isSame(one, other)))
}

function isSame(a: Signature, b: Signature): boolean {
  return (
    a.bounds.every((value, i) => Math.abs(value - (b.bounds[i] as number)) < COPY_M) &&
    Math.abs(a.area - b.area) <= COPY_AREA_FRACTION * a.area
  )
}

/** One object on one day. */
export interface ObjectDay {
  day: string
  outlines: DayOutline[]
  /** The same object as drawn again in other sheets of that day. */
  again: { sheet: number; outlines: DayOutline[] }[]
}

/** How objects are told apart. */
export type ObjectRule = 'overlap' | 'one' | 'attribute'

/**
 * Objects in the outlines of all days, those with the largest outline first, each with its days in time
 * order. By `overlap`, outlines of two days that share a tenth of the smaller one are of one object, and
 * so on from day to day: pieces that merge or split stay together. `one`: all are. `attribute`: those of
 * one name. An object is only known on days on which it was drawn.
 */
export function groupObjects(
  sheets: readonly Sheet[],
  outlines: readonly DayOutline[],
  rule: ObjectRule,
): ObjectDay[][] {
  const labels =
    rule === 'overlap' ? overlapLabels(sheets, outlines) : outlines.map(({ name }) => name ?? '')
  const groups = new Map<string | number, DayOutline[]>()
  for (const [i, one] of outlines.entries()) {
    const label = rule === 'one' ? 0 : (labels[i] as string | number)
    groups.set(label, [...(groups.get(label) ?? []), one])
  }
  const objects = [...groups.values()].map((members) => daysOf(sheets, members))
  const size = (days: readonly ObjectDay[]): number =>
    Math.max(
      ...days.flatMap(({ outlines: drawn }) => drawn.map(({ outline }) => planarArea(outline))),
    )
  return objects
    .map((days) => ({ days, size: size(days) }))
    .sort((a, b) => b.size - a.size)
    .map(({ days }) => days)
}

function overlapLabels(sheets: readonly Sheet[], outlines: readonly DayOutline[]): number[] {
  const parent = outlines.map((_, i) => i)
  const rootOf = (i: number): number => {
    let root = i
    while (parent[root] !== root) root = parent[root] as number
    return root
  }
  const known = outlines.map(({ sheet, outline }) => ({
    sheet,
    outline,
    bounds: boundsOf(outline),
    area: planarArea(outline),
  }))
  for (const [i, a] of known.entries()) {
    for (let j = i + 1; j < known.length; j++) {
      const b = known[j] as (typeof known)[number]
      if (a.sheet === b.sheet || !meet(a.bounds, b.bounds) || rootOf(i) === rootOf(j)) continue
      const least = isSameDay(sheets, a.sheet, b.sheet) ? DRAWN_TWICE_SHARE : SAME_OBJECT_SHARE
      if (sharedArea(a.outline, b.outline) < least * Math.min(a.area, b.area)) continue
      parent[rootOf(j)] = rootOf(i)
    }
  }
  return outlines.map((_, i) => rootOf(i))
}

function isSameDay(sheets: readonly Sheet[], a: number, b: number): boolean {
  return sheets[a]?.day === sheets[b]?.day
}

function meet(a: Bounds, b: Bounds): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

function daysOf(sheets: readonly Sheet[], members: readonly DayOutline[]): ObjectDay[] {
  const byDay = new Map<string, DayOutline[]>()
  for (const one of members) {
    const day = sheets[one.sheet]?.day as string
    byDay.set(day, [...(byDay.get(day) ?? []), one])
  }
  return [...byDay]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([day, drawn]) => {
      const outlines: DayOutline[] = []
      const again: ObjectDay['again'] = []
      for (const sheet of [...new Set(drawn.map((one) => one.sheet))].sort((a, b) => a - b)) {
        const own = drawn.filter((one) => one.sheet === sheet)
        const twice = own.filter(({ outline }) => isDrawn(outline, outlines))
        outlines.push(...own.filter((one) => !twice.includes(one)))
        if (twice.length > 0) again.push({ sheet, outlines: twice })
      }
      return { day, outlines, again }
    })
}

function isDrawn(outline: MultiPolygon, drawn: readonly DayOutline[]): boolean {
  if (drawn.length === 0) return false
  const all = joinOutlines(drawn.map((one) => one.outline))
  const least = DRAWN_TWICE_SHARE * Math.min(planarArea(outline), planarArea(all))
  return sharedArea(outline, all) >= least
}
