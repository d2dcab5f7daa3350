/** Size and margins of a chart, pixels. */
export interface ChartBox {
  width: number
  height: number
  left: number
  right: number
  top: number
  bottom: number
}

/** A linear axis. */
export interface Scale {
  min: number
  max: number
  /** Position in the chart. */
  at(value: number): number
}

/** An axis with its ticks. */
export interface TickScale extends Scale {
  ticks: number[]
}

export const DAY_MS = 86_400_000
const YEAR_MS = 365.25 * DAY_MS

/** Least room between two ticks of a value axis. */
const TICK_ROOM = 44

/** Widest step of 1, 2 or 5 times a power of ten that gives at least `count` steps. */
export function niceStep(span: number, count: number): number {
  if (!(span > 0)) return 1
  const rough = span / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const factor = [5, 2, 1].find((f) => f * power <= rough) ?? 1
  return factor * power
}

/** Multiples of a nice step within a range. */
export function niceTicks(min: number, max: number, count: number): number[] {
  const step = niceStep(max - min, count)
  const ticks: number[] = []
  for (let k = Math.ceil(min / step - 1e-9); k * step <= max + step * 1e-9; k++) {
    ticks.push(Number((k * step).toPrecision(12)))
  }
  return ticks
}

/** An axis between round values around `min` and `max`. */
export function spanScale(box: ChartBox, min: number, max: number): TickScale {
  const height = box.height - box.top - box.bottom
  const count = Math.max(2, Math.min(5, Math.floor(height / TICK_ROOM)))
  const step = niceStep(max - min, count)
  const bottom = Math.floor(min / step + 1e-9) * step
  const top = Math.max(bottom + step, Math.ceil(max / step - 1e-9) * step)
  return {
    min: bottom,
    max: top,
    ticks: niceTicks(bottom, top, count),
    at: (value) => box.top + height * (1 - (value - bottom) / (top - bottom)),
  }
}

/** A time axis over moments, with a little room at both ends. */
export function timeScale(
  box: Pick<ChartBox, 'left' | 'right' | 'width'>,
  times: readonly number[],
): Scale & { timeAt(x: number): number } {
  const first = Math.min(...times)
  const last = Math.max(...times)
  const room = Math.max((last - first) * 0.015, 5 * DAY_MS)
  const [min, max] = [first - room, last + room]
  const width = box.width - box.left - box.right
  return {
    min,
    max,
    at: (value) => box.left + (width * (value - min)) / (max - min),
    timeAt: (x) => min + ((x - box.left) / width) * (max - min),
  }
}

/** A tick of a time axis: the first of a month (0..11). */
export interface TimeTick {
  x: number
  year: number
  month: number
  /** What stands below it; null for a tick alone. */
  says: 'year' | 'month' | 'month-year' | null
}

/** Years, or the months of a short series, as close as `room` pixels allow. */
export function timeTicks({ min, max, at }: Scale, room = 44): TimeTick[] {
  const years = (max - min) / YEAR_MS
  const yearWidth = (at(max) - at(min)) / years
  const months = [1, 3, 6].find((step) => (yearWidth * step) / 12 >= room + 14) ?? 12
  const everyYear = Math.max(1, Math.ceil(room / yearWidth))
  const ticks: TimeTick[] = []
  const date = new Date(min)
  date.setUTCDate(1)
  date.setUTCHours(0, 0, 0, 0)
  date.setUTCMonth(Math.ceil(date.getUTCMonth() / months) * months)
  for (; date.getTime() <= max; date.setUTCMonth(date.getUTCMonth() + months)) {
    if (date.getTime() < min) continue
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
    const ofYears = year % everyYear === 0 ? ('year' as const) : null
    const ofMonths = month === 0 || ticks.length === 0 ? 'month-year' : 'month'
    ticks.push({ x: at(date.getTime()), year, month, says: months === 12 ? ofYears : ofMonths })
  }
  return ticks
}

/** June to October of each year on a time axis. */
export function seasonSpans({ min, max, at }: Scale): { year: number; x: number; width: number }[] {
  const [first, last] = [new Date(min).getUTCFullYear(), new Date(max).getUTCFullYear()]
  const spans: { year: number; x: number; width: number }[] = []
  for (let year = first; year <= last; year++) {
    const from = Math.max(min, Date.UTC(year, 5, 1))
    const to = Math.min(max, Date.UTC(year, 10, 1))
    if (to > from) spans.push({ year, x: at(from), width: at(to) - at(from) })
  }
  return spans
}

/** A coordinate with one decimal at most. */
export function n(value: number): string {
  return String(Math.round(value * 10) / 10)
}

/** `M x y L x y ...` */
export function polyline(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${n(x)} ${n(y)}`).join('')
}

const WIDE_LETTERS = /[\u2E80-\u9FFF\uF900-\uFAFF\uFF00-\uFFEF]/g

let pen: CanvasRenderingContext2D | null = null

/** Width of a text of 11 pixels; by the mean width of its letters where there is no page. */
export function textWidth(text: string): number {
  if (typeof document !== 'undefined') {
    pen ??= document.createElement('canvas').getContext('2d')
    if (pen) {
      pen.font = `11px ${getComputedStyle(document.body).fontFamily}`
      return pen.measureText(text).width
    }
  }
  const wide = text.match(WIDE_LETTERS)?.length ?? 0
  return wide * 11.2 + (text.length - wide) * 6
}
