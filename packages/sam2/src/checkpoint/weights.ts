import { Sam2Error } from '../errors.ts'

/** One parameter as float32, C order. */
export interface Weight {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** Parameters by their official names. */
export type Weights = ReadonlyMap<string, Weight>

/**
 * The parameter of that name.
 * @throws Sam2Error `weights` naming it
 */
export function weightOf(weights: Weights, name: string): Weight {
  const weight = weights.get(name)
  if (weight) return weight
  throw new Sam2Error(`got no tensor ${name}, expected one in the checkpoint`, {
    code: 'weights',
    hint: 'Use an official SAM 2 or SAM 2.1 checkpoint.',
    details: { name },
  })
}
