const CURVES = [
  'var(--data-blue)',
  'var(--data-vermillion)',
  'var(--data-green)',
  'var(--data-purple)',
  'var(--data-sky)',
] as const

/** Colour of an object's curve, by its place among the objects. */
export function curveColour(place: number): string {
  return CURVES[place % CURVES.length] as string
}

/** Plasma (van der Walt and Smith, 2015) without its darkest third, which dark pictures swallow. */
const RAMP = [
  [240, 249, 33],
  [253, 202, 38],
  [251, 159, 58],
  [237, 121, 83],
  [225, 100, 145],
  [204, 102, 196],
  [158, 120, 240],
] as const

/** Colour of a place in a sequence on a dark picture, 0 (early) to 1 (late). */
export function yearColour(share: number): string {
  const at = Math.max(0, Math.min(1, share)) * (RAMP.length - 1)
  const from = RAMP[Math.floor(at)] ?? RAMP[0]
  const to = RAMP[Math.ceil(at)] ?? from
  const part = at - Math.floor(at)
  const hex = from.map((value, i) =>
    Math.round(value + ((to[i] ?? value) - value) * part)
      .toString(16)
      .padStart(2, '0'),
  )
  return `#${hex.join('')}`
}
