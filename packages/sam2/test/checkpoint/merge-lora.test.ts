import { describe, expect, it } from 'vitest'
import { makeSafetensors, type TensorInput } from '../../../../bench/src/fuzz/make-checkpoint.ts'
import {
  type Checkpoint,
  mergeLora,
  openCheckpoint,
  sourceOfBytes,
} from '../../src/checkpoint/checkpoint.ts'

function tensor(name: string, shape: number[], values: number[]): TensorInput {
  return { name, shape, values }
}

function open(
  tensors: readonly TensorInput[],
  metadata?: Readonly<Record<string, string>>,
): Promise<Checkpoint> {
  return openCheckpoint(sourceOfBytes(makeSafetensors(tensors, metadata), 'adapter'))
}

const base = await openCheckpoint(
  sourceOfBytes(
    makeSafetensors([
      tensor('qkv.weight', [3, 2], [1, 2, 3, 4, 5, 6]),
      tensor('qkv.bias', [3], [7, 8, 9]),
      tensor('neck.conv.weight', [2, 2, 1, 1], [1, 0, 0, 1]),
      tensor(
        'patch.weight',
        [2, 1, 3, 3],
        Array.from({ length: 18 }, () => 1),
      ),
    ]),
    'base',
  ),
)

/** B A = [[1, 2], [10, 20], [3, 4]] + ... with rank 2. */
const A = [1, 2, 3, 4]
const B = [1, 0, 10, 0, 0, 1]
const PRODUCT = [1, 2, 10, 20, 3, 4]
const PLAIN = [tensor('qkv.lora_A.weight', [2, 2], A), tensor('qkv.lora_B.weight', [3, 2], B)]

async function merged(adapter: Checkpoint, scale?: number): Promise<number[]> {
  const checkpoint = mergeLora(base, adapter, scale === undefined ? {} : { scale })
  return [...(await checkpoint.readTensor('qkv.weight'))]
}

function plus(scale: number): number[] {
  return [1, 2, 3, 4, 5, 6].map((value, i) => value + scale * (PRODUCT[i] as number))
}

describe('mergeLora', () => {
  it('adds B A to a linear layer and leaves the rest alone', async () => {
    const checkpoint = mergeLora(base, await open(PLAIN))
    expect(checkpoint.name).toBe('base + adapter')
    expect(checkpoint.tensors).toBe(base.tensors)
    expect([...(await checkpoint.readTensor('qkv.weight'))]).toEqual(plus(1))
    expect([...(await checkpoint.readTensor('qkv.bias'))]).toEqual([7, 8, 9])
    expect([...(await base.readTensor('qkv.weight'))]).toEqual([1, 2, 3, 4, 5, 6])
  })

  it.each([
    ['without .weight', (name: string) => name.replace('.weight', '')],
    ["under peft's prefix", (name: string) => `base_model.model.${name}`],
    ['with an adapter name', (name: string) => name.replace('.weight', '.default.weight')],
    ['named after the tensor', (name: string) => name.replace('qkv', 'qkv.weight')],
  ])('knows names %s', async (_, rename) => {
    const renamed = PLAIN.map((input) => ({ ...input, name: rename(input.name) }))
    expect(await merged(await open(renamed))).toEqual(plus(1))
  })

  it('changes 1x1 convolutions, the factors being matrices or convolutions', async () => {
    for (const tail of [[], [1, 1]]) {
      const adapter = await open([
        tensor('neck.conv.lora_A.weight', [1, 2, ...tail], [1, 2]),
        tensor('neck.conv.lora_B.weight', [2, 1, ...tail], [3, 4]),
      ])
      const checkpoint = mergeLora(base, adapter)
      expect([...(await checkpoint.readTensor('neck.conv.weight'))]).toEqual([4, 6, 4, 9])
    }
  })

  it('scales by alpha / r: own alpha, then the header, and a given scale before both', async () => {
    const own = [...PLAIN, tensor('qkv.alpha', [], [3])]
    expect(await merged(await open(PLAIN, { lora_alpha: '4' }))).toEqual(plus(2))
    expect(await merged(await open(PLAIN, { lora_alpha: '4', r: '8' }))).toEqual(plus(0.5))
    expect(await merged(await open(own, { lora_alpha: '4' }))).toEqual(plus(1.5))
    expect(await merged(await open(own, { lora_alpha: '4' }), -1)).toEqual(plus(-1))
  })

  it.each<[string, TensorInput[], RegExp]>([
    ['a module that is not there', [tensor('k.lora_A', [1, 1], [1])], /a change of k, expected a/],
    ['no lora_B', [PLAIN[0] as TensorInput], /no lora_B for qkv\.weight/],
    ['no lora_A', [PLAIN[1] as TensorInput], /no lora_A for qkv\.weight/],
    [
      'ranks that differ',
      [PLAIN[0] as TensorInput, tensor('qkv.lora_B.weight', [3, 1], [1, 2, 3])],
      /lora_A \[2, 2\] and lora_B \[3, 1\] for qkv\.weight \[3, 2\], expected \[r, 2\] and \[3, r\]/,
    ],
    [
      'other widths',
      [
        tensor('qkv.lora_A.weight', [1, 3], [1, 2, 3]),
        tensor('qkv.lora_B.weight', [3, 1], [1, 2, 3]),
      ],
      /expected \[r, 2\] and \[3, r\]/,
    ],
    [
      'rank zero',
      [tensor('qkv.lora_A.weight', [0, 2], []), tensor('qkv.lora_B.weight', [3, 0], [])],
      /lora_A \[0, 2\]/,
    ],
    [
      'a larger convolution',
      [tensor('patch.lora_A', [1, 9], A.concat(A, [1])), tensor('patch.lora_B', [2, 1], [1, 1])],
      /patch\.weight \[2, 1, 3, 3\], expected a linear layer or a 1x1 convolution/,
    ],
    [
      'a bias',
      [tensor('qkv.bias.lora_A', [1, 1], [1]), tensor('qkv.bias.lora_B', [3, 1], [1, 1, 1])],
      /qkv\.bias \[3\]/,
    ],
    [
      'more than LoRA',
      [...PLAIN, tensor('qkv.lora_magnitude_vector', [3], [1, 1, 1])],
      /lora_magnitude_vector/,
    ],
    ['the same factor twice', [...PLAIN, tensor('qkv.lora_A', [2, 2], A)], /qkv\.lora_A beside/],
    [
      'an alpha of several numbers',
      [...PLAIN, tensor('qkv.alpha', [2], [1, 2])],
      /qkv\.alpha \[2\]/,
    ],
    ['no factors at all', [], /no lora_A and lora_B/],
  ])('refuses %s, naming it', async (_, tensors, message) => {
    const adapter = await open(tensors)
    expect(() => mergeLora(base, adapter)).toThrow(message)
    expect(() => mergeLora(base, adapter)).toThrow(expect.objectContaining({ code: 'weights' }))
  })

  it('refuses a scale that is no number', async () => {
    const adapter = await open(PLAIN)
    expect(() => mergeLora(base, adapter, { scale: Number.NaN })).toThrow(/a LoRA scale of NaN/)
    const wrongAlpha = await open(PLAIN, { lora_alpha: 'much' })
    expect(() => mergeLora(base, wrongAlpha)).toThrow(/lora_alpha "much" in its header/)
  })
})
