import type { ReactElement } from 'react'
import type { AreaPlan, CurveObject } from './area-plan.ts'
import { curveColour } from './colours.ts'
import { n, polyline } from './scales.ts'

/** Bands of events and onsets behind the curve. */
export function FoundSpans({
  objects,
  plan,
}: {
  objects: readonly CurveObject[]
  plan: AreaPlan
}): ReactElement {
  const { box, x } = plan
  const height = box.height - box.top - box.bottom
  const band = (key: string, fromAt: string, toAt: string, className: string): ReactElement => {
    const from = Math.max(box.left, x.at(Date.parse(fromAt)))
    const to = Math.min(box.width - box.right, x.at(Date.parse(toAt)))
    const width = Math.max(2, to - from)
    return (
      <rect
        key={key}
        className={className}
        x={n((from + to - width) / 2)}
        y={box.top}
        width={n(width)}
        height={height}
      />
    )
  }
  const onsets = objects.flatMap(({ found }) => found.onsets)
  const events = objects.flatMap(({ found }) => found.events)
  return (
    <g>
      {onsets.map((one, i) => band(`onset-${i}`, one.lowAt, one.highAt, 'chart-onset-span'))}
      {events.map((one, i) => band(`event-${i}`, one.afterAt, one.byAt, 'chart-event'))}
      {onsets.map(({ at }, i) => (
        <line
          key={`${at}-${i}`}
          className="chart-onset"
          x1={n(x.at(Date.parse(at)))}
          x2={n(x.at(Date.parse(at)))}
          y1={box.top}
          y2={box.top + height}
        />
      ))}
    </g>
  )
}

/** What was found, in words above its place; words are drawn over leaders that cross them. */
export function FoundLabels({ plan: { labels, box } }: { plan: AreaPlan }): ReactElement {
  const yOf = (lane: number): number => box.top - lane * 16 - 6
  return (
    <g>
      {labels.map(({ x, text, lane }) => (
        <line
          key={`leader-${text}-${x}`}
          className="chart-leader"
          x1={n(x)}
          x2={n(x)}
          y1={n(yOf(lane) - 9)}
          y2={box.top}
        />
      ))}
      {labels.map(({ x, text, lane, textX }) => (
        <text key={`${text}-${x}`} className="chart-key" x={n(textX)} y={n(yOf(lane))}>
          {text}
        </text>
      ))}
    </g>
  )
}

/** Rates of the phases as steps with their 90 % intervals. */
export function RateSteps({
  objects,
  plan,
}: {
  objects: readonly CurveObject[]
  plan: AreaPlan
}): ReactElement | null {
  const { rateBox, rateY, x } = plan
  if (!rateBox || !rateY) return null
  const inside = (rate: number): number => rateY.at(Math.max(rateY.min, Math.min(rateY.max, rate)))
  return (
    <g>
      <line
        className="chart-axis"
        x1={rateBox.left}
        x2={rateBox.width - rateBox.right}
        y1={n(rateY.at(0))}
        y2={n(rateY.at(0))}
        strokeOpacity={0.5}
      />
      {objects.map(({ found }, i) =>
        found.phases.map((phase) => {
          const [from, to] = [x.at(Date.parse(phase.fromAt)), x.at(Date.parse(phase.toAt))]
          const [low, high] = [inside(phase.lowM2PerDay), inside(phase.highM2PerDay)]
          const rate = inside(phase.rateM2PerDay)
          return (
            <g key={`${found.objectId}-${phase.fromAt}`}>
              <rect
                x={n(from)}
                y={n(high)}
                width={n(Math.max(1, to - from))}
                height={n(Math.max(1, low - high))}
                fill={curveColour(i)}
                fillOpacity={0.2}
              />
              <path
                d={polyline([
                  [from, rate],
                  [to, rate],
                ])}
                stroke={curveColour(i)}
                strokeWidth={2.2}
              />
            </g>
          )
        }),
      )}
    </g>
  )
}
