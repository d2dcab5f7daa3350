import { describe, expect, it } from 'vitest'
import { tellEvolution } from '../../src/analysis/evolution-summary.ts'
import { zoneWords } from '../../src/analysis/evolution-words.ts'
import type { AreaRow, ObjectSummary } from '../../src/model/analysis-areas.ts'
import type { ObjectEvolution } from '../../src/model/analysis-evolution.ts'
import type { PlacedZone } from '../../src/model/analysis-zones.ts'

const at = (day: string): string => `${day}T04:00:00Z`

function row(day: string, areaM2: number, halfM2: number): AreaRow {
  const ends = { lowM2: areaM2 - halfM2, highM2: areaM2 + halfM2 }
  return { capturedAt: at(day), areaM2, ...ends, uncertainty: { membership: [0, 0] } } as AreaRow
}

function series(first: AreaRow, last: AreaRow): Pick<ObjectSummary, 'areas' | 'change'> {
  const changeM2 = last.areaM2 - first.areaM2
  return {
    areas: [first, last],
    change: {
      fromM2: first.areaM2,
      toM2: last.areaM2,
      changeM2,
      changeFraction: changeM2 / first.areaM2,
      beyondUncertainty: last.lowM2 > first.highM2 || last.highM2 < first.lowM2,
      smallestM2: Math.min(first.areaM2, last.areaM2),
      smallestAt: first.capturedAt,
      largestM2: Math.max(first.areaM2, last.areaM2),
      largestAt: changeM2 > 0 ? last.capturedAt : first.capturedAt,
      gainedM2: 0,
      lostM2: 0,
    },
  }
}

const nothing: ObjectEvolution = {
  objectId: 1,
  words: [],
  events: [],
  artefacts: [],
  phases: [],
  onsets: [],
  deseasoned: { season: null, frames: [], words: 'No season stands out.' },
  inverseVelocity: [],
  newZones: [],
  dams: null,
  growth: [],
  lineage: { pieces: [], edges: [] },
}

const grown = series(row('2017-01-27', 206_000, 16_000), row('2025-04-10', 550_000, 22_000))

const event = {
  kind: 'abrupt-gain',
  afterAt: at('2018-10-09'),
  byAt: at('2018-10-11'),
  changeM2: 168_000,
  lowM2: 142_000,
  highM2: 195_000,
  pValue: 0.005,
  confirmed: true,
  words: '',
} as const

const place = {
  sector: 'W',
  azimuthDeg: 270,
  relation: 'flank',
  gapM: 0,
  relativeHeight: 0.5,
} as const

function placed(areaM2: number, change: Partial<PlacedZone>): PlacedZone {
  return {
    id: 1,
    areaM2,
    lowM2: areaM2 - 1000,
    highM2: areaM2 + 1000,
    lngLat: [98, 31],
    pieces: 1,
    sinceAfterAt: at('2022-03-01'),
    sinceByAt: at('2022-03-11'),
    grownByAt: at('2022-03-11'),
    confirmedAt: at('2022-06-01'),
    status: 'open',
    closedAt: null,
    reopenedShare: 0,
    event: null,
    character: 'lobe',
    distinctM2: 0,
    place,
    words: '',
    ...change,
  }
}

