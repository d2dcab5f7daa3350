import { describe, expect, it } from 'vitest'
import {
  floatBytes,
  makePytorch,
  makePytorchArchive,
  storageOf,
  tensorOf,
} from '../../../../bench/src/fuzz/make-checkpoint.ts'
import { makePickle, orderedDict, type Picklable } from '../../../../bench/src/fuzz/make-pickle.ts'
import {
  type ByteSource,
  type Checkpoint,
  loadWeights,
  openCheckpoint,
  sourceOfBytes,
} from '../../src/checkpoint/checkpoint.ts'

const W = { name: 'a.weight', shape: [2, 3], values: [1, 2, 3, 4, 5, 6] }
const B = { name: 'a.bias', shape: [2], values: [-1, 0.5] }

function open(bytes: Uint8Array): Promise<Checkpoint> {
  return openCheckpoint(sourceOfBytes(bytes, 'model.pt'))
}

/** Elements 0..11 in one storage, looked at in several ways. */
function openViews(views: Readonly<Record<string, Picklable>>): Promise<Checkpoint> {
  const storage = floatBytes(Array.from({ length: 12 }, (_, i) => i))
  return open(
    makePytorchArchive(makePickle({ dict: Object.entries(views) }), new Map([['s', storage]])),
  )
}

describe('openCheckpoint on a .pt file', () => {
  it.each([
    ['at the top level', {}],
    ['under model', { key: 'model' }],
    ['under state_dict', { key: 'state_dict' }],
    ['in protocol 4', { protocol: 4 }],
    ['in a compressed archive', { deflate: true }],
    ['with a byte order', { byteOrder: 'little' }],
  ] as const)('reads a state dict %s', async (_, options) => {
    const checkpoint = await open(makePytorch([W, B], options))
    expect(checkpoint.format).toBe('pytorch')
    expect([...checkpoint.tensors]).toEqual([
      ['a.weight', { shape: [2, 3], dtype: 'float32' }],
      ['a.bias', { shape: [2], dtype: 'float32' }],
    ])
    expect([...(await checkpoint.readTensor('a.weight'))]).toEqual(W.values)
    expect([...(await checkpoint.readTensor('a.bias'))]).toEqual(B.values)
  })

  it('ignores what a training program adds', async () => {
    const optimizer: Picklable = {
      dict: [
        [0, { dict: [['exp_avg', tensorOf(storageOf('0', 6), 0, [6], [1])]] }],
        ['lr', 1e-4],
        ['betas', { tuple: [0.9, 2 ** 40, null, true] }],
      ],
    }
    const bytes = makePytorch([W], {
      key: 'model',
      extra: [
        ['optimizer', optimizer],
        ['epoch', 3],
      ],
    })
    expect([...(await open(bytes)).tensors.keys()]).toEqual(['a.weight'])
  })

  it('drops the attributes of a state dict and what in it is no tensor', async () => {
    const tensor = tensorOf(storageOf('0', 6), 0, [6], [1])
    const dict = orderedDict([
      ['w', tensor],
      ['steps', 5],
    ])
    const state: Picklable = { dict: [['_metadata', orderedDict([['', { dict: [] }]])]] }
    const pickle = makePickle({ build: [dict, state] })
    const bytes = makePytorchArchive(pickle, new Map([['0', floatBytes(W.values)]]))
    expect([...(await open(bytes)).tensors.keys()]).toEqual(['w'])
  })

  it('takes off the module. of distributed training, if every name has it', async () => {
    const prefixed = [W, B].map((tensor) => ({ ...tensor, name: `module.${tensor.name}` }))
    expect([...(await open(makePytorch(prefixed))).tensors.keys()]).toEqual(['a.weight', 'a.bias'])
    const mixed = [{ ...W, name: 'module.w' }, B]
    expect([...(await open(makePytorch(mixed))).tensors.keys()]).toEqual(['module.w', 'a.bias'])
  })

  it('reads views with offsets and strides into shared storage', async () => {
    const storage = storageOf('s', 12)
    const checkpoint = await openViews({
      offset: tensorOf(storage, 5, [2, 3], [3, 1]),
      transposed: tensorOf(storage, 0, [4, 3], [1, 4]),
      sliced: tensorOf(storage, 1, [3, 2], [4, 2]),
      permuted: tensorOf(storage, 0, [2, 3, 2], [1, 4, 2]),
      scalar: tensorOf(storage, 7, [], []),
      one: tensorOf(storage, 7, [1, 1], [99, 99]),
      empty: tensorOf(storage, 0, [0, 3], [3, 1]),
      repeated: tensorOf(storage, 2, [2, 2], [0, 1]),
    })
    const read = async (name: string): Promise<number[]> => [...(await checkpoint.readTensor(name))]
    expect(await read('offset')).toEqual([5, 6, 7, 8, 9, 10])
    expect(await read('transposed')).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11])
    expect(await read('sliced')).toEqual([1, 3, 5, 7, 9, 11])
    expect(await read('permuted')).toEqual([0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11])
    expect(await read('scalar')).toEqual([7])
    expect(await read('one')).toEqual([7])
    expect(await read('empty')).toEqual([])
    expect(await read('repeated')).toEqual([2, 3, 2, 3])
  })

  it('reads values only when asked, each time into an array of its own', async () => {
    const bytes = makePytorch([
      { name: 'big', shape: [500_000], values: Array.from({ length: 500_000 }, () => 1) },
    ])
    let read = 0
    const source: ByteSource = {
      name: 'counted.pt',
      size: bytes.length,
      read: (offset, length) => {
        read += length
        return Promise.resolve(bytes.slice(offset, offset + length))
      },
    }
    const checkpoint = await openCheckpoint(source)
    expect(read).toBeLessThan(100_000)
    const first = await checkpoint.readTensor('big')
    first.fill(7)
    expect((await checkpoint.readTensor('big'))[0]).toBe(1)
  })

  it('loads the tensors of a stage', async () => {
    const weights = await loadWeights(await open(makePytorch([W, B])), (name) => name === 'a.bias')
    expect([...weights]).toEqual([['a.bias', { shape: [2], data: Float32Array.of(-1, 0.5) }]])
  })

  it('names a tensor that is not there', async () => {
    const checkpoint = await open(makePytorch([W]))
    await expect(checkpoint.readTensor('b')).rejects.toMatchObject({
      name: 'Sam2Error',
      code: 'weights',
      message: 'model.pt: got no tensor b, expected one',
    })
  })

  it('names the global that it does not load', async () => {
    const evil: Picklable = { reduce: [{ global: ['os', 'system'] }, { tuple: ['id'] }] }
    await expect(open(makePytorch([W], { extra: [['x', evil]] }))).rejects.toMatchObject({
      code: 'checkpoint',
      message: 'model.pt: got os.system in its pickle, expected nothing but tensors and plain data',
      details: { global: 'os.system' },
    })
  })

  it.each([
    ['big-endian values', makePytorch([W], { byteOrder: 'big' }), /byte order big/],
    ['a truncated download', makePytorch([W, B]).slice(0, -100), /truncated or damaged zip/],
    ['an old file', makePickle({ dict: [] }), /PyTorch's old form/],
    ['a Git LFS pointer', text('version https://git-lfs.github.com/spec/v1\n'), /Git LFS pointer/],
    ['a web page', text('\n<!doctype html><title>Sign in</title>'), /a web page/],
    ['an error answer', text('{"error":"not found"}'), /a text file/],
    ['nothing', new Uint8Array(0), /an empty file/],
  ])('refuses %s, saying so', async (_, bytes, message) => {
    const error = await open(bytes).catch((cause: unknown) => cause)
    expect(error).toMatchObject({ name: 'Sam2Error', code: 'checkpoint' })
    expect((error as Error).message).toMatch(message)
    expect((error as { hint?: string }).hint).toMatch(/\.$/)
  })

  it('finds a changed byte in the values', async () => {
    const bytes = makePytorch([
      { name: 'w', shape: [64], values: Array.from({ length: 64 }, () => 0.25) },
    ])
    const at = bytes.findIndex((_, i) => bytes[i + 3] === 0x3e && bytes[i + 2] === 0x80)
    bytes[at + 40] = (bytes[at + 40] as number) ^ 1
    const checkpoint = await open(bytes)
    await expect(checkpoint.readTensor('w')).rejects.toThrow(/damaged archive\/data\/0/)
  })

  it('passes errors of the source on as they are', async () => {
    const bytes = makePytorch([W])
    const gone = new Error('disk gone')
    let failing = false
    const checkpoint = await openCheckpoint({
      name: 'm.pt',
      size: bytes.length,
      read: (offset, length) =>
        failing ? Promise.reject(gone) : Promise.resolve(bytes.slice(offset, offset + length)),
    })
    failing = true
    await expect(checkpoint.readTensor('a.weight')).rejects.toBe(gone)
    await expect(
      openCheckpoint({ name: 'm.pt', size: 9000, read: () => Promise.reject(gone) }),
    ).rejects.toBe(gone)
  })
})

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content)
}
