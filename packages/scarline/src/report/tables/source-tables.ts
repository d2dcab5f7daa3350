import type { Prompt, ReportData } from '@scarline/core'
import { type Markup, html } from '../markup.ts'
import { formatLngLat, formatNumber, formatPercent } from '../words.ts'
import { cell, long, number, short, table } from './table.ts'

/** Every click, box and mask that the segmenter was given. */
export function promptTable({ prompts, frames }: ReportData): Markup {
  const dayOf = new Map(
    frames.frames.map(({ sceneId, capturedAt }) => [sceneId, capturedAt.slice(0, 10)] as const),
  )
  return table(
    [
      { head: 'Frame' },
      { head: 'Object', isNumber: true },
      { head: 'Kind' },
      { head: 'Where' },
      { head: 'By' },
      { head: 'Why' },
    ],
    prompts.map(
      (prompt) =>
        html`<tr>
          ${short(dayOf.get(prompt.sceneId) ?? prompt.sceneId)}${number(prompt.objectId)}${short(kindOf(prompt))}${short(whereOf(prompt))}${cell(prompt.by ?? '')}${cell(prompt.why ?? '')}
        </tr>`,
    ),
  )
}

function kindOf(prompt: Prompt): string {
  if (prompt.kind !== 'point') return prompt.kind
  return prompt.positive ? 'point, inside' : 'point, outside'
}

function whereOf(prompt: Prompt): string {
  if (prompt.kind === 'point') return formatLngLat(prompt.lngLat, 5)
  if (prompt.kind === 'mask') return prompt.file
  const [west, south, east, north] = prompt.bboxLngLat
  return `${formatLngLat([west, south], 5)} to ${formatLngLat([east, north], 5)}`
}

/** Every acquisition that was considered. */
export function sceneTable({ scenes, frames }: ReportData): Markup {
  const thresholds = new Map(
    frames.frames.map(({ sceneId, threshold }) => [sceneId, threshold.value] as const),
  )
  return table(
    [
      { head: 'Scene and its products' },
      { head: 'Used' },
      { head: 'Why' },
      { head: 'In sight', isNumber: true },
      { head: 'Shift E, N (m)', isNumber: true },
      { head: 'Quality', isNumber: true },
      { head: 'Offset' },
      { head: 'Baseline' },
      { head: 'Threshold', isNumber: true },
    ],
    scenes.map((scene) => {
      const { shift, offset } = scene
      const baselines = [...new Set(scene.parts.map(({ processingBaseline: b }) => b ?? ''))]
      const why = [
        scene.reason,
        scene.decidedBy === 'user' ? 'decided by hand' : null,
        offset?.contradiction ?? null,
        ...scene.flags,
      ].filter((text) => text !== null)
      return html`<tr${!scene.kept && html` class="rejected"`}>${cell(html`${scene.id}${scene.parts.map(({ itemId }) => html`<br /><small>${itemId}</small>`)}`)}${cell(scene.kept ? 'yes' : 'no')}${long([...new Set(why.map((text) => text.replace(/\.$/, '')))].join('; '))}${number(scene.validFraction === null ? '' : formatPercent(scene.validFraction))}${number(shift === null ? '' : shift.applied ? `${formatNumber(shift.xM, 1)}, ${formatNumber(shift.yM, 1)}` : 'not applied')}${number(shift === null ? '' : shift.quality.toFixed(2))}${cell(OFFSETS[offset?.decision ?? 'not-applicable'])}${cell(baselines.join(', '))}${number(thresholds.get(scene.id)?.toFixed(3) ?? '')}</tr>`
    }),
  )
}

const OFFSETS = {
  subtract: 'subtracted here',
  'already-subtracted': 'subtracted by the archive',
  'not-due': 'not due',
  'not-applicable': '',
} as const
