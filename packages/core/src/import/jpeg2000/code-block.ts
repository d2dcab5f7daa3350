import { mqDecoder } from './mq-decoder.ts'

/** Which way a subband was filtered: low/high horizontally, then vertically. */
export type Orientation = 'LL' | 'HL' | 'LH' | 'HH'

/** Variants of block coding (ISO/IEC 15444-1, table A.19) that are read. */
export interface BlockCoding {
  resetContexts: boolean
  verticallyCausal: boolean
  segmentationSymbols: boolean
}

const RUN_LENGTH = 17
const UNIFORM = 18
const CONTEXT_COUNT = 19

/** Zero-coding context by [horizontal * 15 + vertical * 5 + diagonal] neighbours (table D.1). */
const ZERO_CODING: Readonly<Record<Orientation, Uint8Array>> = {
  LL: zeroCodingTable((h, v, d) => lowContext(h, v, d)),
  LH: zeroCodingTable((h, v, d) => lowContext(h, v, d)),
  HL: zeroCodingTable((h, v, d) => lowContext(v, h, d)),
  HH: zeroCodingTable((h, v, d) => {
    const sides = h + v
    if (d >= 3) return 8
    if (d === 2) return sides >= 1 ? 7 : 6
    if (d === 1) return 3 + Math.min(2, sides)
    return Math.min(2, sides)
  }),
}

function zeroCodingTable(context: (h: number, v: number, d: number) => number): Uint8Array {
  const table = new Uint8Array(45)
  for (let h = 0; h < 3; h++)
    for (let v = 0; v < 3; v++)
      for (let d = 0; d < 5; d++) table[h * 15 + v * 5 + d] = context(h, v, d)
  return table
}

function lowContext(h: number, v: number, d: number): number {
  if (h === 2) return 8
  if (h === 1) return v >= 1 ? 7 : d >= 1 ? 6 : 5
  if (v > 0) return v === 2 ? 4 : 3
  return Math.min(2, d)
}

/** Sign context and flip by [(horizontal + 1) * 3 + vertical + 1] (table D.3). */
const SIGN_CONTEXT = Uint8Array.of(13, 12, 11, 10, 9, 10, 11, 12, 13)
const SIGN_FLIP = Uint8Array.of(1, 1, 1, 1, 0, 0, 0, 0, 0)

/**
 * Decodes one code-block's bit planes (ISO/IEC 15444-1, annex D).
 *
 * @param passCount coding passes that `bytes` holds
 * @param planeCount bit planes that were coded, the first pass's one being the highest
 * @returns coefficients times two, rounded to the middle of what the passes leave open
 */
