import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Weight, Weights } from '../../src/checkpoint/weights.ts'
import { OFFICIAL_CONFIGS } from '../../src/config/official-configs.ts'
import type { Sam2Config } from '../../src/config/model-config.ts'
import { buildMemoryAttention, memoryAttentionTensors } from '../../src/graphs/memory-attention.ts'
import { composeLinear } from '../../src/graphs/memory-attention-weights.ts'
import { sine2d } from '../../src/graphs/position-encoding.ts'
import { createNodeRuntime } from '../../src/runtime/onnxruntime-node.ts'
import type { NamedTensors, Runtime } from '../../src/runtime/runtime.ts'
import { floats } from '../../src/runtime/tensor.ts'
import { hasReference, readReference } from '../predictor/reference.ts'
import { generatedWeight, referenceWeights } from './generated-weights.ts'
import { type Rows, plainMemoryAttention } from './plain-memory-attention.ts'

const SMALL = { size: 6, channels: 16, memDim: 4, numLayers: 3, hidden: 24 }

let runtime: Runtime
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 2, worker: false })
})
afterAll(() => runtime.close())

describe('buildMemoryAttention', () => {
  it.each([
    { frames: 1, pointers: 0 },
    { frames: 1, pointers: 4 },
    { frames: 3, pointers: 7 },
  ])('attends to $frames frames and $pointers pointer tokens', async ({ frames, pointers }) => {
    const { feeds, expected } = smallCase(frames, pointers)
    expect(largest(await attend(feeds), expected)).toBeLessThan(2e-5)
  })

  it('takes any number of frames and pointers in one session', async () => {
    await using session = await runtime.createSession(
      buildMemoryAttention(smallConfig(), smallWeights()),
    )
    for (const [frames, pointers] of [
      [2, 3],
      [1, 0],
      [4, 8],
      [2, 0],
    ] as const) {
      const { feeds, expected } = smallCase(frames, pointers)
      const { pix_feat_with_mem: out } = await session.run(feeds)
      expect(out?.dims).toEqual([36, 16])
      expect(largest(out?.data, expected)).toBeLessThan(2e-5)
    }
  })

  it.each([1, 7, 35, 36, 500])('gives the same by chunks of %i queries', async (queryChunk) => {
    const { feeds, expected } = smallCase(2, 3)
    expect(largest(await attend(feeds, { queryChunk }), expected)).toBeLessThan(2e-5)
  })

  it('refuses taps and chunks that cannot be', () => {
    const build = (options: object): unknown =>
      buildMemoryAttention(smallConfig(), smallWeights(), options)
    expect(() => build({ taps: ['layer9'] })).toThrow('got taps layer9')
    expect(() => build({ queryChunk: 0 })).toThrow('got a query chunk of 0')
  })

  it('names a tensor that is missing', () => {
    const weights = new Map(smallWeights())
    weights.delete('memory_attention.layers.2.linear1.bias')
    expect(() => buildMemoryAttention(smallConfig(), weights)).toThrow(
      'got no tensor memory_attention.layers.2.linear1.bias',
    )
  })

  it('needs the tensors of memory attention and no others', () => {
    expect(memoryAttentionTensors('memory_attention.norm.bias')).toBe(true)
    expect(memoryAttentionTensors('memory_encoder.out_proj.weight')).toBe(false)
    expect(memoryAttentionTensors('maskmem_tpos_enc')).toBe(false)
  })
})

describe('composeLinear', () => {
  it('is the second layer after the first', () => {
    const first = {
      weight: Float32Array.of(1, 2, 3, 4, 5, 6),
      bias: Float32Array.of(1, 0, -1),
      out: 3,
      in: 2,
    }
    const second = { weight: Float32Array.of(1, -1, 2), bias: Float32Array.of(0.5), out: 1, in: 3 }
    // second(first([x, y])) = (x + 2y + 1) - (3x + 4y) + 2 (5x + 6y - 1) + 0.5
    expect(composeLinear(first, second)).toEqual({
      weight: Float32Array.of(8, 10),
      bias: Float32Array.of(-0.5),
      out: 1,
      in: 2,
    })
  })
})

describe.skipIf(!hasReference)('memory attention of the reference', () => {
  it.each(['nano21', 'nano20'])('is that of %s at every step', async (model) => {
    const read = (name: string): Float32Array =>
      readReference(`${model}/modules/ma_${name}.npy`) as Float32Array
    const taps = ['layer0', 'layer1', 'out']
    if (model === 'nano21') {
      for (const layer of ['layer0', 'layer1'])
        taps.push(`${layer}_self_attn`, `${layer}_cross_attn`)
    }
    const config = configOf({ size: 16, channels: 64, memDim: 16, numLayers: 2, hidden: 128 })
    const weights = referenceWeights(model, memoryAttentionTensors)
    await using session = await runtime.createSession(
      buildMemoryAttention(config, weights, { taps, queryChunk: 100 }),
    )
    const memory = read('memory')
    const positions = read('memory_pos')
    const cut = 5 * 256 * 16
    const outputs = await session.run({
      curr: floats([256, 64], read('curr')),
      memory: floats([5, 256, 16], memory.subarray(0, cut)),
      memory_pos: floats([5, 256, 16], positions.subarray(0, cut)),
      pointers: floats([16, 16], memory.subarray(cut)),
      pointers_pos: floats([16, 16], positions.subarray(cut)),
    })
    for (const tap of taps) {
      expect([tap, largest(outputs[tap]?.data, read(tap))]).toEqual([tap, expect.closeTo(0, 4)])
    }
    expect(outputs['pix_feat_with_mem']?.data).toEqual(outputs['out']?.data)
  })
})

