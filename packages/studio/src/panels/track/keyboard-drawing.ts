import type { DrawnShape } from '../../map/map-gesture.ts'
import { type MapPoint, gridExtent, lngLatOf } from '../../map/site-projection.ts'
import { addMark } from '../../state/actions-marks.ts'
import { studioStore } from '../../state/store.ts'
import { type TrackState, trackStore } from '../../state/track-store.ts'
import type { FrameMapLink } from './frame-map-link.ts'
import { markOfShape } from './mark-of-shape.ts'
import { chooseTool } from './tool-actions.ts'

const WAYS: Readonly<Record<string, MapPoint>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
}

/** What the keyboard has drawn so far, up to the crosshair; null where nothing was begun. */
export function shapeSoFar({
  tool,
  keyboardPath,
  crosshair,
}: Pick<TrackState, 'tool' | 'keyboardPath' | 'crosshair'>): DrawnShape | null {
  const [from] = keyboardPath
  if (!from || !crosshair || tool === 'point') return null
  if (tool === 'box') return { kind: 'box', from, to: crosshair }
  const points = upTo(keyboardPath, crosshair)
  return tool === 'lasso'
    ? { kind: 'lasso', ring: points, isCut: false }
    : { kind: 'brush', stroke: points, isCut: false }
}

/** The path with the crosshair at its end, once. */
function upTo(path: readonly MapPoint[], [x, y]: MapPoint): MapPoint[] {
  const last = path.at(-1)
  return last && last[0] === x && last[1] === y ? [...path] : [...path, [x, y]]
}

/** Moves the crosshair, which appears in the middle first; a brush that is down paints. */
export function moveCrosshair({ map }: FrameMapLink, way: string, stepM: number): void {
  const { detail } = studioStore.get()
  const by = WAYS[way]
  if (!detail || !by) return
  const { crosshair, tool, keyboardPath } = trackStore.get()
  const [west, south, east, north] = gridExtent(detail.site.grid)
  const [x, y] = crosshair ?? map.centre()
  const next: MapPoint = crosshair
    ? [
        Math.min(east - 0.01, Math.max(west, x + by[0] * stepM)),
        Math.min(north, Math.max(south + 0.01, y + by[1] * stepM)),
      ]
    : [x, y]
  const isPainting = tool === 'brush' && keyboardPath.length > 0
  trackStore.set({
    crosshair: next,
    ...(isPainting ? { keyboardPath: upTo(keyboardPath, next) } : {}),
  })
}

/**
 * What a click would do at the crosshair; with a tool that is dragged, its beginning, a corner, or its end.
 * @param isNegative does not belong, or is taken away
 */
export function actAtCrosshair({ map }: FrameMapLink, isNegative: boolean): void {
  const { detail } = studioStore.get()
  const { tool, crosshair, keyboardPath } = trackStore.get()
  if (!detail) return
  if (!crosshair) {
    trackStore.set({ crosshair: map.centre() })
    return
  }
  if (tool === 'point') {
    const lngLat = lngLatOf(detail.site.grid.epsg, crosshair)
    void addMark(isNegative ? { negative: [lngLat] } : { positive: [lngLat] }, crosshair)
    return
  }
  const isBegun = keyboardPath.length > 0
  if (tool === 'lasso' && isNegative && isBegun) closeLasso(true)
  else if (tool !== 'lasso' && isBegun) send(shapeSoFar(trackStore.get()), isNegative)
  else trackStore.set({ keyboardPath: upTo(keyboardPath, crosshair) })
}

/** Ends the lasso at the crosshair, where it has three corners. */
export function closeLasso(isCut: boolean): void {
  const shape = shapeSoFar(trackStore.get())
  if (shape?.kind === 'lasso' && shape.ring.length >= 3) send(shape, isCut)
}

function send(shape: DrawnShape | null, isCut: boolean): void {
  const { detail } = studioStore.get()
  if (!detail || !shape) return
  const whole: DrawnShape = shape.kind === 'box' ? shape : { ...shape, isCut }
  const { input, place } = markOfShape(detail.site.grid, whole, trackStore.get().brushRadiusM)
  trackStore.set({ keyboardPath: [] })
  void addMark(input, place)
}

/** Gives up the last thing begun: a drawing, what is told, the chosen mark, the crosshair, the tool. */
export function giveUp(link: FrameMapLink | null): void {
  const { keyboardPath, spot, crosshair, selectedPromptId, tool } = trackStore.get()
  if (link?.map.cancel()) return
  if (keyboardPath.length > 0) trackStore.set({ keyboardPath: [] })
  else if (spot) trackStore.set({ spot: null })
  else if (selectedPromptId !== null) trackStore.set({ selectedPromptId: null })
  else if (crosshair) trackStore.set({ crosshair: null })
  else if (tool !== 'point') chooseTool('point')
}
