import { describe, expect, it } from 'vitest'
import { applyRules, baselineOf } from '../../src/analysis/watch-rules.ts'
import type {
  WatchRule,
  WatchedFrame,
  WatchedObject,
  WatchedStep,
  WatchedZone,
} from '../../src/analysis/watch-types.ts'

/** Frames ten days apart with intervals of 5 % to both sides. */
function framesOf(
  areas: readonly number[],
  changes: Record<number, Partial<WatchedFrame>> = {},
): WatchedFrame[] {
  return areas.map((areaM2, i) => ({
    sceneId: `S${i}`,
    capturedAt: new Date(Date.UTC(2020, 0, 1 + 10 * i)).toISOString(),
    areaM2,
    lowM2: 0.95 * areaM2,
    highM2: 1.05 * areaM2,
    validInside: 1,
    validAround: 1,
    confidence: 0.9,
    ...changes[i],
  }))
}

const objectOf = (frames: WatchedFrame[], more: Partial<WatchedObject> = {}): WatchedObject => ({
  objectId: 1,
  frames,
  advances: new Map(),
  steps: [],
  newZones: [],
  ...more,
})

const HISTORY = [1000, 1020, 990, 1010, 1005]
const area: WatchRule = { kind: 'area', value: 10 }
const twice = { confirmFrames: 2 }

/** Polls once per further frame; the findings of each poll. */
function pollEach(areas: readonly number[], rule = area, confirmFrames = 2): string[][] {
  let memory = baselineOf(objectOf(framesOf(HISTORY)))
  return areas.map((_, i) => {
    const object = objectOf(framesOf([...HISTORY, ...areas.slice(0, i + 1)]))
    const judged = applyRules(object, memory, [rule], { confirmFrames })
    memory = judged.memory
    return judged.findings.map(({ key }) => key)
  })
}

