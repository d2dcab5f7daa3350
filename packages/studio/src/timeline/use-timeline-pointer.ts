import { type RefObject, useEffect, useRef } from 'react'
import { goToFrame } from '../state/actions-track.ts'
import { studioStore } from '../state/store.ts'
import { LAYOUT } from './draw-timeline.ts'
import { type TimeAxis, nearestIndex, timeAt } from './time-axis.ts'
import type { TimelineFrame } from './timeline-model.ts'

/** What the pointer works on. */
export interface PointerGround {
  frames: readonly TimelineFrame[]
  timesMs: readonly number[]
  axis: TimeAxis
}

/** Drag to pass over the frames, wheel to zoom, wheel sideways (or with Shift) to move. */
export function useTimelinePointer(
  target: RefObject<HTMLElement | null>,
  ground: PointerGround,
  on: { zoom(factor: number, x: number): void; pan(byPx: number): void },
): void {
  const latest = useRef({ ground, on })
  latest.current = { ground, on }
  useEffect(() => {
    const element = target.current
    if (!element) return undefined
    let isDown = false
    let waiting: number | null = null
    const xOfEvent = ({ clientX }: MouseEvent): number =>
      clientX - element.getBoundingClientRect().left - LAYOUT.left
    const frameAt = (x: number): string | null => {
      const { frames, timesMs, axis } = latest.current.ground
      return frames[nearestIndex(timesMs, timeAt(axis, x))]?.sceneId ?? null
    }
    // A pointer may report more often than the screen can show.
    const goSoon = (x: number): void => {
      if (waiting === null) {
        requestAnimationFrame(() => {
          const sceneId = waiting === null ? null : frameAt(waiting)
          waiting = null
          if (sceneId === null) return
          if (isDown) goToFrame(sceneId)
          studioStore.set({ hoverSceneId: sceneId })
        })
      }
      waiting = x
    }
    const onDown = (event: PointerEvent): void => {
      if (event.button !== 0) return
      isDown = true
      element.setPointerCapture(event.pointerId)
      const sceneId = frameAt(xOfEvent(event))
      if (sceneId !== null) goToFrame(sceneId)
    }
    const onMove = (event: PointerEvent): void => goSoon(xOfEvent(event))
    const onUp = (): void => {
      isDown = false
    }
    const onLeave = (): void => {
      waiting = null
      studioStore.set({ hoverSceneId: null })
    }
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault()
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX
      if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
        latest.current.on.pan(sideways)
      } else latest.current.on.zoom(Math.exp(-event.deltaY / 400), xOfEvent(event))
    }
    element.addEventListener('pointerdown', onDown)
    element.addEventListener('pointermove', onMove)
    element.addEventListener('pointerup', onUp)
    element.addEventListener('pointercancel', onUp)
    element.addEventListener('pointerleave', onLeave)
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => {
      element.removeEventListener('pointerdown', onDown)
      element.removeEventListener('pointermove', onMove)
      element.removeEventListener('pointerup', onUp)
      element.removeEventListener('pointercancel', onUp)
      element.removeEventListener('pointerleave', onLeave)
      element.removeEventListener('wheel', onWheel)
    }
  }, [target])
}
