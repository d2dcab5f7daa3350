import type { ReviewItem, SiteDetail } from '@scarline/core/model'
import { type ReactElement, useDeferredValue, useEffect, useRef } from 'react'
import { chooseObject, frameInView, goToFrame } from '../../state/actions-track.ts'
import { objectToken } from '../../map/object-colours.ts'
import { activeJob } from '../../state/apply-event.ts'
import { studioStore, useStudio } from '../../state/store.ts'
import { trackStore, useTrack } from '../../state/track-store.ts'
import { type Sprite, cellOf } from '../../timeline/sprite.ts'
import { formatArea, formatDay, formatShare } from '../../words/format.ts'
import { useLanguage, useWords } from '../../words/use-words.ts'
import { nextInQueue, previousSeen, reviewKey } from './review-order.ts'

/** Lines of the queue that are shown. */
const SHOWN = 6

/** The frames where a correction gains most; leads to the next one. */
export function ReviewPanel({
  detail,
  sprite,
}: {
  detail: SiteDetail
  sprite: Sprite | null
}): ReactElement {
  const words = useWords().track.review
  const seen = useTrack((state) => state.reviewed)
  const sceneId = useDeferredValue(useStudio((state) => state.sceneId))
  const objectId = useStudio((state) => state.objectId)
  const queue = detail.reviewQueue
  const isTracking = activeJob(detail.jobs)?.kind === 'track'
  const current = sceneId === null ? null : reviewKey({ sceneId, objectId })
  return (
    <section className="side-part" aria-labelledby="review-title">
      <header>
        <h2 id="review-title">{words.title}</h2>
        <span className="spread" />
        <button
          type="button"
          className="button"
          disabled={queue.length === 0}
          title={words.why}
          onClick={reviewNext}
        >
          {words.next} <kbd>N</kbd>
        </button>
      </header>
      {queue.length === 0 ? (
        <p className="muted">{isTracking ? words.later : words.none}</p>
      ) : (
        <ol className="review-list" aria-label={words.why}>
          {queue.slice(0, SHOWN).map((item) => (
            <ReviewLine
              key={reviewKey(item)}
              item={item}
              detail={detail}
              sprite={sprite}
              isCurrent={reviewKey(item) === current}
              isSeen={seen.includes(reviewKey(item))}
            />
          ))}
        </ol>
      )}
      {queue.length > SHOWN && <p className="muted">{words.more(queue.length - SHOWN)}</p>}
    </section>
  )
}

function ReviewLine({
  item,
  detail,
  sprite,
  isCurrent,
  isSeen,
}: {
  item: ReviewItem
  detail: SiteDetail
  sprite: Sprite | null
  isCurrent: boolean
  isSeen: boolean
}): ReactElement | null {
  const words = useWords().track.review
  const language = useLanguage()
  const frame = frameInView(detail, item.sceneId)
  if (!frame) return null
  return (
    <li>
      <button
        type="button"
        className="review-line"
        aria-current={isCurrent || undefined}
        onClick={() => review(item)}
      >
        <SmallPicture sprite={sprite} index={frame.index} />
        <span className="review-words">
          <span>
            <i style={{ background: `var(${objectToken(item.objectId)})` }} aria-hidden="true" />
            {formatDay(frame.capturedAt)}
            {isSeen && <span className="badge">{words.seen}</span>}
          </span>
          <span className="muted">
            {words.score(formatShare(language, item.score))} ·{' '}
            {words.gain(formatArea(language, item.gainM2))}
          </span>
        </span>
      </button>
    </li>
  )
}

/** A frame out of the sprite. */
function SmallPicture({ sprite, index }: { sprite: Sprite | null; index: number }): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    const cell = sprite && cellOf(sprite, index)
    if (!context || !sprite || !cell) return
    context.drawImage(sprite.image, cell.x, cell.y, cell.width, cell.height, 0, 0, 72, 72)
  }, [sprite, index])
  return <canvas ref={canvas} width={72} height={72} aria-hidden="true" />
}

function review(item: ReviewItem): void {
  chooseObject(item.objectId)
  goToFrame(item.sceneId)
  const key = reviewKey(item)
  trackStore.set(({ reviewed }) => ({
    reviewed: reviewed.includes(key) ? reviewed : [...reviewed, key],
  }))
}

function currentKey(): string | null {
  const { sceneId, objectId } = studioStore.get()
  return sceneId === null ? null : reviewKey({ sceneId, objectId })
}

/** Shows the frame where a correction gains most. */
export function reviewNext(): void {
  const { detail } = studioStore.get()
  const next = nextInQueue(detail?.reviewQueue ?? [], trackStore.get().reviewed, currentKey())
  if (next) review(next)
}

/** Shows the frame reviewed before. */
export function reviewPrevious(): void {
  const { detail } = studioStore.get()
  const item = previousSeen(detail?.reviewQueue ?? [], trackStore.get().reviewed, currentKey())
  if (item) review(item)
}
