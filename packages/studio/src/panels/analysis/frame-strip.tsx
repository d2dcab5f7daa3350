import type { FilmstripPlan, Frame } from '@scarline/core/model'
import { type ReactElement, memo, useEffect, useRef, useState } from 'react'
import { filmstripUrl, getFilmstrip } from '../../api/client.ts'
import { isAbort } from '../../api/api-error.ts'
import { tellError } from '../../state/actions-notices.ts'
import { studioStore, useStudio } from '../../state/store.ts'
import { formatDay } from '../../words/format.ts'
import { useWords } from '../../words/use-words.ts'

const HEIGHT = 56

/** All frames in rows of `columns`. */
interface WrappedStrip extends FilmstripPlan {
  columns: number
}

/** All frames in a row; tied to chart and map by the frame under the pointer. */
export const FrameStrip = memo(function FrameStrip({
  siteId,
  frames,
}: {
  siteId: string
  frames: readonly Frame[]
}): ReactElement {
  const { analysis } = useWords()
  const [strip, setStrip] = useState<WrappedStrip | null>(null)
  const box = useRef<HTMLDivElement>(null)
  const version = versionOf(frames)
  useEffect(() => {
    if (frames.length === 0) return undefined
    const abort = new AbortController()
    getFilmstrip(siteId, HEIGHT, abort.signal).then(
      (answer) => setStrip(answer as WrappedStrip),
      (error: unknown) => {
        if (!isAbort(error)) tellError('analysis', error)
      },
    )
    return () => abort.abort()
  }, [siteId, version])
  const shownId = useStudio((state) => state.hoverSceneId ?? state.sceneId)
  useEffect(() => {
    // What the pointer is on must not move away below it.
    if (box.current?.matches(':hover')) return
    const found = [...(box.current?.children ?? [])].find(
      (child) => (child as HTMLElement).dataset['scene'] === shownId,
    )
    if (found && box.current) {
      const left = (found as HTMLElement).offsetLeft
      box.current.scrollLeft = left - box.current.clientWidth / 2 + found.clientWidth / 2
    }
  }, [shownId, strip])
  if (!strip) return <div className="frame-strip" />
  return (
    <div
      ref={box}
      className="frame-strip scroll"
      role="group"
      aria-label={analysis.strip.label}
      onPointerLeave={() => studioStore.set({ hoverSceneId: null })}
    >
      {frames.map((frame) => (
        <StripFrame
          key={frame.sceneId}
          frame={frame}
          strip={strip}
          url={filmstripUrl(siteId, HEIGHT, version)}
        />
      ))}
    </div>
  )
})

const StripFrame = memo(function StripFrame({
  frame: { sceneId, capturedAt, index },
  strip,
  url,
}: {
  frame: Frame
  strip: WrappedStrip
  url: string
}): ReactElement {
  const { analysis } = useWords()
  const isNow = useStudio((state) => state.sceneId === sceneId)
  const isHovered = useStudio((state) => state.hoverSceneId === sceneId)
  const day = formatDay(capturedAt)
  const [column, row] = [index % strip.columns, Math.floor(index / strip.columns)]
  return (
    <button
      type="button"
      className="strip-frame"
      data-scene={sceneId}
      data-hovered={isHovered}
      aria-pressed={isNow}
      aria-label={analysis.frame(day)}
      title={day}
      tabIndex={isNow || (index === 0 && studioStore.get().sceneId === null) ? 0 : -1}
      style={{
        width: strip.widthPx,
        height: strip.heightPx,
        backgroundImage: `url("${url}")`,
        backgroundPosition: `${-column * strip.widthPx}px ${-row * strip.heightPx}px`,
      }}
      onPointerEnter={() => studioStore.set({ hoverSceneId: sceneId })}
      onClick={() => studioStore.set({ sceneId })}
    />
  )
})

/** Changes when any frame's picture does. */
function versionOf(frames: readonly Frame[]): string {
  let hash = 5381
  for (const { inputHash } of frames) {
    for (let i = 0; i < inputHash.length; i += 4) {
      hash = (Math.imul(hash, 33) ^ inputHash.charCodeAt(i)) >>> 0
    }
  }
  return `${frames.length}-${hash.toString(36)}`
}
