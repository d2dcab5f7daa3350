import type { ReactElement } from 'react'
import { useStudio } from '../state/store.ts'
import { formatArea, formatLongDay, formatShare } from '../words/format.ts'
import { useLanguage, useWords } from '../words/use-words.ts'
import { LAYOUT } from './draw-timeline.ts'
import { type TimeAxis, xOf } from './time-axis.ts'
import type { TimelineModel } from './timeline-model.ts'

/** What there is to know of the frame under the pointer. */
export function TimelineTip({
  model,
  axis,
}: {
  model: TimelineModel
  axis: TimeAxis
}): ReactElement | null {
  const words = useWords()
  const language = useLanguage()
  const hoverId = useStudio((state) => state.hoverSceneId)
  const frame = model.frames.find(({ sceneId }) => sceneId === hoverId)
  if (!frame) return null
  const point = model.curves
    .find(({ isActive }) => isActive)
    ?.points.find(({ timeMs }) => timeMs === frame.timeMs)
  const x = LAYOUT.left + xOf(axis, frame.timeMs)
  const isRight = x > axis.widthPx - 160
  const { interval } = point ?? { interval: null }
  const facts = [
    frame.isPrompted ? words.track.timeline.prompted : null,
    frame.isLocked ? words.track.timeline.locked : null,
    frame.confidence === null
      ? null
      : words.track.confidenceIs(formatShare(language, frame.confidence)),
    ...frame.flags.map((flag) => flagWords(words, flag)),
  ].filter((fact) => fact !== null)
  return (
    <div
      className="timeline-tip"
      style={{ transform: `translateX(${isRight ? x - 228 : x + 10}px)` }}
      aria-hidden="true"
    >
      <strong>{formatLongDay(language, frame.capturedAt)}</strong>
      <div>
        {point ? formatArea(language, point.areaM2) : words.track.noMask}
        {interval && (
          <span className="muted">
            {' '}
            {words.track.interval(
              formatArea(language, Math.max(0, interval.lowM2)),
              formatArea(language, interval.highM2),
            )}
          </span>
        )}
      </div>
      {facts.length > 0 && <div className="muted">{facts.join(' · ')}</div>}
    </div>
  )
}

/** A flag of a frame or a mask in words. */
export function flagWords(words: ReturnType<typeof useWords>, flag: string): string {
  const scenes: Readonly<Record<string, string>> = words.scenes.flagNames
  const masks: Readonly<Record<string, string>> = words.track.flagNames
  return scenes[flag] ?? masks[flag] ?? flag
}
