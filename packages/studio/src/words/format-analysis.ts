import { formatNumber, formatShare } from './format.ts'
import type { Language } from './language.ts'

const M2_PER_HA = 10_000
const MINUS = '\u2212'

/** `8,970 m²`, or hectares from one on: `16.83 ha`. */
export function formatHa(language: Language, areaM2: number): string {
  if (Math.abs(areaM2) < M2_PER_HA) return `${signed(language, areaM2, 0)} m²`
  return `${signed(language, areaM2 / M2_PER_HA, 2)} ha`
}

/** A change of area with its sign. */
export function formatHaChange(language: Language, areaM2: number): string {
  return (areaM2 > 0 ? '+' : '') + formatHa(language, areaM2)
}

/** A relative change with its sign, `+234 %`. */
export function formatShareChange(language: Language, fraction: number): string {
  const text = formatShare(language, Math.abs(fraction))
  const isZero = Number((100 * fraction).toFixed(0)) === 0
  return (isZero ? '' : fraction < 0 ? MINUS : '+') + text
}

/** Both ends with one unit. */
export function formatHaRange(language: Language, lowM2: number, highM2: number): string {
  const unit = areaUnit(language, [highM2])
  return `${unit.show(lowM2)}–${unit.show(highM2)} ${unit.name}`
}

/** One unit for many areas. */
export interface AreaUnit {
  name: 'ha' | 'm²'
  sizeM2: number
  /** Without the unit. */
  show(areaM2: number): string
  showChange(areaM2: number): string
}

/** Hectares where the largest of some areas is one at least, else m². */
export function areaUnit(language: Language, areasM2: readonly number[]): AreaUnit {
  const isHa = areasM2.some((areaM2) => Math.abs(areaM2) >= M2_PER_HA)
  const sizeM2 = isHa ? M2_PER_HA : 1
  const show = (areaM2: number): string => signed(language, areaM2 / sizeM2, isHa ? 2 : 0)
  return {
    name: isHa ? 'ha' : 'm²',
    sizeM2,
    show,
    showChange: (areaM2) => (areaM2 > 0 ? '+' : '') + show(areaM2),
  }
}

/** A number with a true minus; `plus` where a change is meant. */
export function signed(language: Language, value: number, digits: number, plus = false): string {
  const text = formatNumber(language, Math.abs(value), digits)
  const isZero = Number(value.toFixed(digits)) === 0
  return value < 0 && !isZero ? MINUS + text : (plus && !isZero ? '+' : '') + text
}

/** `p = 0.005` */
export function formatChance(pValue: number): string {
  return pValue < 0.001 ? '< 0.001' : pValue.toFixed(3)
}

/** Metres, or kilometres from ten thousand on. */
export function formatMetres(language: Language, metres: number): string {
  if (metres >= 10_000) return `${formatNumber(language, metres / 1000, 2)} km`
  return `${formatNumber(language, metres, metres < 100 ? 1 : 0)} m`
}

/** One day, or two with a dash. */
export function formatDays(fromAt: string, toAt: string): string {
  const [from, to] = [fromAt.slice(0, 10), toAt.slice(0, 10)]
  return from === to ? from : `${from} – ${to}`
}

/** Name of the language for dates on axes. */
export function localeOf(language: Language): string {
  return language === 'zh' ? 'zh-CN' : 'en-GB'
}
