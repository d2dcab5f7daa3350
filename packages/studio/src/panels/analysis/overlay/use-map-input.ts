import type { Grid } from '@scarline/core/model'
import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useRef } from 'react'
import type { GridPoint, MeasureStep, Measuring } from './measure.ts'
import { type Size, type View, fitView, gridPlace, panView, zoomView } from './view.ts'

const ZOOM_STEP = 1.5
const PAN_PX = 60
const CROSS_PX = 12
/** A press that moves less than this is a click. */
const CLICK_PX = 4

const ARROWS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** Handlers of the map's box. */
export interface MapInput {
  onPointerDown(event: PointerEvent<HTMLElement>): void
  onPointerMove(event: PointerEvent<HTMLElement>): void
  onPointerUp(event: PointerEvent<HTMLElement>): void
  onDoubleClick(): void
  onKeyDown(event: KeyboardEvent<HTMLElement>): void
}

/** Moves, zooms and measures by pointer, wheel and keys. */
export function useMapInput({
  box,
  size,
  view,
  setView,
  home,
  grid,
  measuring,
  onMeasure,
}: {
  box: RefObject<HTMLDivElement | null>
  size: Size | null
  view: View | null
  setView(view: View): void
  home: readonly [number, number, number, number]
  grid: Grid
  measuring: Measuring
  onMeasure(step: MeasureStep): void
}): MapInput {
  const press = useRef<{ x: number; y: number; view: View; moved: boolean } | null>(null)
  const wheel = useRef<(event: WheelEvent) => void>(() => {})
  wheel.current = (event) => {
    if (!size || !view) return
    event.preventDefault()
    const factor = Math.exp(-event.deltaY * 0.0016)
    setView(zoomView(view, factor, pointOf(event), size, grid))
  }
  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    const listener = (event: WheelEvent): void => wheel.current(event)
    element.addEventListener('wheel', listener, { passive: false })
    return () => element.removeEventListener('wheel', listener)
  }, [box])

  const pointOf = (event: { clientX: number; clientY: number }): [number, number] => {
    const { left, top } = box.current?.getBoundingClientRect() ?? { left: 0, top: 0 }
    return [event.clientX - left, event.clientY - top]
  }
  const placeOf = (event: { clientX: number; clientY: number }): GridPoint | null =>
    view && gridPlace(view, pointOf(event))
  const isMeasuring = measuring.tool !== null

  const measureKey = (event: KeyboardEvent): boolean => {
    const { cross, corners } = measuring
    const arrow = ARROWS[event.key]
    if (arrow && size && view) {
      const [x, y] = cross ?? gridPlace(view, [size.width / 2, size.height / 2])
      const step = (event.shiftKey ? 1 : CROSS_PX) / view.scale
      onMeasure({ kind: 'cross', at: [x + arrow[0] * step, y + arrow[1] * step] })
      return true
    }
    if (event.key === ' ' && cross) onMeasure({ kind: 'corner', at: cross })
    else if (event.key === 'Enter') onMeasure({ kind: 'done' })
    else if (event.key === 'Backspace') onMeasure({ kind: 'back' })
    else if (event.key === 'Escape') {
      onMeasure(corners.length > 0 ? { kind: 'clear' } : { kind: 'tool', tool: null })
    } else return false
    return true
  }
  const moveKey = (event: KeyboardEvent): boolean => {
    if (!size || !view) return false
    const arrow = ARROWS[event.key]
    const middle = [size.width / 2, size.height / 2] as const
    if (arrow) setView(panView(view, -arrow[0] * PAN_PX, -arrow[1] * PAN_PX, size, grid))
    else if (event.key === '+' || event.key === '=') {
      setView(zoomView(view, ZOOM_STEP, middle, size, grid))
    } else if (event.key === '-') setView(zoomView(view, 1 / ZOOM_STEP, middle, size, grid))
    else if (event.key === '0') setView(fitView(size, home))
    else return false
    return true
  }
  return {
    onPointerDown(event) {
      if (event.button !== 0 || !view) return
      press.current = { x: event.clientX, y: event.clientY, view, moved: false }
    },
    onPointerMove(event) {
      const began = press.current
      if (began && size) {
        const [byX, byY] = [event.clientX - began.x, event.clientY - began.y]
        if (!began.moved && Math.hypot(byX, byY) > CLICK_PX) {
          began.moved = true
          // Only now: a click must reach the line below it.
          event.currentTarget.setPointerCapture(event.pointerId)
        }
        if (began.moved) setView(panView(began.view, byX, byY, size, grid))
      } else if (isMeasuring && !measuring.isDone) {
        onMeasure({ kind: 'cross', at: placeOf(event) })
      }
    },
    onPointerUp(event) {
      const began = press.current
      press.current = null
      const at = placeOf(event)
      if (began && !began.moved && isMeasuring && at) onMeasure({ kind: 'corner', at })
    },
    onDoubleClick() {
      if (isMeasuring) onMeasure({ kind: 'done' })
    },
    onKeyDown(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if ((isMeasuring && measureKey(event)) || moveKey(event)) event.preventDefault()
    },
  }
}
