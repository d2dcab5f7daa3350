const CLEAR = 256
const END = 257

/**
 * LZW as TIFF 6.0 section 13 has it: codes of 9 to 12 bits, highest bit first, widened one code
 * early. Stops at `expectedBytes`, so a forged stream cannot take more memory than the image needs.
 *
 * @throws Error for a code that was never defined
 */
export function decompressLzw(input: Uint8Array, expectedBytes: number): Uint8Array<ArrayBuffer> {
  const output = new Uint8Array(expectedBytes)
  // A string of the table is a stretch of the output: where it starts and how long it is.
  const starts = new Int32Array(4096)
  const lengths = new Int32Array(4096)
  let written = 0
  let tableSize = 258
  let codeBits = 9
  let previousStart = -1
  let previousLength = 0
  let bit = 0
  const totalBits = input.length * 8
  while (written < expectedBytes && bit + codeBits <= totalBits) {
    const at = bit >>> 3
    const word = ((input[at] as number) << 16) | ((input[at + 1] ?? 0) << 8) | (input[at + 2] ?? 0)
    const code = (word >>> (24 - codeBits - (bit & 7))) & ((1 << codeBits) - 1)
    bit += codeBits
    if (code === END) break
    if (code === CLEAR) {
      tableSize = 258
      codeBits = 9
      previousStart = -1
      continue
    }
    const start = written
    if (code < 256) {
      output[written++] = code
    } else {
      const known = code < tableSize
      if (previousStart < 0 || (!known && code !== tableSize)) {
        throw new Error(`LZW code ${code} is not in a table of ${tableSize}`)
      }
      const from = known ? (starts[code] as number) : previousStart
      const length = known ? (lengths[code] as number) : previousLength + 1
      const end = Math.min(written + length, expectedBytes)
      // Byte by byte: the string may reach into what is being written.
      for (let i = from; written < end; i++) output[written++] = output[i] as number
    }
    if (previousStart >= 0 && tableSize < 4096) {
      starts[tableSize] = previousStart
      lengths[tableSize] = previousLength + 1
      tableSize++
      if (tableSize + 1 >= 1 << codeBits && codeBits < 12) codeBits++
    }
    previousStart = start
    previousLength = written - start
  }
  return output.subarray(0, written)
}

/** PackBits as TIFF 6.0 section 9 has it; stops at `expectedBytes`. */
export function decompressPackBits(
  input: Uint8Array,
  expectedBytes: number,
): Uint8Array<ArrayBuffer> {
  const output = new Uint8Array(expectedBytes)
  let written = 0
  for (let at = 0; at < input.length && written < expectedBytes;) {
    const header = ((input[at++] as number) << 24) >> 24
    if (header >= 0) {
      const run = input.subarray(at, at + Math.min(header + 1, expectedBytes - written))
      output.set(run, written)
      written += run.length
      at += header + 1
    } else if (header !== -128) {
      const end = Math.min(written + 1 - header, expectedBytes)
      output.fill(input[at++] ?? 0, written, end)
      written = end
    }
  }
  return output.subarray(0, written)
}
