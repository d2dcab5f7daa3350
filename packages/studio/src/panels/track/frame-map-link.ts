import type { DoubtfulPlace, Frame, SiteDetail } from '@scarline/core/model'
import { type FrameMap, createFrameMap } from '../../map/frame-map.ts'
import { createFramePainter } from '../../map/frame-painter.ts'
import { type FramePlan, maskSource, planFrame } from '../../map/frame-plan.ts'
import { type DrawnShape } from '../../map/map-gesture.ts'
import { type MapMark, markAt, marksOfInput, marksOfPrompts } from '../../map/map-mark.ts'
import { objectColour } from '../../map/object-colours.ts'
import { type MapPoint, lngLatOf, mapPointOf } from '../../map/site-projection.ts'
import { createYearLines, planYears } from '../../map/year-lines.ts'
import { addMark, answerPrompts, settleMarks } from '../../state/actions-marks.ts'
import { plainErrorOf, tellError } from '../../state/actions-notices.ts'
import { frameInView, framesOf, objectIds } from '../../state/actions-track.ts'
import { doubtsOf } from '../../state/held-masks.ts'
import { FRAME_MARK, MASK_MEASURE, markOnce } from '../../state/measures.ts'
import { onServerBack } from '../../state/server-watch.ts'
import { studioStore } from '../../state/store.ts'
import { type Base, type TrackState, trackStore } from '../../state/track-store.ts'
import type { Sprite } from '../../timeline/sprite.ts'
import { shapeSoFar } from './keyboard-drawing.ts'
import { markOfShape } from './mark-of-shape.ts'

/** The map, kept in step with what the stores say. */
export interface FrameMapLink {
  map: FrameMap
  setSprite(sprite: Sprite | null): void
  /** Tries again what could not be shown. */
  retry(): void
  /** Hears of every movement of the view. @returns takes the listener off */
  onView(listener: () => void): () => void
  close(): void
}

/** Screen pixels within which a click is on a mark. */
const REACH_PX = 9

/** @param onPointer where the pointer is; null outside */
export function linkFrameMap(
  target: HTMLElement,
  siteId: string,
  detail: SiteDetail,
  onPointer: (point: MapPoint | null) => void,
): FrameMapLink {
  const { grid, aoi } = detail.site
  const views = new Set<() => void>()
  let sprite: Sprite | null = null
  let marks: MapMark[] = []
  let shownMarks = ''
  let shownDoubts: readonly DoubtfulPlace[] = []
  let { crosshair: shownCrosshair } = trackStore.get()
  const drawnByKeys = followKeys()
  const clicked = (point: MapPoint, isNegative: boolean): void => {
    const hit = markAt(marks, point, REACH_PX * map.resolution())
    if (hit) {
      trackStore.set({ selectedPromptId: hit.id, spot: null })
      return
    }
    const lngLat = lngLatOf(grid.epsg, point)
    void addMark(isNegative ? { negative: [lngLat] } : { positive: [lngLat] }, point)
  }
  const drawn = (shape: DrawnShape): void => {
    const { input, place } = markOfShape(grid, shape, trackStore.get().brushRadiusM)
    void addMark(input, place)
  }
  const map = createFrameMap(target, { grid, aoi }, toolSettings(), {
    click: clicked,
    drawn,
    pointer: onPointer,
    moved: () => views.forEach((listener) => listener()),
  })
  map.setCrosshair(shownCrosshair)
  const painter = createFramePainter(grid.width, {
    paint: map.paint,
    frameShown: () => markOnce(FRAME_MARK),
    maskShown: measureMask,
    fault(fault) {
      const known = trackStore.get().layerFault
      if (!fault) {
        if (known) trackStore.set({ layerFault: null })
      } else if (known?.layer !== fault.layer) {
        trackStore.set({ layerFault: { layer: fault.layer, error: plainErrorOf(fault.error) } })
      }
    },
  })
  const years = createYearLines({
    lines: map.setYears,
    fault: (error) => tellError('track', error),
  })

  const update = (): void => {
    const { detail: now, sceneId, objectId, siteId: openId } = studioStore.get()
    if (!now || openId !== siteId) return
    const frame = frameInView(now, sceneId)
    if (!frame) return
    const track = trackStore.get()
    const ids = objectIds(now, track.newObjects)
    const objects = { ids, active: objectId }
    const list = framesOf(now)
    const plan = (of: typeof frame): FramePlan => planFrame(siteId, now, of, track, objects)
    const before = track.swipe && frameInView(now, track.swipe.sceneId)
    painter.show({
      frame: plan(frame),
      before: before && track.swipe ? { plan: plan(before), share: track.swipe.share } : null,
      ...{ opacity: track.opacity, hasMask: track.hasMask, hasOutline: track.hasOutline, sprite },
      hasStretch: track.hasStretch && track.base === 'ndvi',
      neighbours: [1, -1, 2].flatMap((by) => {
        const next = list[frame.index + by]
        return next && hasPicture(next, track.base) ? [plan(next)] : []
      }),
      allMasks: () =>
        list.flatMap(
          ({ sceneId: id }) => maskSource(siteId, now, track.held, { sceneId: id, objectId }) ?? [],
        ),
    })
    const here = now.prompts.filter((prompt) => prompt.sceneId === sceneId)
    marks = [
      ...marksOfPrompts(grid.epsg, here),
      ...track.marks
        .filter((mark) => mark.sceneId === sceneId)
        .flatMap(({ id, objectId: of, input }) => marksOfInput(grid.epsg, id, of, input)),
    ]
    const shownNow = marksKey(marks, objectId, track.selectedPromptId)
    if (shownNow !== shownMarks) {
      shownMarks = shownNow
      map.setMarks(marks, { objectId, selectedId: track.selectedPromptId })
    }
    const doubts = doubtsOf(now, track.held, { sceneId: frame.sceneId, objectId })
    if (doubts !== shownDoubts) {
      shownDoubts = doubts
      map.setDoubts(doubts.map(({ lngLat }) => mapPointOf(grid.epsg, lngLat)))
    }
    if (track.crosshair !== shownCrosshair) {
      shownCrosshair = track.crosshair
      map.setCrosshair(shownCrosshair)
      if (shownCrosshair) {
        // A button that has the focus would take the next Enter for itself.
        map.focus()
        map.bringIntoView(shownCrosshair)
      }
    }
    drawnByKeys(map, track)
    years.want(siteId, track.hasYears ? planYears(now, objectId, frame) : [])
    void answerPrompts({ sceneId: frame.sceneId, objectId })
  }
  const stopUpdates = followStores(update, map)
  const stopRetries = onServerBack(painter.retry)
  return {
    map,
    setSprite(next) {
      sprite = next
      update()
    },
    retry: painter.retry,
    onView(listener) {
      views.add(listener)
      return () => {
        views.delete(listener)
      }
    },
    close() {
      stopUpdates()
      stopRetries()
      years.close()
      painter.close()
      map.close()
    },
  }
}

