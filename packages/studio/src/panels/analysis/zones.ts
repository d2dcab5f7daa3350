import { type PlacedZone, isEdgeGrowth, otherCharacterM2 } from '@scarline/core/model'
import { formatHa } from '../../words/format-analysis.ts'
import type { Language } from '../../words/language.ts'
import type { Words } from '../../words/use-words.ts'

/** New zones and ground of abrupt changes; apart from them what only grew along the scar's edge. */
export function partZones(zones: readonly PlacedZone[]): {
  own: PlacedZone[]
  edge: PlacedZone[]
} {
  return {
    own: zones.filter((zone) => !isEdgeGrowth(zone)),
    edge: zones.filter(isEdgeGrowth),
  }
}

/** Growth along the edge in one sentence. */
export function edgeWords(
  edge: readonly PlacedZone[],
  { analysis }: Words,
  language: Language,
): string {
  const areaM2 = edge.reduce((sum, zone) => sum + zone.areaM2, 0)
  const pieces = edge.reduce((sum, zone) => sum + zone.pieces, 0)
  return analysis.tables.edgeNote(formatHa(language, areaM2), pieces)
}

/** What else is to be said of a zone: its parts, what of it is otherwise, its abrupt change. */
export function zoneRemarks(zone: PlacedZone, { analysis }: Words, language: Language): string {
  const { tables } = analysis
  const otherM2 = otherCharacterM2(zone)
  const other = zone.character === 'fringe' ? tables.partDistinct : tables.partAlongEdge
  const remarks = [
    zone.pieces > 1 && tables.pieces(zone.pieces),
    otherM2 > 0 && other(formatHa(language, otherM2)),
    zone.event !== null && tables.ofEvent,
  ]
  return tables.remarks(remarks.filter((remark) => remark !== false))
}
