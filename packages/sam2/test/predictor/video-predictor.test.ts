import { describe, expect, it } from 'vitest'
import { Sam2Error } from '../../src/errors.ts'
import { describeState } from '../../src/predictor/describe-state.ts'
import { createVideoPredictor } from '../../src/predictor/video-predictor.ts'
import { SIZE, fakeModel, fakeVideo } from './fake-model.ts'
import { CLICK, failure, only, setUp, track } from './harness.ts'

describe('a prompt', () => {
  it('ignores memory on a frame that was not tracked, and waits as pending', async () => {
    const { predictor, state, calls, video } = setUp()
    const result = await predictor.addNewPointsOrBox(state, CLICK)
    expect(only(result)).toMatchObject({
      objId: 1,
      source: { pending: true, kind: 'cond' },
      objectScoreLogit: 5,
      computed: true,
      memoryFrames: [],
    })
    expect(only(result).logits).toHaveLength(video.width * video.height)
    expect(calls[0]).toMatchObject({ isInitCondFrame: true, numPoints: 1, prevMaskFed: false })
    expect(describeState(state).perObj[0]).toMatchObject({
      tempCond: [0],
      cond: [],
      pointFrames: [0],
    })
  })

  it('feeds the mask so far back, clamped, even where old points are cleared', async () => {
    const seen: (Float32Array | null)[] = []
    const { predictor, state, calls, model } = setUp(
      {},
      { decoded: (output) => ({ ...output, masks: output.masks.map((value) => value * 100) }) },
    )
    const decode = model.decodeMasks.bind(model)
    model.decodeMasks = (input) => {
      seen.push(input.maskInput)
      return decode(input)
    }
    await predictor.addNewPointsOrBox(state, CLICK)
    await predictor.addNewPointsOrBox(state, { ...CLICK, clearOldPoints: false, labels: [0] })
    await predictor.addNewPointsOrBox(state, CLICK)
    expect(calls.map(({ numPoints, prevMaskFed }) => [numPoints, prevMaskFed])).toEqual([
      [1, false],
      [2, true],
      [1, true],
    ])
    expect(Math.max(...(seen[1] as Float32Array))).toBe(32)
    expect(Math.min(...(seen[1] as Float32Array))).toBe(-32)
  })

  it('costs one decode after the first click on an initial frame', async () => {
    const { predictor, state, model, video } = setUp()
    await predictor.addNewPointsOrBox(state, CLICK)
    await predictor.addNewPointsOrBox(state, { ...CLICK, clearOldPoints: false })
    expect(model.log).toEqual(['image encoder', 'mask decoder', 'mask decoder'])
    expect(video.reads).toEqual([0])
  })

  it('costs one decode after the first click on a tracked frame', async () => {
    const { predictor, state, model } = setUp()
    await predictor.addNewPointsOrBox(state, CLICK)
    await track(predictor, state, { maxFrameNumToTrack: 4 })
    const click = { ...CLICK, frameIdx: 2, clearOldPoints: false }
    await predictor.addNewPointsOrBox(state, click)
    model.log.length = 0
    await predictor.addNewPointsOrBox(state, click)
    expect(model.log).toEqual(['mask decoder'])
  })

  it('puts a box before the points, and refuses one that adds to old points', async () => {
    const { predictor, state, calls } = setUp()
    await predictor.addNewPointsOrBox(state, { ...CLICK, box: [1, 1, 9, 9] })
    expect(calls[0]).toMatchObject({ numPoints: 3, multimaskOutput: false })
    const box = { frameIdx: 0, objId: 1, box: [1, 1, 9, 9] as const, clearOldPoints: false }
    expect(await failure(predictor.addNewPointsOrBox(state, box))).toMatchObject({ code: 'input' })
  })

  it('by mask runs no memory even on a tracked frame, and forgets the points', async () => {
    const { predictor, state, calls } = setUp()
    await predictor.addNewPointsOrBox(state, CLICK)
    await track(predictor, state, { maxFrameNumToTrack: 3 })
    calls.length = 0
    const mask = new Uint8Array(SIZE * SIZE).fill(1, 0, 300)
    await predictor.addNewPointsOrBox(state, { ...CLICK, frameIdx: 2 })
    const result = await predictor.addNewMask(state, {
      frameIdx: 2,
      objId: 1,
      mask,
      width: SIZE,
      height: SIZE,
    })
    expect(only(result)).toMatchObject({ objectScoreLogit: 10, predictedIou: 1 })
    expect(calls[1]).toMatchObject({ maskInput: true, prevMaskFed: false, multimaskOutput: false })
    expect(calls[1]).not.toHaveProperty('memory')
    expect(describeState(state).perObj[0]).toMatchObject({ pointFrames: [0], maskFrames: [2] })
  })

  it('with an empty mask makes the object absent, pointer and score', async () => {
    const { predictor, state, model } = setUp()
    const mask = new Uint8Array(SIZE * SIZE)
    await predictor.addNewMask(state, { frameIdx: 0, objId: 1, mask, width: SIZE, height: SIZE })
    const output = await predictor.readOutput(state, { frameIdx: 0, objId: 1 })
    expect(output?.objectScoreLogit).toBe(-10)
    expect(output?.objPtr).toEqual(model.weights.noObjPtr)
  })

  it('on an absent object returns -1024 everywhere', async () => {
    const { predictor, state, model } = setUp(
      {},
      { decoded: (output) => ({ ...output, objectScoreLogit: 0 }) },
    )
    const result = await predictor.addNewPointsOrBox(state, CLICK)
    expect(new Set(only(result).logits)).toEqual(new Set([-1024]))
    const output = await predictor.readOutput(state, CLICK)
    expect(output?.objPtr).toEqual(model.weights.noObjPtr)
  })

  it.each([-1, 14, 1.5, NaN])('refuses frame %s of 14', async (frameIdx) => {
    const { predictor, state } = setUp()
    const error = await failure(predictor.addNewPointsOrBox(state, { ...CLICK, frameIdx }))
    expect(error).toBeInstanceOf(Sam2Error)
    expect(error).toMatchObject({ code: 'input' })
    expect(describeState(state).objIds).toEqual([])
  })

  it('returns every object: pending of the same kind, else stored, else -1024', async () => {
    const { predictor, state } = setUp()
    await predictor.addNewPointsOrBox(state, CLICK)
    await track(predictor, state, { maxFrameNumToTrack: 3 })
    const late = await predictor.addNewPointsOrBox(state, { ...CLICK, objId: 7, frameIdx: 2 })
    expect(late.objIds).toEqual([1, 7])
    expect(late.masks.map(({ source, computed }) => [source, computed])).toEqual([
      [{ pending: false, kind: 'non_cond' }, false],
      [{ pending: true, kind: 'cond' }, true],
    ])
    const far = await predictor.addNewPointsOrBox(state, { ...CLICK, objId: 7, frameIdx: 9 })
    expect(far.masks[0]).toMatchObject({ source: null, evicted: false, objectScoreLogit: null })
    expect(new Set(far.masks[0]?.logits)).toEqual(new Set([-1024]))
  })

  it('keeps masks apart where asked to', async () => {
    const { predictor, state } = setUp({ nonOverlapMasks: true })
    await predictor.addNewPointsOrBox(state, CLICK)
    const { masks } = await predictor.addNewPointsOrBox(state, { ...CLICK, objId: 2, labels: [0] })
    const [first, second] = masks.map(({ logits }) => logits) as [Float32Array, Float32Array]
    expect(first.some((value, i) => value > 0 && (second[i] as number) > 0)).toBe(false)
  })
})

