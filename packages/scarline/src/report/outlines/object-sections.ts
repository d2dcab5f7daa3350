import type { OutlineReportData } from '@scarline/core'
import { areaChart } from '../charts/area-chart.ts'
import { html } from '../markup.ts'
import type { Measured } from '../sections/objects.ts'
import { directionSection, mapWords, zoneSection } from '../sections/place-sections.ts'
import type { Part, Section } from '../sections/section.ts'
import { eventSection, seasonSection } from '../sections/series-sections.ts'
import { inverseVelocitySection, structureSection } from '../sections/structure-sections.ts'
import { OUTLINE_TERMS } from '../terms.ts'
import { datedMap, isLegendThinned } from './outline-map.ts'
import { outlineTable } from './outline-tables.ts'

/** Fewest outlines that events and onsets are looked for in. */
export const FEWEST_FOR_EVENTS = 5

/** All that is known of one object, a section for each matter; those without parts are left out. */
export function objectSections(data: OutlineReportData, at: number): Section[] {
  const summary = data.analysis.objects[at]
  const found = data.evolution.objects[at]
  if (summary === undefined || found === undefined) return []
  const own: Measured = {
    analysis: { ...data.analysis, objects: [drawnOnly(summary)] },
    evolution: { ...data.evolution, objects: [found] },
  }
  const map = data.objectMaps[at] ?? null
  const { objectId } = summary
  const sections = [
    areaSection(data, own, at),
    map !== null && {
      title: 'Map: boundaries of all dates',
      parts: [
        {
          kind: 'figure' as const,
          body: datedMap(map, `outline-map-${objectId}`),
          caption: html`Outlines of all dates as drawn, early in amber, late in dark blue and drawn
          on top${isLegendThinned(map) && '; the legend names some of them, evenly'}.
          ${mapWords(own, map)}`,
        },
      ],
    },
    summary.areas.length >= FEWEST_FOR_EVENTS && eventSection(own, OUTLINE_TERMS),
    summary.areas.length > 1 && seasonSection(own, OUTLINE_TERMS),
    directionSection(own, OUTLINE_TERMS),
    found.newZones.length > 0 && zoneSection(own, map, OUTLINE_TERMS),
    structureSection(own, OUTLINE_TERMS, `fragment-chart-${objectId}`),
    inverseVelocitySection(own, OUTLINE_TERMS),
  ]
  return sections.filter((section) => section !== false && section.parts.some(Boolean)) as Section[]
}

/** The same sections as one, each with a heading of its own. */
export function oneSection(title: string, sections: readonly Section[]): Section {
  return {
    title,
    parts: sections.flatMap((section): (Part | null | false)[] => [
      { kind: 'text', body: html`<h3>${section.title}</h3>` },
      ...section.parts,
    ]),
  }
}

function areaSection({ record }: OutlineReportData, own: Measured, at: number): Section {
  const [summary] = own.analysis.objects
  const [found] = own.evolution.objects
  if (summary === undefined || found === undefined) return { title: '', parts: [] }
  const { objectId, areas } = summary
  const hasRates = found.phases.length > 0
  const look = { id: `area-chart-${objectId}`, intervals: 'bars', hasCursor: false } as const
  return {
    title: 'Area over time',
    parts: [
      areas.length > 1 && {
        kind: 'figure',
        body: areaChart({ ...own, verification: null }, look),
        caption: html`${hasRates && html`(<b>a</b>) `}Area of the outline on each date, on the WGS
        84 ellipsoid, as seen from above; bars: 90 % interval from digitising noise. The line joins
        the dates; what lies between them was not drawn. Green bands:
        June–October.${found.events.length > 0 && ' Red bands: between the last outline before an abrupt, lasting change and the first that shows it, with the change.'}${found.onsets.length > 0 && ' Dashed lines: onsets of faster growth, with their 90 % interval in orange.'}${found.artefacts.length > 0 && ' Hollow red points: departures that no other outline bears out, which no line joins.'}${hasRates && html` (<b>b</b>) Rate of change of the area, m² a day, in each phase of steady rate, with its 90 % interval (cut off where it leaves the panel).`}`,
      },
      {
        kind: 'table',
        body: outlineTable(summary, record.objects[at]?.changes ?? []),
        caption: html`Each outline against the one before. Within noise: the 90 % interval of the
        change holds 0, so that digitising alone may have made it. Gained and lost: ground that only
        the later or only the earlier outline holds.`,
      },
    ],
  }
}

/** Without the marks of a person's hand that every outline bears. */
function drawnOnly(
  summary: OutlineReportData['analysis']['objects'][number],
): OutlineReportData['analysis']['objects'][number] {
  const areas = summary.areas.map((row) => ({ ...row, locked: false, prompted: false }))
  return { ...summary, areas }
}
