import type { Sprite } from './sprite.ts'
import { cellOf } from './sprite.ts'
import { type TimeAxis, timeTicks, xOf } from './time-axis.ts'
import type { AreaCurve, TimelineFrame, TimelineModel } from './timeline-model.ts'

/** Where the parts of the timeline lie, CSS pixels. */
export const LAYOUT = {
  /** Left of the time axis: the area's scale. */
  left: 84,
  right: 14,
  /** Middle of the markers. */
  marks: 11,
  curveTop: 26,
  curveBottom: 108,
  /** Base line of the dates. */
  dates: 124,
  filmTop: 132,
  filmHeight: 56,
  height: 192,
} as const

/** Colours of the theme in force. */
export interface TimelineColours {
  ink: string
  muted: string
  rule: string
  surface: string
  accent: string
  warn: string
  reject: string
  font: string
  object(id: number): string
}

export interface TimelineDrawing {
  model: TimelineModel
  axis: TimeAxis
  sprite: Sprite | null
  /** Frames whose small picture has room. */
  thumbs: readonly number[]
  colours: TimelineColours
  /** Texts: the area's axis, a tick of it, a month's short name. */
  words: { area(areaM2: number): string; month(month: number): string }
}

/** Width of a small picture on the timeline, CSS pixels. */
export function thumbWidth(sprite: Pick<Sprite, 'widthPx' | 'heightPx'> | null): number {
  return sprite ? (LAYOUT.filmHeight * sprite.widthPx) / sprite.heightPx : LAYOUT.filmHeight
}

/** Pixels from the top of an area on the curve's scale. */
export function areaY(areaM2: number, mostM2: number): number {
  const { curveTop, curveBottom } = LAYOUT
  return curveBottom - (areaM2 / mostM2) * (curveBottom - curveTop)
}

/** Draws everything that stays while frames are passed over. */
export function drawTimeline(
  canvas: HTMLCanvasElement,
  drawing: TimelineDrawing,
  pixelRatio: number,
): void {
  const { axis } = drawing
  const width = LAYOUT.left + axis.widthPx + LAYOUT.right
  canvas.width = Math.round(width * pixelRatio)
  canvas.height = Math.round(LAYOUT.height * pixelRatio)
  const context = canvas.getContext('2d')
  if (!context) return
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
  context.font = drawing.colours.font
  drawScales(context, drawing)
  context.save()
  context.beginPath()
  context.rect(LAYOUT.left - 4, 0, axis.widthPx + 8, LAYOUT.height)
  context.clip()
  context.translate(LAYOUT.left, 0)
  for (const curve of drawing.model.curves) drawCurve(context, curve, drawing)
  drawFilm(context, drawing)
  for (const frame of drawing.model.frames) {
    const x = xOf(axis, frame.timeMs)
    if (x >= -8 && x <= axis.widthPx + 8) drawMarks(context, frame, x, drawing.colours)
  }
  context.restore()
}

function drawScales(context: CanvasRenderingContext2D, drawing: TimelineDrawing): void {
  const { axis, colours, model, words } = drawing
  const { left, curveTop, curveBottom, dates } = LAYOUT
  context.strokeStyle = colours.rule
  context.lineWidth = 1
  context.fillStyle = colours.muted
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  const hasAreas = model.curves.some(({ points }) => points.length > 0)
  for (const share of hasAreas ? [0, 0.5, 1] : []) {
    const y = Math.round(areaY(share * model.mostM2, model.mostM2)) + 0.5
    line(context, left, y, left + axis.widthPx, y)
    context.fillText(words.area(share * model.mostM2), left - 8, y)
  }
  context.textAlign = 'center'
  context.textBaseline = 'alphabetic'
  for (const { timeMs, year, month } of timeTicks(axis, 44, 46)) {
    const x = Math.round(left + xOf(axis, timeMs)) + 0.5
    const isYear = month === null
    line(context, x, isYear ? curveTop : curveBottom, x, curveBottom + 5)
    context.fillStyle = isYear ? colours.ink : colours.muted
    context.fillText(isYear ? String(year) : words.month(month), x, dates)
  }
}

