import { ScarlineError } from '@scarline/core'
import { Command, CommanderError } from 'commander'
import { commands } from './commands/index.ts'
import { shieldNegativeCoordinates } from './coordinates.ts'
import { errorLine, processTerminal } from './terminal.ts'
import { VERSION } from './version.ts'

const EXIT = { done: 0, failed: 1, usage: 2, cancelled: 130 } as const

/**
 * Runs one command line (without `node` and the script).
 * @returns the exit code: 0 done, 1 failed, 2 usage, 130 cancelled
 */
export async function main(argv: readonly string[]): Promise<number> {
  const json = argv.includes('--json')
  const controller = new AbortController()
  const onInterrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.cancelled)
    process.stderr.write('\nstopping after the work in hand; press Ctrl-C again to stop at once\n')
    controller.abort()
  }
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', onInterrupt)
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

function report(error: unknown, json: boolean, signal: AbortSignal): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? EXIT.done : EXIT.usage
  }
  if (signal.aborted && !(error instanceof ScarlineError)) {
    process.stderr.write('cancelled; run the command again to go on where it stopped\n')
    return EXIT.cancelled
  }
  const code = error instanceof ScarlineError ? error.code : 'internal'
  process.stderr.write(`scarline: ${errorLine(error)}\n`)
  if (process.env['SCARLINE_DEBUG'] && error instanceof Error) {
    process.stderr.write(`${error.stack}\n`)
  }
  if (json) {
    const known = error instanceof ScarlineError ? error : null
    const document = {
      ok: false,
      error: {
        code,
        message: error instanceof Error ? error.message : String(error),
        hint: known?.hint ?? null,
        details: known?.details ?? {},
      },
    }
    process.stdout.write(`${JSON.stringify(document)}\n`)
  }
  return code === 'usage' ? EXIT.usage : EXIT.failed
}
