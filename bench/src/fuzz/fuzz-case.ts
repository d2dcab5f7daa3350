/** A file to be opened and read whole. */
export interface FuzzCase {
  readonly name: string
  readonly bytes: Uint8Array
  /** What must come of it; `any`: either. */
  readonly expected: 'loaded' | 'refused' | 'any'
}
