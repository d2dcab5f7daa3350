import { LAYOUT, thumbWidth } from './draw-timeline.ts'
import { type Sprite, cellOf } from './sprite.ts'
import { type TimeAxis, xOf } from './time-axis.ts'

/** The elements that follow the frame in view. They move by transforms alone. */
export interface CursorElements {
  line: HTMLElement
  thumb: HTMLCanvasElement
  hover: HTMLElement
}

/** What the cursor stands on. */
export interface CursorGround {
  timesMs: readonly number[]
  axis: TimeAxis
  sprite: Sprite | null
}

/** Moves the cursor to a frame; -1: there is none. */
export function placeCursor(
  { line, thumb }: CursorElements,
  { timesMs, axis, sprite }: CursorGround,
  index: number,
): void {
  const timeMs = timesMs[index]
  const x = timeMs === undefined ? -1 : xOf(axis, timeMs)
  const isShown = x >= -1 && x <= axis.widthPx + 1
  line.hidden = !isShown
  thumb.hidden = !isShown || sprite === null
  if (!isShown) return
  line.style.transform = `translateX(${LAYOUT.left + x}px)`
  const width = thumbWidth(sprite)
  const left = Math.min(Math.max(0, x - width / 2), axis.widthPx - width)
  thumb.style.transform = `translateX(${LAYOUT.left + left}px)`
  paintThumb(thumb, sprite, index)
}

/** Moves the line under the pointer. */
export function placeHover(
  { hover }: CursorElements,
  { timesMs, axis }: CursorGround,
  index: number,
): void {
  const timeMs = timesMs[index]
  hover.hidden = timeMs === undefined
  if (timeMs !== undefined)
    hover.style.transform = `translateX(${LAYOUT.left + xOf(axis, timeMs)}px)`
}

const painted = new WeakMap<HTMLCanvasElement, { sprite: Sprite | null; index: number }>()

function paintThumb(canvas: HTMLCanvasElement, sprite: Sprite | null, index: number): void {
  const last = painted.get(canvas)
  if (last?.sprite === sprite && last.index === index) return
  painted.set(canvas, { sprite, index })
  if (sprite && (canvas.width !== sprite.widthPx || canvas.height !== sprite.heightPx)) {
    canvas.width = sprite.widthPx
    canvas.height = sprite.heightPx
    canvas.style.width = `${thumbWidth(sprite)}px`
    canvas.style.height = `${LAYOUT.filmHeight}px`
  }
  const context = canvas.getContext('2d')
  const cell = sprite && cellOf(sprite, index)
  if (!context) return
  if (!sprite || !cell) {
    context.clearRect(0, 0, canvas.width, canvas.height)
    return
  }
  const { x, y, width, height } = cell
  context.drawImage(sprite.image, x, y, width, height, 0, 0, width, height)
}