function drawCurve(
  context: CanvasRenderingContext2D,
  { points, isActive, objectId }: AreaCurve,
  { axis, model, colours }: TimelineDrawing,
): void {
  const colour = colours.object(objectId)
  const at = ({ timeMs, areaM2 }: { timeMs: number; areaM2: number }): [number, number] => [
    xOf(axis, timeMs),
    areaY(areaM2, model.mostM2),
  ]
  context.globalAlpha = isActive ? 1 : 0.55
  if (isActive) {
    context.fillStyle = colour
    context.globalAlpha = 0.2
    points.forEach((point, i) => {
      const next = points[i + 1]
      if (!point.interval || !next?.interval) return
      const [x0, x1] = [xOf(axis, point.timeMs), xOf(axis, next.timeMs)]
      context.beginPath()
      context.moveTo(x0, areaY(Math.max(0, point.interval.lowM2), model.mostM2))
      context.lineTo(x1, areaY(Math.max(0, next.interval.lowM2), model.mostM2))
      context.lineTo(x1, areaY(next.interval.highM2, model.mostM2))
      context.lineTo(x0, areaY(point.interval.highM2, model.mostM2))
      context.fill()
    })
    context.globalAlpha = 1
  }
  context.strokeStyle = colour
  context.lineWidth = isActive ? 1.8 : 1.1
  context.lineJoin = 'round'
  context.beginPath()
  points.forEach((point, i) => {
    const [x, y] = at(point)
    if (i === 0) context.moveTo(x, y)
    else context.lineTo(x, y)
  })
  context.stroke()
  if (isActive) {
    for (const point of points) {
      const [x, y] = at(point)
      context.beginPath()
      context.arc(x, y, point.isHeld ? 4 : 2.2, 0, 2 * Math.PI)
      context.fillStyle = point.isHeld ? colours.surface : colour
      context.fill()
      if (point.isHeld) context.stroke()
    }
  }
  context.globalAlpha = 1
}

function drawFilm(
  context: CanvasRenderingContext2D,
  { model, axis, sprite, thumbs, colours }: TimelineDrawing,
): void {
  const { curveBottom, filmTop, filmHeight } = LAYOUT
  const width = thumbWidth(sprite)
  context.strokeStyle = colours.muted
  context.lineWidth = 1
  for (const { timeMs } of model.frames) {
    const x = Math.round(xOf(axis, timeMs)) + 0.5
    line(context, x, curveBottom, x, curveBottom + 3)
    line(context, x, filmTop - 4, x, filmTop)
  }
  for (const index of thumbs) {
    const frame = model.frames[index]
    if (!frame) continue
    const x = xOf(axis, frame.timeMs) - width / 2
    const cell = sprite && cellOf(sprite, index)
    if (sprite && cell) {
      context.drawImage(
        ...([sprite.image, cell.x, cell.y, cell.width, cell.height] as const),
        ...([x + 1, filmTop, width - 2, filmHeight] as const),
      )
    } else {
      context.fillStyle = colours.rule
      context.fillRect(x + 1, filmTop, width - 2, filmHeight)
    }
  }
}

/** Marks above the curve: prompted, locked, doubtful, flagged, one above the other where there are several. */
function drawMarks(
  context: CanvasRenderingContext2D,
  frame: TimelineFrame,
  x: number,
  colours: TimelineColours,
): void {
  const y = LAYOUT.marks
  if (frame.isLocked) drawLock(context, x, y, colours.ink)
  else if (frame.isPrompted) drawPrompt(context, x, y, colours.accent)
  else if (frame.isDoubtful) drawDoubt(context, x, y, colours.reject)
  else if (frame.flags.length > 0) drawFlag(context, x, y, colours.warn)
  if (frame.isLocked && frame.isPrompted) drawPrompt(context, x, y + 10, colours.accent)
}

/** A filled triangle that points at the frame. */
function drawPrompt(context: CanvasRenderingContext2D, x: number, y: number, colour: string): void {
  context.fillStyle = colour
  context.beginPath()
  context.moveTo(x - 4.5, y - 4)
  context.lineTo(x + 4.5, y - 4)
  context.lineTo(x, y + 4)
  context.fill()
}

function drawLock(context: CanvasRenderingContext2D, x: number, y: number, colour: string): void {
  context.fillStyle = colour
  context.fillRect(x - 3.5, y - 1, 7, 5.5)
  context.strokeStyle = colour
  context.lineWidth = 1.4
  context.beginPath()
  context.arc(x, y - 1, 2.3, Math.PI, 0)
  context.stroke()
}

/** An open ring. */
function drawDoubt(context: CanvasRenderingContext2D, x: number, y: number, colour: string): void {
  context.strokeStyle = colour
  context.lineWidth = 1.8
  context.beginPath()
  context.arc(x, y, 3.4, 0, 2 * Math.PI)
  context.stroke()
}

/** A small bar. */
function drawFlag(context: CanvasRenderingContext2D, x: number, y: number, colour: string): void {
  context.fillStyle = colour
  context.fillRect(x - 1.2, y - 3, 2.4, 6)
}

function line(
  context: CanvasRenderingContext2D,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): void {
  context.beginPath()
  context.moveTo(x0, y0)
  context.lineTo(x1, y1)
  context.stroke()
}
