import { beforeAll, describe, expect, it } from 'vitest'
import { NANO_CONFIG, generatedCheckpoint } from '../../../../bench/src/sam2/generated-model.ts'
import { FIRST_CLICK, generatedVideo } from '../../../../bench/src/sam2/generated-video.ts'
import { createVideoPredictor, loadModel } from '../../src/index.ts'
import { createNodeRuntime } from '../../src/runtime/onnxruntime-node.ts'
import { createWebRuntime } from '../../src/runtime/onnxruntime-web.ts'
import type { Runtime } from '../../src/runtime/runtime.ts'
import { type PageResult, findChromium, runPage } from './headless-chromium.ts'
import { filled, smallGraph } from './small-graph.ts'

const FRAMES = 4
const SIZE = NANO_CONFIG.imageSize

async function track(runtime: Runtime): Promise<Float32Array> {
  await using model = await loadModel({
    checkpoint: generatedCheckpoint(NANO_CONFIG),
    config: NANO_CONFIG,
    runtime,
  })
  const predictor = createVideoPredictor(model)
  const state = predictor.initState(generatedVideo(FRAMES, SIZE))
  const [x, y] = FIRST_CLICK
  await predictor.addNewPointsOrBox(state, {
    frameIdx: 0,
    objId: 1,
    points: [[x * SIZE, y * SIZE]],
    labels: [1],
  })
  const all = new Float32Array(FRAMES * SIZE ** 2)
  for await (const { frameIdx, masks } of predictor.propagateInVideo(state)) {
    all.set(masks[0]?.logits ?? [], frameIdx * SIZE ** 2)
  }
  return all
}

/** How two sets of masks differ. */
function compare(got: Float32Array, expected: Float32Array): Record<string, number> {
  let flipped = 0
  let both = 0
  let either = 0
  let largest = 0
  for (const [i, value] of expected.entries()) {
    const other = got[i] as number
    largest = Math.max(largest, Math.abs(value - other))
    const [a, b] = [value > 0, other > 0]
    if (a !== b) flipped++
    if (a && b) both++
    if (a || b) either++
  }
  return { flipped, iou: both / either, largestDifference: largest, pixels: expected.length }
}

let inNode: Float32Array
beforeAll(async () => {
  await using runtime = await createNodeRuntime()
  inNode = await track(runtime)
})

it('is compared on masks that have an inside and an outside', () => {
  const inside = inNode.filter((logit) => logit > 0).length / inNode.length
  expect(inside).toBeGreaterThan(0.05)
  expect(inside).toBeLessThan(0.95)
})

describe('createWebRuntime', () => {
  it('runs a graph, copies the feeds and counts its sessions', async () => {
    const runtime = await createWebRuntime({ threads: 1 })
    const session = await runtime.createSession(smallGraph())
    const x = filled(3, 2)
    const runs = await Promise.all([session.run({ x }), session.run({ x: filled(4) })])
    expect(runs[0]?.['y']?.data).toEqual(new Float32Array(128).fill(6))
    expect(runs[1]?.['sum']?.data[0]).toBe(12)
    expect(x.data[0]).toBe(3)
    expect(runtime.openSessions).toBe(1)
    await expect(session.run({})).rejects.toMatchObject({ name: 'Sam2Error', code: 'runtime' })
    await runtime.close()
    expect(runtime.openSessions).toBe(0)
    await expect(session.run({ x })).rejects.toMatchObject({ code: 'runtime' })
  })

  it('gives the masks of onnxruntime-node, by wasm in Node', async () => {
    await using runtime = await createWebRuntime({ threads: 1 })
    const difference = compare(await track(runtime), inNode)
    console.log('wasm in Node against onnxruntime-node:', difference)
    expect(difference['flipped']).toBe(0)
    expect(difference['largestDifference']).toBeLessThan(1e-2)
  })

  it('says why there is no webgpu and goes on without', async () => {
    const reasons: string[] = []
    await using runtime = await createWebRuntime({
      backend: 'webgpu',
      threads: 1,
      onFallback: (reason) => reasons.push(reason),
    })
    const session = await runtime.createSession(smallGraph())
    expect((await session.run({ x: filled(1) }))['y']?.data[0]).toBe(2)
    expect(reasons).toEqual([expect.stringContaining('WebGPU')])
  })
})

const chromium = findChromium()
if (!chromium) console.warn('no chromium here: the browser is not tested')

describe.skipIf(!chromium)('in headless Chromium', () => {
  const open = (backend: string): Promise<PageResult> =>
    runPage(chromium as string, { backend, frames: String(FRAMES) }, 90_000)

  it.each(['wasm', 'webgpu'])(
    'the same package gives the masks of onnxruntime-node (%s asked for)',
    async (backend) => {
      const result = await open(backend)
      const { logits, ...facts } = result
      const difference = compare(logits, inNode)
      console.log(`Chromium, ${backend} asked for:`, { ...difference, ...facts })
      expect(logits.length).toBe(inNode.length)
      expect(difference['flipped']).toBe(0)
      expect(difference['largestDifference']).toBeLessThan(1e-2)
      expect(result.refused).toEqual([])
      expect(result.openSessions).toBe(4)
      expect(result.sessionsAfterClose).toBe(0)
      expect(result.fallbacks).toHaveLength(backend === 'wasm' ? 0 : 1)
    },
    120_000,
  )
})
