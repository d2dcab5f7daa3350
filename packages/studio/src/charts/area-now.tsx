import type { ReactElement } from 'react'
import { useStudio } from '../state/store.ts'
import type { AreaPlan, CurveObject } from './area-plan.ts'
import { n } from './scales.ts'

/** Lines at the frame in view and at the one under the pointer, with rings on the curves. */
export function AreaNow({
  objects,
  plan,
}: {
  objects: readonly CurveObject[]
  plan: AreaPlan
}): ReactElement {
  const sceneId = useStudio((state) => state.sceneId)
  const hoverSceneId = useStudio((state) => state.hoverSceneId)
  const stopOf = (id: string | null): AreaPlan['stops'][number] | undefined =>
    plan.stops.find((stop) => stop.sceneId === id)
  const { box } = plan
  const [now, hovered] = [stopOf(sceneId), stopOf(hoverSceneId)]
  const bottom = box.height - (plan.rateBox?.bottom ?? box.bottom)
  return (
    <g className="not-in-file">
      {now && <line className="chart-now" x1={n(now.x)} x2={n(now.x)} y1={box.top} y2={bottom} />}
      {hovered && (
        <line
          className="chart-now hovered"
          x1={n(hovered.x)}
          x2={n(hovered.x)}
          y1={box.top}
          y2={bottom}
        />
      )}
      {[...new Set([now, hovered])].flatMap((stop) =>
        stop === undefined
          ? []
          : objects.flatMap(({ summary }) => {
              const row = summary.areas.find((one) => one.sceneId === stop.sceneId)
              if (!row) return []
              const key = `${stop.sceneId}-${summary.objectId}`
              const y = plan.y.at(row.areaM2 / plan.unitM2)
              return [
                <circle key={key} className="chart-ring-now" cx={n(stop.x)} cy={n(y)} r={5.5} />,
              ]
            }),
      )}
    </g>
  )
}
