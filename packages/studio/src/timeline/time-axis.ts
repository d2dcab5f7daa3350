const DAY_MS = 86_400_000

/** What part of time is shown, and on how many pixels. */
export interface TimeAxis {
  startMs: number
  endMs: number
  /** From left edge to right edge. */
  widthPx: number
}

/** Shortest span that can be zoomed to. */
const LEAST_SPAN_MS = 20 * DAY_MS

/** An axis that shows all moments with a little room at either side. */
export function wholeAxis(timesMs: readonly number[], widthPx: number): TimeAxis {
  const first = timesMs[0] ?? 0
  const last = timesMs.at(-1) ?? first
  const roomMs = Math.max((last - first) * 0.02, LEAST_SPAN_MS / 2)
  return { startMs: first - roomMs, endMs: last + roomMs, widthPx }
}

/** Pixels from the left edge. */
export function xOf({ startMs, endMs, widthPx }: TimeAxis, timeMs: number): number {
  return ((timeMs - startMs) / (endMs - startMs)) * widthPx
}

/** The moment at so many pixels from the left edge. */
export function timeAt({ startMs, endMs, widthPx }: TimeAxis, x: number): number {
  return startMs + (x / widthPx) * (endMs - startMs)
}

/** Zooms by `factor` (2: half the time is shown) so that the moment at `x` stays where it is. */
export function zoomAxis(axis: TimeAxis, whole: TimeAxis, factor: number, x: number): TimeAxis {
  const spanMs = Math.min(
    whole.endMs - whole.startMs,
    Math.max(LEAST_SPAN_MS, (axis.endMs - axis.startMs) / factor),
  )
  const anchorMs = timeAt(axis, x)
  return within(anchorMs - (x / axis.widthPx) * spanMs, spanMs, whole)
}

/** Moves the axis by pixels: positive shows later times. */
export function panAxis(axis: TimeAxis, whole: TimeAxis, byPx: number): TimeAxis {
  const spanMs = axis.endMs - axis.startMs
  return within(axis.startMs + (byPx / axis.widthPx) * spanMs, spanMs, whole)
}

/** The same axis where the moment is in view, else moved so that it is. */
export function bringIntoView(axis: TimeAxis, whole: TimeAxis, timeMs: number): TimeAxis {
  const x = xOf(axis, timeMs)
  const marginPx = Math.min(60, axis.widthPx / 10)
  if (x < marginPx) return panAxis(axis, whole, x - marginPx)
  if (x > axis.widthPx - marginPx) return panAxis(axis, whole, x - axis.widthPx + marginPx)
  return axis
}

function within(startMs: number, spanMs: number, whole: TimeAxis): TimeAxis {
  const start = Math.min(Math.max(startMs, whole.startMs), whole.endMs - spanMs)
  return { startMs: start, endMs: start + spanMs, widthPx: whole.widthPx }
}

/** Index of the moment nearest in time (the earlier of two equally near); -1 where there is none. */
export function nearestIndex(timesMs: readonly number[], timeMs: number): number {
  let low = 0
  let high = timesMs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((timesMs[middle] as number) < timeMs) low = middle + 1
    else high = middle
  }
  const after = timesMs[low]
  const before = timesMs[low - 1]
  if (before === undefined) return after === undefined ? -1 : low
  if (after === undefined) return low - 1
  return timeMs - before <= after - timeMs ? low - 1 : low
}

/** A mark of the axis. */
export interface TimeTick {
  timeMs: number
  /** `2019`, or the month 1..12 where months have room. */
  year: number
  month: number | null
}

/** First days (UTC) of years, and of months where they are at least `monthPx` apart. */
export function timeTicks(axis: TimeAxis, monthPx: number, yearPx: number): TimeTick[] {
  const pxPerDay = axis.widthPx / ((axis.endMs - axis.startMs) / DAY_MS)
  const monthStep = [1, 3, 6].find((months) => months * 30 * pxPerDay >= monthPx) ?? 12
  const yearStep = [1, 2, 5, 10, 20].find((years) => years * 365 * pxPerDay >= yearPx) ?? 50
  const ticks: TimeTick[] = []
  const lastYear = new Date(axis.endMs).getUTCFullYear()
  for (let year = new Date(axis.startMs).getUTCFullYear(); year <= lastYear; year++) {
    for (let month = 1; month <= 12; month += monthStep) {
      const timeMs = Date.UTC(year, month - 1, 1)
      if (timeMs < axis.startMs || timeMs > axis.endMs) continue
      if (month === 1 && year % yearStep === 0) ticks.push({ timeMs, year, month: null })
      else if (month > 1) ticks.push({ timeMs, year, month })
    }
  }
  return ticks
}

/**
 * Which of the pictures at `xs` (their middles, ascending) are shown so that none covers another:
 * those of `first` before the others, then from the left.
 */
export function chooseApart(
  xs: readonly number[],
  widthPx: number,
  first: readonly number[],
): number[] {
  const taken: number[] = []
  const chosen = new Set<number>()
  const consider = (index: number): void => {
    const x = xs[index]
    if (x === undefined || chosen.has(index)) return
    if (taken.some((other) => Math.abs(other - x) < widthPx)) return
    taken.push(x)
    chosen.add(index)
  }
  first.forEach(consider)
  xs.forEach((_, index) => consider(index))
  return [...chosen].sort((a, b) => a - b)
}

/** A round number at or above `value`: 1, 2, 2.5 or 5 times a power of ten. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 2.5, 5].find((step) => step * power >= value) ?? 10) * power
}
