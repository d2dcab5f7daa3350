import { ScarlineError } from '@scarline/core'

function numbers(text: string, count: number, expected: string): number[] {
  const values = text
    .trim()
    .split(/\s*,\s*/)
    .map((part) => (part === '' ? NaN : Number(part)))
  if (values.length !== count || values.some((value) => !Number.isFinite(value))) {
    throw new ScarlineError(`got "${text.trim()}", expected ${expected}`, { code: 'usage' })
  }
  return values
}

/** `LNG,LAT` in degrees. */
export function parseLngLat(text: string): [lng: number, lat: number] {
  const [lng, lat] = numbers(text, 2, 'LNG,LAT in degrees') as [number, number]
  if (Math.abs(lng) > 180 || Math.abs(lat) > 90) {
    throw new ScarlineError(
      `got "${text.trim()}", expected longitude -180..180, latitude -90..90`,
      {
        code: 'usage',
        hint: 'Give the longitude first.',
      },
    )
  }
  return [lng, lat]
}

/** `W,S,E,N` in degrees. */
export function parseBbox(
  text: string,
): [west: number, south: number, east: number, north: number] {
  return numbers(text, 4, 'W,S,E,N in degrees') as [number, number, number, number]
}

/** Gathers a repeatable option's values through a parser. */
export function gather<T>(parse: (text: string) => T): (text: string, previous?: T[]) => T[] {
  return (text, previous = []) => [...previous, parse(text)]
}

/** A number in a range, inclusive. */
export function parseNumber(name: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() === '' || !(value >= min && value <= max)) {
      throw new ScarlineError(`got ${name} "${text}", expected a number from ${min} to ${max}`, {
        code: 'usage',
      })
    }
    return value
  }
}

/** A whole number in a range, inclusive. */
export function parseInteger(name: string, min: number, max: number): (text: string) => number {
  const parse = parseNumber(name, min, max)
  return (text) => {
    const value = parse(text)
    if (!Number.isInteger(value)) {
      throw new ScarlineError(`got ${name} "${text}", expected a whole number`, { code: 'usage' })
    }
    return value
  }
}
