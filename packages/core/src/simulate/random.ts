/** A stream of pseudo-random numbers: equal seeds and names give equal streams on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number
  between(low: number, high: number): number
  /** Normally distributed. */
  normal(mean?: number, deviation?: number): number
  chance(probability: number): boolean
  /** 0..count-1 */
  index(count: number): number
}

function hashText(text: string): number {
  let hash = 2166136261
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 16777619)
  }
  return hash >>> 0
}

/** One step of SplitMix32, used to fill a generator's state from a seed. */
function splitMix(state: { value: number }): number {
  state.value = (state.value + 0x9e3779b9) >>> 0
  let z = state.value
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
  return (z ^ (z >>> 15)) >>> 0
}

/**
 * The xoshiro128** generator of Blackman and Vigna.
 *
 * @param seed any integer
 * @param stream a name, so that one seed gives many independent streams
 */
export function createRandom(seed: number, stream: string): Random {
  const start = { value: (Math.imul(seed, 0x85ebca6b) ^ hashText(stream)) >>> 0 }
  let a = splitMix(start)
  let b = splitMix(start)
  let c = splitMix(start)
  let d = splitMix(start)
  const rotate = (x: number, k: number): number => (x << k) | (x >>> (32 - k))
  const bits = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = rotate(d, 11)
    return result
  }
  const next = (): number => ((bits() >>> 5) * 67108864 + (bits() >>> 6)) / 9007199254740992
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    normal: (mean = 0, deviation = 1) =>
      mean + deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    chance: (probability) => next() < probability,
    index: (count) => Math.floor(next() * count),
  }
}
