import { afterAll, describe, expect, it } from 'vitest'
import type {
  FrameSource,
  PixelPrompt,
  SegmentedFrame,
  SegmenterSession,
} from '../../../src/tracking/segmenter.ts'
import { createNdviSegmenter } from '../../../src/tracking/ndvi/ndvi-segmenter.ts'
import {
  areaOf,
  click,
  inBox,
  iouWith,
  memoryScratch,
  sensed,
  SIZE,
  syntheticSource,
} from './synthetic-series.ts'

const LAST = 29

/** Opening reads the whole series: one session for all that is asked of one source. */
const sessions = new Map<FrameSource, Promise<SegmenterSession>>()
afterAll(async () => {
  for (const session of sessions.values()) await (await session).close()
})

function sessionOf(source: FrameSource): Promise<SegmenterSession> {
  const known = sessions.get(source)
  const session = known ?? createNdviSegmenter().open(source, { scratch: memoryScratch() })
  sessions.set(source, session)
  return session
}

async function track(
  source: FrameSource,
  prompts: PixelPrompt[],
  extra: { accepted?: { frameIndex: number; mask: Uint8Array }[]; frameIndices?: number[] } = {},
): Promise<Map<number, SegmentedFrame>> {
  const session = await sessionOf(source)
  const result = new Map<number, SegmentedFrame>()
  const request = {
    objectId: 1,
    prompts,
    accepted: extra.accepted ?? [],
    frameIndices: extra.frameIndices ?? source.frames.map((frame) => frame.index),
  }
  for await (const frame of session.segment(request)) result.set(frame.frameIndex, frame)
  return result
}

function maskAt(frames: Map<number, SegmentedFrame>, index: number): Uint8Array {
  return (frames.get(index) as SegmentedFrame).mask
}

const scar = (col: number, row: number): boolean => inBox(col, row, 30, 30, 54, 58)
const outcrop = (col: number, row: number): boolean => inBox(col, row, 70, 10, 84, 22)
const failure = (col: number, row: number): boolean => inBox(col, row, 30, 58, 54, 80)
/** A scar, an outcrop that was always bare, and from frame 15 a failure below the scar. */
const failingSlope = (col: number, row: number, frame: number): number =>
  scar(col, row) || outcrop(col, row) || (frame >= 15 && failure(col, row)) ? 1 : 0
const slope = syntheticSource({ ground: failingSlope })
const truthAt =
  (frame: number) =>
  (col: number, row: number): boolean =>
    scar(col, row) || (frame >= 15 && failure(col, row))

