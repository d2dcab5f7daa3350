import type { FuzzCase } from './fuzz-case.ts'

/** Asks the child for one case: given whole, or made there from the seed and its number. */
export type FuzzRequest =
  | { readonly kind: 'given'; readonly fuzzCase: FuzzCase }
  | { readonly kind: 'damaged'; readonly index: number }

/** How the child starts. */
export interface FuzzStart {
  readonly seed: number
  /** Files to damage beside the small ones. */
  readonly files: readonly string[]
}

/** What the child found. */
export interface FuzzReply {
  readonly name: string
  readonly result: 'loaded' | 'refused' | 'wrong'
  readonly message: string
  readonly milliseconds: number
  /** Highest resident memory of the child so far. */
  readonly peakMiB: number
}
