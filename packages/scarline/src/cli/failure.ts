import { ScarlineError } from '@scarline/core'
import { CommanderError } from 'commander'
import { EXIT } from './exit-codes.ts'

/** An error as one line for people: what was got, what was expected, what to do. */
export function errorLine(error: unknown): string {
  if (error instanceof ScarlineError) {
    return error.hint === undefined ? error.message : `${error.message}. ${error.hint}`
  }
  return `internal error: ${error instanceof Error ? error.message : String(error)}. Please report it with the command you ran.`
}

/**
 * Says why a command did not do its work: a line on stderr, and with `--json` a document on stdout.
 * @returns the exit code
 */
export function reportFailure(error: unknown, json: boolean, signal: AbortSignal): number {
  if (error instanceof CommanderError) {
    if (json) printFailure('usage', error.message.replace(/^error: /, ''))
    return EXIT.usage
  }
  if (signal.aborted && !(error instanceof ScarlineError)) {
    process.stderr.write('cancelled; run the command again to go on where it stopped\n')
    if (json) printFailure('cancelled', 'cancelled by a signal')
    return EXIT.cancelled
  }
  const code = error instanceof ScarlineError ? error.code : 'internal'
  process.stderr.write(`scarline: ${errorLine(error)}\n`)
  if (process.env['SCARLINE_DEBUG'] && error instanceof Error) {
    process.stderr.write(`${error.stack}\n`)
  }
  if (json) {
    const message = error instanceof Error ? error.message : String(error)
    printFailure(code, message, error instanceof ScarlineError ? error : null)
  }
  return code === 'usage' ? EXIT.usage : EXIT.failed
}

function printFailure(code: string, message: string, known: ScarlineError | null = null): void {
  const error = { code, message, hint: known?.hint ?? null, details: known?.details ?? {} }
  process.stdout.write(`${JSON.stringify({ ok: false, error })}\n`)
}
