import type { ReportData } from '@scarline/core'
import { accuracyChart } from '../charts/accuracy-chart.ts'
import { fragmentChart } from '../charts/fragment-chart.ts'
import { inverseVelocityChart } from '../charts/inverse-velocity-chart.ts'
import { html } from '../markup.ts'
import { edgeTable, flagTable, pieceTable } from '../tables/evolution-tables.ts'
import { accuracyTable } from '../tables/series-tables.ts'
import { FRAME_TERMS, type Terms } from '../terms.ts'
import { formatCount, formatDay, formatNumber, readable } from '../words.ts'
import { type Measured, objectsOf } from './objects.ts'
import { type Part, type Section, sentenceList } from './section.ts'

/** Pieces, merges and splits that are told one by one. */
const TOLD_PIECES = 10

/** Fragments and their lineage. */
export function structureSection(
  data: Measured,
  terms: Terms = FRAME_TERMS,
  id = 'fragment-chart',
): Section {
  const counts = data.analysis.objects.flatMap(({ areas }) => areas.map((row) => row.fragments))
  const isWhole = Math.max(0, ...counts) < 2
  const parts = objectsOf(data).flatMap(({ found, of }): (Part | false)[] => {
    const { lineage } = found
    if (lineage.pieces.length < 2) return []
    const edges = edgeTable(lineage, TOLD_PIECES, terms)
    return [
      {
        kind: 'table',
        body: pieceTable(lineage.pieces, TOLD_PIECES, terms),
        caption: html`The
        ${lineage.pieces.length > TOLD_PIECES ? `${TOLD_PIECES} largest pieces` : 'pieces'}${of}
        over time. Dates bracket what happened: last ${terms.one} before, first ${terms.one} that
        shows it.`,
      },
      edges !== null && {
        kind: 'table',
        body: edges,
        caption: html`Merges and splits${of} between the largest pieces, numbered as in
        ${terms.folder}lineage.csv.`,
      },
    ]
  })
  if (isWhole && parts.length === 0) return { title: 'Structure', parts: [] }
  return {
    title: 'Structure: fragments, merges, splits',
    parts: [
      !isWhole && {
        kind: 'figure',
        body: fragmentChart(data, id),
        caption: html`Number of connected pieces of the ${terms.shape} of at least
        ${pieceSize(data, terms)}. Green bands: June–October.`,
      },
      ...parts,
    ],
  }
}

function pieceSize({ analysis }: Measured, { shape }: Terms): string {
  const m2 = formatNumber(analysis.sensorPixelM ** 2)
  return shape === 'mask'
    ? `one sensor pixel (${m2} m²)`
    : `${m2} m² (two standard deviations of the line squared)`
}

/** Fewest rates that are plotted. */
const FEWEST_RATES = 2

/** 1/rate before abrupt gains and since the last onset, with its warnings. */
export function inverseVelocitySection(data: Measured, terms: Terms = FRAME_TERMS): Section {
  const parts = objectsOf(data).flatMap(({ objectId, found, of }): Part[] => {
    const windows = found.inverseVelocity.filter(({ fromAt, untilAt }) => fromAt < untilAt)
    const plotted = windows.filter(({ rates }) => rates.length >= FEWEST_RATES)
    const poor = windows.filter(({ rates }) => rates.length < FEWEST_RATES)
    const figures = plotted.map((one, i): Part => {
      const span = `${formatDay(one.fromAt)} to ${formatDay(one.untilAt)}`
      return {
        kind: 'figure',
        body: inverseVelocityChart(one, `inverse-velocity-${objectId}-${i}`),
        caption: html`Inverse of the rate at which the mapped area${of} grew, days per hectare,
        ${span}. Each point: a span of ${terms.many} whose growth leaves its own interval; bars: 90
        %
        intervals.${one.fit !== null && html` Dashed: line by weighted least squares${extrapolated(one.fit)}.`}`,
        after: html`<div class="warnings">
          <b>Exploratory; no forecast.</b> ${sentenceList(one.warnings.map(readable))}
        </div>`,
      }
    })
    if (poor.length === 0) return figures
    const spans = poor.map(
      ({ fromAt, untilAt, rates }) =>
        `${formatDay(fromAt)} to ${formatDay(untilAt)} (${formatCount(rates.length, 'rate')})`,
    )
    return [
      ...figures,
      {
        kind: 'text',
        body: html`<p>
          No plot${of} where fewer than ${FEWEST_RATES} spans grew beyond their own intervals:
          ${spans.join('; ')}.
        </p>`,
      },
    ]
  })
  return { title: 'Inverse velocity (exploratory)', parts }
}

function extrapolated({
  extrapolatedAt,
  lowAt,
  highAt,
}: NonNullable<
  ReportData['evolution']['objects'][number]['inverseVelocity'][number]['fit']
>): string {
  if (extrapolatedAt === null) return ', which meets 0 at no later date'
  const interval =
    lowAt === null || highAt === null
      ? 'its 90 % interval is open'
      : `90 % interval ${formatDay(lowAt)} to ${formatDay(highAt)}`
  return `, which would meet 0 on ${formatDay(extrapolatedAt)} (${interval})`
}

/** Remarks on whether a landslide can have made the scar. */
export function plausibilitySection({ plausibility }: ReportData): Section | null {
  if (plausibility === null) return null
  const flags = plausibility.objects.flatMap((object) => object.flags)
  const days = [...new Set(plausibility.objects.map(({ frame }) => formatDay(frame.capturedAt)))]
  return {
    title: 'Plausibility',
    parts: [
      {
        kind: 'text',
        body: html`<p>
          Judged by: ${groundsOf(plausibility)}. Mask of ${days.join(', ')}.
          ${flags.length === 0 ? 'Nothing speaks against a landslide there.' : 'A remark is a reason to look, not a verdict.'}
        </p>`,
      },
      flags.length > 0 && {
        kind: 'table',
        body: flagTable(flags),
        caption: html`Remarks, the gravest first. Ground: object, object.fragment, or object+patch
        gained. unlikely: what is known of the ground speaks against a landslide; check: a person
        should look; note: worth knowing.`,
      },
    ],
  }
}

function groundsOf({ dem, river, insar }: NonNullable<ReportData['plausibility']>): string {
  const grounds = [
    dem === null ? null : dem.words,
    river === null
      ? null
      : river.source === 'given'
        ? `the river given (${river.name ?? 'unnamed'})`
        : "the DEM's channels",
    insar === null ? null : `InSAR velocities (${insar.name})`,
  ].filter((ground) => ground !== null)
  return grounds.length === 0 ? 'the masks alone' : grounds.join('; ')
}

/** Agreement with the truth. */
export function accuracySection({ verification }: ReportData): Section | null {
  if (verification === null || verification.frames.every(({ observed }) => observed === null)) {
    return null
  }
  const missing = verification.unmatched.truthDays.length
  return {
    title: 'Accuracy',
    parts: [
      {
        kind: 'figure',
        body: accuracyChart(verification),
        caption: html`Agreement with the ground truth over ground in sight: intersection over union
        (IoU) of the areas and F measure of the boundaries within
        ${verification.boundaryTolerancePx} pixels (0.008 of the diagonal), both from 0 to 1. Dotted
        line: mean IoU. Green bands: June–October.`,
      },
      {
        kind: 'table',
        body: accuracyTable(verification),
        caption: html`Means over the frames that have a
        truth.${missing > 0 && ` ${formatCount(missing, 'day')} of truth without a frame.`} Area
        error: mean of its size; bias: mean with its sign.`,
      },
    ],
  }
}
