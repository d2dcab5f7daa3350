import { describe, expect, it } from 'vitest'
import { describeState } from '../../src/predictor/describe-state.ts'
import type { FrameResult } from '../../src/predictor/frame-result.ts'
import { createVideoPredictor } from '../../src/predictor/video-predictor.ts'
import { fakeModel, fakeVideo } from './fake-model.ts'
import { CLICK, failure, logitsOf, only, setUp, track } from './harness.ts'

const indices = (frames: readonly FrameResult[]): number[] => frames.map(({ frameIdx }) => frameIdx)

describe('propagation', () => {
  it('includes its last frame, starts at the earliest conditioning frame and stops at the end', async () => {
    const { predictor, state } = setUp()
    await predictor.addNewPointsOrBox(state, { ...CLICK, frameIdx: 9 })
    await predictor.addNewPointsOrBox(state, { ...CLICK, frameIdx: 3 })
    expect(indices(await track(predictor, state, { maxFrameNumToTrack: 2 }))).toEqual([3, 4, 5])
    expect(indices(await track(predictor, state, { startFrameIdx: 11 }))).toEqual([11, 12, 13])
    expect(indices(await track(predictor, state, { reverse: true }))).toEqual([3, 2, 1, 0])
    expect(await track(predictor, state, { startFrameIdx: 0, reverse: true })).toEqual([])
    const back = await track(predictor, state, {
      startFrameIdx: 9,
      reverse: true,
      maxFrameNumToTrack: 1,
    })
    expect(indices(back)).toEqual([9, 8])
    expect(describeState(state).perObj[0]?.tracked).toMatchObject({ 9: true, 8: true, 4: false })
  })

  it('repeats conditioning frames without the model and marks them tracked', async () => {
    const { predictor, state, calls } = setUp()
    const prompted = await predictor.addNewPointsOrBox(state, CLICK)
    const frames = await track(predictor, state, { maxFrameNumToTrack: 2 })
    expect(logitsOf(frames, 0)).toEqual(only(prompted).logits)
    expect(only(frames[0])).toMatchObject({ computed: false, memoryFrames: [] })
    expect(calls.map(({ frameIdx }) => frameIdx)).toEqual([0, 1, 2])
    expect(describeState(state).perObj[0]).toMatchObject({
      cond: [0],
      nonCond: [1, 2],
      tempCond: [],
      tracked: { 0: false, 1: false, 2: false },
    })
  })

  it('reports memory and its true gaps in time', async () => {
    const model = fakeModel()
    const predictor = createVideoPredictor(model)
    const state = predictor.initState(fakeVideo(4, [0, 10, 25, 100]))
    await predictor.addNewPointsOrBox(state, { ...CLICK, frameIdx: 3 })
    await predictor.addNewPointsOrBox(state, CLICK)
    const frames = await track(predictor, state)
    expect(only(frames[2]).memoryFrames).toEqual([
      { frameIdx: 3, kind: 'cond', gap: -75 },
      { frameIdx: 0, kind: 'cond', gap: 25 },
      { frameIdx: 1, kind: 'non_cond', gap: 15 },
    ])
    expect(only(frames[2]).pointerFrames.map(({ gap }) => gap)).toEqual([25, 15])
    const untimed = setUp()
    await untimed.predictor.addNewPointsOrBox(untimed.state, CLICK)
    const [, second] = await track(untimed.predictor, untimed.state, { maxFrameNumToTrack: 1 })
    expect(only(second).memoryFrames).toEqual([{ frameIdx: 0, kind: 'cond', gap: null }])
  })

  it('gives the same bits for the same calls', async () => {
    const runs = await Promise.all(
      [1, 2].map(async () => {
        const { predictor, state } = setUp()
        await predictor.addNewPointsOrBox(state, CLICK)
        return track(predictor, state)
      }),
    )
    expect(runs[0]).toEqual(runs[1])
  })

  it('encodes the memory of prompted frames binarised when it starts, object by object', async () => {
    const encoded: string[] = []
    const { predictor, state, model } = setUp({
      onMemoryEncoded: ({ objId, frameIdx, binarized, inTrackStep }) =>
        encoded.push(`${objId}:${frameIdx} ${binarized} ${inTrackStep}`),
    })
    await predictor.addNewPointsOrBox(state, { ...CLICK, frameIdx: 5 })
    await predictor.addNewPointsOrBox(state, CLICK)
    await predictor.addNewPointsOrBox(state, { ...CLICK, objId: 2 })
    await predictor.addNewPointsOrBox(state, { ...CLICK, objId: 2, frameIdx: 5 })
    await track(predictor, state, { maxFrameNumToTrack: 0 })
    expect(encoded).toEqual([
      '1:5 true false',
      '1:0 true false',
      '2:0 true false',
      '2:5 true false',
    ])
    expect(model.log.filter((stage) => stage === 'image encoder')).toHaveLength(2)
  })

  it('raises without any prompt, and where an object has none left', async () => {
    const { predictor, state } = setUp()
    expect(await failure(track(predictor, state))).toMatchObject({ code: 'state' })
    await predictor.addNewPointsOrBox(state, CLICK)
    await track(predictor, state, { maxFrameNumToTrack: 1 })
    await predictor.clearAllPromptsInFrame(state, CLICK)
    expect(await failure(track(predictor, state))).toMatchObject({ code: 'state' })
    expect(state.busyWith).toBeNull()
  })

  it('tracks objects prompted later from the start, by their future frame', async () => {
    const { predictor, state, calls } = setUp()
    await predictor.addNewPointsOrBox(state, CLICK)
    await predictor.addNewPointsOrBox(state, { ...CLICK, objId: 2, frameIdx: 2 })
    await track(predictor, state, { maxFrameNumToTrack: 3 })
    const second = calls.filter(({ objId, runMemEncoder }) => objId === 2 && runMemEncoder)
    expect(second.map(({ frameIdx }) => frameIdx)).toEqual([0, 1, 3])
    expect(second[0]).toMatchObject({ pointers: [], memoryWasBf16Only: true, nPtrTokens: 0 })
    expect(second[0]?.memory).toEqual([{ frame: 2, kind: 'cond', tposIndex: 4 }])
  })

  it('stays finite in a video of one frame', async () => {
    const { predictor, state, calls } = setUp({}, {}, 1)
    await predictor.addNewPointsOrBox(state, CLICK)
    await track(predictor, state)
    const corrected = await predictor.addNewPointsOrBox(state, CLICK)
    expect(calls.at(-1)?.pointers).toEqual([{ frame: 0, kind: 'cond', tpos: 0 }])
    expect(only(corrected).logits.every(Number.isFinite)).toBe(true)
    expect(only(corrected).objectScoreLogit).toBe(5)
  })
})
