import { describe, expect, it } from 'vitest'
import {
  type MemoryPlanInput,
  type MemorySettings,
  planMemory,
} from '../../src/predictor/plan-memory.ts'

const SETTINGS: MemorySettings = {
  numMaskmem: 5,
  maxObjPtrsInEncoder: 4,
  maxCondFramesInAttn: -1,
  memoryTemporalStrideForEval: 1,
  useObjPtrsInEncoder: true,
  onlyObjPtrsInThePastForEval: true,
  useSignedTposEncToObjPtrs: true,
}

/** `4c2`: frame 4, conditioning, row 2; pointers with their time to two decimals. */
function plan(
  input: Partial<Omit<MemoryPlanInput, 'settings'>> & {
    nonCond?: readonly number[]
    dropped?: readonly number[]
    settings?: Partial<MemorySettings>
  },
): { memory: string; pointers: string } {
  const { nonCond = [], dropped = [], settings, ...rest } = input
  const made = planMemory({
    frameIdx: 7,
    reverse: false,
    numFrames: 14,
    condFrames: [0],
    hasNonCond: (frame) => nonCond.includes(frame),
    hasMemory: (frame) => nonCond.includes(frame) && !dropped.includes(frame),
    ...rest,
    settings: { ...SETTINGS, ...settings },
  })
  return {
    memory: made.memory
      .map(({ frame, kind, tposIndex }) => `${frame}${kind[0]}${tposIndex}`)
      .join(' '),
    pointers: made.pointers
      .map(({ frame, kind, tpos }) => `${frame}${kind[0]}${tpos.toFixed(2)}`)
      .join(' '),
  }
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)

