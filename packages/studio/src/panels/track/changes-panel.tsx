import type { Frame, MaskDifference, SiteDetail } from '@scarline/core/model'
import { type ReactElement, memo, useEffect, useMemo } from 'react'
import { objectToken } from '../../map/object-colours.ts'
import { chooseObject, framesOf, goToFrame, loadChanges } from '../../state/actions-track.ts'
import { activeJob } from '../../state/apply-event.ts'
import { useStudio } from '../../state/store.ts'
import { useTrack } from '../../state/track-store.ts'
import { formatArea, formatDay } from '../../words/format.ts'
import { useLanguage, useWords } from '../../words/use-words.ts'

/** What the last propagation changed, frame by frame. */
export function ChangesPanel({ detail }: { detail: SiteDetail }): ReactElement | null {
  const words = useWords().track.changes
  const language = useLanguage()
  const changes = useTrack((state) => state.changes)
  const version = JSON.stringify(detail.track?.changes ?? [])
  useEffect(() => {
    void loadChanges()
  }, [version])
  const frames = useMemo(
    () => new Map(framesOf(detail).map((frame) => [frame.sceneId, frame])),
    [detail],
  )
  if (!changes || !detail.track || activeJob(detail.jobs)?.kind === 'track') return null
  const gainedM2 = changes.reduce((sum, change) => sum + change.gainedM2, 0)
  const lostM2 = changes.reduce((sum, change) => sum + change.lostM2, 0)
  const mostM2 = Math.max(1, ...changes.map((change) => Math.max(change.gainedM2, change.lostM2)))
  return (
    <section className="side-part" aria-labelledby="changes-title">
      <header>
        <h2 id="changes-title">{words.title}</h2>
      </header>
      {changes.length === 0 ? (
        <p className="muted">{words.none}</p>
      ) : (
        <>
          <p>
            {words.total(
              changes.length,
              formatArea(language, gainedM2),
              formatArea(language, lostM2),
            )}
          </p>
          <ol className="change-list">
            {changes.map((change) => {
              const frame = frames.get(change.sceneId)
              return (
                frame && (
                  <ChangeLine
                    key={`${change.sceneId} ${change.objectId}`}
                    change={change}
                    frame={frame}
                    mostM2={mostM2}
                  />
                )
              )
            })}
          </ol>
        </>
      )}
    </section>
  )
}

// Only the line of the frame in view differs from one frame to the next.
const ChangeLine = memo(function ChangeLine({
  change,
  frame,
  mostM2,
}: {
  change: MaskDifference
  frame: Frame
  mostM2: number
}): ReactElement {
  const words = useWords().track.changes
  const language = useLanguage()
  const isCurrent = useStudio(
    ({ sceneId, objectId }) => sceneId === change.sceneId && objectId === change.objectId,
  )
  const share = (areaM2: number): string => `${(areaM2 / mostM2) * 50}%`
  return (
    <li>
      <button
        type="button"
        className="change-line"
        aria-current={isCurrent || undefined}
        onClick={() => {
          chooseObject(change.objectId)
          goToFrame(change.sceneId)
        }}
      >
        <span className="change-day">
          <i style={{ background: `var(${objectToken(change.objectId)})` }} aria-hidden="true" />
          {formatDay(frame.capturedAt)}
        </span>
        <span className="change-areas">
          {words.line(formatArea(language, change.beforeM2), formatArea(language, change.afterM2))}
        </span>
        <span className="change-bars" aria-hidden="true">
          <i className="bar-lost" style={{ width: share(change.lostM2) }} />
          <i className="bar-gained" style={{ width: share(change.gainedM2) }} />
        </span>
        <span className="change-sums">
          {change.lostM2 > 0 && (
            <span className="lost-words">{words.lost(formatArea(language, change.lostM2))}</span>
          )}{' '}
          {change.gainedM2 > 0 && (
            <span className="gained-words">
              {words.gained(formatArea(language, change.gainedM2))}
            </span>
          )}
        </span>
      </button>
    </li>
  )
})
