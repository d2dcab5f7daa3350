import type { ReactElement } from 'react'
import { IconButton } from '../../../shell/icon-button.tsx'
import type { Words } from '../../../words/use-words.ts'

const STEP = 1.5

/** Buttons on the map. */
export function ZoomButtons({
  words: { analysis },
  onZoom,
  onHome,
}: {
  words: Words
  onZoom(factor: number): void
  onHome(): void
}): ReactElement {
  return (
    <div className="overlay-zoom">
      <IconButton icon="plus" label={analysis.overlay.zoomIn} onClick={() => onZoom(STEP)} />
      <IconButton icon="minus" label={analysis.overlay.zoomOut} onClick={() => onZoom(1 / STEP)} />
      <IconButton icon="view" label={analysis.overlay.all} onClick={onHome} />
    </div>
  )
}
