import type { FrameFigure, ReportData } from '@scarline/core'
import { areaChart, frameCursor } from '../charts/area-chart.ts'
import { deseasonedChart } from '../charts/deseasoned-chart.ts'
import { seasonChart } from '../charts/season-chart.ts'
import { frameViewer } from '../frame-viewer.ts'
import { html } from '../markup.ts'
import { artefactTable, eventTable, onsetTable, phaseTable } from '../tables/evolution-tables.ts'
import { frameTable, pairsTable } from '../tables/series-tables.ts'
import { FRAME_TERMS, type Terms } from '../terms.ts'
import { readable } from '../words.ts'
import { type Measured, objectsOf } from './objects.ts'
import { type Part, type Section, sentenceList } from './section.ts'

/** The area curve. */
export function areaSection(data: ReportData): Section {
  const hasTruth = data.verification !== null && data.analysis.objects.length === 1
  const found = data.evolution.objects
  const hasRates = found.some(({ phases }) => phases.length > 0)
  return {
    title: 'Area over time',
    parts: [
      {
        kind: 'figure',
        body: areaChart(data),
        caption: html`${hasRates && html`(<b>a</b>) `}Area of the mask on each frame in hectares or
          m², as seen from above, at the frame's true date; band: 90 % interval from boundary
          probability, levels, registration, mixed pixels, hidden ground and ground in doubt. Green
          bands:
          June–October.${found.some(({ events }) => events.length > 0) && ' Red bands: between the last frame before an abrupt, lasting change and the first that shows it, with the change.'}${found.some(({ onsets }) => onsets.length > 0) && ' Dashed lines: onsets of faster growth, with their 90 % interval in orange.'}${found.some(({ artefacts }) => artefacts.length > 0) && ' Hollow red points: artefacts, which no line joins.'}${hasTruth && ' Crosses: ground truth.'}${
            hasRates &&
            html` (<b>b</b>) Rate of change of the area, m² a day, in each phase of steady rate,
            with its 90 % interval (cut off where it leaves the panel); abrupt changes are not part
            of the rates.`
          } <span class="screen">Click a point to see its frame.</span>`,
      },
    ],
  }
}

/** Frames that a season must have on average for a chart of a single season. */
const FRAMES_PER_SEASON = 2

/** Viewer and filmstrip. */
export function framesSection(data: ReportData, figures: readonly FrameFigure[]): Section | null {
  if (figures.length === 0) return null
  return {
    title: 'Frames',
    parts: [
      {
        kind: 'figure',
        mayBreak: true,
        body: frameViewer(data, figures, frameCursor(data)),
        caption: html`NDVI as the segmenter saw it (black: −0.2, white: 1) and the boundary of the
          mask in colour. Below each frame: date, area, confidence from 0 to 1.
          <span class="screen">Arrow keys step through the frames.</span
          ><span class="paper"
            >On paper at most 24 frames, evenly over the series; all are on the screen.</span
          >`,
        after: html`<details class="screen">
          <summary>All frames as a table</summary>
          ${frameTable(data)}
        </details>`,
      },
    ],
  }
}

/** Events, onsets, phases and artefacts. */
export function eventSection(data: Measured, terms: Terms = FRAME_TERMS): Section {
  const parts = objectsOf(data).flatMap(({ found, of }): (Part | false)[] => {
    const { events, onsets, phases, artefacts, dams } = found
    const absent = [
      events.length === 0 && `No abrupt and lasting change of the area${of} stands out.`,
      onsets.length === 0 && `No onset of faster growth${of} stands out.`,
      dams !== null && dams.words,
    ].filter((sentence) => sentence !== false)
    return [
      absent.length > 0 && { kind: 'text', body: sentenceList(absent.map(readable)) },
      events.length > 0 && {
        kind: 'table',
        body: eventTable(events, terms),
        caption: html`Abrupt, lasting changes of the area${of}. Each lies after the last
        ${terms.one} before it and by the first that shows it; p: how often a series without one
        would show one as strong.`,
      },
      onsets.length > 0 && {
        kind: 'table',
        body: onsetTable(onsets),
        caption: html`Onsets${of}: dates from which the area grew faster, with 90 % intervals.`,
      },
      phases.length > 0 && {
        kind: 'table',
        body: phaseTable(phases),
        caption: html`Phases of steady rate of the area${of}. Rates are of mapped area, not of
        moving ground.`,
      },
      artefacts.length > 0 && {
        kind: 'table',
        body: artefactTable(artefacts, terms),
        caption: html`Departures of the area${of} that are no events.`,
      },
    ]
  })
  return { title: 'Events, onsets and phases', parts }
}

/**
 * The season taken out, the seasons by themselves, and each against the year before. A chart of one season
 * with hardly more frames than years would show the area curve again: it is left out.
 */
export function seasonSection(data: Measured, terms: Terms = FRAME_TERMS): Section {
  const parts = objectsOf(data).flatMap(({ objectId, summary, found, of }): (Part | false)[] => {
    const { deseasoned } = found
    const { areas, seasons, sameSeasonPairs } = summary
    const isSparse =
      new Set(seasons.map(({ season }) => season.name)).size < 2 &&
      areas.length < FRAMES_PER_SEASON * seasons.length
    return [
      deseasoned.season !== null &&
        deseasoned.frames.length > 1 && {
          kind: 'figure',
          body: deseasonedChart(deseasoned, `deseasoned-chart-${objectId}`),
          caption: html`Area${of} with the season taken out: ${readable(deseasoned.words)} Bars: 90
          % intervals of the single ${terms.many}. Dashed line: area as measured. Green bands:
          June–October.`,
        },
      seasons.length > 1 &&
        !isSparse && {
          kind: 'figure',
          body: seasonChart(seasons, `season-chart-${objectId}`),
          caption: html`Median area${of} of the ${terms.many} of each season; bars: medians of the
          ends of their 90 % intervals. A November–May season stands at the year it begins in.
          Comparing like with like keeps the greening of summer out of the
          trend.${deseasoned.season === null && deseasoned.words !== '' && ` ${readable(deseasoned.words)}`}`,
        },
      sameSeasonPairs.length > 0 && {
        kind: 'table',
        body: pairsTable(sameSeasonPairs),
        caption: html`Growth${of} between the same seasons of different years: change of the median
        area.
        ${terms.shape === 'outline' ? 'Beyond uncertainty: the 90 % interval of the change does not hold 0.' : 'Beyond uncertainty: the 90 % intervals of the two seasons are apart.'}`,
      },
    ]
  })
  return { title: 'Seasons', parts }
}
