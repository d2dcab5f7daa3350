import { describe, expect, it } from 'vitest'
import { type HeldTurns, findAbruptGround } from '../../src/analysis/abrupt-ground.ts'
import { findChangePoints } from '../../src/analysis/change-points.ts'
import type { DatedMeasure } from '../../src/analysis/dated-measure.ts'
import { eventsOf } from '../../src/analysis/events.ts'
import { poissonTail } from '../../src/analysis/poisson-tail.ts'
import { seededChance } from '../../src/analysis/seeded-chance.ts'

describe('the tail of a Poisson count', () => {
  it('is 1 - e^-2 (1 + 2 + 2) for three or more where two are to be expected', () => {
    expect(poissonTail(3, 2)).toBeCloseTo(1 - Math.exp(-2) * 5, 10)
    expect(poissonTail(1, 0.5)).toBeCloseTo(1 - Math.exp(-0.5), 10)
  })
})

/** Frames every ten days, 400 m² of held ground each, but for those given. */
function held(frames: number, ...others: [frame: number, gainedM2: number][]): Float64Array {
  const gained = new Float64Array(frames).fill(400)
  gained[0] = 0
  for (const [frame, gainedM2] of others) gained[frame] = gainedM2
  return gained
}

function turnsOf(gainedM2: Float64Array): HeldTurns {
  const days = gainedM2.map((_, i) => 10 * i)
  return findAbruptGround({ days, gainedM2, lostM2: gainedM2.map(() => 0) }, 400, 0.01)
}

const find = (gainedM2: Float64Array): HeldTurns['abrupt'] => turnsOf(gainedM2).abrupt

describe('ground out of turn', () => {
  it('by hand: 4,000 m² where 400 are to be expected: ten cells where one is', () => {
    const [one, ...others] = find(held(21, [10, 4000]))
    expect(others).toEqual([])
    expect(one).toMatchObject({ frame: 10, changeM2: 3600, m2PerDay: 360 })
    expect(one!.pValue).toBeCloseTo(20 * poissonTail(10, 1), 12)
    // 1.645 sqrt(400 (4000 + 400))
    expect(one!.halfWidthM2).toBeCloseTo(2182, 0)
  })

  it('is told apart on neighbouring frames', () => {
    expect(find(held(21, [10, 90_000], [12, 8000])).map(({ frame }) => frame)).toEqual([10, 12])
  })

  it('by hand: six cells where one is are out of turn only right before what is, where one interval is asked', () => {
    // P(6 or more | 1) = 5.9e-4: times 29 intervals 0.017, by itself less than 0.01.
    const alone = turnsOf(held(30, [14, 2400]))
    expect([alone.abrupt, alone.leading]).toEqual([[], []])
    const { abrupt, leading } = turnsOf(held(30, [14, 2400], [15, 60_000]))
    expect(abrupt.map(({ frame }) => frame)).toEqual([15])
    expect(leading).toHaveLength(1)
    expect(leading[0]).toMatchObject({ frame: 14, changeM2: 2000, m2PerDay: 200 })
    expect(leading[0]!.pValue).toBeCloseTo(poissonTail(6, 1), 12)
    expect(turnsOf(held(30, [13, 2400], [15, 60_000])).leading).toEqual([])
  })

  it('by hand: 2400 m² are in turn where the frame before showed none of its 400, and not where it did', () => {
    // 2000 > 1.645 sqrt(400 (2400 + 400)) = 1741; with the 0 m² before 1600 <= 1.645 sqrt(400 (2400 + 800)) = 1861,
    // with 400 m² before 2000 > 1.645 sqrt(400 (2800 + 800)) = 1974.
    expect(turnsOf(held(30, [13, 0], [14, 2400])).isInTurn[14]).toBe(1)
    expect(turnsOf(held(30, [14, 2400])).isInTurn[14]).toBe(0)
  })

  it('is nothing that grows with the days between frames', () => {
    const days = Float64Array.from([0, 10, 20, 30, 130, 140, 150, 160])
    const gainedM2 = days.map((day, i) => (i === 0 ? 0 : 40 * (day - (days[i - 1] as number))))
    expect(
      findAbruptGround({ days, gainedM2, lostM2: days.map(() => 0) }, 400, 0.01).abrupt,
    ).toEqual([])
  })

  it('is rare where cells flip by chance alone', () => {
    let found = 0
    for (let seed = 1; seed <= 200; seed++) {
      const chance = seededChance(seed)
      // Poisson counts of mean 2 by their waiting times.
      const counts = Float64Array.from({ length: 60 }, () => {
        let count = -1
        for (let sum = 0; sum < 2; count++) sum -= Math.log(chance.uniform())
        return 400 * count
      })
      found += find(counts).length > 0 ? 1 : 0
    }
    expect(found).toBeLessThanOrEqual(6)
  })
})

