import { useShortcuts } from '../../keyboard/shortcuts.ts'
import type { MapTool } from '../../map/map-gesture.ts'
import { studioStore } from '../../state/store.ts'
import type { Words } from '../../words/use-words.ts'
import type { FrameMapLink } from './frame-map-link.ts'
import { actAtCrosshair, closeLasso, giveUp, moveCrosshair } from './keyboard-drawing.ts'
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
      { keys: ['c'], says: key('close'), run: () => closeLasso(false) },
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
