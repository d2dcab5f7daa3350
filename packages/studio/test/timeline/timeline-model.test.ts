import type { Frame, FrameList, TrackedFrame } from '@scarline/core/model'
import { describe, expect, it } from 'vitest'
import type { HeldMask } from '../../src/state/track-store.ts'
import { timelineModel } from '../../src/timeline/timeline-model.ts'

const frame = (index: number, sceneId: string, flags: string[] = []): Frame =>
  ({ index, sceneId, flags, capturedAt: `20${17 + index}-01-01T00:00:00Z` }) as Frame

const mask = (sceneId: string, areaM2: number, part: Partial<TrackedFrame> = {}): TrackedFrame =>
  ({
    ...{ sceneId, objectId: 1, areaM2, locked: false, flags: [] },
    confidence: { score: 0.9, parts: {} },
    ...part,
  }) as unknown as TrackedFrame

const DETAIL = {
  frames: { frames: [frame(0, 'a', ['haze']), frame(1, 'b'), frame(2, 'c')] } as FrameList,
  prompts: [
    {
      ...{ id: 'p', sceneId: 'a', objectId: 1, by: null, at: '', why: null },
      ...{ kind: 'point' as const, lngLat: [0, 0] as [number, number], positive: true },
    },
  ],
  track: {
    formatVersion: 1 as const,
    run: null,
    changes: [],
    frames: [
      mask('a', 1_000, { locked: true }),
      mask('c', 3_000, { confidence: { score: 0.3, parts: {} }, flags: ['low-contrast'] }),
      mask('c', 500, { objectId: 2 }),
    ],
  },
}
const OBJECTS = { ids: [1, 2], active: 1 }

describe('the timeline', () => {
  it('marks what the object in hand is on each frame', () => {
    const { frames } = timelineModel(DETAIL, OBJECTS, [], new Map())
    expect(frames.map(({ isPrompted }) => isPrompted)).toEqual([true, false, false])
    expect(frames.map(({ isLocked }) => isLocked)).toEqual([true, false, false])
    expect(frames.map(({ isDoubtful }) => isDoubtful)).toEqual([false, false, true])
    expect(frames.map(({ flags }) => flags.join())).toEqual(['haze', '', 'low-contrast'])
  })

  it('leaves frames without a mask out of the curve, and puts the object in hand on top', () => {
    const { curves, mostM2 } = timelineModel(DETAIL, OBJECTS, [], new Map())
    expect(curves.map(({ objectId }) => objectId)).toEqual([2, 1])
    expect(curves[1]?.points.map(({ areaM2 }) => areaM2)).toEqual([1_000, 3_000])
    expect(mostM2).toBe(5_000)
  })

  it('shows an interval only where the analysis measured this very mask', () => {
    const intervals = new Map([
      ['a 1', { areaM2: 1_000.2, lowM2: 800, highM2: 1_200 }],
      ['c 1', { areaM2: 2_900, lowM2: 2_000, highM2: 9_000 }],
    ])
    const { curves, mostM2 } = timelineModel(DETAIL, OBJECTS, [], intervals)
    expect(curves[1]?.points.map(({ interval }) => interval?.highM2 ?? null)).toEqual([1_200, null])
    expect(mostM2).toBe(5_000)
  })

  it('shows the answer to marks that are not propagated yet', () => {
    const held = { sceneId: 'b', objectId: 1, areaM2: 2_000 } as HeldMask
    const { curves } = timelineModel(DETAIL, OBJECTS, [held], new Map())
    expect(curves[1]?.points.map(({ areaM2, isHeld }) => [areaM2, isHeld])).toEqual([
      [1_000, false],
      [2_000, true],
      [3_000, false],
    ])
  })
})
