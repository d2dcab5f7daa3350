import type { FrameFigure, ReportData, ReportMaps } from '@scarline/core'
import { mapGround } from './maps/map-frame.ts'
import { html, trusted } from './markup.ts'
import { header } from './sections/header.ts'
import {
  limitsSection,
  methodSection,
  referencesSection,
  scenesSection,
} from './sections/method-section.ts'
import { directionSection, mapSection, zoneSection } from './sections/place-sections.ts'
import { renderSections } from './sections/section.ts'
import {
  areaSection,
  eventSection,
  framesSection,
  seasonSection,
} from './sections/series-sections.ts'
import {
  accuracySection,
  inverseVelocitySection,
  plausibilitySection,
  structureSection,
} from './sections/structure-sections.ts'
import { STYLE } from './style.ts'
import { VIEWER_SCRIPT } from './viewer-script.ts'

/** What a report is built from. */
export interface ReportInputs {
  data: ReportData
  /** In the order of the frames. */
  figures: readonly FrameFigure[]
  /** Null where no mask holds anything. */
  maps: ReportMaps | null
  /** Name and version of what writes the report. */
  software: string
  /** Credit line of the data; found from the scenes where it is left out. */
  attribution?: string
}

/**
 * One self-contained HTML page: no file, font, script or picture comes from elsewhere, and the page's
 * own policy forbids that any should. Equal inputs give equal text.
 */
export function buildReport({ data, figures, maps, software, attribution }: ReportInputs): string {
  const { site } = data
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
        />
        <meta name="generator" content="${software}" />
        <title>${site.name}: evolution of a landslide scar</title>
        <style>
          ${trusted(STYLE)}
        </style>
      </head>
      <body>
        ${maps !== null && mapGround(maps)} ${header(data)}
        ${renderSections([
          areaSection(data),
          mapSection(data, maps),
          framesSection(data, figures),
          eventSection(data),
          seasonSection(data),
          directionSection(data),
          zoneSection(data, maps),
          structureSection(data),
          inverseVelocitySection(data),
          plausibilitySection(data),
          accuracySection(data),
          methodSection(data, software),
          limitsSection(data),
          referencesSection(data, attribution),
          scenesSection(data),
        ])}
        <script>
          ${trusted(VIEWER_SCRIPT)}
        </script>
      </body>
    </html> `
  return page.markup
}
