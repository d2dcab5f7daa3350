import type { ReactElement } from 'react'
import { type Measuring, shownCorners } from './measure.ts'
import type { View } from './view.ts'

/** What is being measured, on the map. */
export function MeasureShape({
  measuring,
  view,
}: {
  measuring: Measuring
  view: View
}): ReactElement | null {
  if (measuring.tool === null) return null
  const at = ([x, y]: readonly [number, number]): [number, number] => [
    x * view.scale + view.x,
    y * view.scale + view.y,
  ]
  const points = shownCorners(measuring).map(at)
  const d = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`)
  const cross = measuring.cross && at(measuring.cross)
  return (
    <g className="measure-shape">
      {points.length > 1 && (
        <>
          <path className="measure-halo" d={d.join('') + (measuring.tool === 'area' ? 'Z' : '')} />
          <path
            className={measuring.tool === 'area' ? 'measure-line filled' : 'measure-line'}
            d={d.join('') + (measuring.tool === 'area' ? 'Z' : '')}
          />
        </>
      )}
      {measuring.corners.map(at).map(([x, y]) => (
        <circle key={`${x} ${y}`} className="measure-corner" cx={x} cy={y} r={3.5} />
      ))}
      {cross && (
        <path
          className="measure-cross not-in-file"
          d={`M${cross[0] - 9} ${cross[1]}h18M${cross[0]} ${cross[1] - 9}v18`}
        />
      )}
    </g>
  )
}
