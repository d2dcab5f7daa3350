import type { SiteDetail } from '@scarline/core/model'
import { type ReactElement, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { useWidth } from '../charts/use-width.ts'
import { objectIds } from '../state/actions-track.ts'
import { FILMSTRIP_MARK, TIMELINE_MARK, markOnce } from '../state/measures.ts'
import { studioStore, useStudio } from '../state/store.ts'
import { useTrack } from '../state/track-store.ts'
import { formatArea } from '../words/format.ts'
import { useLanguage, useWords } from '../words/use-words.ts'
import { LAYOUT, drawTimeline, thumbWidth } from './draw-timeline.ts'
import type { Sprite } from './sprite.ts'
import { type TimeAxis, bringIntoView, chooseApart } from './time-axis.ts'
import { panAxis, wholeAxis, xOf, zoomAxis } from './time-axis.ts'
import { type CursorElements, placeCursor, placeHover } from './timeline-cursor.ts'
import { TimelineHead } from './timeline-head.tsx'
import { type AreaIntervals, type TimelineModel, timelineModel } from './timeline-model.ts'
import { TimelineTip } from './timeline-tip.tsx'
import { useTimelineColours } from './use-timeline-colours.ts'
import { useTimelinePointer } from './use-timeline-pointer.ts'

/** Area curve and filmstrip over one axis of true time. */
export function Timeline({
  detail,
  sprite,
  intervals,
}: {
  detail: SiteDetail
  sprite: Sprite | null
  intervals: AreaIntervals
}): ReactElement {
  const words = useWords().track.timeline
  const [width, ref] = useWidth<HTMLDivElement>()
  const model = useModel(detail, intervals)
  return (
    <section className="timeline" aria-label={words.label} ref={ref}>
      {width > 0 && (
        <TimelineBody model={model} sprite={sprite} widthPx={width - LAYOUT.left - LAYOUT.right} />
      )}
    </section>
  )
}

function useModel(detail: SiteDetail, intervals: AreaIntervals): TimelineModel {
  const active = useStudio((state) => state.objectId)
  const added = useTrack((state) => state.newObjects)
  const held = useDeferredValue(useTrack((state) => state.held))
  const { frames, prompts, track } = detail
  const ids = objectIds(detail, added).join()
  return useMemo(
    () =>
      timelineModel(
        { frames, prompts, track },
        { ids: ids.split(',').map(Number), active },
        held,
        intervals,
      ),
    [frames, prompts, track, ids, active, held, intervals],
  )
}

function TimelineBody({
  model,
  sprite,
  widthPx,
}: {
  model: TimelineModel
  sprite: Sprite | null
  widthPx: number
}): ReactElement {
  const { frames } = model
  const timesMs = useMemo(() => frames.map(({ timeMs }) => timeMs), [frames])
  const timesKey = timesMs.join()
  const whole = useMemo(
    () => wholeAxis(timesKey === '' ? [] : timesKey.split(',').map(Number), widthPx),
    [timesKey, widthPx],
  )
  const [zoomed, setZoomed] = useState<TimeAxis | null>(null)
  const axis = useMemo(() => (zoomed ? { ...zoomed, widthPx } : whole), [zoomed, widthPx, whole])
  const stage = useRef<HTMLDivElement>(null)
  const zoom = (factor: number, x: number): void => {
    const next = zoomAxis(axis, whole, factor, x)
    setZoomed(next.endMs - next.startMs >= whole.endMs - whole.startMs ? null : next)
  }
  useTimelinePointer(
    stage,
    { frames, timesMs, axis },
    {
      zoom,
      pan: (byPx) => setZoomed((now) => now && panAxis({ ...now, widthPx }, whole, byPx)),
    },
  )
  useKeepInView(timesMs, frames, whole, setZoomed)
  return (
    <>
      <TimelineHead
        model={model}
        isZoomed={zoomed !== null}
        onZoom={(factor) => zoom(factor, cursorX(model, axis))}
        onWhole={() => setZoomed(null)}
      />
      <div className="timeline-stage" ref={stage}>
        <TimelineCanvas model={model} axis={axis} sprite={sprite} timesMs={timesMs} />
        <TimelineTip model={model} axis={axis} />
      </div>
    </>
  )
}

/** Where the frame in view is, else the middle. */
function cursorX({ frames }: TimelineModel, axis: TimeAxis): number {
  const { sceneId } = studioStore.get()
  const now = frames.find((frame) => frame.sceneId === sceneId)
  return now ? xOf(axis, now.timeMs) : axis.widthPx / 2
}

function useKeepInView(
  timesMs: readonly number[],
  frames: TimelineModel['frames'],
  whole: TimeAxis,
  setZoomed: (next: (now: TimeAxis | null) => TimeAxis | null) => void,
): void {
  const sceneId = useStudio((state) => state.sceneId)
  const timeMs = timesMs[frames.findIndex((frame) => frame.sceneId === sceneId)]
  useEffect(() => {
    if (timeMs === undefined) return
    const { widthPx } = whole
    setZoomed((now) => now && bringIntoView({ ...now, widthPx }, whole, timeMs))
  }, [timeMs, whole, setZoomed])
}

function TimelineCanvas({
  model,
  axis,
  sprite,
  timesMs,
}: {
  model: TimelineModel
  axis: TimeAxis
  sprite: Sprite | null
  timesMs: readonly number[]
}): ReactElement {
  const words = useWords().track.timeline
  const language = useLanguage()
  const colours = useTimelineColours()
  const canvas = useRef<HTMLCanvasElement>(null)
  const line = useRef<HTMLDivElement>(null)
  const thumb = useRef<HTMLCanvasElement>(null)
  const hover = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      if (!canvas.current) return
      const xs = timesMs.map((timeMs) => xOf(axis, timeMs))
      const thumbs = chooseApart(xs, thumbWidth(sprite), importantFrames(model))
      drawTimeline(
        canvas.current,
        {
          ...{ model, axis, sprite, thumbs, colours },
          words: {
            area: (areaM2) => formatArea(language, areaM2),
            month: (month) => words.months[month - 1] ?? '',
          },
        },
        devicePixelRatio,
      )
      markOnce(TIMELINE_MARK)
      if (sprite) markOnce(FILMSTRIP_MARK)
    })
    return () => cancelAnimationFrame(frame)
  }, [model, axis, sprite, colours, timesMs, words, language])
  useEffect(() => {
    const elements = { line: line.current, thumb: thumb.current, hover: hover.current }
    if (!isComplete(elements)) return undefined
    const indices = new Map(model.frames.map(({ sceneId }, index) => [sceneId, index]))
    const indexOf = (sceneId: string | null): number => indices.get(sceneId ?? '') ?? -1
    const place = (): void => {
      const { sceneId, hoverSceneId } = studioStore.get()
      placeCursor(elements, { timesMs, axis, sprite }, indexOf(sceneId))
      placeHover(elements, { timesMs, axis, sprite }, indexOf(hoverSceneId))
    }
    place()
    return studioStore.subscribe(place)
  }, [model.frames, timesMs, axis, sprite])
  const width = LAYOUT.left + axis.widthPx + LAYOUT.right
  return (
    <>
      <canvas ref={canvas} style={{ width, height: LAYOUT.height }} aria-hidden="true" />
      <div className="timeline-hover" ref={hover} hidden />
      <div className="timeline-cursor" ref={line} hidden />
      <canvas className="timeline-thumb" ref={thumb} aria-hidden="true" hidden />
    </>
  )
}

function isComplete(
  elements: Record<keyof CursorElements, HTMLElement | null>,
): elements is CursorElements & typeof elements {
  return Object.values(elements).every((element) => element !== null)
}

/** Frames whose small pictures come first: marked, locked, and the ends. */
function importantFrames({ frames }: TimelineModel): number[] {
  const marked = frames.flatMap(({ isPrompted, isLocked }, index) =>
    isPrompted || isLocked ? [index] : [],
  )
  return [0, frames.length - 1, ...marked]
}
