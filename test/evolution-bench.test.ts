import { describe, expect, it } from 'vitest'
import type { SimulatedSchedule } from '@scarline/core/internals'
import { correctionClicks } from '../bench/src/correction-clicks.ts'
import { scoreAreas } from '../bench/src/evolution-areas.ts'
import { scoreDams } from '../bench/src/evolution-dams.ts'
import { scoreDirections } from '../bench/src/evolution-directions.ts'
import { scoreEvents } from '../bench/src/evolution-events.ts'
import type { JudgedFrame, ScoringInputs } from '../bench/src/evolution-inputs.ts'
import { scoreOnsets } from '../bench/src/evolution-onsets.ts'
import { scoreRates } from '../bench/src/evolution-rates.ts'
import { scoreZones } from '../bench/src/evolution-zones.ts'
import { seedsOf } from '../bench/src/prepare-site.ts'

const WIDTH = 6
const PIXEL_M2 = 100

/** A slope that fails on 10 June 2018 and opens anew on 1 March 2020; its rate rises on 1 March 2018. */
const SCHEDULE: SimulatedSchedule = {
  scenario: 'baige',
  changes: [{ kind: 'failure', date: '2018-06-10', untilDate: '2018-06-10', effect: 'gain' }],
  rates: [
    { fromDate: '2017-01-01', untilDate: '2018-03-01', sharePerDay: 0.001 },
    { fromDate: '2018-03-01', untilDate: '2018-06-09', sharePerDay: 0.003 },
    { fromDate: '2018-06-10', untilDate: '2020-03-01', sharePerDay: 0 },
  ],
  newZone: { fromDate: '2020-03-01', untilDate: '2020-05-01' },
  dam: { fromDate: '2018-06-10', untilDate: '2018-06-18' },
}

/** Rows of '#' (scar) and '.' as a mask. */
function mask(...rows: string[]): Uint8Array {
  return Uint8Array.from([...rows.join('')].map((mark) => (mark === '#' ? 1 : 0)))
}

const BEFORE = mask('......', '..##..', '..##..', '......')
const FAILED = mask('......', '..####', '..####', '......')
const OPENED = mask('##....', '######', '..####', '......')

function frame(
  date: string,
  truth: Uint8Array,
  seen: Uint8Array = new Uint8Array(24).fill(1),
): JudgedFrame {
  return { capturedAt: `${date}T04:00:00Z`, date, truth, seen }
}

const FRAMES = [
  frame('2018-05-01', BEFORE),
  frame('2018-06-01', BEFORE),
  frame('2018-06-15', FAILED, mask('####..', '####..', '####..', '####..')),
  frame('2018-06-20', FAILED),
  frame('2020-02-20', FAILED),
  frame('2020-03-20', OPENED),
  frame('2020-05-10', OPENED),
]

interface Reported {
  events?: Partial<ScoringInputs['evolution']['events'][number]>[]
  onsets?: Partial<ScoringInputs['evolution']['onsets'][number]>[]
  newZones?: Partial<ScoringInputs['evolution']['newZones'][number]>[]
  growth?: { span: string; fromAt: string; toAt: string; sector: string; rivals?: string[] }[]
  zones?: ScoringInputs['zones']
  areas?: ScoringInputs['areas']
}

function inputs(reported: Reported): ScoringInputs {
  const { events = [], onsets = [], newZones = [], growth = [], zones = [], areas = [] } = reported
  return {
    grid: { epsg: 32647, transform: [10, 0, 500_000, 0, -10, 3_400_000], width: WIDTH, height: 4 },
    schedule: SCHEDULE,
    frames: FRAMES,
    zones,
    areas,
    evolution: {
      events,
      onsets,
      newZones,
      growth: growth.map(({ sector, rivals, ...span }) => ({
        ...span,
        rose: { convergenceDeg: 0 },
        direction: { sector, rivals: rivals ?? [] },
      })),
    } as unknown as ScoringInputs['evolution'],
  }
}

const at = (date: string): string => `${date}T04:00:00Z`
const gain = (after: string, by: string): NonNullable<Reported['events']>[number] => ({
  kind: 'abrupt-gain',
  afterAt: at(after),
  byAt: at(by),
  changeM2: 400,
})