describe('tellEvolution', () => {
  it('begins with areas and their intervals, and says that nothing abrupt stands out', () => {
    expect(tellEvolution(grown, nothing).lead).toEqual([
      'The mapped scar grew from 20.6 ha (90 % interval 19.0 to 22.2 ha) on 2017-01-27 to 55.0 ha (90 % interval 52.8 to 57.2 ha) on 2025-04-10 (+34.4 ha, +167 %).',
      'No abrupt and lasting change of its area stands out.',
    ])
  })

  it('says what is in doubt, where that is worth a click', () => {
    const { areas, change } = grown
    const [first, last] = areas as [AreaRow, AreaRow]
    const doubted = (takenIn: number, leftOut: number): string[] => {
      const uncertainty = {
        ...first.uncertainty,
        membership: [takenIn, leftOut] as [number, number],
      }
      return tellEvolution({ areas: [{ ...first, uncertainty }, last], change }, nothing).lead
    }
    expect(doubted(20_000, 6_000)[1]).toBe(
      "Of ground that was bare throughout, 2.00 ha of the mask may not be the scar's and 6000 m² beside it may be (2017-01-27): no click tells. The intervals of areas contain this; changes between frames are the same either way.",
    )
    expect(doubted(0, 12_000)[1]).toContain(
      "throughout, 1.20 ha beside the mask may be the scar's (",
    )
    expect(doubted(5_000, 4_000)).toHaveLength(2)
  })

  it('claims no growth where the intervals of first and last frame meet', () => {
    const still = series(row('2017-01-27', 10_000, 900), row('2018-01-27', 10_500, 900))
    expect(tellEvolution(still, nothing).lead[0]).toMatch(
      /^Between its first and its last frame the mapped scar did not change beyond its 90 % intervals/,
    )
  })

  it('tells the two largest events in order of time, as brackets, and counts the rest', () => {
    const small = { ...event, changeM2: 500, afterAt: at('2020-01-01'), byAt: at('2020-01-06') }
    const loss = {
      ...event,
      kind: 'abrupt-loss' as const,
      changeM2: -11_500,
      lowM2: -22_700,
      highM2: -300,
      afterAt: at('2018-11-03'),
      byAt: at('2018-11-20'),
      confirmed: false,
    }
    expect(tellEvolution(grown, { ...nothing, events: [small, loss, event] }).lead[1]).toBe(
      'Its area changed abruptly and lastingly by +16.8 ha (90 % interval 14.2 to 19.5 ha) between 2018-10-09 and 2018-10-11, and by -1.15 ha (90 % interval -2.27 to -0.03 ha) between 2018-11-03 and 2018-11-20, which later frames have yet to bear out; 1 smaller abrupt change is told below.',
    )
  })

  it('tells the sharpest onset, and the rate of late with what it cannot be told from', () => {
    const onset = {
      at: at('2018-08-23'),
      turnAt: at('2018-08-23'),
      lowAt: at('2018-08-13'),
      highAt: at('2018-09-02'),
      rateBeforeM2PerDay: -20,
      rateAfterM2PerDay: 1620,
      pValue: 0.005,
      words: '',
    }
    const phase = (rate: number, half: number) => ({
      fromAt: at('2023-12-20'),
      toAt: at('2025-04-10'),
      rateM2PerDay: rate,
      lowM2PerDay: rate - half,
      highM2PerDay: rate + half,
    })
    const lead = (rate: number, half: number): string[] =>
      tellEvolution(grown, {
        ...nothing,
        onsets: [{ ...onset, rateAfterM2PerDay: 100 }, onset],
        phases: [phase(1, 2), phase(rate, half)],
      }).lead
    expect(lead(-23, 38)[2]).toBe(
      'From about 2018-08-23 (90 % interval 2018-08-13 to 2018-09-02) its area grew by 1620 m² a day, after it had shrunk by 20.0 m² a day.',
    )
    expect(lead(-23, 38)[3]).toBe(
      'Of late, from 2023-12-20 to 2025-04-10, its rate of change cannot be told from zero (90 % interval -61.0 to 15.0 m² a day).',
    )
    expect(lead(-50, 10)[3]).toBe(
      'Of late, from 2023-12-20 to 2025-04-10, its area shrank by 50.0 m² a day (90 % interval 40.0 to 60.0 m² a day).',
    )
  })

  it('tells growth along the edge apart from new zones, as their sum in pieces', () => {
    const fringe = placed(39_700, { character: 'fringe', pieces: 30, distinctM2: 5000 })
    const later = placed(300, {
      character: 'fringe',
      sinceAfterAt: at('2023-01-01'),
      status: 'closed',
      closedAt: at('2024-01-01'),
    })
    const alone = tellEvolution(grown, { ...nothing, newZones: [fringe, later] })
    expect(alone.lead.at(-1)).toBe(
      'Since 2022-03-01 the scar has also grown along its edge by 4.00 ha in 31 pieces; ground of 300 m² of that was covered again.',
    )
    expect(alone.more).toContain('No new zone opened outside of abrupt changes.')
    expect(alone.lead.join(' ')).not.toContain('new zone')

    const lobe = placed(22_000, { character: 'lobe', distinctM2: 22_000 })
    const event = placed(90_000, { character: 'fringe', event: 0 })
    const both = tellEvolution(grown, { ...nothing, newZones: [fringe, lobe, event] }).lead
    expect(both.at(-2)).toMatch(/^One new zone opened outside of abrupt changes: 2.20 ha/)
    expect(both.at(-1)).toBe(
      'Since 2022-03-01 the scar has also grown along its edge by 3.97 ha in 30 pieces.',
    )
  })

  it('words each zone by its character, with what of it is of another', () => {
    expect(zoneWords(placed(22_000, { character: 'lobe', distinctM2: 22_000 }), place)).toBe(
      "2.20 ha (90 % interval ± 0.10 ha) opened at the scar's flank, towards W, after 2022-03-01 and by 2022-03-11; confirmed on 2022-06-01 and open since.",
    )
    expect(
      zoneWords(placed(22_000, { character: 'apart', distinctM2: 18_000, pieces: 2 }), place),
    ).toContain("; 4000 m² of it lie along the scar's edge; confirmed")
    expect(
      zoneWords(placed(22_000, { character: 'fringe', distinctM2: 5000, pieces: 3 }), place),
    ).toBe(
      "2.20 ha (90 % interval ± 0.10 ha) in 3 parts grew along the scar's edge, at the scar's flank, towards W, after 2022-03-01 and by 2022-03-11; 5000 m² of it lie apart or stand out as lobes; confirmed on 2022-06-01 and open since.",
    )
  })
})
