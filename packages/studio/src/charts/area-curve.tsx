import type { AreaRow } from '@scarline/core/model'
import { type ReactElement, memo } from 'react'
import type { AreaPlan, CurveObject } from './area-plan.ts'
import { n, polyline } from './scales.ts'

/** Below this share of the scar in sight a point is drawn pale. */
export const MOSTLY_SEEN = 0.5

/** Area of one object with its 90 % interval. */
export const AreaCurve = memo(function AreaCurve({
  object: { summary, found },
  plan,
  colour,
}: {
  object: CurveObject
  plan: AreaPlan
  colour: string
}): ReactElement {
  const xOf = ({ capturedAt }: AreaRow): number => plan.x.at(Date.parse(capturedAt))
  const yAt = (areaM2: number): number => plan.y.at(areaM2 / plan.unitM2)
  const artefacts = new Set(found.artefacts.map(({ capturedAt }) => capturedAt))
  const { areas } = summary
  const upper = areas.map((row) => [xOf(row), yAt(row.highM2)] as const)
  const lower = areas.map((row) => [xOf(row), yAt(row.lowM2)] as const)
  const line = areas
    .filter(({ capturedAt }) => !artefacts.has(capturedAt))
    .map((row) => [xOf(row), yAt(row.areaM2)] as const)
  return (
    <g>
      <path d={`${polyline([...upper, ...lower.toReversed()])}Z`} fill={colour} fillOpacity={0.2} />
      <path className="chart-curve" d={polyline(line)} stroke={colour} />
      {areas.map((row) => (
        <AreaPoint
          key={row.sceneId}
          row={row}
          x={xOf(row)}
          y={yAt(row.areaM2)}
          colour={colour}
          isArtefact={artefacts.has(row.capturedAt)}
        />
      ))}
    </g>
  )
})

function AreaPoint({
  row,
  x,
  y,
  colour,
  isArtefact,
}: {
  row: AreaRow
  x: number
  y: number
  colour: string
  isArtefact: boolean
}): ReactElement {
  if (isArtefact) return <circle className="chart-artefact" cx={n(x)} cy={n(y)} r={3.4} />
  if (row.prompted || row.locked) {
    const r = 5.2
    return (
      <path
        className="chart-diamond"
        d={`M${n(x)} ${n(y - r)}L${n(x + r)} ${n(y)}L${n(x)} ${n(y + r)}L${n(x - r)} ${n(y)}Z`}
        fill={colour}
      />
    )
  }
  if (row.validInside < MOSTLY_SEEN) {
    return (
      <rect
        className="chart-pale"
        x={n(x - 2.4)}
        y={n(y - 2.4)}
        width={4.8}
        height={4.8}
        stroke={colour}
      />
    )
  }
  return <circle cx={n(x)} cy={n(y)} r={2.5} fill={colour} />
}
