/** Steps per unit of log-odds in messages and evidence. */
export const STEPS = 32
/** Largest message, steps: log-odds of 30. */
export const LIMIT: number = 30 * STEPS
/** Steps per unit of log-odds in stored posteriors, which are clipped to ±127 steps. */
export const POSTERIOR_STEPS = 8

/**
 * Mean time that ground stays bare, or vegetated, before it changes: 2000 days. The answer hardly
 * depends on it (IoU moves by less than 0.01 from 500 to 5000 days): it only weighs one frame against
 * its neighbours in time.
 */
export const SOJOURN_DAYS = 2000
/** Share of ground taken for bare before anything was seen. */
const PRIOR_BARE = 0.05

/** Message before the first frame, steps. */
export const INITIAL_MESSAGE: number = Math.round(Math.log(PRIOR_BARE / (1 - PRIOR_BARE)) * STEPS)

function changeProbability(days: number, sojournDays: number): number {
  return 0.5 * (1 - Math.exp((-2 * Math.max(0, days)) / sojournDays))
}

/**
 * What log-odds of being bare become after `days` without an observation (two-state Markov chain in
 * continuous time, equal rates). The chain is symmetric, so that the same table serves both directions.
 *
 * @param sojournDays mean time in a state
 * @returns `table[message + LIMIT]`, steps
 */
export function transitionTable(days: number, sojournDays: number = SOJOURN_DAYS): Int16Array {
  const change = changeProbability(days, sojournDays)
  const table = new Int16Array(2 * LIMIT + 1)
  for (let message = -LIMIT; message <= LIMIT; message++) {
    const odds = Math.exp(message / STEPS)
    const after = ((1 - change) * odds + change) / (change * odds + 1 - change)
    table[message + LIMIT] = Math.round(Math.log(after) * STEPS)
  }
  return table
}

/** One step of the forward pass, in place: time passes, then the frame's evidence is added. */
export function stepForward(
  messages: Int16Array,
  table: Int16Array | null,
  evidence: Int8Array,
): void {
  for (let i = 0; i < messages.length; i++) {
    const before = messages[i] as number
    const sum = (table ? (table[before + LIMIT] as number) : before) + (evidence[i] as number)
    messages[i] = sum > LIMIT ? LIMIT : sum < -LIMIT ? -LIMIT : sum
  }
}

/**
 * One step of the backward pass: the posterior of a frame from its forward message and what the
 * later frames say, then, in place, what this frame and the later ones say to the one before.
 *
 * @param table of the days between this frame and the one before; null for the first frame
 * @returns log-odds of being bare times {@link POSTERIOR_STEPS}, clipped to ±127
 */
export function stepBackward(
  backward: Int16Array,
  forward: Int16Array,
  table: Int16Array | null,
  evidence: Int8Array,
): Int8Array {
  const posterior = new Int8Array(backward.length)
  const coarse = POSTERIOR_STEPS / STEPS
  for (let i = 0; i < backward.length; i++) {
    const later = backward[i] as number
    const total = ((forward[i] as number) + later) * coarse
    const rounded = total < 0 ? -Math.round(-total) : Math.round(total)
    posterior[i] = rounded > 127 ? 127 : rounded < -127 ? -127 : rounded
    const sum = later + (evidence[i] as number)
    const clipped = sum > LIMIT ? LIMIT : sum < -LIMIT ? -LIMIT : sum
    backward[i] = table ? (table[clipped + LIMIT] as number) : clipped
  }
  return posterior
}
