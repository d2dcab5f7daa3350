/** Seeded chance for bootstraps: equal seeds give equal draws on every machine. */
export interface SeededChance {
  /** In [0, 1). */
  uniform(): number
  /** Standard normal. */
  normal(): number
}

/**
 * SplitMix32 (Steele, Lea and Flood 2014, 32-bit finaliser by Ettinger), normals by Box and Muller.
 *
 * @param seed any integer
 */
export function seededChance(seed: number): SeededChance {
  let state = seed >>> 0
  const uniform = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return ((z ^ (z >>> 15)) >>> 0) / 4294967296
  }
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  return { uniform, normal }
}
