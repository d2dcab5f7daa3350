const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/**
 * The first calendar day named in a text: `2017-01-16`, `2017/1/16`, `2017_01_16`, `20170116`,
 * `16.01.2017`, `16 Jan 2017`, or such a day followed by a time. Null where there is none that
 * exists and lies between 1900 and 2199.
 */
export function dayInText(text: string): string | null {
  const found: { at: number; day: string }[] = []
  const add = (at: number, year: string, month: number, day: string): void => {
    const iso = isoDay(Number(year), month, Number(day))
    if (iso !== null) found.push({ at, day: iso })
  }
  for (const m of text.matchAll(/(?<!\d)(\d{4})([-_/.])(\d{1,2})\2(\d{1,2})(?!\d)/g)) {
    add(m.index, m[1] ?? '', Number(m[3]), m[4] ?? '')
  }
  for (const m of text.matchAll(/(?<!\d)(\d{4})(\d{2})(\d{2})(?=\D|$|\d{6}(?!\d))/g)) {
    add(m.index, m[1] ?? '', Number(m[2]), m[3] ?? '')
  }
  for (const m of text.matchAll(/(?<!\d)(\d{1,2})([-_/.])(\d{1,2})\2(\d{4})(?!\d)/g)) {
    add(m.index, m[4] ?? '', Number(m[3]), m[1] ?? '')
  }
  for (const m of text.matchAll(
    /(?<!\d)(\d{1,2})[\s._-]*([A-Za-z]{3})[a-z]*[\s._-]*(\d{4})(?!\d)/g,
  )) {
    add(m.index, m[3] ?? '', MONTHS.indexOf((m[2] ?? '').toLowerCase()) + 1, m[1] ?? '')
  }
  found.sort((a, b) => a.at - b.at)
  return found[0]?.day ?? null
}

const DATE_NAME = /date|day|time|acq|capture|valid_from|begin|start/i

/**
 * The day that a feature's attributes tell. Of several attributes that hold a day, one named after a
 * date wins (`date`, `acquired`, `valid_from`, ...); attributes named otherwise are not looked at.
 */
export function dayInProperties(properties: Readonly<Record<string, unknown>>): string | null {
  for (const [name, value] of Object.entries(properties)) {
    if (!DATE_NAME.test(name)) continue
    if (typeof value !== 'string' && typeof value !== 'number') continue
    const day = dayInText(String(value))
    if (day !== null) return day
  }
  return null
}

function isoDay(year: number, month: number, day: number): string | null {
  if (year < 1900 || year > 2199 || month < 1 || month > 12 || day < 1 || day > 31) return null
  const time = new Date(Date.UTC(year, month - 1, day))
  if (time.getUTCMonth() !== month - 1) return null
  return time.toISOString().slice(0, 10)
}
