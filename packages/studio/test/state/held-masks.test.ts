import type { PointPrompt, Prompt, SiteDetail, TrackedFrame } from '@scarline/core/model'
import { describe, expect, it } from 'vitest'
import { doubtsOf, isUnanswered, mergeMarks, settle, withHeld } from '../../src/state/held-masks.ts'
import type { HeldMask, PendingMark } from '../../src/state/track-store.ts'

const NO_BITS = { width: 0, height: 0, bits: new Uint8Array(0) }
const OF = { sceneId: 'a', objectId: 1 }

const prompt = (id: string): PointPrompt => ({
  ...{ ...OF, id, by: null, at: '', why: null },
  ...{ kind: 'point', lngLat: [98, 30], positive: true },
})
const tracked = (part: Partial<TrackedFrame>): TrackedFrame =>
  ({
    ...OF,
    areaM2: 1,
    confidence: { score: 1, parts: {} },
    promptHash: null,
    ...part,
  }) as TrackedFrame
const site = (
  prompts: Prompt[],
  masks: TrackedFrame[] = [],
  unanswered: SiteDetail['unanswered'] = [],
): SiteDetail =>
  ({
    ...{ prompts, unanswered },
    track: { frames: masks, run: null, changes: [], formatVersion: 1 },
  }) as never

const mark = (id: string, part: Partial<PendingMark>): PendingMark => ({
  ...{ ...OF, id, input: {}, writtenRevision: null },
  ...part,
})
const held = (number: number, part: Partial<HeldMask> = {}): HeldMask => ({
  ...{ ...OF, number, source: { bits: NO_BITS }, areaM2: 1, confidence: null, fixedBy: null },
  doubts: [],
  isProvisional: false,
  holdsFor: null,
  ...part,
})

describe('ground in doubt', () => {
  const place = { isTakenIn: true, areaM2: 900, lngLat: [98, 30] as [number, number] }
  const mask = tracked({ doubts: [place] })

  it('is what the latest answer leaves in doubt', () => {
    expect(doubtsOf(site([]), [], OF)).toEqual([])
    expect(doubtsOf(site([], [mask]), [], OF)).toEqual([place])
    expect(doubtsOf(site([], [mask]), [held(1)], OF)).toEqual([])
    expect(doubtsOf(site([], [tracked({})]), [held(1, { doubts: [place] })], OF)).toEqual([place])
  })

  it('is none on a frame that a person has accepted', () => {
    expect(doubtsOf(site([], [{ ...mask, locked: true }]), [], OF)).toEqual([])
  })
})

describe('answers to marks', () => {
  it('that are stale are dropped: the later gesture stands', () => {
    expect(withHeld([held(5)], held(4))).toEqual([held(5)])
    expect(withHeld([held(5)], held(6))).toEqual([held(6)])
    expect(withHeld([held(5)], held(4, { sceneId: 'b' }))).toHaveLength(2)
  })

  it('hold from reading the site again until its prompts or the mask change', () => {
    const written = { marks: [mark('m', { writtenRevision: 5 })], held: [held(1)] }
    expect(settle(written, site([]), 4)).toEqual(written)
    const read = site([prompt('p')], [], [OF])
    const bound = settle(written, read, 5)
    expect(bound.marks).toEqual([])
    expect(bound.held).toHaveLength(1)
    expect(settle(bound, { ...read, revision: 9 }, 5).held).toBe(bound.held)
    expect(settle(bound, site([]), 6).held).toEqual([])
    expect(settle(bound, site([prompt('p')], [tracked({ areaM2: 7 })]), 6).held).toEqual([])
  })

  it('are let go of once the mask of the frame answers its prompts', () => {
    const bound = held(1, { holdsFor: 'p | ' })
    const open = site([prompt('p')], [], [OF])
    expect(settle({ marks: [], held: [bound] }, open, 5).held).toEqual([bound])
    const answered = { ...open, unanswered: [] }
    expect(settle({ marks: [], held: [bound] }, answered, 5).held).toEqual([])
  })

  it('go with a mark that was taken back before it was ever read', () => {
    const undone = { marks: [mark('m', { writtenRevision: 5 })], held: [held(1)] }
    expect(settle(undone, site([]), 6)).toEqual({ marks: [], held: [] })
  })

  it('to gestures that are not written stay, whatever is read', () => {
    const open = { marks: [mark('m', {})], held: [held(1)] }
    expect(settle(open, site([prompt('p')]), 9)).toEqual(open)
  })
})

describe('one question for several marks', () => {
  it('adds points up, those only that are not written', () => {
    const marks = [
      mark('1', { input: { positive: [[1, 1]] }, writtenRevision: 1 }),
      mark('2', { input: { positive: [[2, 2]] } }),
      mark('3', { input: { negative: [[3, 3]] } }),
      mark('4', { input: { positive: [[4, 4]] }, sceneId: 'b' }),
    ]
    expect(mergeMarks(marks, OF)).toEqual({ ...OF, positive: [[2, 2]], negative: [[3, 3]] })
  })

  it('is none for two boxes', () => {
    const box = { input: { bboxLngLat: [1, 2, 3, 4] as [number, number, number, number] } }
    expect(mergeMarks([mark('1', box)], OF)).toEqual({ ...OF, ...box.input })
    expect(mergeMarks([mark('1', box), mark('2', box)], OF)).toBeNull()
  })
})

it('knows a mask that its prompts have left behind', () => {
  expect(isUnanswered(site([], [], [OF]), OF)).toBe(true)
  expect(isUnanswered(site([prompt('p')], [], [{ ...OF, objectId: 2 }]), OF)).toBe(false)
})
