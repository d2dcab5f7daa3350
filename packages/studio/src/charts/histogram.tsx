import type { ReactElement } from 'react'

/** Bins of equal width, from `start` on. */
export interface Bins {
  start: number
  binWidth: number
  counts: readonly number[]
}

/** The bins without empty ends; where all are empty, as they are. */
export function trimBins({ start, binWidth, counts }: Bins): Bins {
  const first = counts.findIndex((count) => count > 0)
  if (first < 0) return { start, binWidth, counts }
  const last = counts.findLastIndex((count) => count > 0)
  return { start: start + first * binWidth, binWidth, counts: counts.slice(first, last + 1) }
}

const BOX = { width: 320, height: 108, left: 6, right: 6, top: 16, bottom: 18 }

/** Counts as bars, split by a threshold. */
export function Histogram({
  bins,
  threshold,
  thresholdWords,
  label,
}: {
  bins: Bins
  threshold: number
  thresholdWords: string
  label: string
}): ReactElement {
  const { start, binWidth, counts } = trimBins(bins)
  const end = start + counts.length * binWidth
  const most = Math.max(1, ...counts)
  const x = (value: number): number =>
    BOX.left + ((value - start) / (end - start)) * (BOX.width - BOX.left - BOX.right)
  const floor = BOX.height - BOX.bottom
  const ticks = [-0.5, -0.25, 0, 0.25, 0.5, 0.75, 1].filter((tick) => tick >= start && tick <= end)
  const isLate = x(threshold) > BOX.width * 0.65
  return (
    <svg
      className="histogram"
      viewBox={`0 0 ${BOX.width} ${BOX.height}`}
      role="img"
      aria-label={label}
    >
      {counts.map((count, i) => {
        const from = start + i * binWidth
        const height = (count / most) * (floor - BOX.top)
        return (
          <rect
            key={from}
            className={from + binWidth / 2 <= threshold ? 'bar bare' : 'bar'}
            x={x(from)}
            width={Math.max(0.5, x(from + binWidth) - x(from) - 0.4)}
            y={floor - height}
            height={height}
          />
        )
      })}
      <line className="axis" x1={BOX.left} x2={BOX.width - BOX.right} y1={floor} y2={floor} />
      {ticks.map((tick) => (
        <text key={tick} className="tick" x={x(tick)} y={BOX.height - 4}>
          {String(tick).replace('-', '\u2212')}
        </text>
      ))}
      <line className="threshold" x1={x(threshold)} x2={x(threshold)} y1={4} y2={floor} />
      <text
        className="threshold-words"
        x={x(threshold) + (isLate ? -5 : 5)}
        y={12}
        textAnchor={isLate ? 'end' : 'start'}
      >
        {thresholdWords}
      </text>
    </svg>
  )
}
