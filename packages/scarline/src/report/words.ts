/** No-break space and thin no-break space. */
const NBSP = '\u00a0'
const THIN = '\u202f'
const MINUS = '\u2212'

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** Metres squared that one hectare has. */
export const M2_PER_HA = 10_000

/** A number with thousands parted and a true minus. */
export function formatNumber(value: number, decimals = 0): string {
  const [whole = '', fraction] = Math.abs(value).toFixed(decimals).split('.')
  const parted = whole.replace(/\B(?=(\d{3})+$)/g, THIN)
  const isZero = Number(value.toFixed(decimals)) === 0
  const text = fraction === undefined ? parted : `${parted}.${fraction}`
  return value < 0 && !isZero ? `${MINUS}${text}` : text
}

/** An area for people: hectares from 1 ha on, m² below. */
export function formatArea(areaM2: number): string {
  if (Math.abs(areaM2) < M2_PER_HA) return `${formatNumber(areaM2)}${NBSP}m²`
  return `${formatNumber(areaM2 / M2_PER_HA, 2)}${NBSP}ha`
}

/** One unit for a column of areas. */
export interface AreaUnit {
  name: 'ha' | 'm²'
  /** Without the unit. */
  show(areaM2: number): string
  /** Without the unit, with its sign. */
  showChange(areaM2: number): string
}

/** Hectares where the largest of some areas is one at least, else m². */
export function areaUnitOf(areasM2: readonly number[]): AreaUnit {
  const isHa = areasM2.some((areaM2) => Math.abs(areaM2) >= M2_PER_HA)
  const show = (areaM2: number): string =>
    isHa ? formatNumber(areaM2 / M2_PER_HA, 2) : formatNumber(areaM2)
  return {
    name: isHa ? 'ha' : 'm²',
    show,
    showChange: (areaM2) => (areaM2 > 0 ? `+${show(areaM2)}` : show(areaM2)),
  }
}

/** A change of area, with its sign. */
export function formatChange(areaM2: number): string {
  return areaM2 > 0 ? `+${formatArea(areaM2)}` : formatArea(areaM2)
}

/** A range of areas with one unit. */
export function formatRange(lowM2: number, highM2: number): string {
  const inHa = highM2 >= M2_PER_HA
  const show = (m2: number): string => (inHa ? formatNumber(m2 / M2_PER_HA, 2) : formatNumber(m2))
  return `${show(lowM2)}–${show(highM2)}${NBSP}${inHa ? 'ha' : 'm²'}`
}

/** A share as per cent; with a sign where it is a change. */
export function formatPercent(fraction: number, options: { signed?: boolean } = {}): string {
  const percent = fraction * 100
  const text = `${formatNumber(percent, Math.abs(percent) < 10 ? 1 : 0)}${NBSP}%`
  return options.signed === true && fraction > 0 ? `+${text}` : text
}

/** `16 January 2017` from UTC ISO 8601. */
export function formatDay(iso: string): string {
  const time = new Date(iso)
  return `${time.getUTCDate()}${NBSP}${MONTHS[time.getUTCMonth()]} ${time.getUTCFullYear()}`
}

/** `16 Jan 2017` from UTC ISO 8601. */
export function formatShortDay(iso: string): string {
  const { day, month, year } = partsOf(iso)
  return `${day}${NBSP}${month}${NBSP}${year}`
}

/** From one day to another, without saying twice what both share: `3–25 Nov 2018`. */
export function formatBracket(fromIso: string, toIso: string): string {
  const [from, to] = [partsOf(fromIso), partsOf(toIso)]
  const end = `${to.day}${NBSP}${to.month}${NBSP}${to.year}`
  if (from.year !== to.year) return `${from.day}${NBSP}${from.month}${NBSP}${from.year} – ${end}`
  if (from.month !== to.month) return `${from.day}${NBSP}${from.month} – ${end}`
  return from.day === to.day ? end : `${from.day}–${end}`
}

function partsOf(iso: string): { day: number; month: string; year: number } {
  const time = new Date(iso)
  const month = (MONTHS[time.getUTCMonth()] ?? '').slice(0, 3)
  return { day: time.getUTCDate(), month, year: time.getUTCFullYear() }
}

/** A sentence of the analysis as it stands in print: days spelled out, true minus, units held to numbers. */
export function readable(sentence: string): string {
  return sentence
    .replace(/\b\d{4}-\d{2}-\d{2}\b/g, (day) => formatDay(`${day}T00:00:00Z`))
    .replace(/(^|[\s(])-(?=\d)/g, `$1${MINUS}`)
    .replace(/(\d) (?=(?:ha|m²|m|%)(?![\w]))/g, `$1${NBSP}`)
}

/** Degrees with the side of the globe: `31.068° N, 98.510° E`. */
export function formatLngLat([lng, lat]: readonly [number, number], decimals = 4): string {
  const part = (value: number, positive: string, negative: string): string =>
    `${Math.abs(value).toFixed(decimals)}°${THIN}${value < 0 ? negative : positive}`
  return `${part(lat, 'N', 'S')}, ${part(lng, 'E', 'W')}`
}

/** `1 frame`, `2 frames`. */
export function formatCount(count: number, one: string, many: string = `${one}s`): string {
  return `${formatNumber(count)}${NBSP}${count === 1 ? one : many}`
}
