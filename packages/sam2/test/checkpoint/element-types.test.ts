import { describe, expect, it } from 'vitest'
import { toFloat32 } from '../../src/checkpoint/element-types.ts'

function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

describe('toFloat32', () => {
  it('widens float16: signs, subnormals, the largest value, infinities, NaN', () => {
    const halves = Uint16Array.of(0x3c00, 0xc080, 0x0001, 0x83ff, 0x7bff, 0x7c00, 0xfc00, 0x0000)
    expect([...toFloat32('float16', bytesOf(halves))]).toEqual([
      1,
      -2.25,
      2 ** -24,
      -1023 * 2 ** -24,
      65504,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      0,
    ])
    expect(toFloat32('float16', bytesOf(Uint16Array.of(0x7e00)))[0]).toBeNaN()
    expect(Object.is(toFloat32('float16', bytesOf(Uint16Array.of(0x8000)))[0], -0)).toBe(true)
  })

  it('widens bfloat16 by appending zeros', () => {
    const halves = Uint16Array.of(0x3f80, 0xbffa, 0x7f80, 0x0001)
    const values = toFloat32('bfloat16', bytesOf(halves))
    expect([...values.slice(0, 3)]).toEqual([1, -1.953125, Number.POSITIVE_INFINITY])
    expect(new Uint32Array(values.buffer)[3]).toBe(0x10000)
  })

  it('rounds float64 and int64 once', () => {
    expect([...toFloat32('float64', bytesOf(Float64Array.of(1 / 3, -1e300)))]).toEqual([
      Math.fround(1 / 3),
      Number.NEGATIVE_INFINITY,
    ])
    expect([...toFloat32('int64', bytesOf(BigInt64Array.of(-2n, 3_000_000_000n)))]).toEqual([
      -2, 3e9,
    ])
  })

  it('reads small integers and booleans', () => {
    expect([...toFloat32('int32', bytesOf(Int32Array.of(-7)))]).toEqual([-7])
    expect([...toFloat32('int16', bytesOf(Int16Array.of(-7)))]).toEqual([-7])
    expect([...toFloat32('int8', Uint8Array.of(0xf9))]).toEqual([-7])
    expect([...toFloat32('uint8', Uint8Array.of(0xf9))]).toEqual([249])
    expect([...toFloat32('bool', Uint8Array.of(0, 1, 2))]).toEqual([0, 1, 1])
  })

  it('gives values of their own from a view at an odd offset of a pool', () => {
    const pool = new Uint8Array(16)
    pool.set(bytesOf(Float32Array.of(1.5, -2)), 3)
    const values = toFloat32('float32', pool.subarray(3, 11))
    expect([...values]).toEqual([1.5, -2])
    expect(values.buffer.byteLength).toBe(8)
  })
})
