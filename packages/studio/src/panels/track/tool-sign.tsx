import type { ReactElement } from 'react'
import type { MapTool } from '../../map/map-gesture.ts'

const PATHS: Readonly<Record<MapTool, string>> = {
  point: 'M8 3.5v9M3.5 8h9',
  box: 'M3 4h10v8H3z',
  lasso: 'M8 3C4.5 3 2.5 5 2.5 7S4.5 11 8 11s5.5-2 5.5-4S11.5 3 8 3zM6 11c-.5 1.5-1.5 2-3 2.2',
  brush:
    'M13 3L7.5 8.5M7.2 8.2c-1.6-.4-2.8.6-3 2.3-.1.9-.6 1.6-1.7 2 2.5.9 5.6.4 6.2-2 .3-1.1-.4-2-1.5-2.3z',
}

/** The drawing on a tool's button. */
export function ToolSign({ tool }: { tool: MapTool }): ReactElement {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[tool]} />
    </svg>
  )
}
