import type { Language } from './language.ts'

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-CN' }

// Making a formatter takes longer than a hundred numbers with it.
const numberFormats = new Map<string, Intl.NumberFormat>()
const dayFormats = new Map<Language, Intl.DateTimeFormat>()

function numberFormat(language: Language, digits: number): Intl.NumberFormat {
  const key = `${language} ${digits}`
  const known = numberFormats.get(key)
  if (known) return known
  const made = new Intl.NumberFormat(LOCALES[language], {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  numberFormats.set(key, made)
  return made
}

function dayFormat(language: Language): Intl.DateTimeFormat {
  const known = dayFormats.get(language)
  if (known) return known
  const made = new Intl.DateTimeFormat(LOCALES[language], {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  })
  dayFormats.set(language, made)
  return made
}

/** A number with the language's separators. */
export function formatNumber(language: Language, value: number, digits = 0): string {
  return numberFormat(language, digits).format(value)
}

/** `12,340 m²`, or `3.42 km²` from a million on. */
export function formatArea(language: Language, areaM2: number): string {
  if (Math.abs(areaM2) < 1e6) return `${formatNumber(language, areaM2)} m²`
  const km2 = areaM2 / 1e6
  return `${formatNumber(language, km2, Math.abs(km2) < 100 ? 2 : 0)} km²`
}

/** A change of area with its sign. */
export function formatAreaChange(language: Language, changeM2: number): string {
  const sign = changeM2 > 0 ? '+' : changeM2 < 0 ? '−' : '±'
  return sign + formatArea(language, Math.abs(changeM2))
}

/** The UTC day, YYYY-MM-DD: the same in every language, sorts and aligns. */
export function formatDay(at: string): string {
  return at.slice(0, 10)
}

/** The UTC day in words, `16 January 2017`. */
export function formatLongDay(language: Language, at: string): string {
  const time = Date.parse(at)
  return Number.isNaN(time) ? String(new Date(time)) : dayFormat(language).format(time)
}

/** A share 0..1 as `83 %`; Chinese sets no space before the sign. */
export function formatShare(language: Language, share: number, digits = 0): string {
  return `${formatNumber(language, share * 100, digits)}${language === 'zh' ? '%' : ' %'}`
}

/** Seconds as `8 s`, `3 min 20 s` or `2 h 5 min`. */
export function formatDuration(language: Language, seconds: number): string {
  const units = language === 'zh' ? ['小时', '分', '秒'] : ['h', 'min', 's']
  const whole = Math.max(0, Math.round(seconds))
  const parts = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60]
  const first = parts.findIndex((value) => value > 0)
  const shown = first < 0 ? [2] : first === 2 ? [2] : [first, first + 1]
  return shown
    .filter((i) => i === first || first < 0 || (parts[i] ?? 0) > 0)
    .map((i) => `${parts[i]} ${units[i]}`)
    .join(' ')
}

/** Bytes as `12 kB`, `3.4 MB`. */
export function formatBytes(language: Language, bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB']
  const power = Math.min(3, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const value = bytes / 1000 ** power
  return `${formatNumber(language, value, power > 0 && value < 10 ? 1 : 0)} ${units[power]}`
}