describe('watch rules', () => {
  it('tell growth against the frame with the median area of the last five: 1005 m2 is the fifth', () => {
    expect(baselineOf(objectOf(framesOf(HISTORY))).areaFrom).toBe('S4')
  })

  it('fire growth of 10 % beyond both intervals once two frames in a row show it: 1005 to 1120 is 11.4 %, low 1064 above high 1055.25', () => {
    const memory = baselineOf(objectOf(framesOf(HISTORY)))
    const once = applyRules(objectOf(framesOf([...HISTORY, 1150])), memory, [area], twice)
    expect(once.findings).toEqual([])
    const object = objectOf(framesOf([...HISTORY, 1150, 1120]))
    const { findings } = applyRules(object, once.memory, [area], twice)
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({
      rule: 'area',
      objectId: 1,
      key: 'S4 S5',
      at: '2020-02-20T00:00:00.000Z',
    })
    expect(findings[0]?.facts['growthPercent']).toBeCloseTo((100 * 115) / 1005)
    expect(findings[0]?.words).toContain(
      'grew by 11 %, from 1005 m² on 2020-02-10 to at least 1120 m² since 2020-02-20',
    )
  })

  it('fire once, and again only for as much more growth', () => {
    expect(pollEach([1150, 1150, 1150, 1160, 1300, 1300])).toEqual([
      [],
      ['S4 S5'],
      [],
      [],
      [],
      ['S5 S9'],
    ])
  })

  it('do not take a shadow or cloud of a single frame for growth, nor a frame hardly seen', () => {
    expect(pollEach([1400, 1010, 1400, 1000]).flat()).toEqual([])
    expect(pollEach([1400, 1010], area, 1).flat()).toEqual(['S4 S5'])
    const memory = baselineOf(objectOf(framesOf(HISTORY)))
    const frames = framesOf([...HISTORY, 1400, 1400], { 5: { validInside: 0.3 } })
    expect(applyRules(objectOf(frames), memory, [area], twice).findings).toEqual([])
  })

  it('find the same again where a poll was cut off before it saved', () => {
    const memory = baselineOf(objectOf(framesOf(HISTORY)))
    const object = objectOf(framesOf([...HISTORY, 1200, 1200]))
    expect(applyRules(object, memory, [area], twice)).toEqual(
      applyRules(object, memory, [area], twice),
    )
  })

  const step = (afterDay: number, byDay: number, confirmed = true): WatchedStep => ({
    kind: 'abrupt-gain',
    afterAt: `2020-0${afterDay > 31 ? 2 : 1}-${String(((afterDay - 1) % 31) + 1).padStart(2, '0')}`,
    byAt: `2020-0${byDay > 31 ? 2 : 1}-${String(((byDay - 1) % 31) + 1).padStart(2, '0')}`,
    changeM2: 500,
    lowM2: 400,
    highM2: 600,
    confirmed,
  })

  it('fire a step when it is confirmed, once, though a later frame narrows its bracket', () => {
    const rule: WatchRule = { kind: 'step', value: 0 }
    const poll = (
      steps: WatchedStep[],
      memory: ReturnType<typeof baselineOf>,
    ): ReturnType<typeof applyRules> =>
      applyRules(objectOf(framesOf([...HISTORY, 1500, 1500]), { steps }), memory, [rule], twice)
    const base = baselineOf(objectOf(framesOf(HISTORY), { steps: [step(1, 11)] }))
    const open = poll([step(1, 11), step(41, 51, false)], base)
    expect(open.findings).toEqual([])
    const fired = poll([step(1, 11), step(41, 51)], open.memory)
    expect(fired.findings.map(({ key }) => key)).toEqual(['abrupt-gain 2020-02-10 2020-02-20'])
    expect(poll([step(1, 11), step(46, 51)], fired.memory).findings).toEqual([])
    expect(poll([step(1, 11), step(51, 56)], fired.memory).findings).toEqual([])
  })

  it('never fire a step that only a longer series shows to have been in the history', () => {
    const base = baselineOf(objectOf(framesOf(HISTORY)))
    const object = objectOf(framesOf([...HISTORY, 1000]), { steps: [step(1, 11)] })
    expect(applyRules(object, base, [{ kind: 'step', value: 0 }], twice).findings).toEqual([])
  })

  it('fire a new zone once while it grows: 400 m2 has a diameter of 22.6 m, 1e-4 degrees are 11 m', () => {
    const rule: WatchRule = { kind: 'new-zone', value: 300 }
    const zone = (lng: number, areaM2: number): WatchedZone => ({
      lngLat: [lng, 0],
      areaM2,
      sinceAfterAt: '2020-02-01',
      sinceByAt: '2020-02-10',
      confirmedAt: '2020-09-01',
    })
    const base = baselineOf(objectOf(framesOf(HISTORY)))
    const poll = (newZones: WatchedZone[], memory: typeof base): ReturnType<typeof applyRules> =>
      applyRules(objectOf(framesOf(HISTORY), { newZones }), memory, [rule], twice)
    const first = poll([zone(98, 400), zone(98.01, 200)], base)
    expect(first.findings).toHaveLength(1)
    const second = poll([zone(98.0001, 500)], first.memory)
    expect(second.findings).toEqual([])
    expect(poll([zone(98.0001, 500), zone(98.0008, 500)], second.memory).findings).toHaveLength(1)
  })

  it('fire no growth along the edge, but the zone that it turns into, once', () => {
    const rule: WatchRule = { kind: 'new-zone', value: 0 }
    const zone = (character: WatchedZone['character'], confirmedAt: string): WatchedZone => ({
      lngLat: [98, 0],
      areaM2: 400,
      sinceAfterAt: '2019-02-01',
      sinceByAt: '2019-02-10',
      confirmedAt,
      character,
    })
    const poll = (
      newZones: WatchedZone[],
      memory: ReturnType<typeof baselineOf>,
    ): ReturnType<typeof applyRules> =>
      applyRules(objectOf(framesOf(HISTORY), { newZones }), memory, [rule], twice)
    const empty = baselineOf(objectOf(framesOf(HISTORY)))
    for (const character of ['apart', 'lobe'] as const) {
      expect(poll([zone(character, '2020-09-01')], empty).findings).toHaveLength(1)
    }
    expect(poll([zone('fringe', '2020-09-01')], empty).findings).toEqual([])
    // Growth of the history that becomes a lobe is told, and not again whatever it looks like later.
    const old = baselineOf(
      objectOf(framesOf(HISTORY), { newZones: [zone('fringe', '2019-06-01')] }),
    )
    const first = poll([zone('lobe', '2019-06-01')], old)
    expect(first.findings).toHaveLength(1)
    const second = poll([zone('fringe', '2019-06-01')], first.memory)
    expect(poll([zone('lobe', '2019-06-01')], second.memory).findings).toEqual([])
    // A zone of the history that was never told of is none.
    expect(poll([zone('lobe', '2019-06-01')], empty).findings).toEqual([])
  })

  it('fire advance of a sector beyond its interval, in two frames, as advance of the boundary', () => {
    const advances = new Map(
      ['S5', 'S6'].map((sceneId, i) => [
        sceneId,
        [
          { sector: 'E', meanM: 25 - i, lowM: 12, highM: 38 },
          { sector: 'N', meanM: 25, lowM: -2, highM: 52 },
        ],
      ]),
    )
    const object = objectOf(framesOf([...HISTORY, 1000, 1000]), { advances })
    const base = baselineOf(objectOf(framesOf(HISTORY)))
    const { findings, memory } = applyRules(object, base, [{ kind: 'advance', value: 20 }], twice)
    expect(findings.map(({ facts }) => [facts['sector'], facts['advanceM']])).toEqual([['E', 24]])
    expect(findings[0]?.words).toContain('not displacement of the ground')
    expect(memory.advanceFrom).toBe('S6')
  })

  it('tell of each new mask that is not sure', () => {
    const base = baselineOf(objectOf(framesOf(HISTORY, { 2: { confidence: 0.1 } })))
    const object = objectOf(
      framesOf([...HISTORY, 1000], { 2: { confidence: 0.1 }, 5: { confidence: 0.3 } }),
    )
    const { findings, memory } = applyRules(
      object,
      base,
      [{ kind: 'confidence', value: 0.4 }],
      twice,
    )
    expect(findings.map(({ key }) => key)).toEqual(['S5'])
    expect(
      applyRules(object, memory, [{ kind: 'confidence', value: 0.4 }], twice).findings,
    ).toEqual([])
  })

  it('go on from the newest frames where the one they told growth against is gone', () => {
    const memory = { ...baselineOf(objectOf(framesOf(HISTORY))), areaFrom: 'gone' }
    const judged = applyRules(objectOf(framesOf([...HISTORY, 1500, 1500])), memory, [area], twice)
    expect(judged.findings).toEqual([])
    expect(judged.memory.areaFrom).not.toBe('gone')
  })
})
