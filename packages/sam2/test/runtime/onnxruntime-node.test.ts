import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createNodeRuntime } from '../../src/runtime/onnxruntime-node.ts'
import { startWorker } from '../../src/runtime/onnxruntime-node-client.ts'
import { floats } from '../../src/runtime/tensor.ts'
import { filled, slowGraph, smallGraph } from './small-graph.ts'

describe.each([true, false])('createNodeRuntime with worker %s', (worker) => {
  it('runs a graph and hands over outputs of any number of rows', async () => {
    await using runtime = await createNodeRuntime({ worker })
    const session = await runtime.createSession(smallGraph())
    for (const rows of [1, 3, 0]) {
      const outputs = await session.run({ x: filled(3, rows) })
      expect(outputs['y']?.dims).toEqual([rows, 64])
      expect(outputs['y']?.data).toEqual(new Float32Array(rows * 64).fill(6))
      expect(outputs['sum']?.data).toEqual(new Float32Array(rows * 64).fill(9))
    }
  })

  it('leaves the feeds as they were, also where they are part of a larger or shared buffer', async () => {
    await using runtime = await createNodeRuntime({ worker })
    const session = await runtime.createSession(smallGraph())
    const whole = Float32Array.from({ length: 192 }, (_, i) => i)
    const shared = new Float32Array(new SharedArrayBuffer(256)).fill(5)
    const part = await session.run({ x: floats([1, 64], whole.subarray(64, 128)) })
    const other = await session.run({ x: floats([1, 64], shared) })
    expect(part['y']?.data[1]).toBe(130)
    expect(other['y']?.data[1]).toBe(10)
    expect(whole[191]).toBe(191)
  })

  it('gives outputs that do not change under a later run', async () => {
    await using runtime = await createNodeRuntime({ worker })
    const session = await runtime.createSession(smallGraph())
    const first = await session.run({ x: filled(1) })
    await session.run({ x: filled(7) })
    expect(first['y']?.data[0]).toBe(2)
  })

  it('answers calls made at once in their order', async () => {
    await using runtime = await createNodeRuntime({ worker })
    const session = await runtime.createSession(smallGraph())
    const runs = [1, 2, 3, 4].map((value) => session.run({ x: filled(value) }))
    const closed = session.close()
    expect((await Promise.all(runs)).map((outputs) => outputs['y']?.data[0])).toEqual([2, 4, 6, 8])
    await closed
  })

  it('loads two graphs that share one large buffer', async () => {
    await using runtime = await createNodeRuntime({ worker })
    const bytes = 64 * 64 * 4
    const all = new Uint8Array(3 * bytes)
    const models = [0, bytes].map((at) => {
      const model = smallGraph()
      const externalData = model.externalData.map(({ path, data }) => {
        all.set(data, at)
        return { path, data: all.subarray(at, at + data.length) }
      })
      return { ...model, externalData }
    })
    for (const model of models) {
      const session = await runtime.createSession(model)
      const { y } = await session.run({ x: filled(1) })
      expect(y?.data[63]).toBe(2)
    }
  })

  it('refuses a graph whose buffers were given to a session before', async () => {
    await using runtime = await createNodeRuntime({ worker })
    const model = { ...smallGraph('again'), proto: new Uint8Array() }
    await expect(runtime.createSession(model)).rejects.toMatchObject({
      code: 'runtime',
      message: expect.stringContaining('again'),
    })
  })

  it('counts the sessions that are open', async () => {
    const runtime = await createNodeRuntime({ worker })
    const first = await runtime.createSession(smallGraph('first'))
    await runtime.createSession(smallGraph('second'))
    expect(runtime.openSessions).toBe(2)
    await first.close()
    await first.close()
    expect(runtime.openSessions).toBe(1)
    await runtime.close()
    await runtime.close()
    expect(runtime.openSessions).toBe(0)
  })

  it('says in one line which graph failed and why', async () => {
    await using runtime = await createNodeRuntime({ worker })
    const session = await runtime.createSession(smallGraph('decoder'))
    const error = { name: 'Sam2Error', code: 'runtime' }
    await expect(session.run({})).rejects.toMatchObject({
      ...error,
      message: expect.stringMatching(/^onnxruntime failed in the graph decoder: .*'x'.*$/),
    })
    await expect(session.run({ x: filled(1, 1, 63) })).rejects.toMatchObject({
      ...error,
      message: expect.stringMatching(/^onnxruntime failed in the graph decoder: .*x.*$/),
    })
    const damaged = { ...smallGraph('broken'), proto: Uint8Array.of(1, 2, 3) }
    await expect(runtime.createSession(damaged)).rejects.toMatchObject({
      ...error,
      message: expect.stringMatching(/^onnxruntime refused the graph broken: .+$/),
    })
    expect(runtime.openSessions).toBe(1)
    expect((await session.run({ x: filled(1) }))['y']?.data[0]).toBe(2)
  })

  it('refuses calls after closing', async () => {
    const runtime = await createNodeRuntime({ worker })
    const session = await runtime.createSession(smallGraph())
    await runtime.close()
    const closed = { code: 'runtime', message: expect.stringContaining('closed') }
    await expect(session.run({ x: filled(1) })).rejects.toMatchObject(closed)
    await expect(runtime.createSession(smallGraph())).rejects.toMatchObject(closed)
    await session.close()
  })

  it('finishes the run in progress before it closes', async () => {
    const runtime = await createNodeRuntime({ worker })
    const session = await runtime.createSession(slowGraph(20))
    const run = session.run({ x: filled(0.5, 512, 512) })
    await runtime.close()
    expect((await run)['y']?.dims).toEqual([512, 512])
  })
})

describe('createNodeRuntime', () => {
  it('keeps the event loop free while a graph runs', async () => {
    await using runtime = await createNodeRuntime({ threads: 1 })
    const session = await runtime.createSession(slowGraph(60))
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const started = performance.now()
    await session.run({ x: filled(0.5, 512, 512) })
    const runTime_ms = performance.now() - started
    await sleep(10)
    delay.disable()
    expect(delay.max / 1e6).toBeLessThan(Math.max(100, runTime_ms / 4))
  })

  it('refuses a thread count that is none', async () => {
    await expect(createNodeRuntime({ threads: 0 })).rejects.toMatchObject({ code: 'input' })
  })
})

describe('a worker that dies', () => {
  const entry = (code: string): URL =>
    new URL(
      `data:text/javascript,import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { ${code} })`,
    )

  it.each([
    ['exits', 'process.exit(3)', 'exit code 3'],
    ['throws', 'throw new Error("out of luck")', 'out of luck'],
  ])('rejects every pending call when it %s, and every later one', async (_, code, reason) => {
    let deaths = 0
    const client = startWorker({ entry: entry(code), threads: 1, onDeath: () => deaths++ })
    const calls = [client.call({ do: 'load' }), client.call({ do: 'release', sessionId: 0 })]
    const error = { name: 'Sam2Error', code: 'runtime', message: expect.stringContaining(reason) }
    for (const call of calls) await expect(call).rejects.toMatchObject(error)
    await expect(client.call({ do: 'load' })).rejects.toMatchObject(error)
    await client.end()
    expect(client.dead).toBe(true)
    expect(deaths).toBe(1)
  })
})
