import type { Frame, Grid, PlacedZone } from '@scarline/core/model'
import type { ReactElement } from 'react'
import { gridPixelOf, mapPointOf } from '../../../map/site-projection.ts'
import { formatDay } from '../../../words/format.ts'
import { formatMetres } from '../../../words/format-analysis.ts'
import { useLanguage, useWords } from '../../../words/use-words.ts'
import type { OverlayLine } from './overlay-map.tsx'
import { type Size, type View, scaleBar } from './view.ts'

const LEGEND_ROW = 16

/** Date, scale bar, numbers of new zones; in the saved figure the years' colours too. */
export function MapMarks({
  grid,
  ground,
  lines,
  zones,
  view,
  size,
}: {
  grid: Grid
  ground: Frame
  lines: readonly OverlayLine[]
  zones: readonly PlacedZone[]
  view: View
  size: Size
}): ReactElement {
  const { analysis } = useWords()
  const language = useLanguage()
  const bar = scaleBar(view.scale / Math.abs(grid.transform[0]), size.width / 4)
  const y = size.height - 12
  return (
    <g>
      {zones.map((zone) => {
        const [px, py] = gridPixelOf(grid, mapPointOf(grid.epsg, zone.lngLat))
        const [zx, zy] = [px * view.scale + view.x, py * view.scale + view.y]
        return (
          <g key={zone.id} className="overlay-zone">
            <circle cx={zx} cy={zy} r={8.5} />
            <text x={zx} y={zy + 3.8} textAnchor="middle">
              {zone.id}
            </text>
            <title>{analysis.overlay.zone(zone.id)}</title>
          </g>
        )
      })}
      <text className="overlay-words" x={12} y={22}>
        {formatDay(ground.capturedAt)}
      </text>
      <path className="overlay-bar-halo" d={`M12 ${y - 5}v5h${bar.widthPx.toFixed(1)}v-5`} />
      <path className="overlay-bar" d={`M12 ${y - 5}v5h${bar.widthPx.toFixed(1)}v-5`} />
      <text className="overlay-words small" x={18 + bar.widthPx} y={y}>
        {formatMetres(language, bar.metres)}
      </text>
      <g className="only-in-file">
        {lines.map(({ season, line, colour }, i) => (
          <g key={line.sceneId}>
            <line
              x1={12}
              x2={28}
              y1={36 + i * LEGEND_ROW}
              y2={36 + i * LEGEND_ROW}
              stroke={colour}
              strokeWidth={2.5}
            />
            <text className="overlay-words small" x={34} y={40 + i * LEGEND_ROW}>
              {analysis.season(season)}
            </text>
          </g>
        ))}
      </g>
    </g>
  )
}
