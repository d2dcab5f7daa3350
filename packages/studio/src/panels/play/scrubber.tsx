import type { FrameList } from '@scarline/core/model'
import { type PointerEvent, type ReactElement, memo, useMemo } from 'react'
import { SeasonBands, TimeAxis } from '../../charts/chart-frame.tsx'
import { type ChartBox, n, polyline, timeScale } from '../../charts/scales.ts'
import { useWidth } from '../../charts/use-width.ts'
import { useStore } from '../../state/create-store.ts'
import { playStore } from '../../state/play-store.ts'
import { nearestIndex } from '../../timeline/time-axis.ts'
import { formatDay } from '../../words/format.ts'
import { localeOf } from '../../words/format-analysis.ts'
import { useLanguage, useWords } from '../../words/use-words.ts'
import { goToFrame } from './use-clock.ts'

const HEIGHT = 66

/** The film's frames on their true dates, with the area; to drag along. */
export function Scrubber({
  list,
  areaM2Of,
}: {
  list: FrameList
  /** Area of all objects on a frame; null where nothing is tracked. */
  areaM2Of: ReadonlyMap<string, number>
}): ReactElement {
  const { play } = useWords()
  const [width, ref] = useWidth<HTMLDivElement>()
  const index = useStore(playStore, (state) => state.index)
  const { frames } = list
  const times = useMemo(() => frames.map(({ capturedAt }) => Date.parse(capturedAt)), [frames])
  const box: ChartBox = { width, height: HEIGHT, left: 8, right: 8, top: 4, bottom: 24 }
  const x = useMemo(() => timeScale({ width, left: 8, right: 8 }, times), [width, times])
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.buttons === 0) return
    const { left } = event.currentTarget.getBoundingClientRect()
    goToFrame(nearestIndex(times, x.timeAt(event.clientX - left)), times.length)
  }
  const now = frames[index]
  return (
    <div
      ref={ref}
      className="scrubber"
      role="slider"
      tabIndex={0}
      aria-label={play.scrubber}
      aria-valuemin={1}
      aria-valuemax={frames.length}
      aria-valuenow={index + 1}
      aria-valuetext={now && play.position(formatDay(now.capturedAt), index + 1, frames.length)}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        drag(event)
      }}
      onPointerMove={drag}
    >
      {width > 0 && (
        <svg className="chart" width={width} height={HEIGHT} aria-hidden="true">
          <Still box={box} times={times} list={list} areaM2Of={areaM2Of} width={width} />
          {now && <Head x={x.at(times[index] as number)} box={box} />}
        </svg>
      )}
    </div>
  )
}

function Head({ x, box }: { x: number; box: ChartBox }): ReactElement {
  return (
    <g className="scrubber-head">
      <line x1={n(x)} x2={n(x)} y1={0} y2={box.height - box.bottom + 4} />
      <circle cx={n(x)} cy={box.height - box.bottom} r={5.5} />
    </g>
  )
}

/** What stands while the film plays. */
const Still = memo(
  function Still({
    box,
    times,
    list,
    areaM2Of,
    width,
  }: {
    box: ChartBox
    times: readonly number[]
    list: FrameList
    areaM2Of: ReadonlyMap<string, number>
    width: number
  }): ReactElement {
    const language = useLanguage()
    const x = timeScale({ width, left: box.left, right: box.right }, times)
    const floor = box.height - box.bottom
    const most = Math.max(1, ...areaM2Of.values())
    const points = list.frames.flatMap(({ sceneId }, i) => {
      const areaM2 = areaM2Of.get(sceneId)
      if (areaM2 === undefined) return []
      return [[x.at(times[i] as number), floor - (areaM2 / most) * (floor - box.top)] as const]
    })
    const [first, last] = [points[0], points.at(-1)]
    return (
      <g>
        <SeasonBands box={box} scale={x} />
        {first && last && (
          <>
            <path
              className="scrubber-fill"
              d={`M${n(first[0])} ${floor}${polyline(points).replace('M', 'L')}L${n(last[0])} ${floor}Z`}
            />
            <path className="scrubber-line" d={polyline(points)} />
          </>
        )}
        {times.map((time) => (
          <line
            key={time}
            className="scrubber-tick"
            x1={n(x.at(time))}
            x2={n(x.at(time))}
            y1={floor - 5}
            y2={floor}
          />
        ))}
        <TimeAxis box={box} scale={x} locale={localeOf(language)} />
      </g>
    )
  },
  (before, after) =>
    before.width === after.width &&
    before.list === after.list &&
    before.areaM2Of === after.areaM2Of,
)