interface Gain {
  days: number
  gainM2: number
  seen?: number
}

const frames = (count: number, gain: Gain): Gain[] => Array<Gain>(count).fill(gain)

/** Gains between frames with days and held ground; the area goes with it, each frame ± 4000 m². */
function seriesOf(gains: readonly Gain[]): DatedMeasure[] {
  let [day, areaM2] = [Date.UTC(2017, 0, 1), 200_000]
  return gains.map(({ days, gainM2, seen = 1 }): DatedMeasure => {
    day += days * 86_400_000
    areaM2 += gainM2
    return {
      capturedAt: new Date(day).toISOString(),
      ...{ areaM2, lowM2: areaM2 - 4000, highM2: areaM2 + 4000 },
      ...{ validInside: 1, validAround: seen, flags: [], gainedM2: gainM2, lostM2: 0 },
      ...{ heldGainedM2: gainM2, heldLostM2: 0 },
    }
  })
}

/** The frames after and by which each event came. */
function gainsOf(measures: readonly DatedMeasure[]): [after: number, by: number][] {
  const frameAt = (at: string): number => measures.findIndex(({ capturedAt }) => capturedAt === at)
  const { events } = eventsOf(findChangePoints(measures, { seed: 1 })!)
  return events.map(({ afterAt, byAt }) => [frameAt(afterAt), frameAt(byAt)])
}

describe('growth that masks date by the clearer of two frames', () => {
  /** 6,000 m² every four weeks, but for one frame two days after another and a long gap. */
  const growing = (ownGainM2: number): DatedMeasure[] =>
    seriesOf([
      { days: 28, gainM2: 0 },
      ...frames(11, { days: 28, gainM2: 6000 }),
      { days: 2, gainM2: ownGainM2 },
      { days: 140, gainM2: 30_000 },
      ...frames(10, { days: 28, gainM2: 6000 }),
    ])

  it('is no event, though it came in two days', () => {
    const measures = growing(9500)
    const days = Float64Array.from(
      measures,
      ({ capturedAt }) => Date.parse(capturedAt) / 86_400_000,
    )
    const gainedM2 = Float64Array.from(measures, ({ heldGainedM2 }) => heldGainedM2!)
    const lostM2 = gainedM2.map(() => 0)
    expect(findAbruptGround({ days, gainedM2, lostM2 }, 400, 0.01).isInTurn[12]).toBe(1)
    expect(gainsOf(measures)).toEqual([])
  })

  it('is one where it is several times as much', () => {
    expect(gainsOf(growing(40_000)).map(([, by]) => by)).toEqual([12])
  })
})

describe('a failure whose debris comes and goes', () => {
  const areas = [...Array(16).keys()].map((i): DatedMeasure => {
    const day = Date.UTC(2018, 0, 1) + i * 10 * 86_400_000
    const areaM2 = 100_000 + 30 * i + (i >= 8 ? 8000 : 0) + (i === 8 ? 12_000 : 0)
    return {
      capturedAt: new Date(day).toISOString(),
      ...{ areaM2, lowM2: areaM2 - 3000, highM2: areaM2 + 3000 },
      ...{ validInside: 1, validAround: 1, flags: [] },
      ...{ heldGainedM2: i === 8 ? 8000 : i === 0 ? 0 : 300, heldLostM2: 0 },
    }
  })

  it('is an event by the ground that stayed', () => {
    const { events } = eventsOf(findChangePoints(areas)!)
    expect(events).toHaveLength(1)
    expect(events[0]!.byAt).toBe(areas[8]!.capturedAt)
    expect(events[0]!.afterAt).toBe(areas[7]!.capturedAt)
    expect(events[0]!.confirmed).toBe(true)
    expect(events[0]!.changeM2).toBeGreaterThan(6500)
    expect(events[0]!.changeM2).toBeLessThan(9500)
  })
})

