import {
  type Sam2Model,
  loadModel,
  openCheckpoint,
  parseConfig,
  sourceOfBytes,
} from '@scarline/sam2'
import { createNodeRuntime } from '@scarline/sam2/onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Grid } from '../../src/model/grid.ts'
import { createSam2Segmenter } from '../../src/tracking/sam2-segmenter.ts'
import type {
  AcceptedMask,
  FrameSource,
  PixelPrompt,
  Scratch,
  SegmentedFrame,
  Segmenter,
} from '../../src/tracking/segmenter.ts'
import { NANO_CONFIG, nanoCheckpoint } from './nano-checkpoint.ts'

const GRID: Grid = {
  epsg: 32647,
  transform: [2, 0, 452_000, 0, -2, 3_437_000],
  width: 80,
  height: 60,
}
const FRAMES = 14

/** A bright rectangle that grows on speckled ground. */
function movie(): FrameSource {
  const pixels = GRID.width * GRID.height
  const unused = async (): Promise<never> => {
    throw new Error('the model looks at pictures only')
  }
  return {
    grid: GRID,
    frames: Array.from({ length: FRAMES }, (_, index) => ({
      index,
      sceneId: `scene-${index}`,
      capturedAt: new Date(Date.UTC(2020, index, 15)).toISOString(),
      threshold: 0.1,
      validFraction: index === 5 ? 0.3 : 1,
    })),
    readNdvi: unused,
    readValidity: unused,
    async readPicture(index, signal) {
      signal?.throwIfAborted()
      const rgb = new Uint8Array(pixels * 3)
      for (let i = 0; i < pixels; i++) {
        const [col, row] = [i % GRID.width, Math.floor(i / GRID.width)]
        const inside = col >= 20 && col < 40 + index && row >= 15 && row < 40
        const gray = (inside ? 180 : 60) + (Math.imul(i + 1, 2654435761) >>> 28)
        rgb.fill(gray, 3 * i, 3 * i + 3)
      }
      return rgb
    },
  }
}

function memoryScratch(): Scratch & { files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>()
  return {
    files,
    write: async (key, bytes) => void files.set(key, bytes.slice()),
    read: async (key) => files.get(key)?.slice() ?? null,
  }
}

let model: Sam2Model
let closeRuntime: () => Promise<void>
let segmenter: Segmenter
beforeAll(async () => {
  const runtime = await createNodeRuntime({ threads: 1 })
  closeRuntime = () => runtime.close()
  model = await loadModel({
    checkpoint: await openCheckpoint(sourceOfBytes(nanoCheckpoint(), 'nano.safetensors')),
    config: parseConfig(NANO_CONFIG),
    runtime,
  })
  segmenter = createSam2Segmenter({
    id: 'nano',
    modelHash: 'nano-1',
    openModel: async () => ({ model, close: async () => {} }),
  })
})
afterAll(async () => {
  await model?.close()
  await closeRuntime?.()
})

const click = (frameIndex: number, positive = true): Extract<PixelPrompt, { kind: 'point' }> => ({
  kind: 'point',
  frameIndex,
  xPx: 30,
  yPx: 27,
  positive,
})
const all = Array.from({ length: FRAMES }, (_, index) => index)

interface Job {
  prompts?: PixelPrompt[]
  accepted?: AcceptedMask[]
  frameIndices?: number[]
  scratch?: Scratch
  stopAfter?: number
}

async function run(job: Job): Promise<SegmentedFrame[]> {
  const scratch = job.scratch ?? memoryScratch()
  await using session = await segmenter.open(movie(), { scratch })
  const controller = new AbortController()
  const answers: SegmentedFrame[] = []
  const request = {
    objectId: 3,
    prompts: job.prompts ?? [click(0)],
    accepted: job.accepted ?? [],
    frameIndices: job.frameIndices ?? all,
  }
  try {
    for await (const answer of session.segment(request, controller.signal)) {
      answers.push(answer)
      if (answers.length === job.stopAfter) controller.abort()
    }
  } catch (error) {
    if (!controller.signal.aborted) throw error
  }
  return answers
}

const byFrame = (answers: readonly SegmentedFrame[]): Map<number, SegmentedFrame> =>
  new Map(answers.map((answer) => [answer.frameIndex, answer]))
const areaOf = (mask: Uint8Array): number => mask.reduce((sum, value) => sum + value, 0)

