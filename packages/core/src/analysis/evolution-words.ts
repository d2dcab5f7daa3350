import type { Advance, Sector, SectorChange, SpanGrowth } from '../model/analysis-growth.ts'
import { type ZonePlace, isDistinct, otherCharacterM2 } from '../model/analysis-zones.ts'
import { areaWords } from './event-words.ts'
import type { NewZone } from './new-zones.ts'

/** From this many rivals on no direction is told. */
const TOO_MANY_RIVALS = 6

/** Share of a zone that must have been scar before for it to count as reopened. */
const REOPENED_SHARE = 0.5

const RELATIONS: Record<ZonePlace['relation'], string> = {
  first: 'where there was no scar',
  detached: 'apart from the scar',
  crown: "at the scar's crown",
  flank: "at the scar's flank",
  toe: "at the scar's toe",
  beside: 'beside the scar',
}

/** `2018-10-12` */
export function dayWord(at: string): string {
  return at.slice(0, 10)
}

/** What was gained where, and how far the boundary advanced. */
export function growthWords(growth: SpanGrowth): string {
  const { fromAt, toAt, rose, advance } = growth
  const gained = sumOf(rose.sectors, 'gainedM2')
  const lost = sumOf(rose.sectors, 'lostM2')
  const span = `From ${dayWord(fromAt)} to ${dayWord(toAt)}`
  const what = `${span} ${areaWords(gained)} of ground seen at both times became scar and ${areaWords(lost)} ceased to be`
  const far = farthestSector(growth)
  const advanced =
    far === null
      ? ''
      : `; the boundary advanced most towards ${far.sector}, by ${metres(far.advance.meanM)} m on average there (90 % interval ${metres(far.advance.lowM)} to ${metres(far.advance.highM)} m, ${rateMetres(far.advance.meanMPerDay)} m a day)`
  const whole = advance?.whole
  const all =
    far === null && whole !== null && whole !== undefined
      ? `; all round the boundary moved by ${metres(whole.meanM)} m (90 % interval ${metres(whole.lowM)} to ${metres(whole.highM)} m)`
      : ''
  return `${what}${directionWords(growth)}${advanced}${all}${slopeWords(growth)}.`
}

/** The sector whose boundary advanced most beyond doubt. */
export function farthestSector({
  advance,
}: Pick<SpanGrowth, 'advance'>): { sector: Sector; advance: Advance } | null {
  let far: { sector: Sector; advance: Advance } | null = null
  for (const { sector, advance: own } of advance?.sectors ?? []) {
    if (own === null || own.lowM <= 0) continue
    if (far === null || own.meanM > far.advance.meanM) far = { sector, advance: own }
  }
  return far
}

function directionWords({ direction }: SpanGrowth): string {
  if (direction === null) return ''
  const { sector, rivals, beyondUncertainty, gainedM2 } = direction
  if (!beyondUncertainty) return ', in no direction beyond the uncertainty of the boundaries'
  if (rivals.length >= TOO_MANY_RIVALS) return ', with no direction that stands out'
  const or = rivals.length === 0 ? '' : `; ${rivals.join(', ')} cannot be told from it`
  return `, the largest share towards ${sector} (${areaWords(gainedM2)}${or})`
}

function slopeWords({ slope }: SpanGrowth): string {
  const parts = (slope ?? []).flatMap(({ direction, gainedShare }) =>
    direction === 'undecided' || gainedShare === null
      ? []
      : [`${Math.round(100 * gainedShare)} % ${direction}`],
  )
  return parts.length === 0 ? '' : `; of the gained ground ${parts.join(', ')}`
}

/** A new zone, or growth along the edge: when, where, how large, and whether it is still open. */
export function zoneWords(
  zone: Pick<
    NewZone,
    | 'areaM2'
    | 'lowM2'
    | 'highM2'
    | 'sinceAfterAt'
    | 'sinceByAt'
    | 'confirmedAt'
    | 'status'
    | 'closedAt'
    | 'pieces'
    | 'reopenedShare'
    | 'event'
    | 'character'
    | 'distinctM2'
  >,
  place: Pick<ZonePlace, 'relation' | 'sector' | 'gapM'>,
): string {
  const where = zoneWhere(place)
  const half = areaWords((zone.highM2 - zone.lowM2) / 2, zone.areaM2)
  const part = zone.event === null ? '' : ' as part of an abrupt change'
  const again = zone.reopenedShare >= REOPENED_SHARE ? ', on ground that had been scar before' : ''
  const end =
    zone.status === 'open'
      ? `confirmed on ${dayWord(zone.confirmedAt)} and open since`
      : `closed by ${dayWord(zone.closedAt ?? '')}`
  const pieces = zone.pieces > 1 ? ` in ${zone.pieces} parts` : ''
  const grew = isDistinct(zone) ? 'opened' : "grew along the scar's edge,"
  return `${areaWords(zone.areaM2)} (90 % interval ± ${half})${pieces} ${grew} ${where}, after ${dayWord(zone.sinceAfterAt)} and by ${dayWord(zone.sinceByAt)}${part}${again}${mixedWords(zone)}; ${end}.`
}

/** What of a zone is of the other character, where that is worth telling. */
function mixedWords(zone: Pick<NewZone, 'areaM2' | 'character' | 'distinctM2'>): string {
  const lesserM2 = otherCharacterM2(zone)
  if (lesserM2 === 0) return ''
  return isDistinct(zone)
    ? `; ${areaWords(lesserM2)} of it lie along the scar's edge`
    : `; ${areaWords(lesserM2)} of it lie apart or stand out as lobes`
}

/** `at the scar's crown, towards NW`; `176 m from the scar, towards SW` */
export function zoneWhere({
  relation,
  sector,
  gapM,
}: Pick<ZonePlace, 'relation' | 'sector' | 'gapM'>): string {
  const where =
    relation === 'detached' && gapM !== null
      ? `${metres(gapM)} m from the scar`
      : RELATIONS[relation]
  return sector === null ? where : `${where}, towards ${sector}`
}

function sumOf(sectors: readonly SectorChange[], key: 'gainedM2' | 'lostM2'): number {
  return sectors.reduce((sum, sector) => sum + sector[key], 0)
}

/** Metres with as many decimals as make sense. */
export function metres(valueM: number): string {
  return Math.abs(valueM) >= 10 ? valueM.toFixed(0) : valueM.toFixed(1)
}

function rateMetres(value: number): string {
  return value.toFixed(Math.abs(value) < 0.1 ? 3 : 2)
}
