/** Days since 1970-01-01 (UTC) of a date `YYYY-MM-DD`. */
export function dayOf(date: string): number {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / 86_400_000)
}

/** `YYYY-MM-DD` of a day number. */
export function dateOf(day: number): string {
  return new Date(Math.floor(day) * 86_400_000).toISOString().slice(0, 10)
}

/** Day of the year, 0..365, fractions kept. */
export function dayOfYear(day: number): number {
  return day - dayOf(`${dateOf(day).slice(0, 4)}-01-01`)
}
