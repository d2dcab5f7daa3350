import type { ReportData } from '@scarline/core'
import { type Markup, html } from '../markup.ts'
import { COLOURS } from '../palette.ts'
import { M2_PER_HA, formatArea, formatBracket, formatNumber, formatRange } from '../words.ts'
import { type LegendEntry, chart, legend, n, niceStep } from './chart-frame.ts'

/** Where and how far a scar grew between two times. */
export type Growth = ReportData['evolution']['objects'][number]['growth'][number]

/** What a rose shows. */
export type RoseKind = 'gained' | 'lost'

const FILLS: Record<RoseKind, string> = { gained: COLOURS.blue, lost: COLOURS.orange }

/** Half of a sector less the gap between wedges, degrees. */
const HALF_DEG = 10.6

/** Letters of a rose that is too small for all sixteen. */
const MAIN = new Set(['N', 'E', 'S', 'W'])

/** Where a rose stands in its chart, and the area that its outermost ring stands for. */
export interface RosePlace {
  cx: number
  cy: number
  radius: number
  fullM2: number
  small?: boolean
}

/** A value with its 90 % interval by sector, as a rose shows it. */
export function sectorValues(
  { rose: { sectors } }: Growth,
  kind: RoseKind,
): { sector: string; azimuthDeg: number; valueM2: number; lowM2: number; highM2: number }[] {
  return sectors.map((s) =>
    kind === 'gained'
      ? {
          sector: s.sector,
          azimuthDeg: s.azimuthDeg,
          valueM2: s.gainedM2,
          lowM2: s.gainedLowM2,
          highM2: s.gainedHighM2,
        }
      : {
          sector: s.sector,
          azimuthDeg: s.azimuthDeg,
          valueM2: s.lostM2,
          lowM2: s.lostLowM2,
          highM2: s.lostHighM2,
        },
  )
}

/** The area of the outermost ring that some roses share. */
export function fullAreaM2(growth: Growth, kinds: readonly RoseKind[]): number {
  const highs = kinds.flatMap((kind) => sectorValues(growth, kind).map(({ highM2 }) => highM2))
  return ringsOf(Math.max(1, ...highs)).at(-1) ?? 1
}

/** A rose of gained or lost ground; the area of a wedge is in proportion to the ground. */
export function rose(growth: Growth, kind: RoseKind, place: RosePlace): Markup {
  const { cx, cy, radius, fullM2 } = place
  const values = sectorValues(growth, kind)
  const r = (areaM2: number): number =>
    radius * Math.sqrt(Math.max(0, Math.min(fullM2, areaM2)) / fullM2)
  const at = (azimuthDeg: number, distance: number): readonly [number, number] => {
    const angle = (azimuthDeg * Math.PI) / 180
    return [cx + distance * Math.sin(angle), cy - distance * Math.cos(angle)]
  }
  const wedge = (azimuthDeg: number, distance: number): Markup | null => {
    if (distance < 0.4) return null
    const [x1, y1] = at(azimuthDeg - HALF_DEG, distance)
    const [x2, y2] = at(azimuthDeg + HALF_DEG, distance)
    return html`<path
      d="M${n(cx)} ${n(cy)}L${n(x1)} ${n(y1)}A${n(distance)} ${n(distance)} 0 0 1 ${n(x2)} ${n(y2)}Z"
      fill="${FILLS[kind]}"
      fill-opacity="0.85"
    />`
  }
  const rings = ringsOf(fullM2)
  const labels = values.filter(({ sector }) => place.small !== true || MAIN.has(sector))
  return html`<g class="rose"
    >${rings.map(
      (ring) =>
        html`<circle class="grid" cx="${n(cx)}" cy="${n(cy)}" r="${n(r(ring))}" fill="none" />`,
    )}${values.map(({ sector, azimuthDeg, valueM2, lowM2, highM2 }) => {
      const [lx, ly] = at(azimuthDeg, r(lowM2))
      const [hx, hy] = at(azimuthDeg, r(highM2))
      return html`<g
        >${wedge(azimuthDeg, r(valueM2))}${valueM2 > 0 && html`<line x1="${n(lx)}" y1="${n(ly)}" x2="${n(hx)}" y2="${n(hy)}" stroke="${COLOURS.ink}" stroke-width="0.9" />`}<title>
          ${sector}: ${kind} ${formatArea(valueM2)} (${formatRange(Math.max(0, lowM2), highM2)})
        </title></g
      >`
    })}${labels.map(({ sector, azimuthDeg }) => {
      const [x, y] = at(azimuthDeg, radius + 16)
      return html`<text
        class="${MAIN.has(sector) ? 'tick strong' : 'tick small'}"
        text-anchor="middle"
        x="${n(x)}"
        y="${n(y + 4)}"
        >${sector}</text
      >`
    })}${rings.map((ring) => {
      const [x, y] = at(360 - 22.5 / 2, r(ring))
      return html`<text class="ring" text-anchor="middle" x="${n(x)}" y="${n(y + 3)}"
        >${shortArea(ring)}</text
      >`
    })}</g
  >`
}

