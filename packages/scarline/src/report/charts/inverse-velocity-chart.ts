import type { ReportData } from '@scarline/core'
import { type Markup, html } from '../markup.ts'
import { COLOURS } from '../palette.ts'
import { M2_PER_HA, formatDay, formatNumber } from '../words.ts'
import {
  type ChartBox,
  WIDE,
  chart,
  legend,
  n,
  timeAxis,
  timeScale,
  valueAxis,
  valueScale,
} from './chart-frame.ts'

type InverseVelocity = ReportData['evolution']['objects'][number]['inverseVelocity'][number]

/** Least share of the plot's height above the highest inverse rate. */
const HEADROOM = 1.25

/** Inverse rates of growth of the area over time, days per ha, with the line fitted to them. */
export function inverseVelocityChart(
  { rates, fit, fromAt, untilAt }: InverseVelocity,
  id: string,
): Markup {
  const box: ChartBox = { ...WIDE, height: 240 }
  const meets = drawnMeeting({ fit, fromAt, untilAt })
  const x = timeScale(box, [
    fromAt,
    untilAt,
    ...rates.map(({ at }) => at),
    ...(meets === null ? [] : [meets]),
  ])
  const perHa = (inverse: number): number => inverse * M2_PER_HA
  const highest = Math.max(...rates.map(({ inverseRate }) => perHa(inverseRate)))
  const y = valueScale(box, highest * HEADROOM)
  const yAt = (inverse: number): number => y.at(Math.max(0, Math.min(y.max, perHa(inverse))))
  return chart(box, 'Inverse rate of growth of the area over time, exploratory', id, [
    valueAxis(box, y, '1/rate (days/ha)', (v) => formatNumber(v, y.max < 5 ? 1 : 0)),
    fit !== null &&
      fitLine(fit, { x, yMax: y.max / M2_PER_HA, yAt, fromAt, untilAt: meets ?? untilAt }),
    rates.map(({ at, inverseRate, low, high, rateM2PerDay }) => {
      const cx = x.at(Date.parse(at))
      const isOpen = high === null || perHa(high) > y.max
      const top = isOpen ? box.top : yAt(high)
      return html`<g
        ><line
          x1="${n(cx)}"
          x2="${n(cx)}"
          y1="${n(yAt(low))}"
          y2="${n(top)}"
          stroke="${COLOURS.blue}"
        />${isOpen && html`<path d="M${n(cx - 4)} ${n(top + 6)}L${n(cx)} ${n(top)}L${n(cx + 4)} ${n(top + 6)}" fill="none" stroke="${COLOURS.blue}" />`}<circle
          cx="${n(cx)}"
          cy="${n(yAt(inverseRate))}"
          r="3"
          fill="${COLOURS.blue}"
        /><title>
          ${formatDay(at)}: ${formatNumber(rateM2PerDay, 1)} m²/day, inverse
          ${formatNumber(perHa(inverseRate), 1)} days/ha
        </title></g
      >`
    }),
    timeAxis(box, x),
    legend(box, [
      {
        text: '1/rate with 90 % interval (arrow: leaves the plot or open)',
        swatch: html`<line x1="14" x2="14" y1="0" y2="12" stroke="${COLOURS.blue}" /><circle
            cx="14"
            cy="6"
            r="3"
            fill="${COLOURS.blue}"
          />`,
      },
      ...(fit === null
        ? []
        : [
            {
              text: 'weighted line',
              swatch: html`<line
                x1="2"
                x2="26"
                y1="6"
                y2="6"
                stroke="${COLOURS.vermillion}"
                stroke-width="1.4"
                stroke-dasharray="5 3"
              />`,
            },
          ]),
    ]),
  ])
}

/** Where the line meets 0, unless that lies so far off that the plot would be empty. */
function drawnMeeting({
  fit,
  fromAt,
  untilAt,
}: Pick<InverseVelocity, 'fit' | 'fromAt' | 'untilAt'>): string | null {
  const at = fit?.extrapolatedAt ?? null
  if (at === null) return null
  const span = Date.parse(untilAt) - Date.parse(fromAt)
  const far = Date.parse(at) - Date.parse(untilAt)
  return far >= 0 && far <= span ? at : null
}

interface LinePlace {
  x: { at(time: number): number }
  /** Days per m². */
  yMax: number
  yAt(inverse: number): number
  fromAt: string
  untilAt: string
}

const DAY_MS = 86_400_000

function fitLine(
  { inverseRateAtStart, slopePerDay }: NonNullable<InverseVelocity['fit']>,
  { x, yMax, yAt, fromAt, untilAt }: LinePlace,
): Markup | null {
  const start = Date.parse(fromAt)
  const days = (Date.parse(untilAt) - start) / DAY_MS
  const valueAt = (day: number): number => inverseRateAtStart + slopePerDay * day
  const crossing = (value: number): number =>
    slopePerDay === 0 ? 0 : (value - inverseRateAtStart) / slopePerDay
  const ends = [0, days].map((day) => {
    const value = valueAt(day)
    if (value > yMax) return crossing(yMax)
    return value < 0 ? crossing(0) : day
  })
  const [from, to] = ends as [number, number]
  if (!(to > from)) return null
  return html`<line
    x1="${n(x.at(start + from * DAY_MS))}"
    y1="${n(yAt(valueAt(from)))}"
    x2="${n(x.at(start + to * DAY_MS))}"
    y2="${n(yAt(valueAt(to)))}"
    stroke="${COLOURS.vermillion}"
    stroke-width="1.4"
    stroke-dasharray="5 3"
  />`
}