describe('scores of events', () => {
  it('accept the bracket of the frames that saw the ground, over one that did not', () => {
    const [change] = scoreEvents(inputs({ events: [gain('2018-06-01', '2018-06-20')] })).changes
    expect(change).toMatchObject({
      outcome: 'found',
      trueM2: 4 * PIXEL_M2,
      expected: { after: '2018-06-01', by: '2018-06-20' },
      hiddenBetween: [{ date: '2018-06-15', seenShare: 0 }],
    })
  })

  it('accept a narrower bracket, refuse a wider one, and miss what is not there', () => {
    const outcome = (after: string, by: string): string | undefined =>
      scoreEvents(inputs({ events: [gain(after, by)] })).changes[0]?.outcome
    expect(outcome('2018-06-01', '2018-06-15')).toBe('found')
    expect(outcome('2018-05-01', '2018-06-20')).toBe('wide')
    expect(outcome('2018-06-15', '2018-06-20')).toBe('missed')
  })

  it('count an event without an abrupt change as false, and say when the growth is true but gradual', () => {
    const { falseEvents } = scoreEvents(
      inputs({ events: [gain('2020-02-20', '2020-03-20'), gain('2018-06-20', '2020-02-20')] }),
    )
    expect(falseEvents.map(({ trueM2, isGradual }) => [trueM2, isGradual])).toEqual([
      [4 * PIXEL_M2, true],
      [0, false],
    ])
  })
})

describe('scores of onsets', () => {
  it('take the largest rise before the failure, and the onset nearest to it', () => {
    const onset = (
      date: string,
      low: string,
      high: string,
    ): NonNullable<Reported['onsets']>[0] => ({
      at: at(date),
      lowAt: at(low),
      highAt: at(high),
    })
    const { rises, falseOnsets } = scoreOnsets(
      inputs({
        onsets: [
          onset('2018-03-21', '2018-02-10', '2018-04-01'),
          onset('2019-07-01', '2019-06-01', '2019-08-01'),
        ],
      }),
    )
    expect(rises).toEqual([
      expect.objectContaining({
        date: '2018-03-01',
        isMain: true,
        errorDays: 20,
        intervalHolds: true,
      }),
    ])
    expect(falseOnsets.map(({ date }) => date)).toEqual(['2019-07-01'])
  })
})

describe('scores of new zones', () => {
  const zone = { id: 1, event: null, areaM2: 400, sinceAfterAt: at('2020-02-20') }

  it('by hand: 3 of 4 true pixels and none besides are an IoU of 0.75', () => {
    const outline = mask('##....', '#.....', '......', '......')
    const newZones = [
      {
        ...zone,
        sinceByAt: at('2020-03-20'),
        grownByAt: at('2020-05-10'),
        confirmedAt: at('2020-06-20'),
      },
    ]
    const score = scoreZones(inputs({ newZones, zones: [{ id: 1, mask: outline }] }))
    expect(score.zone).toMatchObject({
      trueM2: 400,
      iou: 0.75,
      openedDays: 19,
      confirmedDays: 111,
      isShownInTime: true,
      isProvenInTime: true,
    })
    expect(score.falseZones).toEqual([])
  })

  it('say which zones are no new ground', () => {
    const outline = mask('......', '......', '......', '######')
    const newZones = [
      {
        ...zone,
        sinceByAt: at('2020-03-20'),
        grownByAt: at('2020-05-10'),
        confirmedAt: at('2020-06-20'),
      },
    ]
    const score = scoreZones(inputs({ newZones, zones: [{ id: 1, mask: outline }] }))
    expect(score.falseZones).toEqual([expect.objectContaining({ id: 1, trueShare: 0 })])
    expect(score.zone).toMatchObject({ iou: 0, openedDays: null, isShownInTime: false })
  })
})

describe('scores of directions', () => {
  it('compare the sector of the largest gain with the one of the true masks', () => {
    const growth = [
      { span: 'whole', fromAt: at('2018-05-01'), toAt: at('2018-06-20'), sector: 'NE' },
    ]
    // From the centre of the first scar the gained ground lies at azimuths 72° and 108° (ENE, ESE).
    const [score] = scoreDirections(inputs({ growth }))
    expect(score).toMatchObject({ reported: 'NE', truth: 'ENE', apart: 1, trueShare: 0.5 })
  })

  it('take one of two rivals for told, but not one of many', () => {
    const span = { span: 'whole', fromAt: at('2018-05-01'), toAt: at('2018-06-20'), sector: 'W' }
    const scoreWith = (rivals: string[]): unknown =>
      scoreDirections(inputs({ growth: [{ ...span, rivals }] }))[0]
    expect(scoreWith(['E', 'ESE'])).toMatchObject({ firstApart: 7, apart: 1 })
    expect(scoreWith(['E', 'ESE', 'S'])).toMatchObject({ firstApart: 7, apart: 7 })
  })
})

