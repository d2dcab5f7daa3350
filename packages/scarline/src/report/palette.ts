/** Colours that people with colour-blindness tell apart (Okabe and Ito, 2008). */
export const COLOURS = {
  ink: '#1b1f23',
  muted: '#5a6572',
  rule: '#c9d0d8',
  grid: '#e6eaee',
  season: '#e9f3ec',
  blue: '#0072b2',
  sky: '#56b4e9',
  orange: '#e69f00',
  vermillion: '#d55e00',
  green: '#009e73',
  purple: '#cc79a7',
} as const

const OBJECT_CURVES = [
  COLOURS.blue,
  COLOURS.vermillion,
  COLOURS.green,
  COLOURS.purple,
  COLOURS.sky,
] as const

const OBJECT_OUTLINES = [COLOURS.orange, COLOURS.sky, COLOURS.purple, '#f0e442'] as const

/** Colour of an object's curve, by its place among the objects. */
export function curveColour(place: number): string {
  return OBJECT_CURVES[place % OBJECT_CURVES.length] as string
}

/** Colour of an object's outline on pictures, by its place among the objects. */
export function outlineColour(place: number): string {
  return OBJECT_OUTLINES[place % OBJECT_OUTLINES.length] as string
}

/**
 * A sequence from light to dark that is even to the eye and holds for every common colour-blindness:
 * plasma (van der Walt and Smith, 2015) from its amber end to its blue one, without the yellow that light
 * ground swallows.
 */
const RAMP = [
  [253, 202, 38],
  [251, 159, 58],
  [237, 121, 83],
  [216, 87, 107],
  [189, 55, 134],
  [156, 23, 158],
  [114, 1, 168],
  [70, 3, 159],
  [13, 8, 135],
] as const

/** Colour of a place in a sequence, 0 (early, light) to 1 (late, dark). */
export function rampColour(share: number): string {
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