export function decodeCodeBlock(
  bytes: Uint8Array,
  width: number,
  height: number,
  orientation: Orientation,
  passCount: number,
  planeCount: number,
  coding: BlockCoding,
): Int32Array {
  const stride = width + 2
  const magnitude = new Int32Array(width * height)
  // One pixel of border on all sides spares every neighbour a test.
  const significant = new Uint8Array(stride * (height + 2))
  const sign = new Int8Array(significant.length)
  const refined = new Uint8Array(width * height)
  const visited = new Uint8Array(width * height)
  const zeroCoding = ZERO_CODING[orientation]
  const contexts = new Uint8Array(CONTEXT_COUNT)
  const reset = (): void => {
    contexts.fill(0)
    contexts[0] = 4 << 1
    contexts[RUN_LENGTH] = 3 << 1
    contexts[UNIFORM] = 46 << 1
  }
  reset()
  const mq = mqDecoder(bytes)

  // With vertically causal contexts the row below a stripe counts as insignificant.
  const below = (at: number, row: number): number =>
    coding.verticallyCausal && (row & 3) === 3 ? -1 : at + stride
  const sumBelow = (at: number, row: number): number => {
    const next = below(at, row)
    if (next < 0) return 0
    return (significant[next - 1] as number) + (significant[next + 1] as number)
  }
  const zeroContext = (at: number, row: number): number => {
    const next = below(at, row)
    const h = (significant[at - 1] as number) + (significant[at + 1] as number)
    const v = (significant[at - stride] as number) + (next < 0 ? 0 : (significant[next] as number))
    const d =
      (significant[at - stride - 1] as number) +
      (significant[at - stride + 1] as number) +
      sumBelow(at, row)
    return h * 15 + v * 5 + d
  }
  const decodeSign = (at: number, row: number): void => {
    const next = below(at, row)
    const clamp = (value: number): number => Math.max(-1, Math.min(1, value))
    const h = clamp((sign[at - 1] as number) + (sign[at + 1] as number))
    const v = clamp((sign[at - stride] as number) + (next < 0 ? 0 : (sign[next] as number)))
    const index = (h + 1) * 3 + v + 1
    const bit = mq.decode(contexts, SIGN_CONTEXT[index] as number) ^ (SIGN_FLIP[index] as number)
    sign[at] = bit ? -1 : 1
    significant[at] = 1
  }

  const significancePass = (oneAndHalf: number): void => {
    for (let stripe = 0; stripe < height; stripe += 4) {
      const stop = Math.min(height, stripe + 4)
      for (let col = 0; col < width; col++) {
        for (let row = stripe; row < stop; row++) {
          const at = (row + 1) * stride + col + 1
          if (significant[at]) continue
          const neighbours = zeroContext(at, row)
          if (neighbours === 0) continue
          const index = row * width + col
          visited[index] = 1
          if (mq.decode(contexts, zeroCoding[neighbours] as number)) {
            decodeSign(at, row)
            magnitude[index] = oneAndHalf
          }
        }
      }
    }
  }
  const refinementPass = (half: number): void => {
    for (let stripe = 0; stripe < height; stripe += 4) {
      const stop = Math.min(height, stripe + 4)
      for (let col = 0; col < width; col++) {
        for (let row = stripe; row < stop; row++) {
          const at = (row + 1) * stride + col + 1
          const index = row * width + col
          if (!significant[at] || visited[index]) continue
          const context = refined[index] ? 16 : zeroContext(at, row) === 0 ? 14 : 15
          refined[index] = 1
          const bit = mq.decode(contexts, context)
          magnitude[index] = (magnitude[index] as number) + (bit ? half : -half)
        }
      }
    }
  }
  const cleanupPass = (oneAndHalf: number): void => {
    for (let stripe = 0; stripe < height; stripe += 4) {
      const stop = Math.min(height, stripe + 4)
      for (let col = 0; col < width; col++) {
        let row = stripe
        let known = false
        if (stop - stripe === 4 && columnIsQuiet(col, stripe)) {
          if (!mq.decode(contexts, RUN_LENGTH)) continue
          row = stripe + ((mq.decode(contexts, UNIFORM) << 1) | mq.decode(contexts, UNIFORM))
          known = true
        }
        for (; row < stop; row++) {
          const at = (row + 1) * stride + col + 1
          const index = row * width + col
          if (!known && (significant[at] || visited[index])) continue
          if (known || mq.decode(contexts, zeroCoding[zeroContext(at, row)] as number)) {
            decodeSign(at, row)
            magnitude[index] = oneAndHalf
          }
          known = false
        }
      }
    }
    visited.fill(0)
    if (coding.segmentationSymbols) for (let i = 0; i < 4; i++) mq.decode(contexts, UNIFORM)
  }
  const columnIsQuiet = (col: number, stripe: number): boolean => {
    for (let row = stripe; row < stripe + 4; row++) {
      const at = (row + 1) * stride + col + 1
      if (significant[at] || visited[row * width + col] || zeroContext(at, row) !== 0) return false
    }
    return true
  }

  let plane = planeCount - 1
  let kind = 2
  for (let pass = 0; pass < passCount && plane >= 0; pass++) {
    // Values carry one bit more than the planes: the half that is left open below the last one.
    const half = 1 << plane
    if (kind === 0) significancePass(half * 3)
    else if (kind === 1) refinementPass(half)
    else cleanupPass(half * 3)
    if (coding.resetContexts) reset()
    kind = (kind + 1) % 3
    if (kind === 0) plane--
  }
  for (let row = 0; row < height; row++) {
    for (let col = 0; col < width; col++) {
      if ((sign[(row + 1) * stride + col + 1] as number) < 0) {
        const index = row * width + col
        magnitude[index] = -(magnitude[index] as number)
      }
    }
  }
  return magnitude
}
