import type { Words } from '../words/use-words.ts'
import { MOSTLY_SEEN } from './area-curve.tsx'
import type { CurveObject, TruthPoint } from './area-plan.ts'
import type { LegendEntry } from './chart-frame.tsx'
import { curveColour } from './colours.ts'
import { SWATCHES } from './swatches.tsx'

/** What the marks of an area chart mean: only those that are there. */
export function areaLegend(
  objects: readonly CurveObject[],
  truth: readonly TruthPoint[],
  { analysis }: Words,
): LegendEntry[] {
  const { area } = analysis
  const rows = objects.flatMap(({ summary }) => summary.areas)
  const has = (key: 'artefacts' | 'events' | 'onsets'): boolean =>
    objects.some(({ found }) => found[key].length > 0)
  const entries: (LegendEntry | false)[] = [
    ...objects.map(({ summary: { objectId } }, i) => ({
      text: objects.length === 1 ? area.curve : analysis.objectName(objectId),
      swatch: SWATCHES.curve(curveColour(i)),
    })),
    { text: area.band, swatch: SWATCHES.band(curveColour(0)) },
    rows.some(({ prompted, locked }) => prompted || locked) && {
      text: area.marked,
      swatch: SWATCHES.diamond(curveColour(0)),
    },
    rows.some(({ validInside }) => validInside < MOSTLY_SEEN) && {
      text: area.pale,
      swatch: SWATCHES.pale(curveColour(0)),
    },
    has('artefacts') && { text: area.artefact, swatch: SWATCHES.hollow() },
    truth.length > 0 && { text: area.truth, swatch: SWATCHES.cross() },
    has('events') && { text: area.event, swatch: SWATCHES.event() },
    has('onsets') && { text: area.onset, swatch: SWATCHES.onset() },
    { text: area.season, swatch: SWATCHES.season() },
  ]
  return entries.filter((entry) => entry !== false)
}
