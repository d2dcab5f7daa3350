/** What went wrong with a request; `code` is the server's, or one of this page's own. */
export class ApiError extends Error {
  /** HTTP status; 0 where no answer came. */
  readonly status: number
  /** The server's word, or `server-lost`, `bad-answer`. */
  readonly code: string
  readonly hint: string | null
  /** With 409: the revision that the site has now. */
  readonly revision: number | null

  constructor(init: {
    status: number
    code: string
    message: string
    hint?: string | null
    revision?: number | null
    cause?: unknown
  }) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause })
    this.name = 'ApiError'
    this.status = init.status
    this.code = init.code
    this.hint = init.hint ?? null
    this.revision = init.revision ?? null
  }
}

/** Whether another tab or program has written to the site in the meantime. */
export function isStale(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 409 && error.revision !== null
}

/** Whether an undo or redo was refused because there is nothing to take back: they take nothing else to be wrong. */
export function isNothingToDo(error: unknown): boolean {
  return error instanceof ApiError && error.status === 400 && error.code === 'usage'
}

/** Whether the request was given up by this page itself. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}