describe('scores of dams', () => {
  const dam = { afterAt: null, dammedByAt: at('2018-06-15'), dammedUntilAt: at('2018-06-15') }

  it('want one dam, while the true one lay there', () => {
    const outcome = (intervals: object[] | null): string => {
      const { evolution, ...rest } = inputs({})
      const dams = intervals === null ? null : { intervals, words: '' }
      return scoreDams({ ...rest, evolution: { ...evolution, dams } as typeof evolution }).outcome
    }
    const cleared = { ...dam, clearedByAt: at('2018-06-20') }
    expect(outcome([cleared])).toBe('right')
    expect(outcome([cleared, cleared])).toBe('wrong')
    expect(outcome([{ ...dam, clearedByAt: null }])).toBe('wrong')
    expect(outcome(null)).toBe('untold')
  })
})

describe('scores of areas', () => {
  it('by hand: 500 m² for 400 is a bias of 25 %, held by 350 to 650', () => {
    const area = { objectId: 1, capturedAt: at('2018-05-01'), areaM2: 500, lowM2: 350, highM2: 650 }
    expect(scoreAreas(inputs({ areas: [area] }))).toMatchObject({
      frames: 1,
      held: 1,
      bias: 0.25,
      meanHalfWidth: 0.375,
    })
    const narrow = { ...area, lowM2: 450 }
    expect(scoreAreas(inputs({ areas: [narrow] })).misses).toHaveLength(1)
  })
})

describe('scores of rates', () => {
  const frames = [
    frame('2019-01-01', mask('#.....', '......', '......', '......')),
    frame('2019-04-11', mask('##....', '......', '......', '......')),
    frame('2019-07-20', mask('###...', '......', '......', '......')),
    frame('2019-10-28', mask('####..', '......', '......', '......')),
  ]
  const score = (from: string, to: string, low: number, high: number): object => {
    const { evolution, ...rest } = inputs({})
    const phase = { fromAt: at(from), toAt: at(to), lowM2PerDay: low, highM2PerDay: high }
    const phased = { ...evolution, phases: [phase] } as typeof evolution
    return scoreRates({ ...rest, frames, evolution: phased })
  }

  it('by hand: 100 m² more every 100 days are 1 m² a day', () => {
    expect(score('2019-01-01', '2019-10-28', 0.9, 1.1)).toEqual({ phases: 1, held: 1 })
    expect(score('2019-01-01', '2019-10-28', 1.1, 2)).toEqual({ phases: 1, held: 0 })
  })

  it('leave out phases that are short, or in which the slope failed', () => {
    expect(score('2019-07-01', '2019-10-28', 0.9, 1.1)).toEqual({ phases: 0, held: 0 })
    expect(score('2018-06-01', '2019-10-28', 0.9, 1.1)).toEqual({ phases: 0, held: 0 })
  })
})

it('seeds are numbers and spans of them', () => {
  expect(seedsOf('1,4-6')).toEqual([1, 4, 5, 6])
  expect(() => seedsOf('x')).toThrow(/expected 1,4,7 or 1-20/)
})

describe('corrections', () => {
  it('lie in the middle of what is wrong, the widest first, and leave slivers alone', () => {
    const side = 20
    const [is, should] = [new Uint8Array(side * side), new Uint8Array(side * side)]
    const fill = (
      to: Uint8Array,
      left: number,
      top: number,
      width: number,
      height: number,
    ): void => {
      for (let row = top; row < top + height; row++) {
        to.fill(1, row * side + left, row * side + left + width)
      }
    }
    fill(should, 1, 1, 5, 5)
    fill(is, 10, 1, 7, 7)
    // Off by a pixel along one edge.
    fill(is, 1, 12, 8, 4)
    fill(should, 1, 12, 8, 5)
    const size = { width: side, height: side, pixelM: 4 }
    expect(correctionClicks(is, should, size, 3)).toEqual([
      { pixel: 4 * side + 13, positive: false },
      { pixel: 3 * side + 3, positive: true },
    ])
    expect(correctionClicks(is, should, size, 1)).toHaveLength(1)
    expect(correctionClicks(should, should, size, 3)).toEqual([])
  })
})
