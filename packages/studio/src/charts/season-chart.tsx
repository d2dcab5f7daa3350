import type { SeasonArea } from '@scarline/core/model'
import type { ReactElement, Ref } from 'react'
import { formatNumber } from '../words/format.ts'
import { formatHa } from '../words/format-analysis.ts'
import { useLanguage, useWords } from '../words/use-words.ts'
import { Legend, ValueAxis } from './chart-frame.tsx'
import { type ChartBox, n, polyline, spanScale } from './scales.ts'
import { SWATCHES } from './swatches.tsx'

const NAMES = ['june-october', 'november-may'] as const
const COLOURS = { 'june-october': 'var(--data-green)', 'november-may': 'var(--data-blue)' } as const
const HA_M2 = 10_000
const YEAR_ROOM = 34

/** Medians of the seasons with their 90 % intervals, a series per season. */
export function SeasonChart({
  seasons,
  width,
  height,
  label,
  svg,
}: {
  seasons: readonly SeasonArea[]
  width: number
  height: number
  label: string
  svg: Ref<SVGSVGElement>
}): ReactElement {
  const { analysis } = useWords()
  const language = useLanguage()
  const years = seasons.map(({ season }) => season.year)
  const first = Math.min(...years)
  const count = Math.max(...years) - first + 1
  const highest = Math.max(1, ...seasons.map(({ highM2 }) => highM2))
  const unitM2 = highest >= 2 * HA_M2 ? HA_M2 : 1
  const box: ChartBox = { width, height, left: 52, right: 8, top: 30, bottom: 26 }
  const y = spanScale(box, 0, highest / unitM2)
  const slot = (width - box.left - box.right) / count
  const xOf = ({ season }: SeasonArea): number =>
    box.left + slot * (season.year - first + (season.name === 'june-october' ? 0.3 : 0.72))
  const every = Math.max(1, Math.ceil(YEAR_ROOM / slot))
  const bottom = height - box.bottom
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
      <ValueAxis
        box={box}
        scale={y}
        label={unitM2 === HA_M2 ? analysis.seasons.axisHa : analysis.seasons.axisM2}
        format={(value) => formatNumber(language, value, y.max < 5 ? 1 : 0)}
      />
      {NAMES.map((name) => (
        <SeasonSeries
          key={name}
          name={name}
          seasons={seasons.filter(({ season }) => season.name === name)}
          xOf={xOf}
          yOf={(areaM2) => y.at(areaM2 / unitM2)}
        />
      ))}
      <line className="chart-axis" x1={box.left} x2={width - box.right} y1={bottom} y2={bottom} />
      {Array.from({ length: count }, (_, i) => i)
        .filter((i) => i % every === 0)
        .map((i) => (
          <text
            key={i}
            className="chart-tick"
            textAnchor="middle"
            x={n(box.left + slot * (i + 0.5))}
            y={bottom + 19}
          >
            {first + i}
          </text>
        ))}
      <Legend
        box={box}
        top={4}
        entries={[
          ...NAMES.map((name) => ({
            text: analysis.seasonNames[name],
            swatch: (
              <>
                <line x1={2} x2={26} y1={6} y2={6} stroke={COLOURS[name]} strokeWidth={1.5} />
                <SeasonMark name={name} x={14} y={6} />
              </>
            ),
          })),
          { text: analysis.area.band, swatch: SWATCHES.interval() },
        ]}
      />
    </svg>
  )
}

function SeasonSeries({
  name,
  seasons,
  xOf,
  yOf,
}: {
  name: (typeof NAMES)[number]
  seasons: readonly SeasonArea[]
  xOf(season: SeasonArea): number
  yOf(areaM2: number): number
}): ReactElement {
  const { analysis } = useWords()
  const language = useLanguage()
  const stroke = COLOURS[name]
  return (
    <g>
      <path
        className="chart-curve"
        d={polyline(seasons.map((one) => [xOf(one), yOf(one.medianM2)] as const))}
        stroke={stroke}
        {...(name === 'november-may' ? { strokeDasharray: '5 3' } : {})}
      />
      {seasons.map((one) => {
        const [x, low, high] = [n(xOf(one)), n(yOf(one.lowM2)), n(yOf(one.highM2))]
        const [left, right] = [n(xOf(one) - 4), n(xOf(one) + 4)]
        return (
          <g key={one.firstAt}>
            <title>{`${analysis.season(one.season)}: ${formatHa(language, one.medianM2)}`}</title>
            <path
              d={`M${x} ${low}V${high}M${left} ${low}H${right}M${left} ${high}H${right}`}
              stroke={stroke}
              strokeWidth={1.3}
            />
            <SeasonMark name={name} x={xOf(one)} y={yOf(one.medianM2)} />
          </g>
        )
      })}
    </g>
  )
}

function SeasonMark({
  name,
  x,
  y,
}: {
  name: (typeof NAMES)[number]
  x: number
  y: number
}): ReactElement {
  if (name === 'june-october') return <circle cx={n(x)} cy={n(y)} r={3.6} fill={COLOURS[name]} />
  return (
    <rect
      className="chart-pale"
      x={n(x - 3.2)}
      y={n(y - 3.2)}
      width={6.4}
      height={6.4}
      stroke={COLOURS[name]}
    />
  )
}
