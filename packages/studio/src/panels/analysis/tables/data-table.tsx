import type { ReactElement, ReactNode } from 'react'
import { studioStore, useStudio } from '../../../state/store.ts'
import { formatDay } from '../../../words/format.ts'
import { useWords } from '../../../words/use-words.ts'

/** A column's head. */
export interface Column {
  head: string
  isNumber?: boolean
}

/** A row; `sceneId` ties it to the chart, the map and the filmstrip. */
export interface Row {
  key: string
  sceneId?: string | null
  cells: readonly ReactNode[]
}

/** Numbers of the analysis. Its rows tell the page their frame while the pointer is on them. */
export function DataTable({
  caption,
  columns,
  rows,
}: {
  caption: string
  columns: readonly Column[]
  rows: readonly Row[]
}): ReactElement {
  const hoverSceneId = useStudio((state) => state.hoverSceneId)
  const sceneId = useStudio((state) => state.sceneId)
  return (
    <table className="data-table">
      <caption className="hidden">{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ head, isNumber }, i) => (
            <th key={`${i} ${head}`} scope="col" className={isNumber ? 'number' : undefined}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr
            key={row.key}
            data-hovered={row.sceneId !== undefined && row.sceneId === hoverSceneId}
            data-now={row.sceneId !== undefined && row.sceneId === sceneId}
            onPointerEnter={() => row.sceneId && studioStore.set({ hoverSceneId: row.sceneId })}
            onPointerLeave={() => row.sceneId && studioStore.set({ hoverSceneId: null })}
          >
            {row.cells.map((cell, i) => (
              <td
                key={`${i} ${columns[i]?.head}`}
                className={columns[i]?.isNumber ? 'number' : undefined}
              >
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A day that takes its frame into view. */
export function FrameLink({ at, sceneId }: { at: string; sceneId: string | null }): ReactElement {
  const { analysis } = useWords()
  const day = formatDay(at)
  if (sceneId === null) return <>{day}</>
  return (
    <button
      type="button"
      className="frame-link"
      aria-label={analysis.goTo(day)}
      onClick={() => studioStore.set({ sceneId })}
    >
      {day}
    </button>
  )
}
