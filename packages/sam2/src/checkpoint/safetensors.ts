import { Sam2Error } from '../errors.ts'
import { type ByteSource, readExactly } from './byte-source.ts'
import type { Checkpoint, ElementType, TensorInfo } from './checkpoint-types.ts'
import { ELEMENT_BYTES, toFloat32 } from './element-types.ts'
import { printable } from '../printable.ts'
import { countElements } from './tensor-limits.ts'
import { stripModulePrefix, unknownTensor } from './tensor-names.ts'

/** Headers of the official models have some 100 kB. */
const MAX_HEADER_BYTES = 16 * 2 ** 20

const DTYPES: ReadonlyMap<string, ElementType> = new Map([
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['F64', 'float64'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I16', 'int16'],
  ['I8', 'int8'],
  ['U8', 'uint8'],
  ['BOOL', 'bool'],
])

/** A tensor's place in the file. */
interface StoredTensor extends TensorInfo {
  /** Bytes from the start of the data. */
  readonly start: number
  readonly end: number
}

/**
 * Opens a safetensors file. The tensors must fill the data exactly: no hole, no overlap.
 * @see https://github.com/huggingface/safetensors#format
 * @throws Sam2Error `checkpoint`
 */
export async function openSafetensors(source: ByteSource): Promise<Checkpoint> {
  const { header, dataOffset } = await readHeader(source)
  const metadata = new Map<string, string>()
  const stored = new Map<string, StoredTensor>()
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') readMetadata(source, entry, metadata)
    else stored.set(name, readEntry(source, name, entry))
  }
  checkLayout(source, stored, dataOffset)
  const tensors = stripModulePrefix(stored)
  return {
    name: source.name,
    format: 'safetensors',
    tensors: new Map(
      Array.from(tensors, ([name, { shape, dtype }]) => [name, { shape, dtype }] as const),
    ),
    metadata,
    async readTensor(name) {
      const tensor = tensors.get(name)
      if (!tensor) throw unknownTensor(source.name, name)
      const { start, end, dtype } = tensor
      return toFloat32(dtype, await readExactly(source, dataOffset + start, end - start))
    },
  }
}

async function readHeader(
  source: ByteSource,
): Promise<{ header: Record<string, unknown>; dataOffset: number }> {
  const start = await readExactly(source, 0, Math.min(8, source.size))
  if (start.length < 8) throw damaged(source, `${source.size} bytes`, 'a header')
  const length = Number(new DataView(start.buffer, start.byteOffset).getBigUint64(0, true))
  if (length > MAX_HEADER_BYTES) {
    throw damaged(source, `a header of ${length} bytes`, `at most ${MAX_HEADER_BYTES}`)
  }
  if (8 + length > source.size) throw truncated(source, 8 + length)
  const bytes = await readExactly(source, 8, length)
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw damaged(source, 'a header that is not JSON', 'a safetensors header', cause)
  }
  if (!isRecord(header)) throw damaged(source, 'a header that is no object', 'an object')
  return { header, dataOffset: 8 + length }
}

function readMetadata(source: ByteSource, entry: unknown, metadata: Map<string, string>): void {
  if (!isRecord(entry)) throw damaged(source, 'metadata that is no object', 'an object')
  for (const [key, value] of Object.entries(entry)) {
    if (typeof value !== 'string') throw damaged(source, 'metadata that is no text', 'text')
    metadata.set(key, value)
  }
}

function readEntry(source: ByteSource, name: string, entry: unknown): StoredTensor {
  if (!isRecord(entry) || !Array.isArray(entry['shape']) || !isRange(entry['data_offsets'])) {
    throw damaged(source, `a damaged entry for ${printable(name)}`, 'dtype, shape, data_offsets')
  }
  const dtypeName = typeof entry['dtype'] === 'string' ? entry['dtype'] : ''
  const dtype = DTYPES.get(dtypeName)
  if (!dtype) {
    throw damaged(
      source,
      `tensor ${printable(name)} of dtype "${printable(dtypeName)}"`,
      `one of ${[...DTYPES.keys()].join(', ')}`,
    )
  }
  const [start, end] = entry['data_offsets']
  const expected = countElements(source.name, name, entry['shape']) * ELEMENT_BYTES[dtype]
  if (end - start !== expected) {
    throw damaged(source, `${end - start} bytes for ${printable(name)}`, `${expected}`)
  }
  return { shape: entry['shape'] as number[], dtype, start, end }
}

function checkLayout(
  source: ByteSource,
  tensors: ReadonlyMap<string, StoredTensor>,
  dataOffset: number,
): void {
  let position = 0
  const inOrder = [...tensors].sort(([, a], [, b]) => a.start - b.start || a.end - b.end)
  for (const [name, { start, end }] of inOrder) {
    if (start !== position) {
      const what = start < position ? 'overlapping others' : 'behind a hole'
      throw damaged(source, `tensor ${printable(name)} ${what}`, `it at byte ${position}`)
    }
    position = end
  }
  const expected = dataOffset + position
  if (source.size < expected) throw truncated(source, expected)
  if (source.size > expected) {
    throw damaged(source, `a file of ${source.size} bytes`, `${expected}, as its header says`)
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isRange(value: unknown): value is [number, number] {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((offset) => Number.isSafeInteger(offset) && (offset as number) >= 0) &&
    (value[0] as number) <= (value[1] as number)
  )
}

function damaged(source: ByteSource, got: string, expected: string, cause?: unknown): Sam2Error {
  return new Sam2Error(`${source.name}: got ${got}, expected ${expected}`, {
    code: 'checkpoint',
    hint: 'Download the file again.',
    cause,
  })
}

function truncated(source: ByteSource, expected: number): Sam2Error {
  return new Sam2Error(
    `${source.name}: got a truncated file of ${source.size} bytes, expected ${expected}`,
    {
      code: 'checkpoint',
      hint: 'Download the file again.',
      details: { sizeBytes: source.size, expectedBytes: expected },
    },
  )
}
