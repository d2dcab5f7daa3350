import type { ReactElement } from 'react'
import { Icon } from '../../../shell/icons.tsx'
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
      <button
        type="button"
        className="button icon"
        aria-label={analysis.overlay.zoomIn}
        title={analysis.overlay.zoomIn}
        onClick={() => onZoom(STEP)}
      >
        <Icon name="plus" />
      </button>
      <button
        type="button"
        className="button icon"
        aria-label={analysis.overlay.zoomOut}
        title={analysis.overlay.zoomOut}
        onClick={() => onZoom(1 / STEP)}
      >
        <span aria-hidden="true">−</span>
      </button>
      <button
        type="button"
        className="button icon"
        aria-label={analysis.overlay.all}
        title={analysis.overlay.all}
        onClick={onHome}
      >
        <Icon name="view" />
      </button>
    </div>
  )
}
