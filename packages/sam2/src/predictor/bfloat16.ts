/** float32 to bfloat16 bits, rounded to the nearest, ties to even, as torch's `to(bfloat16)`. */
export function toBfloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const out = new Uint16Array(values.length)
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i] as number
    const isNaN = (word & 0x7fffffff) > 0x7f800000
    out[i] = isNaN ? 0x7fc0 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16
  }
  return out
}

/** bfloat16 bits to float32, exactly. Writes into `out` at `offset`. */
export function fromBfloat16(
  bits: Uint16Array,
  out: Float32Array = new Float32Array(bits.length),
  offset = 0,
): Float32Array {
  const words = new Uint32Array(out.buffer, out.byteOffset, out.length)
  for (let i = 0; i < bits.length; i++) words[offset + i] = (bits[i] as number) << 16
  return out
}
