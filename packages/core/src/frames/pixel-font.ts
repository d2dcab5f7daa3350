/**
 * Glyphs of 5 x 7 pixels, a string a row. Drawn by hand so that a video carries the same pixels on
 * every machine, also one without fonts.
 */
const GLYPHS: Readonly<Record<string, readonly string[]>> = {
  '0': ['.###.', '#...#', '#..##', '#.#.#', '##..#', '#...#', '.###.'],
  '1': ['..#..', '.##..', '..#..', '..#..', '..#..', '..#..', '.###.'],
  '2': ['.###.', '#...#', '....#', '..##.', '.#...', '#....', '#####'],
  '3': ['####.', '....#', '....#', '.###.', '....#', '....#', '####.'],
  '4': ['...#.', '..##.', '.#.#.', '#..#.', '#####', '...#.', '...#.'],
  '5': ['#####', '#....', '####.', '....#', '....#', '#...#', '.###.'],
  '6': ['..##.', '.#...', '#....', '####.', '#...#', '#...#', '.###.'],
  '7': ['#####', '....#', '...#.', '..#..', '..#..', '.#...', '.#...'],
  '8': ['.###.', '#...#', '#...#', '.###.', '#...#', '#...#', '.###.'],
  '9': ['.###.', '#...#', '#...#', '.####', '....#', '...#.', '.##..'],
  '-': ['.....', '.....', '.....', '.###.', '.....', '.....', '.....'],
  '.': ['.....', '.....', '.....', '.....', '.....', '.##..', '.##..'],
  m: ['.....', '.....', '##.#.', '#.#.#', '#.#.#', '#.#.#', '#.#.#'],
  k: ['#....', '#....', '#..#.', '#.#..', '##...', '#.#..', '#..#.'],
  N: ['#...#', '##..#', '##..#', '#.#.#', '#..##', '#..##', '#...#'],
  D: ['####.', '#...#', '#...#', '#...#', '#...#', '#...#', '####.'],
  V: ['#...#', '#...#', '#...#', '#...#', '#...#', '.#.#.', '..#..'],
  I: ['.###.', '..#..', '..#..', '..#..', '..#..', '..#..', '.###.'],
  ' ': ['.....', '.....', '.....', '.....', '.....', '.....', '.....'],
}

export const GLYPH_HEIGHT = 7
const ADVANCE = 6

/** An RGBA picture, 4 bytes a pixel, row-major. */
export interface Canvas {
  data: Uint8Array
  width: number
  height: number
}

export type Rgb = readonly [red: number, green: number, blue: number]

/** Width of a text, pixels. */
export function textWidth(text: string, scale: number): number {
  return Math.max(0, text.length * ADVANCE - 1) * scale
}

/** Fills a rectangle, blending by `alpha` (0..1); what lies outside the canvas is left out. */
export function fillRect(
  canvas: Canvas,
  rect: { x: number; y: number; width: number; height: number },
  [red, green, blue]: Rgb,
  alpha = 1,
): void {
  const { data, width, height } = canvas
  const fromX = Math.max(0, rect.x)
  const toX = Math.min(width, rect.x + rect.width)
  for (let y = Math.max(0, rect.y); y < Math.min(height, rect.y + rect.height); y++) {
    for (let x = fromX; x < toX; x++) {
      const i = 4 * (y * width + x)
      data[i] = (data[i] as number) * (1 - alpha) + red * alpha
      data[i + 1] = (data[i + 1] as number) * (1 - alpha) + green * alpha
      data[i + 2] = (data[i + 2] as number) * (1 - alpha) + blue * alpha
    }
  }
}

/**
 * Draws a text with its upper left corner at (x, y), each glyph pixel `scale` pixels wide.
 * @throws RangeError for a character that has no glyph
 */
export function drawText(
  canvas: Canvas,
  text: string,
  at: { x: number; y: number; scale: number; colour: Rgb },
): void {
  const { scale, colour } = at
  let { x } = at
  for (const character of text) {
    const glyph = GLYPHS[character]
    if (!glyph) throw new RangeError(`no glyph for "${character}"`)
    glyph.forEach((row, dy) => {
      for (let dx = 0; dx < row.length; dx++) {
        if (row[dx] !== '#') continue
        const rect = { x: x + dx * scale, y: at.y + dy * scale, width: scale, height: scale }
        fillRect(canvas, rect, colour)
      }
    })
    x += ADVANCE * scale
  }
}
