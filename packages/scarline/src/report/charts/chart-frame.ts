import { type Insert, type Markup, html } from '../markup.ts'
import { COLOURS } from '../palette.ts'

/** Size and margins of a chart, in units of its view box. */
export interface ChartBox {
  width: number
  height: number
  left: number
  right: number
  top: number
  bottom: number
}

/** A chart over the whole width of the page. */
export const WIDE: ChartBox = { width: 960, height: 240, left: 74, right: 14, top: 30, bottom: 34 }

/** A linear axis. */
export interface Scale {
  min: number
  max: number
  /** Position in the view box. */
  at(value: number): number
}

/** Widest step of 1, 2 or 5 times a power of ten that gives at least `count` steps. */
export function niceStep(span: number, count: number): number {
  if (!(span > 0)) return 1
  const rough = span / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const factor = [5, 2, 1].find((f) => f * power <= rough) ?? 1
  return factor * power
}

/** Ticks on multiples of a nice step within a range. */
export function niceTicks(min: number, max: number, count: number): number[] {
  const step = niceStep(max - min, count)
  const ticks: number[] = []
  for (let k = Math.ceil(min / step - 1e-9); k * step <= max + step * 1e-9; k++) {
    ticks.push(Number((k * step).toPrecision(12)))
  }
  return ticks
}

/** Least room between two ticks of a value axis. */
const TICK_ROOM = 72

/** How many steps an axis of a height is worth. */
function stepsOf(box: ChartBox): number {
  return Math.max(2, Math.min(5, Math.floor((box.height - box.top - box.bottom) / TICK_ROOM)))
}

/** An axis upwards from 0 (or from `min`) to a round value above `max`. */
export function valueScale(box: ChartBox, max: number, min = 0): Scale & { ticks: number[] } {
  const count = stepsOf(box)
  const step = niceStep(max - min, count)
  const top = max > min ? Math.ceil(max / step - 1e-9) * step : min + step
  const height = box.height - box.top - box.bottom
  return {
    min,
    max: top,
    ticks: niceTicks(min, top, count),
    at: (value) => box.top + height * (1 - (value - min) / (top - min)),
  }
}

/** An axis between round values around `min` and `max`. */
export function spanScale(box: ChartBox, min: number, max: number): Scale & { ticks: number[] } {
  const count = stepsOf(box)
  const step = niceStep(max - min, count)
  const bottom = Math.floor(min / step + 1e-9) * step
  const top = Math.max(bottom + step, Math.ceil(max / step - 1e-9) * step)
  const height = box.height - box.top - box.bottom
  return {
    min: bottom,
    max: top,
    ticks: niceTicks(bottom, top, count),
    at: (value) => box.top + height * (1 - (value - bottom) / (top - bottom)),
  }
}

/** A time axis over ISO times, with a little room at both ends. */
export function timeScale(
  box: Pick<ChartBox, 'left' | 'right' | 'width'>,
  times: readonly string[],
): Scale {
  const values = times.map((time) => Date.parse(time))
  const first = Math.min(...values)
  const last = Math.max(...values)
  const room = Math.max((last - first) * 0.015, 5 * 86_400_000)
  const min = first - room
  const max = last + room
  const width = box.width - box.left - box.right
  return { min, max, at: (value) => box.left + (width * (value - min)) / (max - min) }
}

/** Grid lines, labels and title of the value axis. */
export function valueAxis(
  box: ChartBox,
  scale: Scale & { ticks: number[] },
  label: string,
  format: (value: number) => string,
  labelX = 16,
): Markup {
  const middle = (box.top + box.height - box.bottom) / 2
  return html`${scale.ticks.map(
      (tick) =>
        html`<line
            class="grid"
            x1="${box.left}"
            x2="${box.width - box.right}"
            y1="${n(scale.at(tick))}"
            y2="${n(scale.at(tick))}"
          /><text class="tick" text-anchor="end" x="${box.left - 8}" y="${n(scale.at(tick) + 4)}"
            >${format(tick)}</text
          >`,
    )}<text
      class="label"
      text-anchor="middle"
      transform="translate(${n(labelX)} ${n(middle)}) rotate(-90)"
      >${label}</text
    >`
}

/** Years (or months of a short series) below the time axis; ticks alone where it is not labelled. */
export function timeAxis(box: ChartBox & { labelled?: boolean }, scale: Scale): Markup {
  const bottom = box.height - box.bottom
  const years = (scale.max - scale.min) / (365.25 * 86_400_000)
  const months = years <= 1.2 ? 1 : years <= 3 ? 3 : 12
  const everyYear = years <= 14 ? 1 : Math.ceil(years / 12)
  const ticks: { at: number; text: string; major: boolean }[] = []
  const date = new Date(scale.min)
  date.setUTCDate(1)
  date.setUTCHours(0, 0, 0, 0)
  date.setUTCMonth(Math.ceil(date.getUTCMonth() / months) * months)
  for (; date.getTime() <= scale.max; date.setUTCMonth(date.getUTCMonth() + months)) {
    if (date.getTime() < scale.min) continue
    const isJanuary = date.getUTCMonth() === 0
    const year = date.getUTCFullYear()
    const text =
      isJanuary || ticks.length === 0 || months === 12
        ? months === 12
          ? year % everyYear === 0
            ? String(year)
            : ''
          : `${monthName(date)} ${year}`
        : monthName(date)
    ticks.push({ at: scale.at(date.getTime()), text, major: isJanuary })
  }
  return html`<line
      class="axis"
      x1="${box.left}"
      x2="${box.width - box.right}"
      y1="${bottom}"
      y2="${bottom}"
    />${ticks.map(
      ({ at, text, major }) =>
        html`<line
            class="axis"
            x1="${n(at)}"
            x2="${n(at)}"
            y1="${bottom}"
            y2="${bottom + (major ? 7 : 5)}"
          />${box.labelled !== false && html`<text class="tick" text-anchor="middle" x="${n(at)}" y="${bottom + 20}">${text}</text>`}`,
    )}`
}

