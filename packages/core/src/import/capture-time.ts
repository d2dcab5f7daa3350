import type { CaptureTime } from './product.ts'

/** A capture time, or why there is none, as the second half of a sentence. */
export type CaptureTimeResult = { ok: true; time: CaptureTime } | { ok: false; reason: string }

interface Found {
  day: string
  /** HH:MM:SS.mmm, or null. */
  clock: string | null
}

const DAY = /(?<!\d)((?:19|20)\d\d)([-_.:/]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)/g
const CLOCK = /^(?:_T|[T _-])([01]\d|2[0-3])([-:h]?)([0-5]\d)\2([0-5]\d)(?:[.-](\d{3}))?(?!\d)/
const ZONED = /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})$/
const DAY_FIRST =
  /(?<!\d)(0[1-9]|[12]\d|3[01])([-_./]?)(0[1-9]|[12]\d|3[01])\2((?:19|20)\d\d)(?!\d)/

/** Names whose first date is the capture and whose later ones are processing times. */
const CAPTURE_COMES_FIRST =
  /^(S2[A-D]_MSI|SENTINEL2|L[COTEM]0\d_L[12]|S2[A-D]_\d{1,2}[A-Z]{3}_|S2[A-D]_T\d{2}[A-Z]{3}_|T\d{2}[A-Z]{3}_)/i

/**
 * The capture time that a file or folder name states. Understood are `YYYYMMDD`, `YYYY-MM-DD`,
 * `YYYY_MM_DD`, `YYYY.MM.DD`, each also with a time of day after it (`T104258`, `-104258-591`,
 * `T10:42:58`). Names that put the day or the month first, or that name several days, are refused.
 *
 * @param name without folders
 */
export function captureTimeFromName(name: string): CaptureTimeResult {
  const found = datesIn(name)
  const first = found[0]
  if (first === undefined) {
    const dayFirst = DAY_FIRST.exec(name)
    if (dayFirst) {
      return {
        ok: false,
        reason: `${dayFirst[0]} may be read day first or month first, expected YYYY-MM-DD`,
      }
    }
    return { ok: false, reason: 'there is no date in its name, expected YYYY-MM-DD or YYYYMMDD' }
  }
  const days = new Set(found.map(({ day }) => day))
  if (days.size > 1 && !CAPTURE_COMES_FIRST.test(name)) {
    return {
      ok: false,
      reason: `its name holds several dates (${[...days].join(', ')}), expected that of the capture only`,
    }
  }
  return { ok: true, time: timeOf(first, 'name') }
}

/** Metadata keys that say when a scene was captured, the surest first. */
const CAPTURE_KEYS = [
  'ACQUISITION_DATETIME',
  'ACQUISITIONDATETIME',
  'SENSING_TIME',
  'PRODUCT_START_TIME',
  'DATATAKE_1_DATATAKE_SENSING_START',
  'ACQUISITION_DATE',
  'ACQUISITIONDATE',
  'DATE_ACQUIRED',
  'DATE',
  'DATETIME',
  'TIFFTAG_DATETIME',
]

/**
 * The capture time that a raster's metadata states. `TIFFTAG_DATETIME` comes last: many programs
 * write the time at which the file was made into it.
 */
export function captureTimeFromMetadata(
  metadata: Readonly<Record<string, string>>,
): CaptureTimeResult {
  const byKey = new Map(Object.entries(metadata).map(([key, value]) => [key.toUpperCase(), value]))
  for (const key of CAPTURE_KEYS) {
    const value = byKey.get(key)
    if (value === undefined) continue
    if (ZONED.test(value) && Number.isFinite(Date.parse(value))) {
      const capturedAt = new Date(value).toISOString()
      return { ok: true, time: { capturedAt, precision: 'second', source: key } }
    }
    const found = datesIn(value)[0]
    if (found) return { ok: true, time: timeOf(found, key) }
  }
  return { ok: false, reason: 'its metadata holds no capture date' }
}

/** `20190512` of a capture. */
export function compactDay(capturedAt: string): string {
  return capturedAt.slice(0, 10).replaceAll('-', '')
}

function datesIn(text: string): Found[] {
  const found: Found[] = []
  for (const match of text.matchAll(DAY)) {
    const day = realDay(match[1], match[3], match[4])
    if (day === null) continue
    const end = match.index + match[0].length
    found.push({ day, clock: clockAt(text.slice(end)) })
  }
  return found
}

function clockAt(rest: string): string | null {
  const match = CLOCK.exec(rest)
  return match ? `${match[1]}:${match[3]}:${match[4]}.${match[5] ?? '000'}` : null
}

function realDay(year = '', month = '', day = ''): string | null {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  return date.getUTCMonth() === Number(month) - 1 ? `${year}-${month}-${day}` : null
}

function timeOf({ day, clock }: Found, source: string): CaptureTime {
  return clock === null
    ? { capturedAt: `${day}T12:00:00.000Z`, precision: 'day', source }
    : { capturedAt: `${day}T${clock}Z`, precision: 'second', source }
}
