import type { ReactElement } from 'react'
import { studioStore, useStudio } from '../../../state/store.ts'
import { formatDay } from '../../../words/format.ts'
import { useWords } from '../../../words/use-words.ts'
import type { OverlayLine } from './overlay-map.tsx'

/** The years of the overlay: what each colour means, and a way to each frame. */
export function YearChips({
  lines,
  ground,
  hasLine,
}: {
  lines: readonly OverlayLine[]
  /** The frame in view. */
  ground: { sceneId: string; capturedAt: string }
  /** Whether it has a boundary. */
  hasLine: boolean
}): ReactElement | null {
  const { analysis } = useWords()
  const sceneId = useStudio((state) => state.sceneId)
  const hoverSceneId = useStudio((state) => state.hoverSceneId)
  const isAlone = hasLine && !lines.some(({ line }) => line.sceneId === ground.sceneId)
  if (lines.length === 0 && !isAlone) return null
  return (
    <ul className="year-chips" aria-label={analysis.overlay.years}>
      {lines.map(({ season, line, colour }) => {
        const says = analysis.overlay.frameOf(analysis.season(season), formatDay(line.capturedAt))
        const hover = (): void => studioStore.set({ hoverSceneId: line.sceneId })
        const leave = (): void => studioStore.set({ hoverSceneId: null })
        return (
          <li key={line.sceneId}>
            <button
              type="button"
              className="year-chip"
              aria-label={says}
              title={says}
              aria-pressed={line.sceneId === sceneId}
              data-hovered={line.sceneId === hoverSceneId}
              onPointerEnter={hover}
              onPointerLeave={leave}
              onFocus={hover}
              onBlur={leave}
              onClick={() => studioStore.set({ sceneId: line.sceneId })}
            >
              <Swatch colour={colour} />
              {season.name === 'june-october'
                ? season.year
                : `${season.year}/${String((season.year + 1) % 100).padStart(2, '0')}`}
            </button>
          </li>
        )
      })}
      {isAlone && (
        <li className="year-chip still">
          <Swatch colour="#ffffff" />
          {analysis.overlay.inView(formatDay(ground.capturedAt))}
        </li>
      )}
    </ul>
  )
}

function Swatch({ colour }: { colour: string }): ReactElement {
  return (
    <svg width={14} height={4} aria-hidden="true">
      <rect width={14} height={4} rx={1} fill={colour} />
    </svg>
  )
}