/** Shades June to October of each year. */
export function seasonBands(box: ChartBox, scale: Scale): Markup {
  const bands: Markup[] = []
  const [first, last] = [scale.min, scale.max].map((time) => new Date(time).getUTCFullYear())
  for (let year = first ?? 0; year <= (last ?? 0); year++) {
    const from = Math.max(scale.min, Date.UTC(year, 5, 1))
    const to = Math.min(scale.max, Date.UTC(year, 10, 1))
    if (to <= from) continue
    bands.push(
      html`<rect
        class="season"
        x="${n(scale.at(from))}"
        y="${box.top}"
        width="${n(scale.at(to) - scale.at(from))}"
        height="${box.height - box.top - box.bottom}"
      />`,
    )
  }
  return html`${bands}`
}

/** An entry of a legend. */
export interface LegendEntry {
  text: string
  /** Drawn in a box of 26 by 12. */
  swatch: Markup
}

/** Height of a row of a legend, and room around an entry's text. */
const LEGEND_ROW = 18
const SWATCH_WIDTH = 32
const LEGEND_GAP = 18

/** Entries in rows from the upper left corner of the figure, and how high they are. */
export function legend(
  box: Pick<ChartBox, 'left' | 'right' | 'width'>,
  entries: readonly LegendEntry[],
  top = 6,
): Markup {
  const rows: Markup[] = []
  for (const { entry, x, row } of legendPlaces(box, entries)) {
    rows.push(
      html`<g transform="translate(${n(x)} ${n(top + row * LEGEND_ROW)})"
        >${entry.swatch}<text class="key" x="${SWATCH_WIDTH}" y="10">${entry.text}</text></g
      >`,
    )
  }
  return html`${rows}`
}

/** Height that a legend takes. */
export function legendHeight(
  box: Pick<ChartBox, 'left' | 'right' | 'width'>,
  entries: readonly LegendEntry[],
): number {
  return (1 + Math.max(0, ...legendPlaces(box, entries).map(({ row }) => row))) * LEGEND_ROW
}

function legendPlaces(
  box: Pick<ChartBox, 'left' | 'right' | 'width'>,
  entries: readonly LegendEntry[],
): { entry: LegendEntry; x: number; row: number }[] {
  let x = box.left + 4
  let row = 0
  return entries.map((entry) => {
    const width = SWATCH_WIDTH + textWidth(entry.text)
    if (x + width > box.width - box.right && x > box.left + 4) {
      x = box.left + 4
      row += 1
    }
    const place = { entry, x, row }
    x += width + LEGEND_GAP
    return place
  })
}

/** Width of a text in a chart, by the mean width of its letters. */
export function textWidth(text: string): number {
  return text.length * 6.6
}

/** The whole figure as SVG with a spoken title, and a description where there is more to say. */
export function chart(
  box: Pick<ChartBox, 'width' | 'height'>,
  title: string,
  id: string,
  parts: readonly Insert[],
  description: string | null = null,
): Markup {
  return html`<svg
    class="chart"
    id="${id}"
    viewBox="0 0 ${box.width} ${box.height}"
    role="img"
    aria-label="${description === null ? title : `${title}. ${description}`}"
  >
    ${parts}
  </svg>`
}

/** A coordinate with two decimals at most. */
export function n(value: number): string {
  return String(Math.round(value * 100) / 100)
}

/** `M x y L x y ...` */
export function polyline(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${n(x)} ${n(y)}`).join('')
}

/** Swatches of legends. */
export const SWATCHES = {
  line: (colour: string): Markup =>
    html`<line x1="2" x2="26" y1="6" y2="6" stroke="${colour}" stroke-width="2" />`,
  band: (colour: string): Markup =>
    html`<rect x="2" y="0" width="24" height="12" fill="${colour}" fill-opacity="0.22" />`,
  bar: (colour: string): Markup =>
    html`<path
      d="M10 0.5H18M14 0.5V11.5M10 11.5H18"
      stroke="${colour}"
      stroke-width="1.3"
      fill="none"
    />`,
  season: (): Markup =>
    html`<rect
      x="2"
      y="0"
      width="24"
      height="12"
      fill="${COLOURS.season}"
      stroke="${COLOURS.rule}"
      stroke-width="0.5"
    />`,
  hollow: (colour: string): Markup =>
    html`<circle cx="14" cy="6" r="3.4" fill="#fff" stroke="${colour}" stroke-width="1.4" />`,
  pale: (colour: string): Markup =>
    html`<rect
      x="11"
      y="3"
      width="6"
      height="6"
      fill="#fff"
      stroke="${colour}"
      stroke-width="1.3"
    />`,
  diamond: (colour: string): Markup =>
    html`<path d="M14 0.5L19.5 6L14 11.5L8.5 6Z" fill="${colour}" />`,
  cross: (): Markup =>
    html`<path
      d="M10.5 2.5L17.5 9.5M10.5 9.5L17.5 2.5"
      stroke="${COLOURS.ink}"
      stroke-width="1.3"
    />`,
}

function monthName(date: Date): string {
  return date.toLocaleString('en-GB', { month: 'short', timeZone: 'UTC' })
}
