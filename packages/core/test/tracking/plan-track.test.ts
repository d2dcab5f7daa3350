import { describe, expect, it } from 'vitest'
import type { Track, TrackedFrame } from '../../src/model/track.ts'
import { canResume, planTrack } from '../../src/tracking/plan-track.ts'

const frames = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((sceneId) => ({ sceneId, frameHash: 'v1' }))

function tracked(sceneId: string, overrides: Partial<TrackedFrame> = {}): TrackedFrame {
  return {
    sceneId,
    objectId: 1,
    mask: `masks/${sceneId}.tif`,
    probability: null,
    areaM2: 1,
    segmenter: 'ndvi',
    modelHash: 'm1',
    confidence: { score: 1, parts: {} },
    locked: false,
    promptHash: null,
    frameHash: 'v1',
    flags: [],
    ...overrides,
  }
}

function trackOf(overrides: Record<string, Partial<TrackedFrame>> = {}): Track {
  return {
    formatVersion: 1,
    frames: frames.map(({ sceneId }) => tracked(sceneId, overrides[sceneId])),
    run: null,
    changes: [],
  }
}

function plan(
  previous: Track | null,
  prompts: Record<string, string>,
  more: Partial<Parameters<typeof planTrack>[0]> = {},
): ReturnType<typeof planTrack> {
  return planTrack({
    frames,
    objectId: 1,
    promptHashes: new Map(Object.entries(prompts)),
    previous,
    segmenter: 'ndvi',
    modelHash: 'm1',
    ...more,
  })
}

describe('planTrack', () => {
  it('computes every frame the first time', () => {
    expect(plan(null, { a: 'p' })).toMatchObject({ compute: [0, 1, 2, 3, 4, 5, 6], accepted: [] })
  })

  it('has nothing to do when nothing has changed', () => {
    expect(plan(trackOf({ a: { promptHash: 'p' } }), { a: 'p' })).toMatchObject({
      compute: [],
      accepted: [0],
    })
  })

  it('carries a correction up to the next locked frames on either side and keeps earlier corrections', () => {
    const previous = trackOf({
      a: { promptHash: 'p' },
      b: { locked: true },
      f: { locked: true },
      c: { promptHash: 'q' },
    })
    expect(plan(previous, { a: 'p', c: 'q', d: 'new' })).toMatchObject({
      compute: [3, 4],
      accepted: [0, 1, 2, 5],
    })
  })

  it('computes again what answered prompts that are gone', () => {
    const previous = trackOf({ a: { promptHash: 'p' }, c: { promptHash: 'q' } })
    expect(plan(previous, { a: 'p' }).compute).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('never computes a locked frame, and says that its prompts were left out', () => {
    const previous = trackOf({ a: { promptHash: 'p' }, d: { locked: true } })
    const result = plan(previous, { a: 'p', d: 'new' }, { all: true })
    expect(result.compute).not.toContain(3)
    expect(result.lockedButPrompted).toEqual([3])
  })

  it('computes everything unlocked with another engine or other pixels', () => {
    const previous = trackOf({ a: { promptHash: 'p' }, d: { locked: true } })
    expect(plan(previous, { a: 'p' }, { modelHash: 'm2' }).compute).toEqual([0, 1, 2, 4, 5, 6])
    const changed = frames.map((frame, i) => (i === 5 ? { ...frame, frameHash: 'v2' } : frame))
    expect(plan(previous, { a: 'p' }, { frames: changed }).compute).toEqual([4, 5, 6])
  })

  it('answers corrected frames anew when everything is asked for', () => {
    const previous = trackOf({ a: { promptHash: 'p' }, d: { locked: true } })
    expect(plan(previous, { a: 'p' }, { all: true })).toMatchObject({
      compute: [0, 1, 2, 4, 5, 6],
      accepted: [3],
    })
  })

  it('starts at a frame, and goes backwards in reverse', () => {
    expect(plan(null, { d: 'p' }, { fromFrame: 3 }).compute).toEqual([3, 4, 5, 6])
    expect(plan(null, { d: 'p' }, { fromFrame: 3, reverse: true }).compute).toEqual([3, 2, 1, 0])
  })
})

describe('canResume', () => {
  const run = {
    segmenter: 'ndvi',
    modelHash: 'm1',
    inputHash: 'h',
    pending: [{ sceneId: 'a', objectId: 1 }],
    accepted: [],
  }
  it('goes on only with the same engine and inputs and something to do', () => {
    const now = { segmenter: 'ndvi', modelHash: 'm1', inputHash: 'h' }
    expect(canResume(run, now)).toBe(true)
    expect(canResume(run, { ...now, inputHash: 'other' })).toBe(false)
    expect(canResume({ ...run, pending: [] }, now)).toBe(false)
    expect(canResume(null, now)).toBe(false)
  })
})
