import { useShortcuts } from '../../keyboard/shortcuts.ts'
import type { DrawnShape, MapTool } from '../../map/map-gesture.ts'
import { type MapPoint, gridExtent, lngLatOf } from '../../map/site-projection.ts'
import { addMark } from '../../state/actions-marks.ts'
import { studioStore } from '../../state/store.ts'
import { trackStore } from '../../state/track-store.ts'
import type { Words } from '../../words/use-words.ts'
import type { FrameMapLink } from './frame-map-link.ts'
import { markOfShape } from './mark-of-shape.ts'
import { chooseTool, resizeBrush } from './tool-actions.ts'

/** Screen pixels that the crosshair moves at once. */
const STEP_PX = 16

const TOOL_KEYS: Readonly<Record<string, MapTool>> = {
  p: 'point',
  b: 'box',
  l: 'lasso',
  r: 'brush',
}

const key =
  (name: keyof Words['track']['keys']) =>
  (words: Words): string =>
    words.track.keys[name]

/** Keys of the tools, and a crosshair that does what the pointer does. */
export function useMapKeys(link: FrameMapLink | null): void {
  const act = (isNegative: boolean): void => {
    if (link) actAtCrosshair(link, isNegative)
  }
  useShortcuts({
    title: key('marks'),
    shortcuts: [
      {
        keys: ['p', 'b', 'l', 'r'],
        says: key('tools'),
        run: (event) => chooseTool(TOOL_KEYS[event.key.toLowerCase()] ?? 'point'),
      },
      {
        keys: ['[', ']'],
        says: key('brush'),
        run: (event) => resizeBrush(event.key === '[' ? -1 : 1),
      },
      {
        keys: ['shift+arrowleft', 'shift+arrowright', 'shift+arrowup', 'shift+arrowdown'],
        says: key('crosshair'),
        run: (event) => link && moveCrosshair(link, event.key, STEP_PX * link.map.resolution()),
      },
      {
        keys: [
          'ctrl+shift+arrowleft',
          'ctrl+shift+arrowright',
          'ctrl+shift+arrowup',
          'ctrl+shift+arrowdown',
        ],
        says: key('crosshairFine'),
        run: (event) => link && moveCrosshair(link, event.key, pixelSizeM()),
      },
      { keys: ['enter'], says: key('positive'), run: () => act(false) },
      { keys: ['shift+enter'], says: key('negative'), run: () => act(true) },
      { keys: ['c'], says: key('close'), run: () => link && closeLasso(link) },
      { keys: ['escape'], says: key('cancel'), run: () => giveUp(link) },
      {
        keys: ['+', '=', '-'],
        says: key('zoom'),
        run: (event) => link?.map.zoomBy(event.key === '-' ? -1 : 1),
      },
      { keys: ['0'], says: key('fit'), run: () => link?.map.fit() },
    ],
  })
}

function pixelSizeM(): number {
  return Math.abs(studioStore.get().detail?.site.grid.transform[0] ?? 1)
}

const WAYS: Readonly<Record<string, MapPoint>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
}

function moveCrosshair({ map }: FrameMapLink, way: string, stepM: number): void {
  const { detail } = studioStore.get()
  const by = WAYS[way]
  if (!detail || !by) return
  const { crosshair } = trackStore.get()
  const [west, south, east, north] = gridExtent(detail.site.grid)
  const [x, y] = crosshair ?? map.centre()
  const next: MapPoint = crosshair
    ? [
        Math.min(east - 0.01, Math.max(west, x + by[0] * stepM)),
        Math.min(north, Math.max(south + 0.01, y + by[1] * stepM)),
      ]
    : [x, y]
  trackStore.set({ crosshair: next })
  map.bringIntoView(next)
  sketchPath(map)
}

/** What a click or the end of a drag would do there. */
function actAtCrosshair({ map }: FrameMapLink, isNegative: boolean): void {
  const { detail } = studioStore.get()
  const { tool, crosshair, keyboardPath, brushRadiusM } = trackStore.get()
  if (!detail) return
  const { grid } = detail.site
  if (!crosshair) {
    trackStore.set({ crosshair: map.centre() })
    return
  }
  if (tool === 'point') {
    const lngLat = lngLatOf(grid.epsg, crosshair)
    void addMark(isNegative ? { negative: [lngLat] } : { positive: [lngLat] }, crosshair)
    return
  }
  const [from] = keyboardPath
  if (tool === 'brush') {
    send({ kind: 'brush', stroke: [crosshair], isCut: isNegative })
  } else if (tool === 'box' && from) {
    send({ kind: 'box', from, to: crosshair })
  } else if (tool === 'lasso' && isNegative && keyboardPath.length >= 2) {
    send({ kind: 'lasso', ring: [...keyboardPath, crosshair], isCut: true })
  } else trackStore.set({ keyboardPath: [...keyboardPath, crosshair] })
  sketchPath(map)

  function send(shape: DrawnShape): void {
    const { input, place } = markOfShape(grid, shape, brushRadiusM)
    trackStore.set({ keyboardPath: [] })
    void addMark(input, place)
  }
}

function closeLasso({ map }: FrameMapLink): void {
  const { detail } = studioStore.get()
  const { tool, keyboardPath, brushRadiusM } = trackStore.get()
  if (!detail || tool !== 'lasso' || keyboardPath.length < 3) return
  const ring = [...keyboardPath]
  const shape: DrawnShape = { kind: 'lasso', ring, isCut: false }
  const { input, place } = markOfShape(detail.site.grid, shape, brushRadiusM)
  trackStore.set({ keyboardPath: [] })
  sketchPath(map)
  void addMark(input, place)
}

/** Shows the corners that the keyboard has set. */
function sketchPath(map: FrameMapLink['map']): void {
  const { tool, keyboardPath, crosshair } = trackStore.get()
  const [from] = keyboardPath
  if (!from || !crosshair) map.sketch(null)
  else if (tool === 'box') map.sketch({ kind: 'box', from, to: crosshair })
  else map.sketch({ kind: 'lasso', ring: [...keyboardPath, crosshair], isCut: false })
}

function giveUp(link: FrameMapLink | null): void {
  const { keyboardPath, spot, crosshair, selectedPromptId, tool } = trackStore.get()
  if (link?.map.cancel()) return
  link?.map.sketch(null)
  if (keyboardPath.length > 0) trackStore.set({ keyboardPath: [] })
  else if (spot) trackStore.set({ spot: null })
  else if (selectedPromptId !== null) trackStore.set({ selectedPromptId: null })
  else if (crosshair) trackStore.set({ crosshair: null })
  else if (tool !== 'point') chooseTool('point')
}
