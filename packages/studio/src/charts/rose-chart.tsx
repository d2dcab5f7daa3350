import type { SectorChange, ToldGrowth } from '@scarline/core/model'
import type { ReactElement, Ref } from 'react'
import { formatHa, formatHaRange } from '../words/format-analysis.ts'
import type { Language } from '../words/language.ts'
import { useLanguage, useWords } from '../words/use-words.ts'
import { Legend, type LegendEntry } from './chart-frame.tsx'
import { n, niceStep } from './scales.ts'
import { SWATCHES } from './swatches.tsx'

type Kind = 'gained' | 'lost'

const COLOURS: Record<Kind, string> = { gained: 'var(--data-blue)', lost: 'var(--data-orange)' }

/** Half of a sector less the gap between wedges, degrees. */
const HALF_DEG = 10.6
const MAIN = new Set(['N', 'E', 'S', 'W'])
const LABELLED = new Set(['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW'])
const LEGEND_HEIGHT = 22

/** Ground gained and lost in 16 sectors of true north; the area of a wedge is in proportion to the ground. */
export function RoseChart({
  growth,
  width,
  label,
  svg,
}: {
  growth: ToldGrowth
  width: number
  label: string
  svg: Ref<SVGSVGElement>
}): ReactElement {
  const { analysis } = useWords()
  const radius = Math.max(30, Math.min(92, width / 4 - 26))
  const height = LEGEND_HEIGHT + 2 * radius + 44
  const highest = growth.rose.sectors.map((s) => Math.max(s.gainedHighM2, s.lostHighM2))
  const rings = ringsOf(Math.max(1, ...highest))
  const entries: LegendEntry[] = [
    { text: analysis.rose.gained, swatch: SWATCHES.band(COLOURS.gained, 0.85) },
    { text: analysis.rose.lost, swatch: SWATCHES.band(COLOURS.lost, 0.85) },
    { text: analysis.rose.interval, swatch: SWATCHES.interval() },
  ]
  const cy = LEGEND_HEIGHT + radius + 22
  return (
    <svg
      ref={svg}
      className="chart"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      <Legend box={{ left: 4, right: 0, width }} entries={entries} top={2} />
      {(['gained', 'lost'] as const).map((kind, i) => (
        <Rose
          key={kind}
          sectors={growth.rose.sectors}
          kind={kind}
          place={{ cx: (width * (2 * i + 1)) / 4, cy, radius, rings }}
        />
      ))}
    </svg>
  )
}

interface RosePlace {
  cx: number
  cy: number
  radius: number
  /** Areas of the rings, the outermost last, m². */
  rings: readonly number[]
}

function Rose({
  sectors,
  kind,
  place,
}: {
  sectors: readonly SectorChange[]
  kind: Kind
  place: RosePlace
}): ReactElement {
  const { analysis } = useWords()
  const language = useLanguage()
  const { cx, cy, radius, rings } = place
  const fullM2 = rings.at(-1) ?? 1
  const r = (areaM2: number): number =>
    radius * Math.sqrt(Math.max(0, Math.min(fullM2, areaM2)) / fullM2)
  const at = (azimuthDeg: number, distance: number): [string, string] => {
    const angle = (azimuthDeg * Math.PI) / 180
    return [n(cx + distance * Math.sin(angle)), n(cy - distance * Math.cos(angle))]
  }
  return (
    <g>
      {rings.map((ring) => (
        <circle
          key={ring}
          className="chart-grid"
          cx={n(cx)}
          cy={n(cy)}
          r={n(r(ring))}
          fill="none"
        />
      ))}
      {sectors.map((one) => {
        const [valueM2, lowM2, highM2] =
          kind === 'gained'
            ? [one.gainedM2, one.gainedLowM2, one.gainedHighM2]
            : [one.lostM2, one.lostLowM2, one.lostHighM2]
        const d = wedge(at, [n(cx), n(cy)], one.azimuthDeg, r(valueM2))
        const [[x1, y1], [x2, y2]] = [at(one.azimuthDeg, r(lowM2)), at(one.azimuthDeg, r(highM2))]
        return (
          <g key={one.sector}>
            <title>
              {analysis.rose.wedge(
                analysis.sector(one.sector),
                analysis.rose[kind],
                formatHa(language, valueM2),
                formatHaRange(language, lowM2, highM2),
              )}
            </title>
            {d !== null && <path d={d} fill={COLOURS[kind]} fillOpacity={0.85} />}
            {valueM2 > 0 && <line className="chart-interval" x1={x1} y1={y1} x2={x2} y2={y2} />}
          </g>
        )
      })}
      {sectors
        .filter(({ sector }) => LABELLED.has(sector))
        .map(({ sector, azimuthDeg }) => {
          const [x, y] = at(azimuthDeg, radius + 14)
          return (
            <text
              key={sector}
              className={MAIN.has(sector) ? 'chart-tick strong' : 'chart-tick small'}
              textAnchor="middle"
              x={x}
              y={Number(y) + 4}
            >
              {analysis.sector(sector)}
            </text>
          )
        })}
      {rings.map((ring) => {
        const [x, y] = at(348.75, r(ring))
        return (
          <text key={ring} className="chart-ring" textAnchor="middle" x={x} y={Number(y) + 3}>
            {shortArea(language, ring, rings.at(-1) ?? ring)}
          </text>
        )
      })}
    </g>
  )
}

function wedge(
  at: (azimuthDeg: number, distance: number) => [string, string],
  [cx, cy]: [string, string],
  azimuthDeg: number,
  distance: number,
): string | null {
  if (distance < 0.4) return null
  const [x1, y1] = at(azimuthDeg - HALF_DEG, distance)
  const [x2, y2] = at(azimuthDeg + HALF_DEG, distance)
  return `M${cx} ${cy}L${x1} ${y1}A${n(distance)} ${n(distance)} 0 0 1 ${x2} ${y2}Z`
}

/** Two rings on round areas. */
function ringsOf(largestM2: number): number[] {
  const step = niceStep(largestM2, 2)
  const top = Math.ceil(largestM2 / step - 1e-9) * step
  return top / step >= 3 ? [step, top] : [top / 2, top]
}

/** In hectares where the largest ring has one at least. */
function shortArea(language: Language, areaM2: number, largestM2: number): string {
  return largestM2 >= 10_000 ? `${areaM2 / 10_000} ha` : formatHa(language, areaM2)
}
