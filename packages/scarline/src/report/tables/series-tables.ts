import type { AreaRow, MeanScore, ReportData, SeasonPair, Verification } from '@scarline/core'
import { type Markup, html } from '../markup.ts'
import { areaUnitOf, formatArea, formatChange, formatNumber, formatPercent } from '../words.ts'
import { cell, number, short, table } from './table.ts'

/** Same season, one year against another. */
export function pairsTable(pairs: readonly SeasonPair[]): Markup {
  const unit = areaUnitOf(pairs.map(({ changeM2 }) => changeM2))
  return table(
    [
      { head: 'From' },
      { head: 'To' },
      { head: `Change (${unit.name})`, isNumber: true },
      { head: 'Change (%)', isNumber: true },
      { head: `Per year (${unit.name})`, isNumber: true },
      { head: 'Beyond uncertainty' },
    ],
    pairs.map(
      (pair) =>
        html`<tr>
          ${short(pair.from.label)}${short(pair.to.label)}${number(unit.showChange(pair.changeM2))}${number(pair.changeFraction === null ? '' : signed(100 * pair.changeFraction))}${number(unit.showChange(pair.changePerYearM2))}${cell(pair.beyondUncertainty ? 'yes' : 'no')}
        </tr>`,
    ),
  )
}

const signed = (value: number): string => `${value > 0 ? '+' : ''}${formatNumber(value, 1)}`

/** Mean scores over seen ground and over all ground. */
export function accuracyTable(verification: Verification): Markup {
  const row = (name: string, mean: MeanScore | null): Markup | null =>
    mean === null
      ? null
      : html`<tr>
          ${cell(name)}${[mean.iou, mean.precision, mean.recall, mean.boundaryF, mean.jAndF].map((value) => number(value.toFixed(3)))}${number(mean.absAreaErrorFraction === null ? formatArea(mean.absAreaErrorM2) : formatPercent(mean.absAreaErrorFraction))}${number(formatChange(mean.biasM2))}${number(mean.frames)}
        </tr>`
  return table(
    [
      { head: 'Over' },
      { head: 'IoU', isNumber: true },
      { head: 'Precision', isNumber: true },
      { head: 'Recall', isNumber: true },
      { head: 'Boundary F', isNumber: true },
      { head: 'J&F', isNumber: true },
      { head: 'Area error', isNumber: true },
      { head: 'Bias', isNumber: true },
      { head: 'Frames', isNumber: true },
    ],
    [row('ground seen', verification.mean.observed), row('all ground', verification.mean.all)],
  )
}

/** Every frame with its numbers. */
export function frameTable({ analysis, frames }: ReportData): Markup {
  const several = analysis.objects.length > 1
  const rows = analysis.objects
    .flatMap(({ areas }) => areas)
    .sort((a, b) => a.frameIndex - b.frameIndex || a.objectId - b.objectId)
  const unit = areaUnitOf(rows.map(({ areaM2 }) => areaM2))
  return table(
    [
      { head: 'Frame', isNumber: true },
      { head: 'Date' },
      ...(several ? [{ head: 'Object', isNumber: true }] : []),
      { head: `Area (${unit.name})`, isNumber: true },
      { head: '90 % interval', isNumber: true },
      { head: `Gained (${unit.name})`, isNumber: true },
      { head: `Lost (${unit.name})`, isNumber: true },
      { head: 'In sight', isNumber: true },
      { head: 'Threshold', isNumber: true },
      { head: 'Confidence', isNumber: true },
      { head: 'Remarks' },
    ],
    rows.map((row) => {
      const threshold = frames.frames[row.frameIndex]?.threshold.value
      return html`<tr>
        ${number(row.frameIndex)}${short(row.capturedAt.slice(0, 10))}${several && number(row.objectId)}${number(unit.show(row.areaM2))}${number(`${unit.show(row.lowM2)}–${unit.show(row.highM2)}`)}${number(unit.show(row.gainedM2))}${number(unit.show(row.lostM2))}${number(formatPercent(row.validInside))}${number(threshold === undefined ? '' : threshold.toFixed(3))}${number(row.confidence.toFixed(2))}${cell(remarks(row))}
      </tr>`
    }),
  )
}

function remarks(row: AreaRow): string {
  return [row.prompted && 'prompted', row.locked && 'accepted', ...row.flags]
    .filter((remark) => remark !== false)
    .join(', ')
}
