/** Share of the pixels that become white. */
const CUT = 0.02

/** Ground darker than the middle by so many times what the brightest is brighter becomes black: water. */
const DARKER = 2.5

/** Edge of the small copy that the values are counted on, pixels. */
const SAMPLE_PX = 64

/** Part of a picture, pixels. */
export interface PicturePart {
  x: number
  y: number
  width: number
  height: number
}

/**
 * Grey values (0..1) between which the ground lies; a river, far darker than all else, is left out.
 * @param counts of 256 grey values
 */
export function stretchRange(counts: readonly number[]): { low: number; high: number } {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const level = (share: number): number => {
    let sum = 0
    const at = counts.findIndex((count) => (sum += count) > share * total)
    return (at < 0 ? counts.length - 1 : at) / 255
  }
  const [middle, high] = [level(0.5), level(1 - CUT)]
  return { low: Math.max(level(CUT), middle - DARKER * (high - middle)), high }
}

/** The canvas filter that spreads `low` to `high` over black to white; none where there is next to nothing. */
export function stretchFilter({ low, high }: { low: number; high: number }): string {
  if (high - low < 0.02) return 'none'
  const gain = 1 / (high - low)
  // contrast(c) is v c + (1 - c) / 2, after brightness(b) v b: together gain (v - low).
  const contrast = 1 + 2 * low * gain
  return `brightness(${(gain / contrast).toFixed(4)}) contrast(${contrast.toFixed(4)})`
}

/** Draws a part of a picture anew with its contrast stretched. */
export function stretchPart(image: ImageBitmap, part: PicturePart): OffscreenCanvas {
  const { x, y, width, height } = part
  const canvas = new OffscreenCanvas(width, height)
  const sample = new OffscreenCanvas(SAMPLE_PX, SAMPLE_PX)
  const context = canvas.getContext('2d')
  const counter = sample.getContext('2d', { willReadFrequently: true })
  if (!context || !counter) throw new Error('got no canvas from the browser, expected one')
  counter.drawImage(image, x, y, width, height, 0, 0, SAMPLE_PX, SAMPLE_PX)
  const { data } = counter.getImageData(0, 0, SAMPLE_PX, SAMPLE_PX)
  const counts = Array.from({ length: 256 }, () => 0)
  for (let i = 0; i < data.length; i += 4) {
    const value = data[i + 1] as number
    counts[value] = (counts[value] as number) + 1
  }
  context.filter = stretchFilter(stretchRange(counts))
  context.drawImage(image, x, y, width, height, 0, 0, width, height)
  return canvas
}

const cells = new WeakMap<ImageBitmap, Map<string, OffscreenCanvas>>()

/** One small picture of a sprite with its contrast stretched, made once. */
export function stretchedCell(sprite: ImageBitmap, part: PicturePart): OffscreenCanvas {
  const known = cells.get(sprite) ?? new Map<string, OffscreenCanvas>()
  cells.set(sprite, known)
  const key = `${part.x} ${part.y}`
  const cell = known.get(key) ?? stretchPart(sprite, part)
  known.set(key, cell)
  return cell
}
