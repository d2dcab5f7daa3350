import type { ReactElement } from 'react'
import type { AoiTool } from '../../map/aoi-map.ts'
import { Icon } from '../../shell/icons.tsx'
import { useWords } from '../../words/use-words.ts'
import { BasemapMenu } from './basemap-menu.tsx'
import { placeArea } from './draft-store.ts'

/** The buttons on the map. */
export function AoiMapTools({
  tool,
  onTool,
  onView,
  onZoom,
  hasArea,
}: {
  tool: AoiTool | null
  onTool(tool: AoiTool): void
  onView(): void
  onZoom(steps: number): void
  hasArea: boolean
}): ReactElement {
  const words = useWords().newSite.map
  return (
    <>
      <div className="map-tools" role="toolbar" aria-label={words.tools}>
        {(['rectangle', 'polygon'] as const).map((one) => (
          <button
            key={one}
            type="button"
            className="button"
            aria-pressed={tool === one}
            onClick={() => onTool(one)}
          >
            <Icon name={one} />
            {words[one]}
          </button>
        ))}
        <button type="button" className="button" title={words.viewHelp} onClick={onView}>
          <Icon name="view" />
          {words.view}
        </button>
        <button
          type="button"
          className="button"
          disabled={!hasArea}
          onClick={() => placeArea(null, null)}
        >
          <Icon name="bin" />
          {words.clear}
        </button>
      </div>
      <div className="map-corner">
        <BasemapMenu />
        <button
          type="button"
          className="button icon"
          aria-label={words.zoomIn}
          title={words.zoomIn}
          onClick={() => onZoom(1)}
        >
          +
        </button>
        <button
          type="button"
          className="button icon"
          aria-label={words.zoomOut}
          title={words.zoomOut}
          onClick={() => onZoom(-1)}
        >
          −
        </button>
      </div>
    </>
  )
}
