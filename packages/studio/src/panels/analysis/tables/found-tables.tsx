import type { ObjectEvolution } from '@scarline/core/model'
import type { ReactElement } from 'react'
import { areaUnit, formatChance, signed } from '../../../words/format-analysis.ts'
import { useLanguage, useWords } from '../../../words/use-words.ts'
import { DataTable, FrameLink } from './data-table.tsx'

/** Frame of a moment. */
export type FrameOf = (at: string) => string | null

/** What a table of findings is made from. */
export interface FoundProps {
  found: ObjectEvolution
  frameOf: FrameOf
}

/** Abrupt changes; then the departures that are none. */
export function EventsTable({ found, frameOf }: FoundProps): ReactElement {
  const { analysis } = useWords()
  const language = useLanguage()
  const { tables } = analysis
  const unit = areaUnit(language, [
    ...found.events.flatMap(({ lowM2, highM2 }) => [lowM2, highM2]),
    ...found.artefacts.map(({ changeM2 }) => changeM2),
  ])
  const change = `${tables.change} (${unit.name})`
  return (
    <>
      {found.events.length === 0 && <p className="muted">{tables.none.events}</p>}
      {found.events.length > 0 && (
        <DataTable
          caption={tables.events}
          columns={[
            { head: tables.after },
            { head: tables.by },
            { head: change, isNumber: true },
            { head: tables.interval, isNumber: true },
            { head: tables.p, isNumber: true },
            { head: tables.remark },
          ]}
          rows={found.events.map((event) => ({
            key: event.byAt,
            sceneId: frameOf(event.byAt),
            cells: [
              <FrameLink key="after" at={event.afterAt} sceneId={frameOf(event.afterAt)} />,
              <FrameLink key="by" at={event.byAt} sceneId={frameOf(event.byAt)} />,
              unit.showChange(event.changeM2),
              `${unit.showChange(event.lowM2)} … ${unit.showChange(event.highM2)}`,
              formatChance(event.pValue),
              event.confirmed ? tables.held : tables.notHeld,
            ],
          }))}
        />
      )}
      {found.artefacts.length > 0 && (
        <>
          <h3>{tables.artefacts}</h3>
          <DataTable
            caption={tables.artefacts}
            columns={[
              { head: tables.frame },
              { head: change, isNumber: true },
              { head: tables.remark },
            ]}
            rows={found.artefacts.map(({ capturedAt, kind, changeM2 }) => ({
              key: capturedAt,
              sceneId: frameOf(capturedAt),
              cells: [
                <FrameLink key="at" at={capturedAt} sceneId={frameOf(capturedAt)} />,
                unit.showChange(changeM2),
                tables.artefact[kind],
              ],
            }))}
          />
        </>
      )}
    </>
  )
}

/** Onsets; then the phases of steady rate. */
export function PhasesTable({ found, frameOf }: FoundProps): ReactElement {
  const { analysis } = useWords()
  const language = useLanguage()
  const { tables } = analysis
  const rate = (value: number): string =>
    signed(language, value, Math.abs(value) < 10 ? 1 : 0, true)
  if (found.onsets.length === 0 && found.phases.length === 0) {
    return <p className="muted">{tables.none.phases}</p>
  }
  return (
    <>
      {found.onsets.length > 0 && (
        <DataTable
          caption={tables.onset}
          columns={[
            { head: tables.onset },
            { head: tables.interval },
            { head: tables.rateBefore, isNumber: true },
            { head: tables.rateAfter, isNumber: true },
            { head: tables.p, isNumber: true },
          ]}
          rows={found.onsets.map((onset) => ({
            key: onset.at,
            sceneId: frameOf(onset.at),
            cells: [
              <FrameLink key="at" at={onset.at} sceneId={frameOf(onset.at)} />,
              `${onset.lowAt.slice(0, 10)} … ${onset.highAt.slice(0, 10)}`,
              rate(onset.rateBeforeM2PerDay),
              rate(onset.rateAfterM2PerDay),
              formatChance(onset.pValue),
            ],
          }))}
        />
      )}
      <DataTable
        caption={tables.phases}
        columns={[
          { head: tables.from },
          { head: tables.to },
          { head: tables.rate, isNumber: true },
          { head: tables.interval, isNumber: true },
          { head: tables.standstill },
        ]}
        rows={found.phases.map((phase) => ({
          key: phase.fromAt,
          sceneId: frameOf(phase.fromAt),
          cells: [
            <FrameLink key="from" at={phase.fromAt} sceneId={frameOf(phase.fromAt)} />,
            <FrameLink key="to" at={phase.toAt} sceneId={frameOf(phase.toAt)} />,
            rate(phase.rateM2PerDay),
            `${rate(phase.lowM2PerDay)} … ${rate(phase.highM2PerDay)}`,
            phase.lowM2PerDay > 0 || phase.highM2PerDay < 0 ? analysis.yes : analysis.no,
          ],
        }))}
      />
    </>
  )
}
