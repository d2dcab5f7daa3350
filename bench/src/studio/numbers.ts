/** Of a list of times, ms. */
export interface Spread {
  count: number
  median: number
  p95: number
  most: number
}

/** The value below which that share of the values lies: the nearest one of them. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

export function spreadOf(values: readonly number[]): Spread {
  return {
    count: values.length,
    median: rounded(quantile(values, 0.5)),
    p95: rounded(quantile(values, 0.95)),
    most: rounded(Math.max(...values)),
  }
}

/** To a tenth of a millisecond. */
export function rounded(value: number): number {
  return Math.round(value * 10) / 10
}

/** Equal seeds, equal series: numbers from 0 to 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