describe('clearing, removing, resetting', () => {
  it('drops a pending output, or turns a conditioning one into an ordinary untracked one', async () => {
    const { predictor, state, calls } = setUp()
    await predictor.addNewPointsOrBox(state, CLICK)
    const cleared = await predictor.clearAllPromptsInFrame(state, CLICK)
    expect(only(cleared).source).toBeNull()
    await predictor.addNewPointsOrBox(state, CLICK)
    await track(predictor, state, { maxFrameNumToTrack: 2 })
    const downgraded = await predictor.clearAllPromptsInFrame(state, CLICK)
    expect(only(downgraded).source).toEqual({ pending: false, kind: 'non_cond' })
    expect(describeState(state).perObj[0]).toMatchObject({
      cond: [],
      nonCond: [0, 1, 2],
      tracked: { 1: false, 2: false },
      pointFrames: [],
    })
    await predictor.addNewPointsOrBox(state, CLICK)
    expect(calls.at(-1)).toMatchObject({ isInitCondFrame: true, prevMaskFed: true })
  })

  it('makes an unknown object, as upstream', async () => {
    const { predictor, state } = setUp()
    await predictor.clearAllPromptsInFrame(state, { frameIdx: 0, objId: 5 })
    expect(describeState(state).objIds).toEqual([5])
  })

  it('removes an object and returns the frames of its prompts without it', async () => {
    const { predictor, state } = setUp()
    await predictor.addNewPointsOrBox(state, { ...CLICK, frameIdx: 2 })
    await predictor.addNewPointsOrBox(state, CLICK)
    await predictor.addNewPointsOrBox(state, { ...CLICK, objId: 2 })
    const removal = await predictor.removeObject(state, 1)
    expect(removal.objIds).toEqual([2])
    expect(removal.updated.map(({ frameIdx }) => frameIdx)).toEqual([0, 2])
    expect(removal.updated.map(({ masks }) => masks[0]?.source)).toEqual([
      { pending: true, kind: 'cond' },
      null,
    ])
    expect(await predictor.removeObject(state, 9)).toEqual({ objIds: [2], updated: [] })
    expect(await failure(predictor.removeObject(state, 9, { strict: true }))).toMatchObject({
      code: 'state',
    })
    expect(await predictor.removeObject(state, 2)).toEqual({ objIds: [], updated: [] })
  })

  it('forgets all objects but not the cached features', async () => {
    const { predictor, state, model } = setUp()
    const before = await predictor.addNewPointsOrBox(state, CLICK)
    predictor.resetState(state)
    expect(describeState(state)).toEqual({ objIds: [], perObj: [] })
    const after = await predictor.addNewPointsOrBox(state, CLICK)
    expect(after).toEqual(before)
    expect(model.log.filter((stage) => stage === 'image encoder')).toHaveLength(1)
  })
})

describe('createVideoPredictor', () => {
  it.each([
    { maxCondFramesInAttn: 1 },
    { memoryTemporalStrideForEval: 0 },
    { maxFramesInMemory: 4 },
    { featureCacheFrames: 0 },
    { fillHoleArea: -1 },
  ])('refuses %o', (options) => {
    expect(() => createVideoPredictor(fakeModel(), options)).toThrow(Sam2Error)
  })

  it('refuses a source whose times or frames do not fit', async () => {
    const { predictor } = setUp()
    expect(() => predictor.initState(fakeVideo(0))).toThrow(Sam2Error)
    expect(() => predictor.initState(fakeVideo(3, [1, 2]))).toThrow(Sam2Error)
    const video = fakeVideo(2)
    const state = predictor.initState({ ...video, width: 25 })
    expect(await failure(predictor.addNewPointsOrBox(state, CLICK))).toMatchObject({
      code: 'input',
    })
  })
})
