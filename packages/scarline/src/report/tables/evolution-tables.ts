import type { ReportData } from '@scarline/core'
import { type Markup, html } from '../markup.ts'
import { FRAME_TERMS, type Terms } from '../terms.ts'
import {
  areaUnitOf,
  formatArea,
  formatBracket,
  formatLngLat,
  formatNumber,
  formatPercent,
  formatShortDay,
  readable,
} from '../words.ts'
import type { Zone } from '../maps/zone-map.ts'
import { cell, long, number, short, table } from './table.ts'

type Found = ReportData['evolution']['objects'][number]
type SlopeShares = NonNullable<Found['growth'][number]['slope']>
type Flags = NonNullable<ReportData['plausibility']>['objects'][number]['flags']

/** Abrupt changes, in order of time. */
export function eventTable(events: Found['events'], terms: Terms = FRAME_TERMS): Markup {
  const unit = areaUnitOf(events.map(({ changeM2 }) => changeM2))
  return table(
    [
      { head: 'After' },
      { head: 'By' },
      { head: `Change (${unit.name})`, isNumber: true },
      { head: `90 % interval (${unit.name})`, isNumber: true },
      { head: 'p', isNumber: true },
      { head: 'Remark' },
    ],
    events.map(
      (event) =>
        html`<tr>
          ${short(formatShortDay(event.afterAt))}${short(formatShortDay(event.byAt))}${number(unit.showChange(event.changeM2))}${number(`${unit.showChange(event.lowM2)} to ${unit.showChange(event.highM2)}`)}${number(chance(event.pValue))}${cell(event.confirmed ? `held by later ${terms.many}` : `fewer than two later ${terms.many} to hold it`)}
        </tr>`,
    ),
  )
}

/** Spans of steady rate. */
export function phaseTable(phases: Found['phases']): Markup {
  return table(
    [
      { head: 'From' },
      { head: 'To' },
      { head: 'Rate (m²/day)', isNumber: true },
      { head: '90 % interval (m²/day)', isNumber: true },
      { head: 'Told from standstill' },
    ],
    phases.map(
      ({ fromAt, toAt, rateM2PerDay, lowM2PerDay, highM2PerDay }) =>
        html`<tr>
          ${short(formatShortDay(fromAt))}${short(formatShortDay(toAt))}${number(signed(rateM2PerDay))}${number(`${signed(lowM2PerDay)} to ${signed(highM2PerDay)}`)}${cell(lowM2PerDay > 0 || highM2PerDay < 0 ? 'yes' : 'no')}
        </tr>`,
    ),
  )
}

/** Dates from which the area grew faster. */
export function onsetTable(onsets: Found['onsets']): Markup {
  return table(
    [
      { head: 'Onset' },
      { head: '90 % interval' },
      { head: 'Rate before (m²/day)', isNumber: true },
      { head: 'Rate after (m²/day)', isNumber: true },
      { head: 'p', isNumber: true },
    ],
    onsets.map(
      (onset) =>
        html`<tr>
          ${short(formatShortDay(onset.at))}${short(formatBracket(onset.lowAt, onset.highAt))}${number(signed(onset.rateBeforeM2PerDay))}${number(signed(onset.rateAfterM2PerDay))}${number(chance(onset.pValue))}
        </tr>`,
    ),
  )
}