/** Draws what the keyboard does, and leaves the pointer's drawing alone while it does nothing. */
function followKeys(): (map: FrameMap, track: TrackState) => void {
  let last = ''
  return (map, track) => {
    const { tool, crosshair, keyboardPath, brushRadiusM } = track
    const colour = objectColour(studioStore.get().objectId)
    const now = crosshair ? [tool, crosshair, keyboardPath, brushRadiusM, colour].join() : ''
    if (now === last) return
    last = now
    map.sketch(shapeSoFar(track), crosshair)
  }
}

/** Equal keys, equal drawings: what a mark says never changes under its id. */
function marksKey(marks: readonly MapMark[], objectId: number, selectedId: string | null): string {
  return JSON.stringify([marks.map(({ id, isPending }) => [id, isPending]), objectId, selectedId])
}

/** Calls for every round of changes once; tools are passed on at once. @returns ends it */
function followStores(update: () => void, map: FrameMap): () => void {
  let isDue = false
  let isEnded = false
  let { detail } = studioStore.get()
  let settings = toolSettings()
  const soon = (): void => {
    const now = studioStore.get().detail
    if (now !== detail) {
      detail = now
      settleMarks()
    }
    const next = toolSettings()
    const isSame = (Object.keys(next) as (keyof typeof next)[]).every(
      (key) => next[key] === settings[key],
    )
    if (!isSame) {
      settings = next
      map.setTool(next)
    }
    if (isDue) return
    isDue = true
    queueMicrotask(() => {
      isDue = false
      if (!isEnded) update()
    })
  }
  const ends = [studioStore.subscribe(soon), trackStore.subscribe(soon)]
  map.setTool(settings)
  soon()
  return () => {
    isEnded = true
    for (const end of ends) end()
  }
}

/** Whether the archive had the bands of a picture. */
function hasPicture({ files }: Frame, base: Base): boolean {
  if (base === 'truecolour') return files.trueColour !== null
  return base !== 'falsecolour' || files.falseColour !== null
}

function toolSettings(): {
  tool: 'point' | 'box' | 'lasso' | 'brush'
  brushRadiusM: number
  colour: string
} {
  const { tool, brushRadiusM } = trackStore.get()
  return { tool, brushRadiusM, colour: objectColour(studioStore.get().objectId) }
}

const measured = new Set<string>()

/** Notes how long it took from a gesture to its mask on the screen. */
function measureMask(key: string): void {
  const number = / (?:first|held) (\d+)$/.exec(key)?.[1]
  const start = `${MASK_MEASURE}:${number}`
  if (number === undefined || measured.has(start)) return
  if (performance.getEntriesByName(start).length === 0) return
  measured.add(start)
  // Painting follows in the next frame.
  requestAnimationFrame(() => performance.measure(MASK_MEASURE, start))
}
