import type { ReactElement } from 'react'
import { redo, undo } from '../state/actions-site.ts'
import { type Place, useStudio } from '../state/store.ts'
import { useWords } from '../words/use-words.ts'
import { IconButton } from './icon-button.tsx'

/** Undo and redo of everything a person did to the site. */
export function HistoryButtons({ place }: { place: Place }): ReactElement {
  const words = useWords()
  const history = useStudio(({ detail }) => detail?.history)
  const undoLabel = history?.undoWords
    ? words.undoStep(words.step(history.undoWords))
    : words.app.undo
  const redoLabel = history?.redoWords
    ? words.redoStep(words.step(history.redoWords))
    : words.app.redo
  return (
    <div className="row" role="group" aria-label={`${words.app.undo}, ${words.app.redo}`}>
      <IconButton
        isQuiet
        icon="undo"
        label={undoLabel}
        disabled={!history?.canUndo}
        onClick={() => void undo(place)}
      />
      <IconButton
        isQuiet
        icon="redo"
        label={redoLabel}
        disabled={!history?.canRedo}
        onClick={() => void redo(place)}
      />
    </div>
  )
}
