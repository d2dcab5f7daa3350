/**
 * What went wrong, as a word that programs may test.
 *
 * - `checkpoint`: the file is not a checkpoint, is damaged, or holds what is never loaded
 * - `weights`: the tensors are not those of the model
 * - `config`: a model configuration that this package cannot build
 * - `input`: a wrong argument
 * - `state`: a call that the state of the video does not allow
 * - `runtime`: the inference engine failed or is not there
 */
export type Sam2ErrorCode = 'checkpoint' | 'weights' | 'config' | 'input' | 'state' | 'runtime'

/** What a {@link Sam2Error} is made from. */
export interface Sam2ErrorInit {
  readonly code: Sam2ErrorCode
  /** One imperative sentence: what to do about it. */
  readonly hint?: string
  /** Facts for programs: what was got, what was expected. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/**
 * The one error class of this package. `message` says in one line what was got and what was
 * expected. Cancellation is never a `Sam2Error`: the signal's own reason is thrown.
 */
export class Sam2Error extends Error {
  readonly code: Sam2ErrorCode
  readonly hint: string | undefined
  readonly details: Readonly<Record<string, unknown>>

  constructor(message: string, init: Sam2ErrorInit) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause })
    this.name = 'Sam2Error'
    this.code = init.code
    this.hint = init.hint
    this.details = init.details ?? {}
  }
}
