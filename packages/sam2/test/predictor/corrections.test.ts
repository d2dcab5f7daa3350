import { describe, expect, it } from 'vitest'
import { describeState } from '../../src/predictor/describe-state.ts'
import type { PredictorOptions } from '../../src/predictor/predictor-options.ts'
import { CLICK, failure, logitsOf, only, setUp, track } from './harness.ts'

const OFFICIAL: PredictorOptions = { correctionsStick: false, maxFramesInMemory: Infinity }

describe('upstream corrections', () => {
  it('are lost when propagation passes over the frame again', async () => {
    const { predictor, state } = setUp(OFFICIAL)
    await predictor.addNewPointsOrBox(state, CLICK)
    const first = await track(predictor, state, { maxFrameNumToTrack: 6 })
    const corrected = await predictor.addNewPointsOrBox(state, { ...CLICK, frameIdx: 4 })
    expect(only(corrected).source).toEqual({ pending: true, kind: 'non_cond' })
    const again = await track(predictor, state, { maxFrameNumToTrack: 6 })
    expect(logitsOf(again, 4)).toEqual(logitsOf(first, 4))
    expect(logitsOf(again, 6)).toEqual(logitsOf(first, 6))
  })

  it('serve as memory where propagation starts after them', async () => {
    const { predictor, state } = setUp(OFFICIAL)
    await predictor.addNewPointsOrBox(state, CLICK)
    const first = await track(predictor, state, { maxFrameNumToTrack: 6 })
    await predictor.addNewPointsOrBox(state, { ...CLICK, frameIdx: 4 })
    const again = await track(predictor, state, { startFrameIdx: 5, maxFrameNumToTrack: 1 })
    expect(logitsOf(again, 5)).not.toEqual(logitsOf(first, 5))
  })

  it('of the initial frame are discarded', async () => {
    const { predictor, state } = setUp(OFFICIAL)
    await predictor.addNewPointsOrBox(state, CLICK)
    const first = await track(predictor, state, { maxFrameNumToTrack: 2 })
    await predictor.addNewPointsOrBox(state, { ...CLICK, labels: [0] })
    expect(await track(predictor, state, { maxFrameNumToTrack: 2 })).toEqual(first)
    expect(describeState(state).perObj[0]).toMatchObject({ cond: [0], nonCond: [1, 2] })
  })

  it('stay as conditioning frames with addAllFramesToCorrectAsCond', async () => {
    const { predictor, state } = setUp({ ...OFFICIAL, addAllFramesToCorrectAsCond: true })
    await predictor.addNewPointsOrBox(state, CLICK)
    await track(predictor, state, { maxFrameNumToTrack: 6 })
    await predictor.addNewPointsOrBox(state, { ...CLICK, frameIdx: 4 })
    await track(predictor, state, { maxFrameNumToTrack: 6 })
    expect(describeState(state).perObj[0]).toMatchObject({ cond: [0, 4], nonCond: [1, 2, 3, 5, 6] })
  })

  it('need a conditioning frame', async () => {
    const { predictor, state } = setUp(OFFICIAL)
    await predictor.addNewPointsOrBox(state, CLICK)
    await track(predictor, state, { maxFrameNumToTrack: 2 })
    await predictor.clearAllPromptsInFrame(state, CLICK)
    const error = await failure(predictor.addNewPointsOrBox(state, { ...CLICK, frameIdx: 1 }))
    expect(error).toMatchObject({ code: 'state' })
  })
})