describe('a failure no faster than the scar once grew', () => {
  /** A season at 500 m² a day, a failure, then 14,000 m² by the third frame after it, in 28 days. */
  const before = [
    ...frames(8, { days: 20, gainM2: 1000 }),
    ...frames(6, { days: 20, gainM2: 10_000 }),
  ]
  const after = frames(14, { days: 20, gainM2: 1200 })
  const failure = { days: 5, gainM2: 150_000 }
  const still = { days: 14, gainM2: 1500 }

  it('is an event where it came and was over within six weeks', () => {
    const measures = seriesOf([
      ...before,
      failure,
      still,
      still,
      { days: 28, gainM2: 14_000 },
      ...after,
    ])
    // 14,000 of 14,000 + 1500 + 1200 m²; 500 m² a day, no more than in the season before.
    expect(gainsOf(measures)).toEqual([
      [13, 14],
      [16, 17],
    ])
  })

  it('is none where ground goes on coming for weeks, however frames part them', () => {
    const measures = seriesOf([
      ...before,
      failure,
      ...frames(4, still),
      { days: 25, gainM2: 8600 },
      { days: 10, gainM2: 2000 },
      { days: 37, gainM2: 10_300 },
      ...after,
    ])
    // 8600 of 8600 + 1500 + 2000 m² beside it are two thirds, of 8600 + 2000 + 10,300 m² in the weeks after they are not.
    expect(gainsOf(measures)).toEqual([[13, 14]])
  })

  it('is one right after a faster failure, too, where little came afterwards', () => {
    const measures = seriesOf([
      ...before,
      failure,
      { days: 30, gainM2: 14_000 },
      still,
      still,
      ...after,
    ])
    // 14,000 of 14,000 + 1500 + 1500 m².
    expect(gainsOf(measures)).toEqual([
      [13, 14],
      [14, 15],
    ])
    const trailing = [
      { days: 30, gainM2: 14_000 },
      { days: 14, gainM2: 5000 },
      { days: 14, gainM2: 3000 },
    ]
    expect(gainsOf(seriesOf([...before, failure, ...trailing, ...after]))).toEqual([[13, 14]])
  })

  it('is none where ground goes on coming on either side', () => {
    const slow = { days: 28, gainM2: 9000 }
    const measures = seriesOf([
      ...before,
      failure,
      still,
      still,
      slow,
      { days: 28, gainM2: 14_000 },
      slow,
      ...after,
    ])
    expect(gainsOf(measures)).toEqual([[13, 14]])
  })
})

describe('a failure within a phase that was over within weeks', () => {
  it('is an event: such a phase is no steady growth that would explain it', () => {
    const measures = seriesOf([
      ...frames(10, { days: 20, gainM2: 2000 }),
      ...frames(6, { days: 20, gainM2: 9600 }),
      { days: 17, gainM2: 180_000 },
      { days: 5, gainM2: 7000 },
      { days: 28, gainM2: 20_000 },
      { days: 12, gainM2: 5400 },
      ...frames(14, { days: 20, gainM2: 1500 }),
    ])
    // 20,000 of 7000 + 20,000 + 5400 m² are less than two thirds; 700 m² a day, 480 in the season before.
    expect(gainsOf(measures)).toEqual([
      [15, 16],
      [17, 18],
    ])
  })
})

describe('a collapse that takes weeks', () => {
  it('begins with the first ground that came faster than ever before', () => {
    const quiet = frames(14, { days: 20, gainM2: 400 })
    const after = frames(14, { days: 20, gainM2: 5000 })
    const measures = seriesOf([
      ...quiet,
      { days: 33, gainM2: 7000 },
      { days: 10, gainM2: 60_000 },
      ...after,
    ])
    // 212 m² a day, less than the 250 m² a day afterwards, ten times as much as before.
    expect(gainsOf(measures)).toEqual([
      [13, 14],
      [14, 15],
    ])
  })

  it('begins with ground that is out of turn only beside it, within six weeks and no earlier', () => {
    const collapse = (before: Gain, during: Gain): [after: number, by: number][] =>
      gainsOf(
        seriesOf([
          ...frames(14, { days: 20, gainM2: 400 }),
          ...[before, during],
          ...frames(14, { days: 20, gainM2: 5000 }),
        ]),
      )
    // Six resolution cells where one is to be expected, slower than what follows the collapse.
    const began: Gain = { days: 15, gainM2: 2400 }
    expect(collapse(began, { days: 30, gainM2: 60_000 })).toEqual([
      [13, 14],
      [14, 15],
    ])
    expect(collapse(began, { days: 31, gainM2: 60_000 })).toEqual([[14, 15]])
  })
})

describe('a failure that a half-hidden frame shows', () => {
  it('came by that frame; what it did not see came into sight later', () => {
    const quiet = frames(14, { days: 20, gainM2: 400 })
    const measures = seriesOf([
      ...quiet,
      { days: 2, gainM2: 60_000, seen: 0.4 },
      { days: 23, gainM2: 40_000 },
      ...quiet,
    ])
    const [event, ...others] = eventsOf(findChangePoints(measures, { seed: 1 })!).events
    expect(others).toEqual([])
    expect(event).toMatchObject({
      afterAt: measures[13]!.capturedAt,
      byAt: measures[14]!.capturedAt,
      inSightAt: measures[15]!.capturedAt,
    })
    expect(event!.words).toMatch(/ha of it in sight only on /)
  })
})
