import { Command, CommanderError } from 'commander'
import { readArguments } from './arguments.ts'
import { commands } from './commands/index.ts'
import { EXIT } from './exit-codes.ts'
import { type Terminal, processTerminal } from './terminal.ts'
import { VERSION } from './version.ts'

const JSON_OPTION = ['--json', 'one JSON document on stdout, logs on stderr'] as const

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
  const program = programOf(terminal)
  try {
    if (argv.length === 0) {
      program.outputHelp()
      return EXIT.usage
    }
    await program.parseAsync(readArguments(argv), { from: 'user' })
    return EXIT.done
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done
    const { reportFailure } = await import('./failure.ts')
    return reportFailure(error, json, controller.signal)
  } finally {
    process.off('SIGINT', onInterrupt)
    process.off('SIGTERM', onInterrupt)
  }
}

/** The commands as the help lists them; the one that is called is read then, with what it works with. */
function programOf(terminal: Terminal): Command {
  const program = new Command('scarline')
    .description('Track the evolution of landslide scars, from satellite archive to numbers.')
    .version(VERSION)
    .option(...JSON_OPTION)
    .exitOverride()
    .showHelpAfterError('(run with --help for the options)')
  const loads = new Map(
    commands.map(({ usage, description, load }) => [
      program.command(usage).description(description),
      load,
    ]),
  )
  return program.hook('preSubcommand', async (_, command) => {
    const module = await loads.get(command)?.()
    module?.define(command, terminal)
    command.option(...JSON_OPTION)
  })
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
