import type { OutlineReportData } from '@scarline/core'
import { html, trusted } from '../markup.ts'
import { type Section, renderSections, sentenceList } from '../sections/section.ts'
import { STYLE } from '../style.ts'
import { readable } from '../words.ts'
import { outlineLimitsSection, outlineMethodSection, outlineReferencesSection } from './method.ts'
import { objectSections, oneSection } from './object-sections.ts'
import { outlineHeader, overviewSection } from './overview.ts'

/** Objects that have a section each. */
const TOLD_OBJECTS = 5

/**
 * One self-contained HTML page of an analysis of outlines; no script, and nothing comes from elsewhere.
 * Equal inputs give equal text.
 */
export function buildOutlineReport(data: OutlineReportData, software: string): string {
  const { record } = data
  const told = toldObjects(data)
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'"
        />
        <meta name="generator" content="${software}" />
        <title>${record.name}: evolution of landslide scars from outlines</title>
        <style>
          ${trusted(STYLE)}
        </style>
      </head>
      <body>
        ${outlineHeader(data)}
        ${renderSections([
          ...bodySections(data, told),
          outlineMethodSection(data, software),
          outlineLimitsSection(data),
          outlineReferencesSection(data),
        ])}
      </body>
    </html> `
  return page.markup
}

/** A single object is the page; of several, an overview comes first and the largest have a section each. */
function bodySections(data: OutlineReportData, told: readonly number[]): Section[] {
  const { objects } = data.analysis
  if (objects.length === 1) return objectSections(data, 0)
  return [
    overviewSection(data, told),
    ...told.map((at) => {
      const name = data.record.objects[at]?.name ?? null
      const title = `Object ${objects[at]?.objectId ?? ''}${name === null ? '' : `: ${name}`}`
      const section = oneSection(title, objectSections(data, at))
      const lead = (data.told[at]?.lead ?? []).map(readable)
      return {
        ...section,
        parts: [{ kind: 'text' as const, body: sentenceList(lead) }, ...section.parts],
      }
    }),
  ]
}

/** Places of the largest objects among those drawn more than once; of all where none was. */
function toldObjects({ analysis: { objects } }: OutlineReportData): number[] {
  const all = objects.map(({ areas }, at) => ({
    at,
    count: areas.length,
    largestM2: Math.max(0, ...areas.map(({ areaM2 }) => areaM2)),
  }))
  const several = all.filter(({ count }) => count > 1)
  return (several.length > 0 ? several : all)
    .toSorted((a, b) => b.largestM2 - a.largestM2)
    .slice(0, TOLD_OBJECTS)
    .map(({ at }) => at)
    .sort((a, b) => a - b)
}
