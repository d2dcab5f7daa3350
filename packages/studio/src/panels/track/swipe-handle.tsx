import { type PointerEvent, type ReactElement, useRef } from 'react'
import { frameInView } from '../../state/actions-track.ts'
import { studioStore, useStudio } from '../../state/store.ts'
import { trackStore, useTrack } from '../../state/track-store.ts'
import { formatDay, formatShare } from '../../words/format.ts'
import { useLanguage, useWords } from '../../words/use-words.ts'

const STEP = 0.02

/** The divider between the frame on the left and the frame in view. */
export function SwipeHandle(): ReactElement | null {
  const words = useWords().track.swipe
  const language = useLanguage()
  const swipe = useTrack((state) => state.swipe)
  const before = useStudio(({ detail }) => frameInView(detail, swipe?.sceneId ?? null))
  const now = useStudio(({ detail, sceneId }) => frameInView(detail, sceneId))
  const handle = useRef<HTMLDivElement>(null)
  if (!swipe || !before || !now) return null
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    const box = handle.current?.parentElement?.getBoundingClientRect()
    if (!box || !event.currentTarget.hasPointerCapture(event.pointerId)) return
    moveTo((event.clientX - box.left) / box.width)
  }
  return (
    <>
      <span className="swipe-day" data-side="left" style={{ right: `${100 - swipe.share * 100}%` }}>
        {formatDay(before.capturedAt)}
      </span>
      <span className="swipe-day" data-side="right" style={{ left: `${swipe.share * 100}%` }}>
        {formatDay(now.capturedAt)}
      </span>
      <div
        ref={handle}
        className="swipe-handle"
        role="slider"
        tabIndex={0}
        aria-label={words.handle}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(swipe.share * 100)}
        aria-valuetext={formatShare(language, swipe.share)}
        style={{ left: `${swipe.share * 100}%` }}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onKeyDown={(event) => {
          const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key]
          if (by === undefined || event.shiftKey || event.ctrlKey) return
          event.preventDefault()
          moveTo(swipe.share + by)
        }}
      />
    </>
  )
}

function moveTo(share: number): void {
  trackStore.set(({ swipe }) => ({
    swipe: swipe && { ...swipe, share: Math.min(0.98, Math.max(0.02, share)) },
  }))
}

/** Begins or ends the comparison: with the first frame, or where that is in view with the last. */
export function toggleSwipe(): void {
  const { detail, sceneId } = studioStore.get()
  const frames = detail?.frames?.frames ?? []
  const other = frames[0]?.sceneId === sceneId ? frames.at(-1) : frames[0]
  trackStore.set(({ swipe }) => ({
    swipe: swipe || !other ? null : { sceneId: other.sceneId, share: 0.5 },
  }))
}
