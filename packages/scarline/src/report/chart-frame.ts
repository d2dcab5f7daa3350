import { type Insert, type Markup, html } from './markup.ts'
import { COLOURS } from './palette.ts'

/** Size and margins of a chart, in units of its view box. */
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

/** An axis upwards from 0 (or from `min`) to a round value above `max`. */
export function valueScale(box: ChartBox, max: number, min = 0): Scale & { ticks: number[] } {
  const step = niceStep(max - min, 4)
  const top = max > min ? Math.ceil(max / step - 1e-9) * step : min + step
  const height = box.height - box.top - box.bottom
  return {
    min,
    max: top,
    ticks: niceTicks(min, top, 4),
    at: (value) => box.top + height * (1 - (value - min) / (top - min)),
  }
}

/** A time axis over ISO times, with a little room at both ends. */
export function timeScale(box: ChartBox, times: readonly string[]): Scale {
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
    )}<text class="label" text-anchor="middle" transform="translate(16 ${n(middle)}) rotate(-90)"
      >${label}</text
    >`
}

/** Years (or months of a short series) below the time axis. */
export function timeAxis(box: ChartBox, scale: Scale): Markup {
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
          /><text class="tick" text-anchor="middle" x="${n(at)}" y="${bottom + 20}">${text}</text>`,
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

/** Entries in a row from the upper left corner of the plot. */
export function legend(box: ChartBox, entries: readonly LegendEntry[]): Markup {
  let x = box.left + 4
  const rows: Markup[] = []
  for (const { text, swatch } of entries) {
    rows.push(
      html`<g transform="translate(${n(x)} 6)"
        >${swatch}<text class="key" x="32" y="10">${text}</text></g
      >`,
    )
    x += 32 + text.length * 6.1 + 18
  }
  return html`${rows}`
}

/** The whole figure as SVG with a spoken title. */
export function chart(box: ChartBox, title: string, id: string, parts: readonly Insert[]): Markup {
  return html`<svg
    class="chart"
    id="${id}"
    viewBox="0 0 ${box.width} ${box.height}"
    role="img"
    aria-label="${title}"
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