describe('planMemory', () => {
  it('takes conditioning frames first, then the window from its oldest frame on', () => {
    expect(plan({ nonCond: range(1, 6) })).toEqual({
      memory: '0c4 3n3 4n2 5n1 6n0',
      pointers: '0c2.33 6n0.33 5n0.67 4n1.00',
    })
  })

  it('leaves gaps where the window has no output', () => {
    expect(plan({ frameIdx: 4, nonCond: [1, 3] })).toEqual({
      memory: '0c4 1n2 3n0',
      pointers: '0c1.33 3n0.33 1n1.00',
    })
  })

  it('takes future conditioning frames for memory, not for pointers', () => {
    expect(plan({ frameIdx: 2, condFrames: [4], nonCond: [1] })).toEqual({
      memory: '4c4 1n0',
      pointers: '1n0.33',
    })
    expect(plan({ frameIdx: 1, condFrames: [4] })).toEqual({ memory: '4c4', pointers: '' })
    const settings = { onlyObjPtrsInThePastForEval: false }
    expect(plan({ frameIdx: 1, condFrames: [4], settings }).pointers).toBe('4c-1.00')
    const unsigned = { ...settings, useSignedTposEncToObjPtrs: false }
    expect(plan({ frameIdx: 1, condFrames: [4], settings: unsigned }).pointers).toBe('4c1.00')
  })

  it('mirrors everything in reverse', () => {
    expect(plan({ frameIdx: 1, reverse: true, condFrames: [6], nonCond: range(2, 5) })).toEqual({
      memory: '6c4 5n3 4n2 3n1 2n0',
      pointers: '6c1.67 2n0.33 3n0.67 4n1.00',
    })
    expect(plan({ frameIdx: 6, reverse: true, condFrames: [0], nonCond: range(1, 5) })).toEqual({
      memory: '0c4',
      pointers: '',
    })
  })

  it('keeps conditioning frames in the order they were added', () => {
    const { memory } = plan({ frameIdx: 1, condFrames: [0, 9, 3, 6] })
    expect(memory).toBe('0c4 9c4 3c4 6c4')
  })

  it('uses a corrected frame itself, with time 0', () => {
    expect(plan({ frameIdx: 0, condFrames: [0], nonCond: [1] })).toEqual({
      memory: '0c4',
      pointers: '0c0.00',
    })
  })

  it.each([
    [1, 2, [], '0c4 3c4', '0c0.33'],
    [4, 2, [1, 2], '3c4 6c4 0c3 1n2 2n1', '3c0.33 2n0.67 1n1.00'],
    [7, 2, [1, 2, 4, 5], '6c4 9c4 3c3 4n2 5n1', '6c0.33 5n0.67 4n1.00'],
    [10, 2, [7, 8], '9c4 6c4 7n2 8n1', '9c0.33 6c1.33 8n0.67 7n1.00'],
    [4, 3, [1, 2], '3c4 6c4 0c4 1n2 2n1', '3c0.33 0c1.33 2n0.67 1n1.00'],
    [5, 3, [1, 2, 4], '3c4 6c4 9c4 1n3 2n2 4n0', '3c0.67 4n0.33 2n1.00'],
  ])(
    'at frame %i with %i conditioning frames at most takes the nearest',
    (frameIdx, limit, nonCond, memory, pointers) => {
      const made = plan({
        frameIdx,
        condFrames: [0, 9, 3, 6],
        nonCond,
        settings: { maxCondFramesInAttn: limit },
      })
      expect(made).toEqual({ memory, pointers })
    },
  )

  it('counts a frame as not earlier than itself, ties in order of insertion', () => {
    const settings = { maxCondFramesInAttn: 3 }
    expect(plan({ frameIdx: 5, condFrames: [8, 2, 5, 3, 7], settings }).memory).toBe(
      '3c4 5c4 7c4 2c2',
    )
  })

  it('takes an unselected conditioning frame inside the window as if it were none', () => {
    const settings = { maxCondFramesInAttn: 2 }
    const made = plan({ frameIdx: 5, condFrames: [2, 3, 6], settings })
    expect(made).toEqual({ memory: '3c4 6c4 2c2', pointers: '3c0.67 2c1.00' })
  })

  it.each([
    [3, false, '0c4 2n0'],
    [5, false, '0c4 2n1 4n0'],
    [6, false, '0c4 2n2 4n1 5n0'],
    [4, true, '0c4 6n1 5n0'],
    [1, true, '0c4 6n2 4n1 2n0'],
  ])(
    'with stride 2 at frame %i (reverse %s) takes the neighbour, then even frames',
    (frameIdx, reverse, memory) => {
      const nonCond = range(1, 6).filter((frame) => (reverse ? frame > frameIdx : frame < frameIdx))
      expect(
        plan({ frameIdx, reverse, nonCond, settings: { memoryTemporalStrideForEval: 2 } }).memory,
      ).toBe(memory)
    },
  )

  it('limits pointers by the length of the video, and divides by it', () => {
    expect(plan({ frameIdx: 1, numFrames: 2 }).pointers).toBe('0c1.00')
    expect(plan({ frameIdx: 2, numFrames: 3, nonCond: [1] }).pointers).toBe('0c1.00 1n0.50')
  })

  it('gives time 0, not NaN, in a video of one frame', () => {
    expect(plan({ frameIdx: 0, numFrames: 1 })).toEqual({ memory: '0c4', pointers: '0c0.00' })
  })

  it('looks for no pointer outside the video', () => {
    expect(plan({ frameIdx: 12, reverse: true, condFrames: [3], nonCond: [13] }).pointers).toBe(
      '13n0.33',
    )
  })

  it('keeps the pointer of a frame whose memory was dropped', () => {
    expect(plan({ frameIdx: 4, nonCond: [1, 2, 3], dropped: [2] })).toEqual({
      memory: '0c4 1n2 3n0',
      pointers: '0c1.33 3n0.33 2n0.67 1n1.00',
    })
  })

  it('takes no pointers where the model has none', () => {
    expect(plan({ nonCond: [6], settings: { useObjPtrsInEncoder: false } }).pointers).toBe('')
  })
})
