import type { ObjectSummary, PlacedZone, Season, SiteDetail } from '@scarline/core/model'
import { type ReactElement, useMemo, useReducer, useRef, useState } from 'react'
import { yearColour } from '../../../charts/colours.ts'
import { Choice } from '../../../shell/choice.tsx'
import { useStudio } from '../../../state/store.ts'
import { formatDay } from '../../../words/format.ts'
import { useWords } from '../../../words/use-words.ts'
import { Figure } from '../figure.tsx'
import { partZones } from '../zones.ts'
import { type BoundaryLine, lineKey } from '../../../map/boundary-lines.ts'
import { seasonFrames } from './season-frames.ts'
import { NOTHING_MEASURED, stepMeasuring } from './measure.ts'
import { MeasureTools } from './measure-tools.tsx'
import { type OverlayLine, OverlayMap } from './overlay-map.tsx'
import { YearChips } from './year-chips.tsx'

const CHOICES = ['june-october', 'november-may', 'one'] as const
type Choice = (typeof CHOICES)[number]

/** Boundaries of the same season in each year, over the frame in view; to measure on. */
export function OverlayFigure({
  siteId,
  detail,
  summary,
  zones,
  lines,
  gridAreaScale,
}: {
  siteId: string
  detail: SiteDetail
  summary: ObjectSummary
  /** New zones are marked on the map, growth along the edge is not. */
  zones: readonly PlacedZone[]
  /** Null before they were read. */
  lines: ReadonlyMap<string, BoundaryLine> | null
  gridAreaScale: number
}): ReactElement {
  const { analysis } = useWords()
  const svg = useRef<SVGSVGElement>(null)
  const [choice, setChoice] = useState<Choice>(() => richerSeason(summary))
  const [hasZones, setHasZones] = useState(false)
  const { own } = useMemo(() => partZones(zones), [zones])
  const [measuring, measure] = useReducer(stepMeasuring, NOTHING_MEASURED)
  const sceneId = useStudio((state) => state.sceneId)
  const shown = useMemo(
    () => (lines === null ? [] : seasonLines(summary, choice, lines)),
    [summary, choice, lines],
  )
  const frames = detail.frames?.frames ?? []
  const ground = frames.find((frame) => frame.sceneId === sceneId) ?? frames.at(-1)
  if (!detail.frames || !ground) return <></>
  const { grid } = detail.frames
  return (
    <Figure title={analysis.overlay.title} name="boundaries" svg={svg}>
      <div className="overlay-tools">
        <div className="choice" role="group" aria-label={analysis.overlay.season}>
          <Choice
            options={CHOICES.map((one) => ({
              value: one,
              says: one === 'one' ? analysis.overlay.allFrames : analysis.seasonNames[one],
            }))}
            value={choice}
            isSmall
            onChoose={(one) => setChoice(one)}
          />
        </div>
        {own.length > 0 && (
          <label className="check">
            <input
              type="checkbox"
              checked={hasZones}
              onChange={({ target }) => setHasZones(target.checked)}
            />
            {analysis.overlay.zones}
          </label>
        )}
      </div>
      <OverlayMap
        svg={svg}
        siteId={siteId}
        grid={grid}
        ground={ground}
        objectId={summary.objectId}
        lines={shown}
        allLines={lines}
        zones={hasZones ? own : []}
        measuring={measuring}
        onMeasure={measure}
        label={[
          analysis.overlay.label(formatDay(ground.capturedAt)),
          analysis.overlay.spoken(
            shown.map(({ season }) => analysis.season(season)).join(', ') ||
              analysis.overlay.noLines,
          ),
          analysis.overlay.keys,
        ].join('. ')}
      />
      <YearChips lines={shown} ground={ground} hasLine={hasLineOf(lines, ground, summary)} />
      <MeasureTools
        measuring={measuring}
        onMeasure={measure}
        ground={{ pixelSizeM: Math.abs(grid.transform[0]), gridAreaScale }}
      />
    </Figure>
  )
}

/** Whether the frame in view has a boundary of this object. */
function hasLineOf(
  lines: ReadonlyMap<string, BoundaryLine> | null,
  { sceneId }: { sceneId: string },
  { objectId }: ObjectSummary,
): boolean {
  return lines?.has(lineKey(sceneId, objectId)) ?? false
}

function richerSeason({ seasons }: ObjectSummary): Choice {
  const count = (name: Season['name']): number =>
    seasons.filter(({ season }) => season.name === name).length
  return count('june-october') >= count('november-may') ? 'june-october' : 'november-may'
}

function seasonLines(
  summary: ObjectSummary,
  choice: Choice,
  lines: ReadonlyMap<string, BoundaryLine>,
): OverlayLine[] {
  if (choice === 'one') return []
  const frames = seasonFrames(summary, choice)
  const years = frames.map(({ season }) => season.year)
  const [first, last] = [Math.min(...years), Math.max(...years)]
  return frames.flatMap(({ season, row }) => {
    const line = lines.get(lineKey(row.sceneId, row.objectId))
    if (!line) return []
    const share = last === first ? 1 : (season.year - first) / (last - first)
    return [{ season, line, colour: yearColour(share) }]
  })
}
