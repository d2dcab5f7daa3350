import type { Sam2Error, Sam2ErrorCode } from '@scarline/sam2'
import { ScarlineError, type ScarlineErrorCode } from '../errors.ts'

const CODES: Readonly<Record<Sam2ErrorCode, ScarlineErrorCode>> = {
  checkpoint: 'invalid-input',
  weights: 'invalid-input',
  config: 'invalid-input',
  input: 'invalid-input',
  state: 'internal',
  runtime: 'internal',
}

/** An error of @scarline/sam2 as one of ours; any other as it is. */
export function fromSam2Error(error: unknown): unknown {
  if (!isSam2Error(error)) return error
  return new ScarlineError(error.message, {
    code: CODES[error.code],
    details: { ...error.details, sam2: error.code },
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  })
}

/** Told by its name: its class would load the whole package for every error of others. */
function isSam2Error(error: unknown): error is Sam2Error {
  return error instanceof Error && error.name === 'Sam2Error'
}
