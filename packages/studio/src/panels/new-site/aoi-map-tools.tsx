import type { ReactElement } from 'react'
import type { AoiTool } from '../../map/aoi-map.ts'
import { IconButton } from '../../shell/icon-button.tsx'
import { Choice } from '../../shell/choice.tsx'
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
        <Choice
          options={(['rectangle', 'polygon'] as const).map((one) => ({
            value: one,
            says: words[one],
            icon: <Icon name={one} />,
          }))}
          value={tool}
          onChoose={onTool}
        />
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
        <IconButton icon="plus" label={words.zoomIn} onClick={() => onZoom(1)} />
        <IconButton icon="minus" label={words.zoomOut} onClick={() => onZoom(-1)} />
      </div>
    </>
  )
}
