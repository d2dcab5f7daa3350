import { describe, expect, it } from 'vitest'
import { makeSafetensors, makeSafetensorsFile } from '../../../../bench/src/fuzz/make-checkpoint.ts'
import { openCheckpoint, sourceOfBytes } from '../../src/checkpoint/checkpoint.ts'

const TENSORS = [
  { name: 'b', shape: [2, 2], values: [1, 2, 3, 4] },
  { name: 'a', shape: [], values: [0.5] },
  { name: 'none', shape: [0, 4], values: [] },
]

describe('openCheckpoint on a .safetensors file', () => {
  it('reads names, shapes, values and metadata', async () => {
    const bytes = makeSafetensors(TENSORS, { r: '4' })
    const checkpoint = await openCheckpoint(sourceOfBytes(bytes, 'm.safetensors'))
    expect(checkpoint.format).toBe('safetensors')
    expect([...checkpoint.tensors.keys()]).toEqual(['b', 'a', 'none'])
    expect(checkpoint.tensors.get('b')).toEqual({ shape: [2, 2], dtype: 'float32' })
    expect([...(await checkpoint.readTensor('b'))]).toEqual([1, 2, 3, 4])
    expect([...(await checkpoint.readTensor('a'))]).toEqual([0.5])
    expect([...(await checkpoint.readTensor('none'))]).toEqual([])
    expect([...(checkpoint.metadata ?? [])]).toEqual([['r', '4']])
  })

  it('reads other types', async () => {
    const header = {
      half: { dtype: 'F16', shape: [2], data_offsets: [0, 4] },
      brain: { dtype: 'BF16', shape: [1], data_offsets: [4, 6] },
      flag: { dtype: 'BOOL', shape: [2], data_offsets: [6, 8] },
      long: { dtype: 'I64', shape: [1], data_offsets: [8, 16] },
    }
    const data = Uint8Array.of(0, 0x3c, 0x80, 0xc0, 0x80, 0x3f, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0)
    const bytes = makeSafetensorsFile(header, data)
    const checkpoint = await openCheckpoint(sourceOfBytes(bytes, 'm.safetensors'))
    const values = await Promise.all(Object.keys(header).map((name) => checkpoint.readTensor(name)))
    expect(values.map((array) => [...array])).toEqual([[1, -2.25], [1], [1, 0], [5]])
  })

  it('says how much of a truncated download is there', async () => {
    const bytes = makeSafetensors(TENSORS)
    const cut = sourceOfBytes(bytes.slice(0, -5), 'm.safetensors')
    await expect(openCheckpoint(cut)).rejects.toMatchObject({
      code: 'checkpoint',
      message: `m.safetensors: got a truncated file of ${bytes.length - 5} bytes, expected ${bytes.length}`,
      hint: 'Download the file again.',
    })
  })

  it('names the tensor of a type that it does not read', async () => {
    const header = { w: { dtype: 'F8_E4M3', shape: [1], data_offsets: [0, 1] } }
    const source = sourceOfBytes(makeSafetensorsFile(header, new Uint8Array(1)), 'm.safetensors')
    await expect(openCheckpoint(source)).rejects.toThrow(/tensor w of dtype "F8_E4M3"/)
  })

  it('refuses tensors that overlap or leave a hole', async () => {
    const at = (start: number, end: number): object => ({
      dtype: 'U8',
      shape: [end - start],
      data_offsets: [start, end],
    })
    const open = (header: object): Promise<unknown> =>
      openCheckpoint(sourceOfBytes(makeSafetensorsFile(header, new Uint8Array(8)), 'm'))
    await expect(open({ a: at(0, 5), b: at(4, 8) })).rejects.toThrow(/tensor b overlapping/)
    await expect(open({ a: at(0, 3), b: at(4, 8) })).rejects.toThrow(/tensor b behind a hole/)
    await expect(open({ a: at(0, 4) })).rejects.toThrow(/expected \d+, as its header says/)
    await expect(open({ a: at(0, 4), b: at(4, 8) })).resolves.toBeDefined()
  })
})
