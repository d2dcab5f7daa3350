import type { ElementType } from './checkpoint-types.ts'

/** Bytes of one element. */
export const ELEMENT_BYTES: Readonly<Record<ElementType, number>> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  float64: 8,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
}

/**
 * Little-endian elements as float32, each rounded once. Takes the bytes over: float32 elements
 * that fill their buffer are not copied.
 * @param bytes a whole number of elements
 */
export function toFloat32(dtype: ElementType, bytes: Uint8Array): Float32Array {
  const { buffer, length } = wholeBuffer(bytes)
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer)
    case 'float16':
      return fromFloat16(new Uint16Array(buffer))
    case 'bfloat16':
      return fromBfloat16(new Uint16Array(buffer))
    case 'float64':
      return Float32Array.from(new Float64Array(buffer))
    case 'int64':
      return Float32Array.from(new BigInt64Array(buffer), Number)
    case 'int32':
      return Float32Array.from(new Int32Array(buffer))
    case 'int16':
      return Float32Array.from(new Int16Array(buffer))
    case 'int8':
      return Float32Array.from(new Int8Array(buffer))
    case 'uint8':
      return Float32Array.from(new Uint8Array(buffer, 0, length))
    case 'bool':
      return Float32Array.from(new Uint8Array(buffer, 0, length), (value) => (value ? 1 : 0))
  }
}

/** The bytes alone in a buffer: readers may hand out views of a pool, at odd offsets. */
function wholeBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.length
    ? new Uint8Array(buffer)
    : new Uint8Array(bytes)
}

function fromBfloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length)
  for (let i = 0; i < halves.length; i++) bits[i] = (halves[i] as number) << 16
  return new Float32Array(bits.buffer)
}

function fromFloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length)
  const values = new Float32Array(bits.buffer)
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i] as number
    const sign = (half & 0x8000) << 16
    const exponent = (half >> 10) & 0x1f
    const mantissa = half & 0x3ff
    if (exponent === 0) values[i] = (sign ? -mantissa : mantissa) * 2 ** -24
    else if (exponent === 0x1f) bits[i] = sign | 0x7f800000 | (mantissa << 13)
    else bits[i] = sign | ((exponent + 112) << 23) | (mantissa << 13)
  }
  return values
}
