import type { PlacedZone } from '@scarline/core/model'
import type { ReactElement } from 'react'
import { areaUnit, signed } from '../../../words/format-analysis.ts'
import { useLanguage, useWords } from '../../../words/use-words.ts'
import { edgeWords, partZones, zoneRemarks } from '../zones.ts'
import { DataTable, FrameLink } from './data-table.tsx'
import type { FoundProps, FrameOf } from './found-tables.tsx'

/** Ground that became scar and stayed, with its place: new zones, then growth along the edge. */
export function ZonesTable({ found, frameOf }: FoundProps): ReactElement {
  const words = useWords()
  const language = useLanguage()
  const { tables } = words.analysis
  const { own, edge } = partZones(found.newZones)
  return (
    <>
      {own.length === 0 && <p className="muted">{tables.none.zones}</p>}
      {own.length > 0 && <ZoneRows caption={tables.zones} zones={own} frameOf={frameOf} />}
      {edge.length > 0 && (
        <>
          <h3>{tables.edge}</h3>
          <p className="muted">{edgeWords(edge, words, language)}</p>
          <ZoneRows caption={tables.edge} zones={edge} frameOf={frameOf} />
        </>
      )}
    </>
  )
}

function ZoneRows({
  caption,
  zones,
  frameOf,
}: {
  caption: string
  zones: readonly PlacedZone[]
  frameOf: FrameOf
}): ReactElement {
  const words = useWords()
  const language = useLanguage()
  const { analysis } = words
  const { tables } = analysis
  const unit = areaUnit(
    language,
    zones.map(({ areaM2 }) => areaM2),
  )
  return (
    <DataTable
      caption={caption}
      columns={[
        { head: tables.zone, isNumber: true },
        { head: `${tables.area} (${unit.name})`, isNumber: true },
        { head: tables.interval, isNumber: true },
        { head: tables.where },
        { head: tables.after },
        { head: tables.by },
        { head: tables.status },
        { head: tables.remark },
      ]}
      rows={zones.map((zone) => {
        const { relation, sector, gapM } = zone.place
        const where =
          relation === 'detached' && gapM !== null
            ? tables.apart(`${signed(language, gapM, 0)} m`)
            : tables.relations[relation]
        return {
          key: String(zone.id),
          sceneId: frameOf(zone.sinceByAt),
          cells: [
            zone.id,
            unit.show(zone.areaM2),
            `${unit.show(zone.lowM2)}–${unit.show(zone.highM2)}`,
            sector === null ? where : tables.towards(where, analysis.sector(sector)),
            <FrameLink key="after" at={zone.sinceAfterAt} sceneId={frameOf(zone.sinceAfterAt)} />,
            <FrameLink key="by" at={zone.sinceByAt} sceneId={frameOf(zone.sinceByAt)} />,
            zone.status === 'open'
              ? tables.open(zone.confirmedAt.slice(0, 10))
              : tables.closed((zone.closedAt ?? '').slice(0, 10)),
            zoneRemarks(zone, words, language),
          ],
        }
      })}
    />
  )
}
