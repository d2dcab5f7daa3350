/**
 * What went wrong, as a word that programs may test. Usage errors end a command with exit code 2,
 * all others with 1.
 */
export type ScarlineErrorCode =
  | 'usage'
  | 'not-found'
  | 'no-scenes'
  | 'invalid-input'
  | 'corrupt-file'
  | 'network'
  | 'archive'
  | 'site-locked'
  | 'site-version'
  | 'disk'
  | 'missing-step'
  | 'internal'

/** What a {@link ScarlineError} is made from. */
export interface ScarlineErrorInit {
  readonly code: ScarlineErrorCode
  /** One imperative sentence: what to do about it. */
  readonly hint?: string
  /** Facts for programs: what was got, what was expected. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/**
 * The one error class of this library. `message` says in one line what was got and what was
 * expected. Cancellation is never a `ScarlineError`: the signal's own reason is thrown.
 */
export class ScarlineError extends Error {
  readonly code: ScarlineErrorCode
  readonly hint: string | undefined
  readonly details: Readonly<Record<string, unknown>>

  constructor(message: string, init: ScarlineErrorInit) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause })
    this.name = 'ScarlineError'
    this.code = init.code
    this.hint = init.hint
    this.details = init.details ?? {}
  }
}