const capital = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`

/** Departures that are no events, and why. */
export function artefactTable(artefacts: Found['artefacts'], terms: Terms = FRAME_TERMS): Markup {
  return table(
    [
      { head: capital(terms.one) },
      { head: 'Departure', isNumber: true },
      { head: 'Why it is no event' },
    ],
    artefacts.map(
      ({ capturedAt, changeM2, words }) =>
        html`<tr>
          ${short(formatShortDay(capturedAt))}${number(signedArea(changeM2))}${long(readable(words))}
        </tr>`,
    ),
  )
}

/** Growth up, down and across the slope. */
export function slopeTable(shares: SlopeShares): Markup {
  const unit = areaUnitOf(shares.map(({ gainedM2 }) => gainedM2))
  return table(
    [
      { head: 'Against the slope' },
      { head: `Gained (${unit.name})`, isNumber: true },
      { head: '90 % interval', isNumber: true },
      { head: 'Share of the gain', isNumber: true },
      { head: `Lost (${unit.name})`, isNumber: true },
      { head: 'Advance (m)', isNumber: true },
      { head: '90 % interval', isNumber: true },
      { head: 'm/day', isNumber: true },
    ],
    shares.map(
      ({ direction, gainedM2, gainedLowM2, gainedHighM2, gainedShare, lostM2, advance }) =>
        html`<tr>
          ${cell(SLOPES[direction])}${number(unit.show(gainedM2))}${number(`${unit.show(Math.max(0, gainedLowM2))}–${unit.show(gainedHighM2)}`)}${number(gainedShare === null ? '' : formatPercent(gainedShare))}${number(unit.show(lostM2))}${
            advance === null
              ? html`<td class="number" colspan="3">too little boundary</td>`
              : html`${number(formatNumber(advance.meanM, 1))}${number(`${formatNumber(advance.lowM, 1)} to ${formatNumber(advance.highM, 1)}`)}${number(formatNumber(advance.meanMPerDay, 4))}`
          }
        </tr>`,
    ),
  )
}

const SLOPES: Record<SlopeShares[number]['direction'], string> = {
  upslope: 'upslope (retrogression)',
  downslope: 'downslope',
  lateral: 'lateral',
  undecided: 'undecided (flat, or apart)',
}

/** The largest zones, with their numbers on the map from `firstNo` on; all others in one line. */
export function zoneTable(zones: readonly Zone[], told: readonly Zone[], firstNo: number): Markup {
  const rest = zones.filter((zone) => !told.includes(zone))
  const sum = rest.reduce((total, { areaM2 }) => total + areaM2, 0)
  const unit = areaUnitOf(told.map(({ areaM2 }) => areaM2))
  return table(
    [
      { head: 'No.', isNumber: true },
      { head: 'Id', isNumber: true },
      { head: `Area (${unit.name})`, isNumber: true },
      { head: '90 % interval', isNumber: true },
      { head: 'Opened after' },
      { head: 'and by' },
      { head: 'Place' },
      { head: 'State' },
    ],
    [
      ...told.map(
        (zone, i) =>
          html`<tr>
            ${number(firstNo + i)}${number(zone.id)}${number(unit.show(zone.areaM2))}${number(`${unit.show(zone.lowM2)}–${unit.show(zone.highM2)}`)}${short(formatShortDay(zone.sinceAfterAt))}${short(formatShortDay(zone.sinceByAt))}${long(placeWords(zone))}${cell(stateWords(zone))}
          </tr>`,
      ),
      rest.length > 0 &&
        html`<tr>
          <td colspan="8">
            ${rest.length} more, none larger than
            ${formatArea(Math.max(...rest.map(({ areaM2 }) => areaM2)))}, together
            ${formatArea(sum)}
          </td>
        </tr>`,
    ],
  )
}

const RELATIONS: Record<Zone['place']['relation'], string> = {
  first: 'where there was no scar',
  detached: 'apart from the scar',
  crown: 'at the crown',
  flank: 'at the flank',
  toe: 'at the toe',
  beside: 'beside the scar',
}

/** `at the crown, NW; 31.0681° N, 98.5101° E` */
function placeWords({ place: { relation, sector, gapM }, lngLat }: Zone): string {
  const where =
    relation === 'detached' && gapM !== null
      ? `${formatNumber(gapM)} m from the scar`
      : RELATIONS[relation]
  return `${where}${sector === null ? '' : `, ${sector}`}; ${formatLngLat(lngLat)}`
}

function stateWords({ status, closedAt, event, reopenedShare, pieces }: Zone): string {
  return [
    status === 'open' ? 'open' : `closed by ${formatShortDay(closedAt ?? '')}`,
    pieces > 1 ? `in ${pieces} pieces` : '',
    event === null ? '' : 'part of an abrupt change',
    reopenedShare >= 0.5 ? 'had been scar before' : '',
  ]
    .filter((part) => part !== '')
    .join('; ')
}

/** The largest pieces of a scar over time; all others in one line. */
export function pieceTable(
  pieces: Found['lineage']['pieces'],
  most: number,
  terms: Terms = FRAME_TERMS,
): Markup {
  const told = pieces.toSorted((a, b) => b.largestM2 - a.largestM2).slice(0, most)
  const rest = pieces.length - told.length
  const unit = areaUnitOf(told.map(({ largestM2 }) => largestM2))
  return table(
    [
      { head: 'Piece', isNumber: true },
      { head: 'Began' },
      { head: 'Ended' },
      { head: `Largest (${unit.name})`, isNumber: true },
      { head: 'on' },
      { head: `At last (${unit.name})`, isNumber: true },
      { head: capital(terms.many), isNumber: true },
    ],
    [
      ...told.map(
        (piece) =>
          html`<tr>
            ${number(piece.id)}${cell(bornWords(piece, terms))}${cell(endWords(piece, terms))}${number(unit.show(piece.largestM2))}${short(formatShortDay(piece.largestAt))}${number(unit.show(piece.lastM2))}${number(piece.sights)}
          </tr>`,
      ),
      rest > 0 &&
        html`<tr>
          <td colspan="7">${rest} smaller pieces; all in ${terms.folder}lineage.csv</td>
        </tr>`,
    ],
  )
}

type Piece = Found['lineage']['pieces'][number]

function bornWords({ birth, bornAfterAt, bornAt }: Piece, { one }: Terms): string {
  if (birth === 'first-frame' || bornAfterAt === null) return `there on the first ${one}`
  const how = birth === 'split' ? 'torn off' : 'new'
  return `${how}, ${formatBracket(bornAfterAt, bornAt)}`
}

function endWords({ end, lastAt, endedByAt }: Piece, { one }: Terms): string {
  if (end === 'last-frame' || endedByAt === null) return `there on the last ${one}`
  const how = end === 'merged' ? 'merged' : 'covered'
  return `${how}, ${formatBracket(lastAt, endedByAt)}`
}

/** Merges and splits between the pieces told of. */
export function edgeTable(
  { pieces, edges }: Found['lineage'],
  most: number,
  terms: Terms = FRAME_TERMS,
): Markup | null {
  const areaOf = new Map(pieces.map(({ id, largestM2 }) => [id, largestM2] as const))
  const sizeOf = (edge: (typeof edges)[number]): number =>
    Math.min(areaOf.get(edge.fromId) ?? 0, areaOf.get(edge.toId) ?? 0)
  const told = edges
    .toSorted((a, b) => sizeOf(b) - sizeOf(a))
    .slice(0, most)
    .sort((a, b) => a.byAt.localeCompare(b.byAt))
  if (told.length === 0) return null
  const rest = edges.length - told.length
  return table(
    [
      { head: `Between ${terms.many}` },
      { head: 'What' },
      { head: 'Smaller piece at its largest', isNumber: true },
    ],
    [
      ...told.map(
        (edge) =>
          html`<tr>
            ${short(formatBracket(edge.afterAt, edge.byAt))}${cell(edge.kind === 'merge' ? `piece ${edge.fromId} merged into piece ${edge.toId}` : `piece ${edge.toId} split from piece ${edge.fromId}`)}${number(formatArea(sizeOf(edge)))}
          </tr>`,
      ),
      rest > 0 &&
        html`<tr>
          <td colspan="3">
            ${rest} more between smaller pieces; all in ${terms.folder}lineage.csv
          </td>
        </tr>`,
    ],
  )
}

/** Remarks of `scarline plausibility`, the gravest first. */
export function flagTable(flags: Flags): Markup {
  const order = ['unlikely', 'check', 'note'] as const
  return table(
    [{ head: 'Level' }, { head: 'Ground' }, { head: 'Remark' }, { head: 'Where' }],
    flags
      .toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level))
      .map(
        ({ level, unit, words, lngLat }) =>
          html`<tr>
            ${short(level)}${cell(unit)}${long(readable(words))}${cell(formatLngLat(lngLat))}
          </tr>`,
      ),
  )
}

function chance(pValue: number): string {
  return pValue < 0.001 ? '< 0.001' : pValue.toFixed(3)
}

function signed(value: number): string {
  const decimals = Math.abs(value) < 10 ? 1 : 0
  return `${value > 0 ? '+' : ''}${formatNumber(value, decimals)}`
}

function signedArea(areaM2: number): string {
  return areaM2 > 0 ? `+${formatArea(areaM2)}` : formatArea(areaM2)
}
