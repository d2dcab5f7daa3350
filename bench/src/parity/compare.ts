/** How far values are from the expected ones. */
export interface Difference {
  /** Values compared. */
  readonly count: number
  readonly maxAbs: number
  /** Largest difference over the larger of the expected value and the root mean square of them all. */
  readonly maxRel: number
  /** Flat index (in the expected values) of the largest difference. */
  readonly at: number
}

/** How far a mask is from the expected one. */
export interface MaskDifference {
  readonly pixels: number
  readonly flipped: number
  /** 1 where both are empty. */
  readonly iou: number
}

/**
 * Flat index of sample `i` of `samples` out of `total`: `floor(i * total / samples)`. With as many
 * samples as elements every element is its own sample.
 */
export function sampleIndex(i: number, samples: number, total: number): number {
  return Math.floor((i * total) / samples)
}

/** `samples` values of a tensor, all of them when it has no more. */
export function sampleOf(values: Float32Array, samples: number): Float32Array {
  if (samples >= values.length) return values
  return Float32Array.from({ length: samples }, (_, i) => {
    return values[sampleIndex(i, samples, values.length)] as number
  })
}

/**
 * Compares a whole tensor with expected values that may be a sample of it ({@link sampleIndex}).
 * A value that is not finite on one side only makes the difference infinite, as does a shape with
 * fewer elements than expected. Pairs that `isExempt` are not compared.
 */
export function compareValues(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  isExempt: (got: number, wanted: number) => boolean = () => false,
): Difference {
  const count = expected.length
  let sumOfSquares = 0
  for (let i = 0; i < count; i++) sumOfSquares += (expected[i] as number) ** 2
  const scale = Math.sqrt(sumOfSquares / Math.max(count, 1))
  let maxAbs = actual.length < count ? Infinity : 0
  let maxRel = maxAbs
  let at = 0
  for (let i = 0; i < count && actual.length >= count; i++) {
    const got = actual[sampleIndex(i, count, actual.length)] as number
    const wanted = expected[i] as number
    if (Object.is(got, wanted) || got === wanted || isExempt(got, wanted)) continue
    const gap = Math.abs(got - wanted)
    const abs = Number.isNaN(gap) ? Infinity : gap
    if (abs > maxAbs) {
      maxAbs = abs
      at = i
    }
    maxRel = Math.max(maxRel, abs / Math.max(Math.abs(wanted), scale, Number.MIN_VALUE))
  }
  return { count, maxAbs, maxRel, at }
}

/**
 * Values further from the expected ones than one bfloat16 step (2^-8 to 2^-7 of the value), or
 * than `least` where that is more.
 */
export function countBeyondStep(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  least = 0,
): number {
  let count = 0
  for (let i = 0; i < expected.length; i++) {
    const got = actual[sampleIndex(i, expected.length, actual.length)] as number
    const wanted = expected[i] as number
    const step = wanted === 0 ? 0 : 2 ** (Math.floor(Math.log2(Math.abs(wanted))) - 7)
    if (!(Math.abs(got - wanted) <= Math.max(step, least))) count++
  }
  return count
}

/** Compares masks of 0 and 1; `expected` may be a sample of the pixels. */
export function compareMasks(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
): MaskDifference {
  const pixels = expected.length
  let flipped = 0
  let both = 0
  let either = 0
  for (let i = 0; i < pixels; i++) {
    const got = (actual[sampleIndex(i, pixels, actual.length)] ?? 0) > 0
    const wanted = (expected[i] as number) > 0
    if (got !== wanted) flipped++
    if (got && wanted) both++
    if (got || wanted) either++
  }
  return { pixels, flipped, iou: either === 0 ? 1 : both / either }
}

/** Pixels packed 8 to a byte, most significant bit first, as 0 and 1. */
export function unpackBits(packed: Uint8Array, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => {
    return ((packed[i >> 3] as number) >> (7 - (i & 7))) & 1
  })
}

/** The inverse of {@link unpackBits}; the last byte is filled with zeros. */
export function packBits(pixels: ArrayLike<number>): Uint8Array {
  const packed = new Uint8Array(Math.ceil(pixels.length / 8))
  for (let i = 0; i < pixels.length; i++) {
    if ((pixels[i] as number) > 0) packed[i >> 3] = (packed[i >> 3] as number) | (128 >> (i & 7))
  }
  return packed
}

/** Channels-last tokens [positions, channels] as a channels-first map [channels, positions]. */
export function channelsFirst(tokens: Float32Array, channels: number): Float32Array {
  const positions = tokens.length / channels
  const map = new Float32Array(tokens.length)
  for (let at = 0; at < positions; at++) {
    for (let c = 0; c < channels; c++) {
      map[c * positions + at] = tokens[at * channels + c] as number
    }
  }
  return map
}

/** A channels-first map [channels, positions] as channels-last tokens [positions, channels]. */
export function channelsLast(map: Float32Array, channels: number): Float32Array {
  return channelsFirst(map, map.length / channels)
}

/** The middle value (mean of the two middle ones); 0 of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return 0
  if (sorted.length % 2 === 1) return sorted[middle] as number
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}
