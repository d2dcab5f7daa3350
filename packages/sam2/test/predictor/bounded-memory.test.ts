import { describe, expect, it } from 'vitest'
import type { FrameResult } from '../../src/predictor/frame-result.ts'
import type { OutputStore, PredictorOptions } from '../../src/predictor/predictor-options.ts'
import type { VideoState } from '../../src/predictor/video-state.ts'
import type { FakeOptions } from './fake-model.ts'
import { type Bench, CLICK, failure, setUp as setUpBench, track } from './harness.ts'

const LIMIT = 6

function setUp(options: PredictorOptions = {}, fake: FakeOptions = {}, numFrames = 30): Bench {
  return setUpBench(options, fake, numFrames)
}

/** A spill store in memory. */
function mapStore(): OutputStore & { readonly writes: string[] } {
  const kept = new Map<string, Uint8Array>()
  const writes: string[] = []
  return {
    writes,
    async write(key, bytes) {
      writes.push(key)
      kept.set(key, bytes.slice())
    },
    async read(key) {
      const bytes = kept.get(key)
      if (!bytes) throw new Error(`nothing under ${key}`)
      return bytes
    },
  }
}

function heavyFrames(state: VideoState): number[] {
  const outputs = state.objects.get(1)?.stored.non_cond ?? new Map()
  return [...outputs].filter(([, { heavy }]) => heavy !== null).map(([frame]) => frame)
}

describe('memory', () => {
  it('holds no more heavy outputs than allowed, and tracks on as if it held all', async () => {
    const all = setUp({ maxFramesInMemory: Infinity })
    const few = setUp({ maxFramesInMemory: LIMIT })
    for (const { predictor, state } of [all, few]) await predictor.addNewPointsOrBox(state, CLICK)
    const frames = await track(few.predictor, few.state)
    expect(frames).toEqual(await track(all.predictor, all.state))
    expect(heavyFrames(few.state)).toEqual([24, 25, 26, 27, 28, 29])
    expect(heavyFrames(all.state)).toHaveLength(29)
    expect(await few.predictor.readOutput(few.state, { frameIdx: 3, objId: 1 })).toMatchObject({
      lowResLogits: null,
      memory: null,
      objectScoreLogit: 5,
    })
  })

  it('counts a dropped frame as one without memory, and says that its mask is gone', async () => {
    const calls: number[][] = []
    const { predictor, state } = setUp({
      maxFramesInMemory: LIMIT,
      onModelCall: ({ memory }) => calls.push(memory?.map(({ frame }) => frame) ?? []),
    })
    await predictor.addNewPointsOrBox(state, CLICK)
    await track(predictor, state)
    const corrected = await predictor.addNewPointsOrBox(state, { ...CLICK, frameIdx: 8 })
    expect(calls.at(-1)).toEqual([0])
    expect(corrected.masks[0]?.pointerFrames.map(({ frameIdx }) => frameIdx)).toEqual([0, 7, 6, 5])
    const late = await predictor.addNewPointsOrBox(state, { ...CLICK, objId: 2, frameIdx: 9 })
    expect(late.masks[0]).toMatchObject({ evicted: true, objectScoreLogit: 5 })
    expect(await failure(predictor.acceptFrame(state, { frameIdx: 9, objId: 1 }))).toMatchObject({
      code: 'state',
    })
  })

  it('reads spilled frames back, bit for bit', async () => {
    const spill = mapStore()
    const all = setUp({ maxFramesInMemory: Infinity })
    const few = setUp({ maxFramesInMemory: LIMIT, spill })
    const corrected = []
    for (const { predictor, state } of [all, few]) {
      await predictor.addNewPointsOrBox(state, CLICK)
      await track(predictor, state)
      const correction = await predictor.addNewPointsOrBox(state, { ...CLICK, frameIdx: 8 })
      await predictor.acceptFrame(state, { frameIdx: 12, objId: 1 })
      corrected.push([correction, await track(predictor, state, { startFrameIdx: 6 })])
    }
    expect(corrected[0]).toEqual(corrected[1])
    expect(spill.writes.slice(0, 3)).toEqual([
      'object-1-frame-1',
      'object-1-frame-2',
      'object-1-frame-3',
    ])
  })

  it('keeps conditioning frames whatever their number', async () => {
    const { predictor, state } = setUp({ maxFramesInMemory: LIMIT })
    for (let frameIdx = 0; frameIdx < 12; frameIdx++) {
      await predictor.addNewPointsOrBox(state, { ...CLICK, frameIdx })
    }
    await track(predictor, state)
    const cond = [...(state.objects.get(1)?.stored.cond.values() ?? [])]
    expect(cond).toHaveLength(12)
    expect(cond.every(({ heavy }) => heavy !== null)).toBe(true)
  })

  it('reads each frame once and caches no more features than allowed', async () => {
    let most = 0
    const { predictor, state, video } = setUp(
      { featureCacheFrames: 1 },
      { onRun: () => void (most = Math.max(most, state.features.frames.size)) },
    )
    await predictor.addNewPointsOrBox(state, CLICK)
    await track(predictor, state)
    expect(most).toBe(1)
    expect(video.reads).toEqual(Array.from({ length: 30 }, (_, i) => i))
  })

  it('leaves the state as it was where the store fails', async () => {
    const spill: OutputStore = {
      write: async () => {
        throw new Error('disk full')
      },
      read: async () => new Uint8Array(),
    }
    const { predictor, state } = setUp({ maxFramesInMemory: LIMIT, spill })
    await predictor.addNewPointsOrBox(state, CLICK)
    expect(await failure(track(predictor, state))).toMatchObject({ message: 'disk full' })
    expect(heavyFrames(state)).toEqual([1, 2, 3, 4, 5, 6])
    expect(state.objects.get(1)?.tracked.has(7)).toBe(false)
  })
})

