import type { Scratch } from '../segmenter.ts'

/** Scratch keys of the engine begin with this; it changes with the algorithm. */
export const SCRATCH_PREFIX = 'ndvi-9'

/** What was written under that key. */
export async function mustRead(scratch: Scratch, key: string): Promise<Uint8Array> {
  const bytes = await scratch.read(key)
  if (!bytes) throw new Error(`scratch has lost ${key}`)
  return bytes
}

/** The bytes of an array, not copied. */
export function bytesOf(values: Int8Array | Int16Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

/** Bytes as signed 8-bit numbers, not copied. */
export function int8Of(bytes: Uint8Array): Int8Array {
  return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Bytes as signed 16-bit numbers in the machine's order. */
export function int16Of(bytes: Uint8Array): Int16Array {
  if (bytes.byteOffset % 2 === 0) {
    return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)
  }
  return new Int16Array(bytes.slice().buffer)
}
