import type { Frame, SiteDetail, TrackedFrame } from '@scarline/core/model'
import { type ReactElement, useDeferredValue } from 'react'
import { Icon } from '../../shell/icons.tsx'
import { frameInView, framesOf, toggleLock } from '../../state/actions-track.ts'
import { heldOf, isUnanswered, promptsOf, trackedOf } from '../../state/held-masks.ts'
import { useStudio } from '../../state/store.ts'
import { useTrack } from '../../state/track-store.ts'
import { flagWords } from '../../timeline/timeline-tip.tsx'
import { formatArea, formatAreaChange, formatShare } from '../../words/format.ts'
import { useLanguage, useWords } from '../../words/use-words.ts'
import { DoubtList } from './doubt-list.tsx'
import { MarkList } from './mark-list.tsx'

/** The object's mask on the frame in view, in numbers, and its lock. */
export function FramePanel({ detail }: { detail: SiteDetail }): ReactElement | null {
  const words = useWords().track.frame
  const sceneId = useDeferredValue(useStudio((state) => state.sceneId))
  const objectId = useStudio((state) => state.objectId)
  const held = useTrack((state) => state.held)
  const frame = frameInView(detail, sceneId)
  if (!frame) return null
  const of = { sceneId: frame.sceneId, objectId }
  const mask = trackedOf(detail, of)
  const answer = heldOf(held, of)
  const isAsked = promptsOf(detail.prompts, of).length > 0
  const isStale = !answer && mask !== null && isUnanswered(detail, of)
  return (
    <section className="side-part" aria-labelledby="frame-title">
      <header>
        <h2 id="frame-title">{words.title}</h2>
        {mask?.locked && (
          <span className="badge accent">
            <Icon name="lock" />
            {words.locked}
          </span>
        )}
        <span className="spread" />
        <button
          type="button"
          className="button"
          disabled={!mask}
          aria-pressed={mask?.locked ?? false}
          title={mask ? words.lockHelp : words.lockNone}
          onClick={() => void toggleLock()}
        >
          <Icon name="lock" />
          {mask?.locked ? words.unlock : words.lock} <kbd>K</kbd>
        </button>
      </header>
      {answer || mask ? (
        <MaskFacts
          detail={detail}
          frame={frame}
          mask={mask}
          areaM2={answer?.areaM2 ?? mask?.areaM2 ?? 0}
          confidence={answer ? answer.confidence : (mask?.confidence.score ?? null)}
          isHeld={answer !== null}
        />
      ) : (
        <p className="muted">
          {words.noMask} {words.noMaskHint}
        </p>
      )}
      {answer && (
        <p className="side-note" role="status">
          {answer.fixedBy
            ? words.fixedBy[answer.fixedBy]
            : answer.isProvisional
              ? words.provisional
              : words.held}
        </p>
      )}
      {isStale && <p className="side-note">{isAsked ? words.asking : words.stale}</p>}
      <DoubtList detail={detail} of={of} />
      <MarkList detail={detail} sceneId={frame.sceneId} objectId={objectId} />
    </section>
  )
}

function MaskFacts({
  detail,
  frame,
  mask,
  areaM2,
  confidence,
  isHeld,
}: {
  detail: SiteDetail
  frame: Frame
  mask: TrackedFrame | null
  areaM2: number
  confidence: number | null
  isHeld: boolean
}): ReactElement {
  const words = useWords()
  const language = useLanguage()
  const { objectId } = mask ?? { objectId: 0 }
  const before = framesOf(detail)
    .slice(0, frame.index)
    .reverse()
    .map(({ sceneId }) => trackedOf(detail, { sceneId, objectId }))
    .find((one) => one !== null)
  const flags = [...new Set([...frame.flags, ...(isHeld ? [] : (mask?.flags ?? []))])]
  return (
    <>
      <dl className="side-facts">
        <dt>{words.track.frame.area}</dt>
        <dd>
          <strong>{formatArea(language, areaM2)}</strong>
        </dd>
        {before && (
          <>
            <dt>{words.track.frame.change}</dt>
            <dd>{formatAreaChange(language, areaM2 - before.areaM2)}</dd>
          </>
        )}
        <dt>{words.track.frame.seen}</dt>
        <dd>{formatShare(language, frame.validFraction)}</dd>
        {confidence !== null && (
          <>
            <dt>{words.track.frame.confidence}</dt>
            <dd>{formatShare(language, confidence)}</dd>
          </>
        )}
        {flags.length > 0 && (
          <>
            <dt>{words.track.frame.flags}</dt>
            <dd>{flags.map((flag) => flagWords(words, flag)).join(', ')}</dd>
          </>
        )}
      </dl>
      {mask && !isHeld && <ConfidenceParts parts={mask.confidence.parts} />}
    </>
  )
}

function ConfidenceParts({ parts }: { parts: Readonly<Record<string, number>> }): ReactElement {
  const words = useWords().track.frame
  const language = useLanguage()
  const names: Readonly<Record<string, string>> = words.partNames
  return (
    <details className="parts">
      <summary>{words.parts}</summary>
      <ul>
        {Object.entries(parts)
          .sort(([, a], [, b]) => a - b)
          .map(([name, value]) => (
            <li key={name}>
              <span>{names[name] ?? name}</span>
              <meter min={0} max={1} low={0.5} value={value} aria-label={names[name] ?? name} />
              <span className="part-value">{formatShare(language, value)}</span>
            </li>
          ))}
      </ul>
    </details>
  )
}
