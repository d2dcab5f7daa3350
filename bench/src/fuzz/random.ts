/** A seeded stream of whole numbers. */
export interface Random {
  /** 0..count-1 */
  index(count: number): number
  chance(probability: number): boolean
}

/** SplitMix32: equal seeds give equal streams on every machine. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  }
  return {
    index: (count) => Math.floor((next() / 2 ** 32) * count),
    chance: (probability) => next() / 2 ** 32 < probability,
  }
}
