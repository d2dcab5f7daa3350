import type { ReactElement } from 'react'

/** A curve's points in a box of `width` by `height` pixels, on true time; area from zero. */
export function sparklinePoints(
  series: readonly (readonly [at: string, value: number])[],
  width: number,
  height: number,
): [x: number, y: number][] {
  const times = series.map(([at]) => Date.parse(at))
  const start = times[0] ?? 0
  const span = Math.max(1, (times.at(-1) ?? 0) - start)
  const most = Math.max(1e-9, ...series.map(([, value]) => value))
  return series.map(([, value], i) => [
    (((times[i] as number) - start) / span) * width,
    height - (value / most) * height,
  ])
}

const WIDTH = 120
const HEIGHT = 28

/** A small curve of area over time. */
export function Sparkline({
  series,
  label,
}: {
  series: readonly (readonly [at: string, value: number])[]
  label: string
}): ReactElement {
  const points = sparklinePoints(series, WIDTH - 4, HEIGHT - 4).map(
    ([x, y]) => `${(x + 2).toFixed(1)} ${(y + 2).toFixed(1)}`,
  )
  const [last = '0 0'] = points.slice(-1)
  const [x = '0', y = '0'] = last.split(' ')
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={label}
    >
      <path className="sparkline-fill" d={`M2 ${HEIGHT - 2}L${points.join('L')}V${HEIGHT - 2}Z`} />
      <path className="sparkline-line" d={`M${points.join('L')}`} />
      <circle cx={x} cy={y} r="2.2" />
    </svg>
  )
}
