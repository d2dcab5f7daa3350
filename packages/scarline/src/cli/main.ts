import { ScarlineError } from '@scarline/core'
import { Command, CommanderError } from 'commander'
import { commands } from './commands/index.ts'
import { shieldNegativeCoordinates } from './coordinates.ts'
import { errorLine, processTerminal } from './terminal.ts'
import { VERSION } from './version.ts'

const EXIT = { done: 0, failed: 1, usage: 2, cancelled: 130 } as const

/** A terminal and npm both pass one Ctrl-C on: signals this close together are one, ms. */
const ONE_PRESS_MS = 300

/**
 * Runs one command line (without `node` and the script).
 * @returns the exit code: 0 done, 1 failed, 2 usage, 130 cancelled
 */
export async function main(argv: readonly string[]): Promise<number> {
  const json = argv.includes('--json')
  const controller = new AbortController()
  let interruptedAt = -Infinity
  const onInterrupt = (): void => {
    const now = performance.now()
    if (now - interruptedAt < ONE_PRESS_MS) return
    interruptedAt = now
    if (controller.signal.aborted) process.exit(EXIT.cancelled)
    process.stderr.write('\nstopping after the work in hand; press Ctrl-C again to stop at once\n')
    controller.abort()
  }
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', onInterrupt)
  surviveLostReader()
  const terminal = processTerminal(json, controller.signal)
  const program = new Command('scarline')
    .description('Track the evolution of landslide scars, from satellite archive to numbers.')
    .version(VERSION)
    .option('--json', 'one JSON document on stdout, logs on stderr')
    .exitOverride()
    .showHelpAfterError('(run with --help for the options)')
  for (const add of commands) {
    const command = add(program, terminal)
    command.option('--json', 'one JSON document on stdout, logs on stderr').exitOverride()
  }
  try {
    if (argv.length === 0) {
      program.outputHelp()
      return EXIT.usage
    }
    await program.parseAsync(shieldNegativeCoordinates(argv), { from: 'user' })
    return EXIT.done
  } catch (error) {
    return report(error, json, controller.signal)
  } finally {
    process.off('SIGINT', onInterrupt)
    process.off('SIGTERM', onInterrupt)
  }
}

/**
 * A reader that leaves (`| head`) ends no work: the rest is written to nobody. A result that cannot be
 * written otherwise (a full disk) ends the command in one line.
 */
function surviveLostReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.listenerCount('error') > 0) continue
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') return
      if (stream !== process.stderr) {
        process.stderr.write(`scarline: could not write the result: ${error.message}\n`)
      }
      process.exit(EXIT.failed)
    })
  }
}

function printFailure(code: string, message: string, known: ScarlineError | null = null): void {
  const error = { code, message, hint: known?.hint ?? null, details: known?.details ?? {} }
  process.stdout.write(`${JSON.stringify({ ok: false, error })}\n`)
}

function report(error: unknown, json: boolean, signal: AbortSignal): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done
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