/** A round area without needless decimals. */
function shortArea(areaM2: number): string {
  if (areaM2 < M2_PER_HA) return `${formatNumber(areaM2)} m²`
  const ha = areaM2 / M2_PER_HA
  return `${formatNumber(ha, Number.isInteger(ha) ? 0 : 1)} ha`
}

/** One or two rings on round areas. */
function ringsOf(largestM2: number): number[] {
  const step = niceStep(largestM2, 2)
  const top = Math.ceil(largestM2 / step - 1e-9) * step
  return top / step >= 3 ? [step, top] : [top / 2, top]
}

/** Entries of a rose's legend. */
export const ROSE_LEGEND: readonly LegendEntry[] = [
  { text: 'gained', swatch: swatch('gained') },
  { text: 'lost', swatch: swatch('lost') },
  {
    text: '90 % interval',
    swatch: html`<line x1="2" x2="26" y1="6" y2="6" stroke="${COLOURS.ink}" stroke-width="0.9" />`,
  },
]

function swatch(kind: RoseKind): Markup {
  return html`<rect x="2" y="0" width="24" height="12" fill="${FILLS[kind]}" fill-opacity="0.85" />`
}

const COLUMN = 240
const CELL = 262
const ACROSS = 4
const WIDTH = 960

/** A small rose per abrupt change, of what it did more of. */
export function eventRoses(growths: readonly Growth[], id: string): Markup {
  const rows = Math.ceil(growths.length / ACROSS)
  const height = 30 + rows * CELL
  return chart(
    { width: WIDTH, height },
    'Gained or lost ground by direction at each abrupt change',
    id,
    [
      legend({ left: 0, right: 0, width: WIDTH }, ROSE_LEGEND),
      growths.map((growth, i) => {
        const row = Math.floor(i / ACROSS)
        const inRow = Math.min(ACROSS, growths.length - ACROSS * row)
        const cx = WIDTH / 2 + COLUMN * ((i % ACROSS) - (inRow - 1) / 2)
        const top = 30 + CELL * row
        const [gained, lost] = [sumOf(growth, 'gained'), sumOf(growth, 'lost')]
        const kind = gained >= lost ? 'gained' : 'lost'
        const fullM2 = fullAreaM2(growth, [kind])
        return html`${rose(growth, kind, { cx, cy: top + 152, radius: 78, fullM2, small: true })}<text
            class="label"
            text-anchor="middle"
            x="${n(cx)}"
            y="${n(top + 16)}"
            >${formatBracket(growth.fromAt, growth.toAt)}</text
          ><text class="key" text-anchor="middle" x="${n(cx)}" y="${n(top + 34)}"
            >gained ${formatArea(gained)}, lost ${formatArea(lost)}</text
          >`
      }),
    ],
    growths.map(spoken).join(' '),
  )
}

function sumOf(growth: Growth, kind: RoseKind): number {
  return sectorValues(growth, kind).reduce((sum, { valueM2 }) => sum + valueM2, 0)
}

/** What a rose shows, for those who cannot see it. */
export function spoken({ label, rose: { sectors } }: Growth): string {
  const gained = sectors.toSorted((a, b) => b.gainedM2 - a.gainedM2)[0]
  const total = sectors.reduce((sum, { gainedM2 }) => sum + gainedM2, 0)
  const lost = sectors.reduce((sum, { lostM2 }) => sum + lostM2, 0)
  return `${label}: ${formatArea(total)} gained, the largest share towards ${gained?.sector ?? 'no side'}; ${formatArea(lost)} lost.`
}
