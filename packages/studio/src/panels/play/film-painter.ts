import type { Grid } from '@scarline/core/model'
import { type BoundaryLine, ringsOf } from '../../map/boundary-lines.ts'
import { scaleBar } from '../analysis/overlay/view.ts'

/** What one picture of the film shows. */
export interface FilmPicture {
  picture: ImageBitmap | null
  grid: Grid
  outlines: readonly { path: Path2D; colour: string; dashed: boolean }[]
  /** Upper left, the first line larger. */
  lines: readonly string[]
  /** Length of the scale bar in words. */
  barWords: (metres: number) => string
}

const FONT =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif'

/** A boundary as a path in pixels of the grid. */
export function pathOfLine(grid: Grid, line: BoundaryLine): Path2D {
  const path = new Path2D()
  for (const ring of ringsOf(grid, line)) {
    for (const [i, [x, y]] of ring.entries()) {
      if (i === 0) path.moveTo(x, y)
      else path.lineTo(x, y)
    }
    path.closePath()
  }
  return path
}

/** Draws a picture of the film over a whole canvas; sizes follow the canvas' height. */
export function paintFilm(context: CanvasRenderingContext2D, shown: FilmPicture): void {
  const { width, height } = context.canvas
  const { grid, picture } = shown
  const unit = Math.max(1, Math.min(width, height) / 640)
  const scale = width / grid.width
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.fillStyle = '#10151a'
  context.fillRect(0, 0, width, height)
  if (picture) {
    context.imageSmoothingQuality = 'high'
    context.drawImage(picture, 0, 0, width, height)
  }
  for (const { path, colour, dashed } of shown.outlines) {
    context.setTransform(scale, 0, 0, scale, 0, 0)
    context.lineJoin = 'round'
    context.setLineDash([])
    context.lineWidth = (3.6 * unit) / scale
    context.strokeStyle = 'rgb(0 0 0 / 55%)'
    context.stroke(path)
    context.setLineDash(dashed ? [(6 * unit) / scale, (4 * unit) / scale] : [])
    context.lineWidth = (1.7 * unit) / scale
    context.strokeStyle = colour
    context.stroke(path)
  }
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.setLineDash([])
  paintWords(context, shown.lines, unit)
  paintBar(context, shown, unit, scale)
}

function paintWords(
  context: CanvasRenderingContext2D,
  lines: readonly string[],
  unit: number,
): void {
  context.textBaseline = 'alphabetic'
  context.textAlign = 'left'
  context.lineJoin = 'round'
  let y = 14 * unit
  for (const [i, text] of lines.entries()) {
    const size = (i === 0 ? 22 : 15) * unit
    y += size
    context.font = `${i === 0 ? 600 : 500} ${size}px ${FONT}`
    outlined(context, text, 16 * unit, y, unit)
    y += 5 * unit
  }
}

function paintBar(
  context: CanvasRenderingContext2D,
  { grid, barWords }: FilmPicture,
  unit: number,
  scale: number,
): void {
  const { width, height } = context.canvas
  const { metres, widthPx } = scaleBar(scale / Math.abs(grid.transform[0]), width / 4)
  const [x, y, tick] = [16 * unit, height - 18 * unit, 6 * unit]
  for (const [colour, thick] of [
    ['rgb(0 0 0 / 70%)', 5],
    ['#ffffff', 2.2],
  ] as const) {
    context.beginPath()
    context.moveTo(x, y - tick)
    context.lineTo(x, y)
    context.lineTo(x + widthPx, y)
    context.lineTo(x + widthPx, y - tick)
    context.lineWidth = thick * unit
    context.strokeStyle = colour
    context.stroke()
  }
  context.font = `600 ${14 * unit}px ${FONT}`
  outlined(context, barWords(metres), x + widthPx + 8 * unit, y + 2 * unit, unit)
}

function outlined(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  unit: number,
): void {
  context.lineWidth = 4 * unit
  context.strokeStyle = 'rgb(0 0 0 / 70%)'
  context.strokeText(text, x, y)
  context.fillStyle = '#ffffff'
  context.fillText(text, x, y)
}