async function attend(
  feeds: NamedTensors,
  options: { queryChunk?: number } = {},
): Promise<Float32Array> {
  const model = buildMemoryAttention(smallConfig(), smallWeights(), options)
  await using session = await runtime.createSession(model)
  const { pix_feat_with_mem: out } = await session.run(feeds)
  return out?.data as Float32Array
}

function smallConfig(): Sam2Config {
  return configOf(SMALL)
}

function configOf(sizes: typeof SMALL): Sam2Config {
  const official = OFFICIAL_CONFIGS[0] as Sam2Config
  return {
    ...official,
    imageSize: sizes.size * 16,
    neck: { ...official.neck, dModel: sizes.channels },
    memoryEncoder: { ...official.memoryEncoder, outDim: sizes.memDim },
    memoryAttention: {
      numLayers: sizes.numLayers,
      dimFeedforward: sizes.hidden,
      ropeTheta: 10_000,
    },
  }
}

function smallWeights(): Weights {
  const { channels: c, memDim: d, hidden } = SMALL
  const weights = new Map<string, Weight>()
  const put = (name: string, shape: number[], scale: number, offset = 0): void => {
    weights.set(name, generatedWeight({ shape, seed: weights.size + 1, scale, offset }))
  }
  const layer = (name: string, out: number, input: number): void => {
    put(`${name}.weight`, [out, input], Math.sqrt(4 / input))
    put(`${name}.bias`, [out], 0.3)
  }
  const norm = (name: string): void => {
    put(`${name}.weight`, [c], 0.3, 1)
    put(`${name}.bias`, [c], 0.3)
  }
  for (let i = 0; i < SMALL.numLayers; i++) {
    const name = `memory_attention.layers.${i}`
    for (const [attention, keyDim] of [
      ['self_attn', c],
      ['cross_attn_image', d],
    ] as const) {
      layer(`${name}.${attention}.q_proj`, c, c)
      layer(`${name}.${attention}.k_proj`, c, keyDim)
      layer(`${name}.${attention}.v_proj`, c, keyDim)
      layer(`${name}.${attention}.out_proj`, c, c)
    }
    layer(`${name}.linear1`, hidden, c)
    layer(`${name}.linear2`, c, hidden)
    for (const which of ['norm1', 'norm2', 'norm3']) norm(`${name}.${which}`)
  }
  norm('memory_attention.norm')
  return weights
}

/** Feeds and what the plain program makes of them. */
function smallCase(frames: number, pointers: number): { feeds: NamedTensors; expected: number[] } {
  const { size, channels, memDim, numLayers } = SMALL
  const tokens = size * size
  const random = (rows: number, columns: number, seed: number): Float32Array =>
    generatedWeight({ shape: [rows, columns], seed, scale: 2, offset: 0 }).data
  const curr = random(tokens, channels, 101)
  const memory = random(frames * tokens, memDim, 102)
  const memoryPos = random(frames * tokens, memDim, 103)
  const pointerTokens = random(pointers, memDim, 104)
  const pointersPos = random(pointers, memDim, 105)
  const position = sine2d(channels, size, size)
  const expected = plainMemoryAttention(smallWeights(), {
    size,
    ropeTheta: 10_000,
    numLayers,
    x: rowsOf(
      Array.from(curr, (value, i) => value + 0.1 * (position[i] as number)),
      channels,
    ),
    memory: rowsOf([...memory], memDim),
    memoryPos: rowsOf([...memoryPos], memDim),
    pointers: rowsOf([...pointerTokens], memDim),
    pointersPos: rowsOf([...pointersPos], memDim),
  })
  const feeds = {
    curr: floats([tokens, channels], curr),
    memory: floats([frames, tokens, memDim], memory),
    memory_pos: floats([frames, tokens, memDim], memoryPos),
    pointers: floats([pointers, memDim], pointerTokens),
    pointers_pos: floats([pointers, memDim], pointersPos),
  }
  return { feeds, expected: expected.flat() }
}

function rowsOf(values: readonly number[], columns: number): Rows {
  return Array.from({ length: values.length / columns }, (_, row) =>
    values.slice(row * columns, (row + 1) * columns),
  )
}

/** Largest difference; where only samples are stored, of those. */
function largest(actual: ArrayLike<number> | undefined, expected: ArrayLike<number>): number {
  let worst = 0
  for (let i = 0; i < expected.length; i++) {
    const at = Math.floor((i * (actual?.length ?? 0)) / expected.length)
    worst = Math.max(worst, Math.abs((actual?.[at] ?? Number.NaN) - (expected[i] as number)))
  }
  return worst
}
