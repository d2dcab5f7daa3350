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
