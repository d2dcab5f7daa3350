/** The word alone: `first-frame` is a value, not a sentence. */
const FRAME = /(?<![-\w])frame(s?)(?![-\w])/g

/** The same results with sentences that speak of outlines where those of a site speak of frames. */
export function inOutlineWords<T>(results: T): T {
  return changed(results) as T
}

function changed(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(FRAME, 'outline$1')
  if (Array.isArray(value)) return value.map(changed)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, changed(part)]))
}