describe('the ndvi segmenter', () => {
  it('follows a failure on the frame on which it happens, and not before, in every season', async () => {
    const frames = await track(slope, [click(0, 40, 40)])
    for (let t = 0; t <= LAST; t++) {
      expect(iouWith(maskAt(frames, t), truthAt(t)), `frame ${t}`).toBeGreaterThan(0.93)
    }
  })

  it('gives the same from prompts on the last frame, in reverse order', async () => {
    const frameIndices = slope.frames.map((frame) => LAST - frame.index)
    const frames = await track(slope, [click(LAST, 40, 70), click(LAST, 40, 40)], { frameIndices })
    expect([...frames.keys()][0]).toBe(LAST)
    for (const t of [0, 14, 15, LAST]) {
      expect(iouWith(maskAt(frames, t), truthAt(t)), `frame ${t}`).toBeGreaterThan(0.93)
    }
  })

  it('never dates a failure before it was seen, however long the slope was hidden', async () => {
    const hidden = (_col: number, row: number, frame: number): boolean =>
      row >= 56 && frame >= 11 && frame < 18
    const frames = await track(syntheticSource({ ground: failingSlope, hidden }), [
      click(0, 40, 40),
    ])
    for (let t = 11; t < 18; t++) {
      expect(iouWith(maskAt(frames, t), scar), `frame ${t}`).toBeGreaterThan(0.9)
    }
    expect(iouWith(maskAt(frames, 18), truthAt(18))).toBeGreaterThan(0.93)
  })

  it('remembers hidden ground and does not jump for an undetected cloud', async () => {
    const source = syntheticSource({
      ground: (col, row) => (scar(col, row) ? 1 : 0),
      hidden: (col, _row, frame) => frame === 8 && col < 44,
      disturb: (ndvi, col, _row, frame) => (frame === 20 && col < 70 ? 0.03 : ndvi),
    })
    const frames = await track(source, [click(0, 40, 40)])
    expect(iouWith(maskAt(frames, 8), scar)).toBeGreaterThan(0.93)
    expect(iouWith(maskAt(frames, 20), scar)).toBeGreaterThan(0.93)
    const hidden = (frames.get(8) as SegmentedFrame).confidence.parts['validFraction'] as number
    expect(hidden).toBeLessThan(0.6)
  })

  it('does not take the bank of a river for scar', async () => {
    const ground = (col: number, row: number): number =>
      inBox(col, row, 54, 0, 66, SIZE) ? 2 : scar(col, row) ? 1 : 0
    const frames = await track(syntheticSource({ ground }), [click(0, 40, 40)])
    expect(iouWith(maskAt(frames, 12), scar)).toBeGreaterThan(0.9)
  })

  it('lets go of ground that greens', async () => {
    const ground = (col: number, row: number, frame: number): number => {
      if (!scar(col, row)) return 0
      return row < 44 ? 1 : Math.max(0, 1 - frame / 20)
    }
    const frames = await track(syntheticSource({ ground }), [click(0, 40, 36)])
    expect(iouWith(maskAt(frames, 0), scar)).toBeGreaterThan(0.9)
    expect(iouWith(maskAt(frames, LAST), (col, row) => scar(col, row) && row < 44)).toBeGreaterThan(
      0.9,
    )
  })

  it('is empty without prompts, and before an object is born', async () => {
    const ground = (col: number, row: number, frame: number): number =>
      frame >= 12 && scar(col, row) ? 1 : outcrop(col, row) ? 1 : 0
    const source = syntheticSource({ ground })
    expect(areaOf(maskAt(await track(source, []), 20))).toBe(0)
    const born = await track(source, [click(20, 40, 40)])
    expect(areaOf(maskAt(born, 11))).toBe(0)
    expect(iouWith(maskAt(born, 12), scar)).toBeGreaterThan(0.93)
  })

  it('tells a scar from sparse growth beside it that looks bare, and follows when that fails', async () => {
    const fails = (col: number, row: number): boolean => inBox(col, row, 54, 30, 80, 44)
    const stand = (col: number, row: number): boolean => inBox(col, row, 54, 30, 80, 58)
    const seen = [false, true].map((failed) =>
      sensed((col, row) => {
        if (scar(col, row) || (failed && fails(col, row))) return 1
        return stand(col, row) ? 0.85 : 0
      }, SIZE),
    )
    const ground = (col: number, row: number, frame: number): number =>
      seen[frame >= 18 ? 1 : 0]![row * SIZE + col]!
    const frames = await track(syntheticSource({ ground }), [click(0, 40, 40)])
    for (const t of [0, 10, 17]) {
      expect(iouWith(maskAt(frames, t), scar), `frame ${t}`).toBeGreaterThan(0.9)
    }
    for (const t of [18, LAST]) {
      const truth = (col: number, row: number): boolean => scar(col, row) || fails(col, row)
      expect(iouWith(maskAt(frames, t), truth), `frame ${t}`).toBeGreaterThan(0.85)
    }
  })

  it('takes out the patch under a negative click', async () => {
    const patch = (col: number, row: number): boolean => inBox(col, row, 62, 40, 74, 52)
    const ground = (col: number, row: number, frame: number): number =>
      scar(col, row) || (frame >= 10 && patch(col, row)) ? 1 : 0
    const source = syntheticSource({ ground })
    const joined = await track(source, [click(0, 40, 40)])
    expect(
      iouWith(maskAt(joined, 20), (col, row) => scar(col, row) || patch(col, row)),
    ).toBeGreaterThan(0.9)
    const parted = await track(source, [click(0, 40, 40), click(20, 68, 46, false)])
    expect(iouWith(maskAt(parted, 20), scar)).toBeGreaterThan(0.93)
    expect(iouWith(maskAt(parted, 28), scar)).toBeGreaterThan(0.93)
  })

  it('takes a negative click on covered ground for what it says of that frame, not of a failure years later', async () => {
    const below = (col: number, row: number): boolean => inBox(col, row, 30, 64, 54, 84)
    const isBare = (col: number, row: number, frame: number): boolean =>
      scar(col, row) || (frame >= 15 && below(col, row))
    const apart = syntheticSource({ ground: (...at) => (isBare(...at) ? 1 : 0) })
    const frameIndices = [0, 14, 15, LAST]
    const frames = await track(apart, [click(0, 40, 40), click(0, 40, 74, false)], { frameIndices })
    for (const t of frameIndices) {
      const truth = (col: number, row: number): boolean => isBare(col, row, t)
      expect(iouWith(maskAt(frames, t), truth), `frame ${t}`).toBeGreaterThan(0.93)
    }
    const refused = await track(apart, [click(0, 40, 40), click(LAST, 40, 74, false)], {
      frameIndices,
    })
    expect(iouWith(maskAt(refused, LAST), scar)).toBeGreaterThan(0.93)
  })

  it('keeps an accepted mask as it is and carries it until the ground changes', async () => {
    const without = new Uint8Array(SIZE * SIZE)
    for (let row = 0, i = 0; row < SIZE; row++) {
      for (let col = 0; col < SIZE; col++, i++) {
        without[i] = scar(col, row) && row >= 38 ? 1 : 0
      }
    }
    const frames = await track(slope, [click(0, 40, 50)], {
      accepted: [{ frameIndex: 6, mask: without }],
    })
    expect(maskAt(frames, 6)).toEqual(without)
    const rest = (col: number, row: number): boolean => scar(col, row) && row >= 38
    expect(iouWith(maskAt(frames, 2), rest)).toBeGreaterThan(0.9)
    expect(
      iouWith(maskAt(frames, 20), (col, row) => rest(col, row) || failure(col, row)),
    ).toBeGreaterThan(0.9)
  })

  it('answers the same bit for bit, whichever frames are asked for', async () => {
    const whole = await track(slope, [click(0, 40, 40)])
    const anew = syntheticSource({ ground: failingSlope })
    const some = await track(anew, [click(0, 40, 40)], { frameIndices: [17, 3] })
    for (const t of [3, 17]) {
      expect(maskAt(some, t)).toEqual(maskAt(whole, t))
      expect((some.get(t) as SegmentedFrame).probability).toEqual(
        (whole.get(t) as SegmentedFrame).probability,
      )
    }
  })

  it('in haste answers provisionally on ground of another level, at once even while it looks closer', async () => {
    const halfBare = (col: number, row: number, frame: number): number =>
      outcrop(col, row) ? 1 : frame >= 10 && scar(col, row) ? 0.55 : 0
    const source = syntheticSource({ ground: halfBare })
    const session = await createNdviSegmenter().open(source, { scratch: memoryScratch() })
    const steps: string[] = []
    const ask = async (name: string, hasty: boolean): Promise<SegmentedFrame> => {
      const request = {
        ...{ objectId: 1, prompts: [click(20, 40, 40)], accepted: [], frameIndices: [20], hasty },
        maskOnly: true,
        onPrepare: () => steps.push(name),
      }
      for await (const answer of session.segment(request)) {
        steps.push(`${name} answered`)
        return answer
      }
      throw new Error('no answer')
    }
    const whole = ask('whole', false)
    const hasty = await ask('hasty', true)
    expect(hasty.isProvisional).toBe(true)
    const answer = await whole
    expect(answer.isProvisional).toBeUndefined()
    expect(iouWith(answer.mask, scar)).toBeGreaterThan(0.9)
    expect(steps.filter((step) => step === 'hasty')).toEqual([])
    expect(steps.indexOf('hasty answered')).toBeLessThan(steps.indexOf('whole answered'))
    expect(await ask('again', true)).toEqual(answer)
    await session.close()
  })

  it('stops when aborted', async () => {
    const controller = new AbortController()
    const opening = createNdviSegmenter().open(syntheticSource({ ground: failingSlope }), {
      scratch: memoryScratch(),
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done === 5) controller.abort()
      },
    })
    await expect(opening).rejects.toThrow(/abort/i)
  })
})