describe('sam2 segmenter', () => {
  it('answers every frame once with mask, probability and confidence', async () => {
    const answers = await run({})
    expect(answers.map(({ frameIndex }) => frameIndex)).toEqual(all)
    for (const { mask, probability, confidence, objectId, flags } of answers) {
      expect(objectId).toBe(3)
      expect(mask).toHaveLength(GRID.width * GRID.height)
      expect(areaOf(mask)).toBeGreaterThan(0)
      const agree = mask.every(
        (inside, i) => inside === ((probability?.[i] as number) > 0.5 ? 1 : 0),
      )
      expect(agree).toBe(true)
      expect(Object.keys(confidence.parts).sort()).toEqual(['boundary', 'model', 'presence'])
      for (const part of Object.values(confidence.parts)) {
        expect(part).toBeGreaterThanOrEqual(0)
        expect(part).toBeLessThanOrEqual(1)
      }
      expect(flags).not.toContain('object-absent')
    }
    expect(byFrame(answers).get(5)?.flags).toContain('mostly-hidden')
    expect(new Set(answers.map(({ mask }) => areaOf(mask))).size).toBeGreaterThan(3)
  })

  it('goes forward from the first conditioning frame, then backwards from it', async () => {
    const answers = await run({ prompts: [click(4)] })
    expect(answers.map(({ frameIndex }) => frameIndex)).toEqual([
      4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 3, 2, 1, 0,
    ])
    expect(
      (await run({ prompts: [click(1)], frameIndices: [0] })).map((a) => a.frameIndex),
    ).toEqual([0])
  })

  it.each([1, 3, 7, 10, 12])(
    'goes on bit for bit when stopped after %i frames',
    async (stopAfter) => {
      const prompts = [click(4), { ...click(9, false), xPx: 70, yPx: 50 }]
      const whole = byFrame(await run({ prompts }))
      const scratch = memoryScratch()
      const first = await run({ prompts, scratch, stopAfter })
      expect(first).toHaveLength(stopAfter)
      const done = new Set(first.map(({ frameIndex }) => frameIndex))
      const rest = all.filter((frame) => !done.has(frame))
      const second = await run({ prompts, scratch, frameIndices: rest })
      expect(second.map(({ frameIndex }) => frameIndex).toSorted((a, b) => a - b)).toEqual(rest)
      expect(byFrame([...first, ...second])).toEqual(
        new Map([...whole].toSorted(orderOf(first, second))),
      )
    },
  )

  it('goes on bit for bit when the outputs of the last frames are lost', async () => {
    const whole = byFrame(await run({}))
    const scratch = memoryScratch()
    await run({ scratch, stopAfter: 8 })
    for (const key of [...scratch.files.keys()]) {
      if (key.includes('forward-')) scratch.files.delete(key)
    }
    for (const answer of await run({ scratch, frameIndices: all.slice(8) })) {
      expect(answer).toEqual(whole.get(answer.frameIndex))
    }
  })

  it('lets a correction change the frames around it and condition them', async () => {
    const before = byFrame(await run({}))
    const correction: PixelPrompt = { ...click(9, false), xPx: 25, yPx: 20 }
    const after = byFrame(await run({ prompts: [click(0), correction] }))
    const changed = all.filter(
      (frame) => !Buffer.from(before.get(frame)!.mask).equals(after.get(frame)!.mask),
    )
    expect(changed).toContain(9)
    expect(changed.some((frame) => frame < 9)).toBe(true)
    expect(changed.some((frame) => frame > 9)).toBe(true)
  })

  it('gives drawn masks back as they are and lets accepted ones steer the others', async () => {
    const drawn = new Uint8Array(GRID.width * GRID.height)
    for (let row = 15; row < 40; row++) drawn.fill(1, row * GRID.width + 20, row * GRID.width + 45)
    const [own] = await run({
      prompts: [{ kind: 'mask', frameIndex: 2, mask: drawn }],
      frameIndices: [2],
    })
    expect(own?.mask).toEqual(drawn)
    expect(own?.confidence.score).toBe(1)
    const free = byFrame(await run({}))
    const steered = byFrame(
      await run({ accepted: [{ frameIndex: 6, mask: drawn }], frameIndices: [7, 8] }),
    )
    expect([...steered.keys()]).toEqual([7, 8])
    expect(steered.get(7)?.mask).not.toEqual(free.get(7)?.mask)
  })

  it('takes a box and a descending order', async () => {
    const box: PixelPrompt = {
      ...{ kind: 'box', frameIndex: 12 },
      ...{ x0Px: 20, y0Px: 15, x1Px: 52, y1Px: 40 },
    }
    const answers = await run({ prompts: [box], frameIndices: all.toReversed() })
    expect(answers.map(({ frameIndex }) => frameIndex)).toEqual([
      12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 13,
    ])
  })

  it('tells how far the work before the first answer is', async () => {
    const told: string[] = []
    await using session = await segmenter.open(movie(), { scratch: memoryScratch() })
    const request = {
      objectId: 1,
      prompts: [click(0), click(4, false)],
      accepted: [],
      frameIndices: [4],
      onPrepare: ({ done, total }: { done: number; total: number }) =>
        told.push(`${done}/${total}`),
    }
    for await (const { frameIndex } of session.segment(request)) expect(frameIndex).toBe(4)
    expect(told).toEqual(['1/5', '2/5', '3/5', '4/5', '5/5'])
  })
})

/** Order of frames as two parts of a run gave them. */
function orderOf(
  first: readonly SegmentedFrame[],
  second: readonly SegmentedFrame[],
): (a: [number, SegmentedFrame], b: [number, SegmentedFrame]) => number {
  const order = [...first, ...second].map(({ frameIndex }) => frameIndex)
  return ([a], [b]) => order.indexOf(a) - order.indexOf(b)
}
