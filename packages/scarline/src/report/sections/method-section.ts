import type { ReportData } from '@scarline/core'
import { thresholdChart } from '../charts/threshold-chart.ts'
import { type Markup, html } from '../markup.ts'
import { promptTable, sceneTable } from '../tables/source-tables.ts'
import { formatCount, readable } from '../words.ts'
import { attributionOf, limits, methodFacts, references } from './method-texts.ts'
import { type Section, sentenceList } from './section.ts'

const THRESHOLD_METHODS = {
  fixed: 'set by hand',
  otsu: "Otsu's method",
  'minimum-error': 'minimum error',
} as const

/** Everything that went into the numbers. */
export function methodSection(data: ReportData, software: string): Section {
  const { frames, prompts, analysis, evolution, plausibility } = data
  const hasHistogram = frames.histogram.counts.some((count) => count > 0)
  const notes = [...analysis.method, ...evolution.method, ...(plausibility?.method ?? [])]
  return {
    title: 'How it was made',
    parts: [
      { kind: 'text', body: factList(methodFacts(data, software)) },
      hasHistogram && {
        kind: 'figure',
        body: thresholdChart(data),
        caption: html`NDVI of all frames and the site's threshold
        (${THRESHOLD_METHODS[frames.siteThreshold.method]}). Thresholds of frames may be raised from
        it in the growing season; the table of frames has them.`,
      },
      prompts.length > 0 && {
        kind: 'table',
        body: promptTable(data),
        caption: html`Prompts in map coordinates. Inside: this ground belongs to the object;
        outside: it does not.`,
      },
      { kind: 'text', body: sentenceList(notes.map(readable)) },
    ],
  }
}

/** Names and values. */
export function factList(facts: readonly (readonly [string, string])[]): Markup {
  return html`<dl class="facts">
    ${facts.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`
}

/** What the numbers do not say. */
export function limitsSection(data: ReportData): Section {
  return { title: 'Limits', parts: [{ kind: 'text', body: sentenceList(limits(data)) }] }
}

/** Credits and works. */
export function referencesSection(data: ReportData, attribution: string | undefined): Section {
  const body = html`<ul class="plain references">
    ${references(data, attribution ?? attributionOf(data)).map((text) => html`<li>${text}</li>`)}
  </ul>`
  return { title: 'Data and references', parts: [{ kind: 'text', body }] }
}

/** Every acquisition. */
export function scenesSection(data: ReportData): Section {
  const kept = data.scenes.filter((scene) => scene.kept).length
  return {
    title: 'Scenes',
    parts: [
      {
        kind: 'table',
        body: sceneTable(data),
        caption: html`${formatCount(data.scenes.length, 'acquisition')} considered, ${kept} used.
        Shifts are those applied to register a scene; the offset is the 1000 DN of processing
        baseline 04.00; threshold: NDVI of the frame, at and below which ground is bare.`,
      },
    ],
  }
}
