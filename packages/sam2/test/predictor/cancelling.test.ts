import { describe, expect, it } from 'vitest'
import { fakeVideo } from './fake-model.ts'
import { CLICK, failure, setUp, track } from './harness.ts'

describe('cancelling', () => {
  it('stops within the frame, throws the reason itself and keeps what was yielded', async () => {
    const reason = new Error('enough')
    for (const stage of ['image encoder', 'memory attention', 'mask decoder', 'memory encoder']) {
      const controller = new AbortController()
      let runs = 0
      const { predictor, state } = setUp(
        {},
        {
          onRun: (running) => {
            if (running === stage && ++runs === 4) controller.abort(reason)
          },
        },
      )
      await predictor.addNewPointsOrBox(state, CLICK)
      const yielded: number[] = []
      const work = async (): Promise<void> => {
        const { signal } = controller
        for await (const { frameIdx } of predictor.propagateInVideo(state, { signal }))
          yielded.push(frameIdx)
      }
      expect(await failure(work())).toBe(reason)
      const object = state.objects.get(1)
      expect([...(object?.tracked.keys() ?? [])]).toEqual(yielded)
      expect([...(object?.stored.non_cond.keys() ?? [])]).toEqual(yielded.slice(1))
      expect(state.busyWith).toBeNull()

      const straight = setUp()
      await straight.predictor.addNewPointsOrBox(straight.state, CLICK)
      const expected = await track(straight.predictor, straight.state)
      const from = yielded.length
      expect(await track(predictor, state, { startFrameIdx: from })).toEqual(expected.slice(from))
    }
  })

  it('leaves no half frame of several objects', async () => {
    const controller = new AbortController()
    let decodes = 0
    const { predictor, state } = setUp(
      {},
      {
        onRun: (stage) => void (stage === 'mask decoder' && ++decodes === 6 && controller.abort()),
      },
    )
    await predictor.addNewPointsOrBox(state, CLICK)
    await predictor.addNewPointsOrBox(state, { ...CLICK, objId: 2 })
    await failure(track(predictor, state, { signal: controller.signal }))
    const tracked = [...state.objects.values()].map(({ tracked }) => [...tracked.keys()])
    expect(tracked).toEqual([
      [0, 1],
      [0, 1],
    ])
  })

  it('of a prompt leaves neither an object nor an output', async () => {
    const controller = new AbortController()
    const { predictor, state } = setUp({}, { onRun: () => controller.abort() })
    const error = await failure(predictor.addNewPointsOrBox(state, CLICK, controller.signal))
    expect(error).toBe(controller.signal.reason)
    expect(state.objects.size).toBe(0)
  })

  it('runs nothing where the signal was aborted before', async () => {
    const { predictor, state, model } = setUp()
    await predictor.addNewPointsOrBox(state, CLICK)
    model.log.length = 0
    await failure(track(predictor, state, { signal: AbortSignal.abort() }))
    await failure(predictor.addNewPointsOrBox(state, CLICK, AbortSignal.abort()))
    expect(model.log).toEqual([])
  })
})

describe('two operations on one state', () => {
  it('are refused while the first runs, without harm to it', async () => {
    const { predictor, state } = setUp()
    const [first, second] = await Promise.allSettled([
      predictor.addNewPointsOrBox(state, CLICK),
      predictor.addNewPointsOrBox(state, { ...CLICK, objId: 2 }),
    ])
    expect(first.status).toBe('fulfilled')
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'state' } })
    expect([...state.objects.keys()]).toEqual([1])
  })

  it('are refused during a propagation until its generator is closed; reading is not', async () => {
    const { predictor, state } = setUp()
    await predictor.addNewPointsOrBox(state, CLICK)
    const frames = predictor.propagateInVideo(state)
    await frames.next()
    await frames.next()
    expect(await failure(predictor.addNewPointsOrBox(state, CLICK))).toMatchObject({
      code: 'state',
    })
    expect(await failure(track(predictor, state))).toMatchObject({ code: 'state' })
    expect(() => predictor.resetState(state)).toThrow(/one operation at a time/)
    expect(await predictor.readOutput(state, { frameIdx: 1, objId: 1 })).not.toBeNull()
    await frames.return()
    await predictor.addNewPointsOrBox(state, CLICK)
  })

  it('run side by side on two states', async () => {
    const { predictor, state } = setUp()
    const other = predictor.initState(fakeVideo(14))
    const results = await Promise.all(
      [state, other].map((each) => predictor.addNewPointsOrBox(each, CLICK)),
    )
    expect(results[0]).toEqual(results[1])
  })
})
