/** What a person chose for this browser. */
export type Preference = 'language' | 'theme' | 'basemap'

const YEAR_S = 31_536_000

/**
 * Kept in cookies: the studio has another port at every start, and a browser's local storage belongs
 * to one port.
 */
export function readPreference(name: Preference): string | null {
  if (typeof document === 'undefined') return null
  return preferenceIn(document.cookie, name)
}

/** Remembers a choice; null forgets it. */
export function writePreference(name: Preference, value: string | null): void {
  const age = value === null ? 0 : YEAR_S
  document.cookie = `scarline-${name}=${encodeURIComponent(value ?? '')}; Path=/; SameSite=Strict; Max-Age=${age}`
}

/** A choice in the text of `document.cookie`. */
export function preferenceIn(cookies: string, name: Preference): string | null {
  const start = `scarline-${name}=`
  const found = cookies.split('; ').find((cookie) => cookie.startsWith(start))
  if (!found) return null
  try {
    return decodeURIComponent(found.slice(start.length))
  } catch {
    return null
  }
}
