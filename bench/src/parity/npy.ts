import { Sam2Error } from '@scarline/sam2'
import { elementsOf } from './weights.ts'

/** Element types that the reference folders hold. */
export type NpyData = Float32Array | Float64Array | Uint8Array | Int32Array | BigInt64Array

/** One array in C order. */
export interface NpyArray {
  readonly shape: readonly number[]
  readonly data: NpyData
}

const MAGIC = '\u0093NUMPY'

const READERS: Readonly<Record<string, { bytes: number; of: (buffer: ArrayBuffer) => NpyData }>> = {
  '<f4': { bytes: 4, of: (buffer) => new Float32Array(buffer) },
  '<f8': { bytes: 8, of: (buffer) => new Float64Array(buffer) },
  '|u1': { bytes: 1, of: (buffer) => new Uint8Array(buffer) },
  '|b1': { bytes: 1, of: (buffer) => new Uint8Array(buffer) },
  '<i4': { bytes: 4, of: (buffer) => new Int32Array(buffer) },
  '<i8': { bytes: 8, of: (buffer) => new BigInt64Array(buffer) },
}

/**
 * Reads a NumPy array file (format versions 1 to 3, little endian, C order).
 * @throws Sam2Error `input` for anything else
 */
export function parseNpy(bytes: Uint8Array, name: string): NpyArray {
  const refuse = (got: string, expected: string): never => {
    throw new Sam2Error(`got ${got} in ${name}, expected ${expected}`, {
      code: 'input',
      hint: 'Fetch the reference folder again.',
    })
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const magic = String.fromCharCode(...bytes.subarray(0, MAGIC.length))
  if (bytes.length < 12 || magic !== MAGIC) refuse('no NumPy header', 'a .npy file')
  const wide = bytes[6] !== 1
  const start = wide ? 12 : 10
  const end = start + (wide ? view.getUint32(8, true) : view.getUint16(8, true))
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, end))
  const descr = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? 'no type'
  const fortran = /'fortran_order':\s*(True|False)/.exec(header)?.[1]
  const dims = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1]
  const reader = READERS[descr]
  if (!reader) return refuse(`type ${descr}`, `one of ${Object.keys(READERS).join(', ')}`)
  if (fortran !== 'False' || dims === undefined) return refuse(header.trim(), 'C order and a shape')
  const shape = dims.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]))
  const size = elementsOf(shape) * reader.bytes
  if (bytes.length - end !== size)
    refuse(`${bytes.length - end} bytes of values`, `${size} for shape [${shape.join(', ')}]`)
  // A Node Buffer's own slice would share its memory.
  return { shape, data: reader.of(Uint8Array.from(bytes.subarray(end)).buffer) }
}

/**
 * An array as float32.
 * @throws Sam2Error `input` when it holds another type
 */
export function asFloats(array: NpyArray, name: string): Float32Array {
  if (array.data instanceof Float32Array) return array.data
  if (array.data instanceof Float64Array) return Float32Array.from(array.data)
  throw new Sam2Error(`got whole numbers in ${name}, expected float32`, { code: 'input' })
}
