/** A span of time with a colour. */
export interface DateClass {
  /** Milliseconds since 1970, both included. */
  fromMs: number
  toMs: number
  /** For a legend. */
  label: string
  /** `#rrggbb`. */
  colour: string
}

/**
 * Viridis at nine even places: its lightness grows evenly and it is told apart with every common
 * colour-blindness (van der Walt and Smith, 2015).
 */
const VIRIDIS = [
  '#440154',
  '#472d7b',
  '#3b528b',
  '#2c728e',
  '#21918c',
  '#28ae80',
  '#5ec962',
  '#addc30',
  '#fde725',
] as const

const MAX_CLASSES = VIRIDIS.length

/**
 * Even spans of time from the first to the last date, early ones dark, at most nine and no more than
 * there are dates. The colour of a class says how late it is, whatever the number of classes.
 *
 * @param dates UTC ISO 8601, in time order
 */
export function dateClasses(dates: readonly string[]): DateClass[] {
  const times = dates.map((date) => Date.parse(date))
  const [first, last] = [times[0], times.at(-1)]
  if (first === undefined || last === undefined) return []
  const count = first === last ? 1 : Math.min(MAX_CLASSES, times.length)
  const edge = (i: number): number => Math.round(first + ((last - first) * i) / count)
  return Array.from({ length: count }, (_, i) => ({
    fromMs: edge(i),
    toMs: edge(i + 1),
    label: count === 1 ? dayOf(first) : `${dayOf(edge(i))} to ${dayOf(edge(i + 1))}`,
    colour: colourAt(count === 1 ? 1 : i / (count - 1)),
  }))
}

/** Viridis at a place from 0 to 1, linear between its nine colours. */
function colourAt(place: number): string {
  const at = place * (VIRIDIS.length - 1)
  const low = Math.min(Math.floor(at), VIRIDIS.length - 2)
  const channels = [1, 3, 5].map((start) => {
    const [a, b] = [VIRIDIS[low], VIRIDIS[low + 1]].map((colour) =>
      Number.parseInt((colour as string).slice(start, start + 2), 16),
    ) as [number, number]
    return Math.round(a + (b - a) * (at - low))
  })
  return `#${channels.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
