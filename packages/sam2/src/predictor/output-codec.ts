import { Sam2Error } from '../errors.ts'
import type { FrameOutput, HeavyOutput, PointInputs } from './video-state.ts'
import type { OutputKind } from './plan-memory.ts'

/** What is known of an output besides its arrays. */
export interface OutputMeta {
  /** Name of the model's configuration. */
  readonly model: string
  readonly frameIdx: number
  readonly objId: number
  readonly kind: OutputKind
  readonly pending: boolean
  /** Whether it was last tracked in reverse; null: not tracked. */
  readonly trackedReverse: boolean | null
  readonly hasMaskPrompt: boolean
  readonly points: PointInputs | null
}

/** An output that has its arrays. */
export type WholeOutput = FrameOutput & { readonly heavy: HeavyOutput }

interface Header {
  readonly model: string
  readonly frameIdx: number
  readonly objId: number
  readonly kind: OutputKind
  readonly pending: boolean
  readonly trackedReverse: boolean | null
  readonly hasMaskPrompt: boolean
  readonly objectScoreLogit: number
  readonly predictedIou: number
  readonly points: { coords: number[]; labels: number[] } | null
  readonly memoryType: 'float32' | 'bfloat16' | null
  /** Elements of pointer, low-resolution logits and memory. */
  readonly lengths: readonly [number, number, number]
}

/** "S2O1", little endian. */
const MAGIC = 0x314f3253
const PREAMBLE_BYTES = 8
const ALIGNMENT = 4

/**
 * One output as bytes: magic number, length of the header, header as JSON padded to 4 bytes, then pointer and
 * logits as float32 and memory as float32 or bfloat16. Numbers of the machine's byte order (little endian
 * on all that run this). The same output always gives the same bytes.
 */
export function encodeOutput(meta: OutputMeta, output: WholeOutput): Uint8Array {
  const { lowResLogits, memory } = output.heavy
  const header: Header = {
    model: meta.model,
    frameIdx: meta.frameIdx,
    objId: meta.objId,
    kind: meta.kind,
    pending: meta.pending,
    trackedReverse: meta.trackedReverse,
    hasMaskPrompt: meta.hasMaskPrompt,
    objectScoreLogit: output.objectScoreLogit,
    predictedIou: output.predictedIou,
    points: meta.points && {
      coords: [...meta.points.coords],
      labels: [...meta.points.labels],
    },
    memoryType: memory === null ? null : memory instanceof Uint16Array ? 'bfloat16' : 'float32',
    lengths: [output.objPtr.length, lowResLogits.length, memory?.length ?? 0],
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const padded = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT
  const arrays =
    memory === null ? [output.objPtr, lowResLogits] : [output.objPtr, lowResLogits, memory]
  const size = arrays.reduce((sum, array) => sum + array.byteLength, PREAMBLE_BYTES + padded)
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, text.length, true)
  bytes.set(text, PREAMBLE_BYTES)
  let at = PREAMBLE_BYTES + padded
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at)
    at += array.byteLength
  }
  return bytes
}

/**
 * Reads what {@link encodeOutput} wrote.
 * @throws Sam2Error `input` for other bytes
 */
export function decodeOutput(bytes: Uint8Array): { meta: OutputMeta; output: WholeOutput } {
  const copy = bytes.slice()
  const view = new DataView(copy.buffer)
  if (copy.length < PREAMBLE_BYTES || view.getUint32(0, true) !== MAGIC) {
    throw damaged(`${copy.length} bytes of something else`)
  }
  const textLength = view.getUint32(4, true)
  const header = parseHeader(copy.subarray(PREAMBLE_BYTES, PREAMBLE_BYTES + textLength))
  const [pointer, logits, memory] = header.lengths
  const memoryBytes = memory * (header.memoryType === 'bfloat16' ? 2 : 4)
  let at = PREAMBLE_BYTES + Math.ceil(textLength / ALIGNMENT) * ALIGNMENT
  const expected = at + (pointer + logits) * 4 + memoryBytes
  if (copy.length !== expected) throw damaged(`${copy.length} bytes instead of ${expected}`)
  const floats = (length: number): Float32Array => {
    const part = new Float32Array(copy.buffer, at, length).slice()
    at += length * 4
    return part
  }
  const objPtr = floats(pointer)
  const lowResLogits = floats(logits)
  const memoryValues =
    header.memoryType === 'bfloat16'
      ? new Uint16Array(copy.buffer, at, memory).slice()
      : header.memoryType === 'float32'
        ? floats(memory)
        : null
  const { objectScoreLogit, predictedIou } = header
  return {
    meta: {
      model: header.model,
      frameIdx: header.frameIdx,
      objId: header.objId,
      kind: header.kind,
      pending: header.pending,
      trackedReverse: header.trackedReverse,
      hasMaskPrompt: header.hasMaskPrompt,
      points: header.points && {
        coords: Float32Array.from(header.points.coords),
        labels: Int32Array.from(header.points.labels),
      },
    },
    output: {
      objPtr,
      objectScoreLogit,
      predictedIou,
      heavy: { lowResLogits, memory: memoryValues },
      isSpilled: false,
    },
  }
}

function parseHeader(text: Uint8Array): Header {
  let header: Partial<Header> | null
  try {
    header = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(text),
    ) as Partial<Header> | null
  } catch (cause) {
    throw damaged('an unreadable header', cause)
  }
  if (header === null || !isHeader(header)) throw damaged('a header without its fields')
  return header
}

function isHeader(header: Partial<Header>): header is Header {
  const { kind, trackedReverse, points, memoryType, lengths } = header
  return (
    typeof header.model === 'string' &&
    Number.isInteger(header.frameIdx) &&
    Number.isInteger(header.objId) &&
    (kind === 'cond' || kind === 'non_cond') &&
    typeof header.pending === 'boolean' &&
    (trackedReverse === null || typeof trackedReverse === 'boolean') &&
    typeof header.hasMaskPrompt === 'boolean' &&
    Number.isFinite(header.objectScoreLogit) &&
    Number.isFinite(header.predictedIou) &&
    (memoryType === null || memoryType === 'float32' || memoryType === 'bfloat16') &&
    Array.isArray(lengths) &&
    lengths.length === 3 &&
    lengths.every((length) => Number.isInteger(length) && length >= 0) &&
    (points === null || arePoints(points))
  )
}

function arePoints(points: Header['points'] | undefined): boolean {
  if (!points || !Array.isArray(points.coords) || !Array.isArray(points.labels)) return false
  const numbers: readonly unknown[] = [...points.coords, ...points.labels]
  return points.coords.length === points.labels.length * 2 && numbers.every(Number.isFinite)
}

function damaged(got: string, cause?: unknown): Sam2Error {
  return new Sam2Error(`got ${got}, expected an exported output`, {
    code: 'input',
    hint: 'Give bytes as exportOutput returned them.',
    cause,
  })
}
