import type { Grid } from '@scarline/core/model'
import { type ReactElement, memo, useMemo } from 'react'
import { studioStore, useStudio } from '../../../state/store.ts'
import { useWords } from '../../../words/use-words.ts'
import { type BoundaryLine, pathOf, ringsOf } from '../../../map/boundary-lines.ts'
import type { OverlayLine } from './overlay-map.tsx'

/** A season's boundary; the pointer on it tells the page its frame. */
export const SeasonLine = memo(function SeasonLine({
  grid,
  line: { season, line, colour },
}: {
  grid: Grid
  line: OverlayLine
}): ReactElement {
  const { analysis } = useWords()
  const d = useMemo(() => pathOf(ringsOf(grid, line)), [grid, line])
  const isHovered = useStudio((state) => state.hoverSceneId === line.sceneId)
  const isNow = useStudio((state) => state.sceneId === line.sceneId)
  return (
    <g>
      <path
        className={isHovered || isNow ? 'overlay-line strong' : 'overlay-line'}
        d={d}
        stroke={colour}
        vectorEffect="non-scaling-stroke"
      />
      <path
        className="overlay-touch not-in-file"
        d={d}
        vectorEffect="non-scaling-stroke"
        onPointerEnter={() => studioStore.set({ hoverSceneId: line.sceneId })}
        onPointerLeave={() => studioStore.set({ hoverSceneId: null })}
        onClick={() => studioStore.set({ sceneId: line.sceneId })}
      >
        <title>{analysis.season(season)}</title>
      </path>
    </g>
  )
})

/** The boundary of one frame: the one in view, or the one under the pointer. */
export const FrameLine = memo(function FrameLine({
  grid,
  line,
  className,
}: {
  grid: Grid
  line: BoundaryLine | undefined
  className: 'now' | 'hovered'
}): ReactElement | null {
  const d = useMemo(() => (line ? pathOf(ringsOf(grid, line)) : null), [grid, line])
  if (d === null) return null
  return (
    <g className={className === 'hovered' ? 'not-in-file' : ''}>
      <path className="overlay-halo" d={d} vectorEffect="non-scaling-stroke" />
      <path className={`overlay-frame ${className}`} d={d} vectorEffect="non-scaling-stroke" />
    </g>
  )
})
