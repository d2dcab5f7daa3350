import type { Lineage } from '../analysis/lineage.ts'
import { SLOPE_DIRECTIONS } from '../analysis/slope-split.ts'
import type { Advance, SpanGrowth } from '../model/analysis-growth.ts'
import { type CsvValue, round } from './csv.ts'

export const DIRECTION_COLUMNS: readonly string[] = [
  'object',
  'span',
  'label',
  'from',
  'to',
  'days',
  'direction',
  'azimuth_deg',
  'gained_m2',
  'gained_low_m2',
  'gained_high_m2',
  'lost_m2',
  'lost_low_m2',
  'lost_high_m2',
  'compared_fraction',
  'advance_m',
  'advance_low_m',
  'advance_high_m',
  'advance_farthest_m',
  'advance_m_per_day',
  'advance_low_m_per_day',
  'advance_high_m_per_day',
  'boundary_m',
  'boundary_seen_fraction',
]

/** All round, by sector, and against the slope where elevations are known: a row each. */
export function directionCells(objectId: number, growth: SpanGrowth): CsvValue[][] {
  const { span, label, fromAt, toAt, days, rose, advance, slope } = growth
  const head: CsvValue[] = [objectId, span, label, fromAt, toAt, round(days, 3)]
  const gained = rose.sectors.reduce((sum, sector) => sum + sector.gainedM2, 0)
  const lost = rose.sectors.reduce((sum, sector) => sum + sector.lostM2, 0)
  const rows: CsvValue[][] = [
    [
      ...head,
      'all',
      null,
      ...areas(gained, null, null),
      ...areas(lost, null, null),
      null,
      ...advanceCells(advance?.whole ?? null),
    ],
  ]
  for (const [i, sector] of rose.sectors.entries()) {
    rows.push([
      ...head,
      sector.sector,
      sector.azimuthDeg,
      ...areas(sector.gainedM2, sector.gainedLowM2, sector.gainedHighM2),
      ...areas(sector.lostM2, sector.lostLowM2, sector.lostHighM2),
      round(sector.comparedFraction, 4),
      ...advanceCells(advance?.sectors[i]?.advance ?? null),
    ])
  }
  for (const name of slope === null ? [] : SLOPE_DIRECTIONS) {
    const share = slope?.find(({ direction }) => direction === name)
    if (share === undefined) continue
    rows.push([
      ...head,
      name,
      null,
      ...areas(share.gainedM2, share.gainedLowM2, share.gainedHighM2),
      ...areas(share.lostM2, null, null),
      null,
      ...advanceCells(share.advance),
    ])
  }
  return rows
}

function areas(value: number, low: number | null, high: number | null): CsvValue[] {
  return [
    round(value, 1),
    low === null ? null : round(low, 1),
    high === null ? null : round(high, 1),
  ]
}

function advanceCells(advance: Advance | null): CsvValue[] {
  if (advance === null) return Array<null>(9).fill(null)
  return [
    round(advance.meanM, 2),
    round(advance.lowM, 2),
    round(advance.highM, 2),
    advance.farthestM === null ? null : round(advance.farthestM, 2),
    round(advance.meanMPerDay, 4),
    round(advance.lowMPerDay, 4),
    round(advance.highMPerDay, 4),
    round(advance.boundaryM, 1),
    round(advance.seenFraction, 4),
  ]
}

export const LINEAGE_COLUMNS: readonly string[] = [
  'object',
  'piece',
  'birth',
  'from_piece',
  'born_after',
  'born_by',
  'end',
  'into_piece',
  'last_at',
  'ended_by',
  'sights',
  'first_area_m2',
  'last_area_m2',
  'largest_area_m2',
  'largest_at',
]

/** One row for each piece of the scar. */
export function lineageCells(objectId: number, { pieces, edges }: Lineage): CsvValue[][] {
  return pieces.map((piece) => {
    const from = edges.find(
      ({ kind, toId, byAt }) => kind === 'split' && toId === piece.id && byAt === piece.bornAt,
    )
    const into = edges.findLast(({ kind, fromId }) => kind === 'merge' && fromId === piece.id)
    return [
      objectId,
      piece.id,
      piece.birth,
      from?.fromId ?? null,
      piece.bornAfterAt,
      piece.bornAt,
      piece.end,
      piece.end === 'merged' ? (into?.toId ?? null) : null,
      piece.lastAt,
      piece.endedByAt,
      piece.sights,
      round(piece.firstM2, 1),
      round(piece.lastM2, 1),
      round(piece.largestM2, 1),
      piece.largestAt,
    ]
  })
}

/** How events, onsets, directions and new zones are found; printed with the results. */
export const EVOLUTION_NOTES: string[] = [
  "An event is an abrupt and lasting step of the area: beyond the frames' own 90 % intervals, kept by two later frames, and so strong that fewer than 1 in 100 series without it would show one (parametric bootstrap). It lies between the last frame before it and the first that shows it.",
  'An onset is a date from which the scar grew faster than before; its 90 % interval is the span of dates that fit the series about as well (profile likelihood).',
  'The season is fitted together with level, rates and steps, and taken out only where the series pays for it.',
  'Directions are in 16 sectors of true north about one centre for the whole series; ground seen at both times only.',
  "Advance of the scar's boundary is net gained area over the mean length of the two boundaries. It is not displacement of the ground.",
  'A season stands for the majority of its frames, pixel by pixel; seasons are compared with the one before of the same name.',
  'A new zone was seen without scar for a year, then as scar by three frames over 60 days at least, and lies apart from the scar before it (more than two sensor pixels) or stands out of it as a lobe (at least half as far as its contact is wide). Other such ground is growth along the edge.',
  "Inverse velocity is exploratory: it puts the growth of the scar's area in the place of the velocity of ground.",
]
