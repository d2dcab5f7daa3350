import type { MapTool } from '../../map/map-gesture.ts'
import { trackStore } from '../../state/track-store.ts'

export const LEAST_BRUSH_M = 2
export const MOST_BRUSH_M = 120

/** Takes a tool in hand. */
export function chooseTool(tool: MapTool): void {
  trackStore.set({ tool, keyboardPath: [], selectedPromptId: null })
}

/** Makes the brush larger (1) or smaller (-1) by a fifth. */
export function resizeBrush(by: 1 | -1): void {
  trackStore.set(({ brushRadiusM }) => {
    const next = Math.round(by > 0 ? brushRadiusM * 1.2 + 0.5 : brushRadiusM / 1.2 - 0.5)
    return { brushRadiusM: Math.min(MOST_BRUSH_M, Math.max(LEAST_BRUSH_M, next)) }
  })
}
