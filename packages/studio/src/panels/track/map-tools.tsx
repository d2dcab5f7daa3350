import type { ReactElement } from 'react'
import type { MapTool } from '../../map/map-gesture.ts'
import { Choice } from '../../shell/choice.tsx'
import { Icon } from '../../shell/icons.tsx'
import { useStudio } from '../../state/store.ts'
import { trackStore, useTrack } from '../../state/track-store.ts'
import { useWords } from '../../words/use-words.ts'
import { LEAST_BRUSH_M, MOST_BRUSH_M, chooseTool } from './tool-actions.ts'

const TOOLS: readonly { tool: MapTool; key: string }[] = [
  { tool: 'point', key: 'P' },
  { tool: 'box', key: 'B' },
  { tool: 'lasso', key: 'L' },
  { tool: 'brush', key: 'R' },
]

/** The tools on the map. */
export function MapTools(): ReactElement {
  const words = useWords().track.map
  const chosen = useTrack((state) => state.tool)
  const pixelSizeM = useStudio(({ detail }) => Math.abs(detail?.site.grid.transform[0] ?? 1))
  return (
    <div className="map-tools">
      <div className="tool-row" role="toolbar" aria-label={words.tools}>
        <Choice
          options={TOOLS.map(({ tool, key }) => ({
            value: tool,
            says: words[tool],
            title: `${words[tool]} (${key})`,
            icon: <Icon name={tool} />,
          }))}
          value={chosen}
          onChoose={chooseTool}
        />
      </div>
      {chosen === 'brush' && <BrushSize leastM={Math.max(LEAST_BRUSH_M, pixelSizeM / 2)} />}
    </div>
  )
}

function BrushSize({ leastM }: { leastM: number }): ReactElement {
  const words = useWords().track.map
  const radiusM = useTrack((state) => state.brushRadiusM)
  return (
    <label className="brush-size panel">
      {words.brushSize}
      <input
        type="range"
        min={leastM}
        max={MOST_BRUSH_M}
        step="1"
        value={radiusM}
        onChange={({ target }) => trackStore.set({ brushRadiusM: target.valueAsNumber })}
      />
      <output>{words.brushSizeIs(String(Math.round(radiusM)))}</output>
    </label>
  )
}
