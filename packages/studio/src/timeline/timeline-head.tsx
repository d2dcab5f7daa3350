import type { ReactElement } from 'react'
import { stepFrame } from '../state/actions-track.ts'
import { useStudio } from '../state/store.ts'
import { IconButton } from '../shell/icon-button.tsx'
import { Icon } from '../shell/icons.tsx'
import { formatArea, formatLongDay } from '../words/format.ts'
import { useLanguage, useWords } from '../words/use-words.ts'
import type { TimelineModel } from './timeline-model.ts'

/** Which frame is in view, what the marks mean, and zoom. */
export function TimelineHead({
  model,
  isZoomed,
  onZoom,
  onWhole,
}: {
  model: TimelineModel
  isZoomed: boolean
  onZoom(factor: number): void
  onWhole(): void
}): ReactElement {
  const words = useWords().track.timeline
  return (
    <header className="timeline-head">
      <FrameSlider model={model} />
      <Legend />
      <span className="spread" />
      <IconButton
        isQuiet
        icon="minus"
        label={words.zoomOut}
        disabled={!isZoomed}
        onClick={() => onZoom(0.5)}
      />
      <IconButton isQuiet icon="plus" label={words.zoomIn} onClick={() => onZoom(2)} />
      <button type="button" className="button quiet" disabled={!isZoomed} onClick={onWhole}>
        {words.whole}
      </button>
    </header>
  )
}

/** The frame in view as a slider for those who do not see the curve; arrows step. */
function FrameSlider({ model }: { model: TimelineModel }): ReactElement {
  const words = useWords()
  const language = useLanguage()
  const sceneId = useStudio((state) => state.sceneId)
  const { frames, curves } = model
  const index = frames.findIndex((frame) => frame.sceneId === sceneId)
  const frame = frames[index]
  const areaM2 = curves
    .find(({ isActive }) => isActive)
    ?.points.find(({ timeMs }) => timeMs === frame?.timeMs)?.areaM2
  const day = frame ? formatLongDay(language, frame.capturedAt) : ''
  const says = words.track.timeline.position(index + 1, frames.length)
  const area = areaM2 === undefined ? words.track.noMask : formatArea(language, areaM2)
  return (
    <>
      <IconButton
        isQuiet
        icon="left"
        label={words.track.timeline.previous}
        disabled={index <= 0}
        onClick={() => stepFrame(-1)}
      />
      <div
        className="timeline-now"
        role="slider"
        tabIndex={0}
        aria-label={words.track.timeline.frame}
        aria-valuemin={1}
        aria-valuemax={Math.max(1, frames.length)}
        aria-valuenow={Math.max(1, index + 1)}
        aria-valuetext={`${day}, ${says}, ${area}`}
      >
        <strong>{day}</strong> <span className="muted">{says}</span>
      </div>
      <IconButton
        isQuiet
        icon="right"
        label={words.track.timeline.next}
        disabled={index >= frames.length - 1}
        onClick={() => stepFrame(1)}
      />
    </>
  )
}

function Legend(): ReactElement {
  const words = useWords().track.timeline
  const kinds = ['prompted', 'locked', 'doubtful', 'flagged', 'held'] as const
  return (
    <ul className="timeline-legend" aria-label={words.legend}>
      {kinds.map((kind) => (
        <li key={kind}>
          <i className={`mark-${kind}`} aria-hidden="true">
            {kind === 'prompted' && <PromptSign />}
            {kind === 'locked' && <Icon name="lock" />}
          </i>
          {words[kind]}
        </li>
      ))}
      <li>
        <i className="mark-interval" aria-hidden="true" />
        {words.interval}
      </li>
    </ul>
  )
}

function PromptSign(): ReactElement {
  return (
    <svg width="10" height="9" viewBox="0 0 10 9">
      <path d="M0.5 0.5h9L5 8.5z" fill="currentColor" />
    </svg>
  )
}