describe('an exported output', () => {
  it('lets a killed job resume bit for bit', async () => {
    const whole = setUp()
    await whole.predictor.addNewPointsOrBox(whole.state, CLICK)
    await whole.predictor.addNewPointsOrBox(whole.state, { ...CLICK, objId: 2, labels: [0] })
    const saved: Uint8Array[] = []
    const frames: FrameResult[] = []
    for await (const frame of whole.predictor.propagateInVideo(whole.state)) {
      frames.push(frame)
      if (frame.frameIdx > 10) continue
      for (const objId of frame.objIds) {
        saved.push(await whole.predictor.exportOutput(whole.state, { ...frame, objId }))
      }
    }
    const resumed = setUp()
    for (const bytes of saved) await resumed.predictor.importOutput(resumed.state, bytes)
    const rest = await track(resumed.predictor, resumed.state, { startFrameIdx: 11 })
    expect(rest).toEqual(frames.slice(11))
    const click = { ...CLICK, frameIdx: 6, clearOldPoints: false }
    const corrections = await Promise.all(
      [whole, resumed].map(({ predictor, state }) => predictor.addNewPointsOrBox(state, click)),
    )
    expect(corrections[0]).toEqual(corrections[1])
  })

  it('carries a pending output with its prompts', async () => {
    const first = setUp()
    await first.predictor.addNewPointsOrBox(first.state, CLICK)
    const bytes = await first.predictor.exportOutput(first.state, CLICK)
    const second = setUp()
    expect(await second.predictor.importOutput(second.state, bytes)).toEqual({
      frameIdx: 0,
      objId: 1,
    })
    for (const { predictor, state } of [first, second]) {
      await predictor.addNewPointsOrBox(state, { ...CLICK, clearOldPoints: false, labels: [0] })
    }
    expect(await track(second.predictor, second.state)).toEqual(
      await track(first.predictor, first.state),
    )
    expect(second.state.objects.get(1)?.pointInputs.get(0)?.labels).toHaveLength(2)
  })

  it('is always the same bytes', async () => {
    const { predictor, state } = setUp()
    await predictor.addNewPointsOrBox(state, CLICK)
    const first = await predictor.exportOutput(state, CLICK)
    expect(await predictor.exportOutput(state, CLICK)).toEqual(first)
  })

  it('is refused where it is damaged, foreign, or of another video', async () => {
    const { predictor, state } = setUp()
    await predictor.addNewPointsOrBox(state, { ...CLICK, frameIdx: 20 })
    const bytes = await predictor.exportOutput(state, { frameIdx: 20, objId: 1 })
    const other = setUp({}, { config: { name: 'other' } })
    const short = setUp({}, {}, 5)
    const attempts: [typeof other, Uint8Array][] = [
      [other, bytes],
      [short, bytes],
      [short, bytes.subarray(0, bytes.length - 1)],
      [short, new Uint8Array(3)],
      [short, new Uint8Array(100)],
      [short, bytes.map((byte, i) => (i === 20 ? byte ^ 255 : byte))],
    ]
    for (const [{ predictor, state }, given] of attempts) {
      expect(await failure(predictor.importOutput(state, given))).toMatchObject({ code: 'input' })
      expect(state.objects.size).toBe(0)
    }
    expect(await failure(predictor.exportOutput(state, CLICK))).toMatchObject({ code: 'state' })
  })
})
