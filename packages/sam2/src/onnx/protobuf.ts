/** Wire types of the protocol buffers encoding. */
const VARINT = 0
const LENGTH_DELIMITED = 2
const FIXED32 = 5

/** Writes one protocol buffers message, field by field, in the order of the calls. */
export interface MessageWriter {
  /** int32, int64, enum or bool. */
  int(field: number, value: number): MessageWriter
  float(field: number, value: number): MessageWriter
  string(field: number, value: string): MessageWriter
  bytes(field: number, value: Uint8Array): MessageWriter
  message(field: number, value: MessageWriter): MessageWriter
  packedInts(field: number, values: readonly number[]): MessageWriter
  packedFloats(field: number, values: readonly number[]): MessageWriter
  readonly byteLength: number
  finish(): Uint8Array
}

/** An empty message. */
export function messageWriter(): MessageWriter {
  const parts: Uint8Array[] = []
  let byteLength = 0
  const push = (part: Uint8Array): void => {
    parts.push(part)
    byteLength += part.length
  }
  const tag = (field: number, wireType: number): void => push(varint(field * 8 + wireType))
  const writer: MessageWriter = {
    get byteLength() {
      return byteLength
    },
    int(field, value) {
      tag(field, VARINT)
      push(varint(value))
      return writer
    },
    float(field, value) {
      tag(field, FIXED32)
      push(float32(value))
      return writer
    },
    string: (field, value) => writer.bytes(field, new TextEncoder().encode(value)),
    bytes(field, value) {
      tag(field, LENGTH_DELIMITED)
      push(varint(value.length))
      push(value)
      return writer
    },
    message: (field, value) => writer.bytes(field, value.finish()),
    packedInts: (field, values) => writer.bytes(field, concatenate(values.map(varint))),
    packedFloats: (field, values) => writer.bytes(field, concatenate(values.map(float32))),
    finish: () => concatenate(parts),
  }
  return writer
}

/** A base-128 varint; negative values as 64-bit two's complement, as the format asks. */
function varint(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value))
  const bytes: number[] = []
  do {
    const low = Number(rest & 0x7fn)
    rest >>= 7n
    bytes.push(rest > 0n ? low | 0x80 : low)
  } while (rest > 0n)
  return Uint8Array.from(bytes)
}

function float32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setFloat32(0, value, true)
  return bytes
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
