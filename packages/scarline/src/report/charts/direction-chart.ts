import { type Markup, html } from '../markup.ts'
import { COLOURS } from '../palette.ts'
import { formatNumber } from '../words.ts'
import { type ChartBox, chart, legend, n, niceTicks, spanScale, valueAxis } from './chart-frame.ts'
import { type Growth, ROSE_LEGEND, fullAreaM2, rose, spoken } from './rose-chart.ts'

const WIDTH = 960
const HEIGHT = 330

/** Panel of the boundary's advance. */
const BARS: ChartBox = { width: WIDTH, height: HEIGHT, left: 566, right: 70, top: 34, bottom: 74 }

const ROSES = { cx: 122, cy: 184, radius: 88, apart: 244 } as const

const PANELS = [
  { name: 'a', x: 4 },
  { name: 'b', x: 252 },
  { name: 'c', x: BARS.left - 62 },
] as const

/** Roses of gained and of lost ground, and the boundary's advance by sector with its 90 % interval. */
export function directionChart(growth: Growth, id: string): Markup {
  const fullM2 = fullAreaM2(growth, ['gained', 'lost'])
  return chart(
    { width: WIDTH, height: HEIGHT },
    'Gained and lost ground, and advance of the boundary, by direction',
    id,
    [
      legend({ left: 0, right: 460, width: WIDTH }, ROSE_LEGEND),
      (['gained', 'lost'] as const).map((kind, i) =>
        rose(growth, kind, { ...ROSES, cx: ROSES.cx + i * ROSES.apart, fullM2 }),
      ),
      advanceBars(growth),
      PANELS.map(({ name, x }) => html`<text class="panel" x="${x}" y="52">${name}</text>`),
    ],
    spoken(growth),
  )
}

function advanceBars({ advance, days, rose: { sectors } }: Growth): Markup {
  const known = (advance?.sectors ?? []).flatMap(({ advance: own }) => (own === null ? [] : [own]))
  const bottom = BARS.height - BARS.bottom
  if (known.length === 0) {
    return html`<text class="label" x="${BARS.left + 60}" y="${(BARS.top + bottom) / 2}"
      >Too little of the boundary was seen at both times.</text
    >`
  }
  const y = spanScale(
    BARS,
    Math.min(0, ...known.map(({ lowM }) => lowM)),
    Math.max(0, ...known.map(({ highM }) => highM)),
  )
  const slot = (BARS.width - BARS.left - BARS.right) / sectors.length
  const right = BARS.width - BARS.right
  const zero = y.at(0)
  return html`${valueAxis(BARS, y, 'Mean advance (m)', (v) => formatNumber(v, y.max - y.min < 5 ? 1 : 0), BARS.left - 44)}${dayTicks(y, days)}<line
      class="axis"
      x1="${BARS.left}"
      x2="${right}"
      y1="${n(zero)}"
      y2="${n(zero)}"
    />${sectors.map(({ sector }, i) => {
      const own = advance?.sectors[i]?.advance ?? null
      const middle = BARS.left + slot * (i + 0.5)
      const name = html`<text
        class="tick"
        text-anchor="end"
        transform="translate(${n(middle + 4)} ${bottom + 10}) rotate(-90)"
        >${sector}</text
      >`
      if (own === null) return name
      const top = y.at(Math.max(0, own.meanM))
      const isSure = own.lowM > 0 || own.highM < 0
      return html`${name}<g
          ><rect
            x="${n(middle - slot * 0.34)}"
            y="${n(top)}"
            width="${n(slot * 0.68)}"
            height="${n(Math.max(0.5, y.at(Math.min(0, own.meanM)) - top))}"
            fill="${own.meanM >= 0 ? COLOURS.blue : COLOURS.orange}"
            fill-opacity="${isSure ? '0.85' : '0.3'}"
          /><path
            d="M${n(middle - 3)} ${n(y.at(own.highM))}H${n(middle + 3)}M${n(middle)} ${n(y.at(own.highM))}V${n(y.at(own.lowM))}M${n(middle - 3)} ${n(y.at(own.lowM))}H${n(middle + 3)}"
            stroke="${COLOURS.ink}"
            stroke-width="1"
            fill="none"
          /><title>
            ${sector}: ${formatNumber(own.meanM, 1)} m (${formatNumber(own.lowM, 1)} to
            ${formatNumber(own.highM, 1)}), ${formatNumber(own.meanMPerDay, 4)} m/day
          </title></g
        >`
    })}<text
      class="label"
      text-anchor="middle"
      x="${n((BARS.left + right) / 2)}"
      y="${BARS.height - 8}"
      >Direction from the centre (true north)</text
    >`
}

/** The same advance per day, on the right. */
function dayTicks(
  y: { min: number; max: number; at(value: number): number },
  days: number,
): Markup {
  const right = BARS.width - BARS.right
  const ticks = niceTicks(y.min / days, y.max / days, 4)
  const step = Math.abs((ticks[1] ?? 1) - (ticks[0] ?? 0))
  const decimals = Math.max(0, Math.min(6, Math.ceil(-Math.log10(step) - 1e-9)))
  return html`${ticks.map(
      (tick) =>
        html`<line
            class="axis"
            x1="${right}"
            x2="${right + 5}"
            y1="${n(y.at(tick * days))}"
            y2="${n(y.at(tick * days))}"
          /><text class="tick" x="${right + 9}" y="${n(y.at(tick * days) + 4)}"
            >${formatNumber(tick, decimals)}</text
          >`,
    )}<line
      class="axis"
      x1="${right}"
      x2="${right}"
      y1="${BARS.top}"
      y2="${BARS.height - BARS.bottom}"
    /><text
      class="label"
      text-anchor="middle"
      transform="translate(${BARS.width - 6} ${n((BARS.top + BARS.height - BARS.bottom) / 2)}) rotate(-90)"
      >m/day</text
    >`
}
