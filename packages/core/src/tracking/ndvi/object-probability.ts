import { POSTERIOR_STEPS } from './bare-chain.ts'

/** Frames are not independent: the same blur is in each. Log-odds are divided by this before they become a probability. */
const TEMPER = 2
/** Stored posteriors go so far. */
const MOST_STEPS = 127

/** Probability of log-odds in stored steps, 0..1. */
export function probabilityAt(logOdds: number): number {
  // Only between the working pixels of an enlarged raster are they no whole steps.
  const isWhole = logOdds >= -MOST_STEPS && logOdds <= MOST_STEPS && Number.isInteger(logOdds)
  return isWhole ? (WHOLE_STEPS[logOdds + MOST_STEPS] as number) : oneProbability(logOdds)
}

/** Log-odds in stored steps that a probability, 0..1, has. */
export function logOddsAt(probability: number): number {
  return POSTERIOR_STEPS * TEMPER * Math.log(probability / (1 - probability))
}

/** {@link probabilityAt} of each. */
export function probabilityOf(logOdds: Float32Array): Float32Array {
  return logOdds.map(probabilityAt)
}

function oneProbability(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds / (POSTERIOR_STEPS * TEMPER)))
}

const WHOLE_STEPS = Float32Array.from({ length: 2 * MOST_STEPS + 1 }, (_, i) =>
  oneProbability(i - MOST_STEPS),
)
