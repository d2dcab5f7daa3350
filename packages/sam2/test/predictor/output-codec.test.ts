import { describe, expect, it } from 'vitest'
import { Sam2Error } from '../../src/errors.ts'
import { type OutputMeta, decodeOutput, encodeOutput } from '../../src/predictor/output-codec.ts'

const META: OutputMeta = {
  model: 'fake',
  frameIdx: 12,
  objId: 3,
  kind: 'non_cond',
  pending: false,
  trackedReverse: true,
  hasMaskPrompt: false,
  points: { coords: Float32Array.of(0.1, 2.5), labels: Int32Array.of(1) },
}
const OUTPUT = {
  objPtr: Float32Array.of(1, -2, 0.1),
  objectScoreLogit: Math.fround(0.3),
  predictedIou: Math.fround(0.7),
  heavy: { lowResLogits: Float32Array.of(-1024, 5), memory: Uint16Array.of(1, 2, 3) },
  isSpilled: false,
}

/** The same bytes with another header. */
function withHeader(text: string): Uint8Array {
  const header = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 4) * 4))
  const bytes = new Uint8Array(8 + header.length)
  bytes.set(encodeOutput(META, OUTPUT).subarray(0, 4))
  new DataView(bytes.buffer).setUint32(4, header.length, true)
  bytes.set(header, 8)
  return bytes
}

describe('output codec', () => {
  it.each([
    ['bfloat16', Uint16Array.of(1, 2, 3)],
    ['float32', Float32Array.of(1, 2, 3)],
    ['no', null],
  ])('gives back every bit, with %s memory', (_, memory) => {
    const output = { ...OUTPUT, heavy: { ...OUTPUT.heavy, memory } }
    const unaligned = new Uint8Array([9, ...encodeOutput(META, output)]).subarray(1)
    expect(decodeOutput(unaligned)).toEqual({ meta: META, output })
  })

  it.each(['null', '[]', '{}', '"', '{"model":1}'])('refuses the header %s', (text) => {
    expect(() => decodeOutput(withHeader(text))).toThrow(Sam2Error)
  })

  it('refuses whatever single byte of the preamble or length is wrong', () => {
    const bytes = encodeOutput(META, OUTPUT)
    for (let i = 0; i < 8; i++) {
      const damaged = bytes.map((byte, at) => (at === i ? byte ^ 0x80 : byte))
      expect(() => decodeOutput(damaged)).toThrow(Sam2Error)
    }
    expect(() => decodeOutput(bytes.subarray(0, -1))).toThrow(Sam2Error)
    expect(() => decodeOutput(new Uint8Array([...bytes, 0]))).toThrow(Sam2Error)
  })
})
