import type { AreaRow, MeanScore, SeasonPair, ToldGrowth, Verification } from '@scarline/core/model'
import type { ReactElement } from 'react'
import { formatNumber, formatShare } from '../../../words/format.ts'
import { areaUnit, formatHa, formatHaChange, signed } from '../../../words/format-analysis.ts'
import { useLanguage, useWords } from '../../../words/use-words.ts'
import { DataTable, FrameLink } from './data-table.tsx'

/** Same season, one year against another. */
export function PairsTable({ pairs }: { pairs: readonly SeasonPair[] }): ReactElement {
  const { analysis } = useWords()
  const language = useLanguage()
  const { tables } = analysis
  if (pairs.length === 0) return <p className="muted">{tables.none.pairs}</p>
  const unit = areaUnit(
    language,
    pairs.flatMap(({ changeM2, changePerYearM2 }) => [changeM2, changePerYearM2]),
  )
  return (
    <DataTable
      caption={tables.pairs}
      columns={[
        { head: tables.from },
        { head: tables.to },
        { head: `${tables.change} (${unit.name})`, isNumber: true },
        { head: tables.percent, isNumber: true },
        { head: `${tables.perYear} (${unit.name})`, isNumber: true },
        { head: tables.beyond },
      ]}
      rows={pairs.map((pair) => ({
        key: `${pair.from.name} ${pair.from.year}`,
        cells: [
          analysis.season(pair.from),
          analysis.season(pair.to),
          unit.showChange(pair.changeM2),
          pair.changeFraction === null ? '' : signed(language, 100 * pair.changeFraction, 1, true),
          unit.showChange(pair.changePerYearM2),
          pair.beyondUncertainty ? analysis.yes : analysis.no,
        ],
      }))}
    />
  )
}

/** Ground gained and lost by direction, and how far the boundary moved. */
export function DirectionsTable({ growth }: { growth: ToldGrowth | null }): ReactElement {
  const { analysis } = useWords()
  const language = useLanguage()
  const { tables, rose } = analysis
  if (growth === null) return <p className="muted">{rose.none}</p>
  const unit = areaUnit(
    language,
    growth.rose.sectors.flatMap((one) => [one.gainedHighM2, one.lostHighM2]),
  )
  return (
    <DataTable
      caption={tables.rose}
      columns={[
        { head: rose.sector },
        { head: `${tables.gained} (${unit.name})`, isNumber: true },
        { head: tables.interval, isNumber: true },
        { head: `${tables.lost} (${unit.name})`, isNumber: true },
        { head: tables.interval, isNumber: true },
        { head: rose.advanced, isNumber: true },
      ]}
      rows={growth.rose.sectors.map((one) => {
        const moved = growth.advance?.sectors.find(({ sector }) => sector === one.sector)?.advance
        return {
          key: one.sector,
          cells: [
            analysis.sector(one.sector),
            unit.show(one.gainedM2),
            `${unit.show(one.gainedLowM2)}–${unit.show(one.gainedHighM2)}`,
            unit.show(one.lostM2),
            `${unit.show(one.lostLowM2)}–${unit.show(one.lostHighM2)}`,
            moved
              ? `${signed(language, moved.meanM, 0, true)} (${signed(language, moved.lowM, 0)} … ${signed(language, moved.highM, 0)})`
              : '',
          ],
        }
      })}
    />
  )
}

/** Mean agreement with the truth. */
export function AccuracyTable({
  verification,
}: {
  verification: Verification | null
}): ReactElement {
  const { analysis } = useWords()
  const language = useLanguage()
  const { tables } = analysis
  if (verification === null) return <p className="muted">{tables.none.accuracy}</p>
  const score = (value: number): string => value.toFixed(3)
  const row = (name: string, mean: MeanScore | null): Parameters<typeof DataTable>[0]['rows'] =>
    mean === null
      ? []
      : [
          {
            key: name,
            cells: [
              name,
              score(mean.iou),
              score(mean.precision),
              score(mean.recall),
              score(mean.boundaryF),
              mean.absAreaErrorFraction === null
                ? formatHa(language, mean.absAreaErrorM2)
                : formatShare(language, mean.absAreaErrorFraction, 1),
              formatHaChange(language, mean.biasM2),
              mean.frames,
            ],
          },
        ]
  return (
    <DataTable
      caption={tables.accuracy}
      columns={[
        { head: tables.over },
        { head: 'IoU', isNumber: true },
        { head: tables.precision, isNumber: true },
        { head: tables.recall, isNumber: true },
        { head: tables.boundaryF, isNumber: true },
        { head: tables.areaError, isNumber: true },
        { head: tables.bias, isNumber: true },
        { head: tables.framesCount, isNumber: true },
      ]}
      rows={[
        ...row(tables.overSeen, verification.mean.observed),
        ...row(tables.overAll, verification.mean.all),
      ]}
    />
  )
}

/** Every frame with its numbers. */
export function FramesTable({ areas }: { areas: readonly AreaRow[] }): ReactElement {
  const { analysis, scenes, track } = useWords()
  const language = useLanguage()
  const { tables } = analysis
  const flagNames: Readonly<Record<string, string>> = { ...scenes.flagNames, ...track.flagNames }
  const unit = areaUnit(
    language,
    areas.map(({ areaM2 }) => areaM2),
  )
  const remarks = (row: AreaRow): string =>
    [
      row.prompted && tables.prompted,
      row.locked && tables.locked,
      ...row.flags.map((flag) => flagNames[flag] ?? flag),
    ]
      .filter((remark) => remark !== false)
      .join(', ')
  return (
    <DataTable
      caption={tables.frames}
      columns={[
        { head: tables.at },
        { head: `${tables.area} (${unit.name})`, isNumber: true },
        { head: tables.interval, isNumber: true },
        { head: `${tables.gained} (m²)`, isNumber: true },
        { head: `${tables.lost} (m²)`, isNumber: true },
        { head: tables.inSight, isNumber: true },
        { head: tables.confidence, isNumber: true },
        { head: tables.fragments, isNumber: true },
        { head: tables.remark },
      ]}
      rows={areas.map((row) => ({
        key: row.sceneId,
        sceneId: row.sceneId,
        cells: [
          <FrameLink key="at" at={row.capturedAt} sceneId={row.sceneId} />,
          unit.show(row.areaM2),
          `${unit.show(row.lowM2)}–${unit.show(row.highM2)}`,
          formatNumber(language, row.gainedM2),
          formatNumber(language, row.lostM2),
          formatShare(language, row.validInside),
          row.confidence.toFixed(2),
          row.fragments,
          remarks(row),
        ],
      }))}
    />
  )
}