describe('corrections that stick', () => {
  it('come out bit-identical from every later propagation, in either direction', async () => {
    const { predictor, state } = setUp()
    await predictor.addNewPointsOrBox(state, CLICK)
    const first = await track(predictor, state, { maxFrameNumToTrack: 8 })
    const corrected = await predictor.addNewPointsOrBox(state, { ...CLICK, frameIdx: 4 })
    expect(only(corrected).logits).not.toEqual(logitsOf(first, 4))
    for (const options of [{ maxFrameNumToTrack: 8 }, { startFrameIdx: 6, reverse: true }, {}]) {
      const again = await track(predictor, state, options)
      expect(logitsOf(again, 4)).toEqual(only(corrected).logits)
    }
    expect(describeState(state).perObj[0]).toMatchObject({ cond: [0, 4] })
  })

  it('replace the initial frame', async () => {
    const { predictor, state } = setUp()
    const initial = await predictor.addNewPointsOrBox(state, CLICK)
    await track(predictor, state, { maxFrameNumToTrack: 3 })
    const corrected = await predictor.addNewPointsOrBox(state, { ...CLICK, labels: [0] })
    const again = await track(predictor, state, { maxFrameNumToTrack: 3 })
    expect(logitsOf(again, 0)).toEqual(only(corrected).logits)
    expect(logitsOf(again, 0)).not.toEqual(only(initial).logits)
  })

  it('are possible where the only conditioning frame was cleared', async () => {
    const { predictor, state, calls } = setUp()
    await predictor.addNewPointsOrBox(state, CLICK)
    await track(predictor, state, { maxFrameNumToTrack: 3 })
    await predictor.clearAllPromptsInFrame(state, CLICK)
    await predictor.addNewPointsOrBox(state, { ...CLICK, frameIdx: 2 })
    expect(calls.at(-1)?.memory?.map(({ frame }) => frame)).toEqual([0, 1])
    await track(predictor, state)
    expect(describeState(state).perObj[0]?.cond).toEqual([2])
  })
})

describe('acceptFrame', () => {
  it('keeps a tracked frame bit for bit while the others change', async () => {
    const { predictor, state } = setUp()
    await predictor.addNewPointsOrBox(state, CLICK)
    const first = await track(predictor, state, { maxFrameNumToTrack: 8 })
    await predictor.acceptFrame(state, { frameIdx: 4, objId: 1 })
    const again = await track(predictor, state, { maxFrameNumToTrack: 8 })
    expect(logitsOf(again, 4)).toEqual(logitsOf(first, 4))
    expect(logitsOf(again, 5)).not.toEqual(logitsOf(first, 5))
    expect(describeState(state).perObj[0]).toMatchObject({
      cond: [0, 4],
      nonCond: [1, 2, 3, 5, 6, 7, 8],
    })
  })

  it('is taken back by clearing the frame', async () => {
    const { predictor, state } = setUp()
    await predictor.addNewPointsOrBox(state, CLICK)
    await track(predictor, state, { maxFrameNumToTrack: 3 })
    await predictor.acceptFrame(state, { frameIdx: 2, objId: 1 })
    await predictor.clearAllPromptsInFrame(state, { frameIdx: 2, objId: 1 })
    expect(describeState(state).perObj[0]).toMatchObject({ cond: [0], nonCond: [1, 2, 3] })
    const [, , computed] = await track(predictor, state, { maxFrameNumToTrack: 3 })
    expect(only(computed).computed).toBe(true)
  })

  it('makes a pending correction stick upstream too', async () => {
    const { predictor, state } = setUp(OFFICIAL)
    await predictor.addNewPointsOrBox(state, CLICK)
    await track(predictor, state, { maxFrameNumToTrack: 4 })
    const corrected = await predictor.addNewPointsOrBox(state, { ...CLICK, frameIdx: 2 })
    await predictor.acceptFrame(state, { frameIdx: 2, objId: 1 })
    const again = await track(predictor, state, { maxFrameNumToTrack: 4 })
    expect(logitsOf(again, 2)).toEqual(only(corrected).logits)
  })

  it('refuses a frame without an output', async () => {
    const { predictor, state } = setUp()
    await predictor.addNewPointsOrBox(state, CLICK)
    const at = { frameIdx: 3, objId: 1 }
    expect(await failure(predictor.acceptFrame(state, at))).toMatchObject({ code: 'state' })
    expect(await failure(predictor.acceptFrame(state, { ...at, objId: 9 }))).toMatchObject({
      code: 'state',
    })
  })
})
