import type { ReactElement, ReactNode } from 'react'
import {
  type ChartBox,
  type Scale,
  type TickScale,
  n,
  seasonSpans,
  textWidth,
  timeTicks,
} from './scales.ts'

/** Grid lines, labels and title of the value axis. */
export function ValueAxis({
  box,
  scale,
  label,
  format,
}: {
  box: ChartBox
  scale: TickScale
  label: string
  format(value: number): string
}): ReactElement {
  const middle = (box.top + box.height - box.bottom) / 2
  return (
    <g>
      {scale.ticks.map((tick) => (
        <g key={tick}>
          <line
            className="chart-grid"
            x1={box.left}
            x2={box.width - box.right}
            y1={n(scale.at(tick))}
            y2={n(scale.at(tick))}
          />
          <text className="chart-tick" textAnchor="end" x={box.left - 8} y={n(scale.at(tick) + 4)}>
            {format(tick)}
          </text>
        </g>
      ))}
      <text
        className="chart-label"
        textAnchor="middle"
        transform={`translate(12 ${n(middle)}) rotate(-90)`}
      >
        {label}
      </text>
    </g>
  )
}

/** Years, or months of a short series, below a chart; ticks alone where it is not labelled. */
export function TimeAxis({
  box,
  scale,
  locale,
  isLabelled = true,
}: {
  box: ChartBox
  scale: Scale
  /** Language of the months. */
  locale: string
  isLabelled?: boolean
}): ReactElement {
  const bottom = box.height - box.bottom
  return (
    <g>
      <line
        className="chart-axis"
        x1={box.left}
        x2={box.width - box.right}
        y1={bottom}
        y2={bottom}
      />
      {timeTicks(scale).map(({ x, year, month, says }) => (
        <g key={`${year}-${month}`}>
          <line
            className="chart-axis"
            x1={n(x)}
            x2={n(x)}
            y1={bottom}
            y2={bottom + (month === 0 ? 7 : 4)}
          />
          {isLabelled && says !== null && (
            <text className="chart-tick" textAnchor="middle" x={n(x)} y={bottom + 19}>
              {tickText(locale, year, month, says)}
            </text>
          )}
        </g>
      ))}
    </g>
  )
}

function tickText(
  locale: string,
  year: number,
  month: number,
  says: 'year' | 'month' | 'month-year',
): string {
  if (says === 'year') return String(year)
  const date = new Date(Date.UTC(year, month, 1))
  return date.toLocaleDateString(locale, {
    month: 'short',
    timeZone: 'UTC',
    ...(says === 'month-year' ? { year: 'numeric' } : {}),
  })
}

/** Shades June to October of each year. */
export function SeasonBands({ box, scale }: { box: ChartBox; scale: Scale }): ReactElement {
  return (
    <g>
      {seasonSpans(scale).map(({ year, x, width }) => (
        <rect
          key={year}
          className="chart-season"
          x={n(x)}
          y={box.top}
          width={n(width)}
          height={box.height - box.top - box.bottom}
        />
      ))}
    </g>
  )
}

/** An entry of a legend; its swatch is drawn in a box of 26 by 12. */
export interface LegendEntry {
  text: string
  swatch: ReactNode
}

const LEGEND_ROW = 18
const SWATCH_WIDTH = 31
const LEGEND_GAP = 16

/** Where the entries of a legend stand, row below row. */
export function legendPlaces(
  box: Pick<ChartBox, 'left' | 'right' | 'width'>,
  entries: readonly LegendEntry[],
): { places: { entry: LegendEntry; x: number; y: number }[]; height: number } {
  let x = box.left
  let row = 0
  const places = entries.map((entry) => {
    const width = SWATCH_WIDTH + textWidth(entry.text)
    if (x + width > box.width - box.right && x > box.left) {
      x = box.left
      row += 1
    }
    const place = { entry, x, y: row * LEGEND_ROW }
    x += width + LEGEND_GAP
    return place
  })
  return { places, height: entries.length === 0 ? 0 : (row + 1) * LEGEND_ROW }
}

/** Entries in rows. */
export function Legend({
  box,
  entries,
  top,
}: {
  box: Pick<ChartBox, 'left' | 'right' | 'width'>
  entries: readonly LegendEntry[]
  top: number
}): ReactElement {
  return (
    <g>
      {legendPlaces(box, entries).places.map(({ entry, x, y }) => (
        <g key={entry.text} transform={`translate(${n(x)} ${n(top + y)})`}>
          {entry.swatch}
          <text className="chart-key" x={SWATCH_WIDTH} y={10}>
            {entry.text}
          </text>
        </g>
      ))}
    </g>
  )
}
