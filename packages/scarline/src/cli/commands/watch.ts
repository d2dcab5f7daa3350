import {
  ScarlineError,
  type WatchSummary,
  type WatchTargets,
  parseWatchRule,
  requireWebhook,
  ruleHelp,
  watch,
} from '@scarline/core'
import { gather, parseInteger } from '../coordinates.ts'
import { errorLine } from '../failure.ts'
import { chooseSegmenter } from '../segmenters.ts'
import type { Terminal } from '../terminal.ts'
import { type DefineCommand, printJson, withSite } from './define.ts'

interface WatchCommandOptions {
  every?: number
  once?: boolean
  rule?: string[]
  confirm?: number
  webhook?: string
  command?: string
  arg?: string[]
  shell?: boolean
  segmenter?: string
  save?: boolean
}

/** Signs what webhooks get; never on the command line, where others can read it. */
const SECRET = 'SCARLINE_WEBHOOK_SECRET'

export const define: DefineCommand = (command, terminal) =>
  command
    .option('--every <time>', 'time between polls: 90s, 30m, 1d (default: 6h)', parseDuration)
    .option('--once', 'one poll, for cron')
    .option('--rule <rule>', `repeatable: ${ruleHelp()}`, gather(checkedRule))
    .option(
      '--confirm <n>',
      'frames in a row that must show growth or advance (default: 2)',
      parseInteger('--confirm', 1, 20),
    )
    .option('--webhook <url>', `POST each event there, signed where ${SECRET} is set`)
    .option('--command <program>', 'start it for each event, the event as JSON on its input')
    .option('--arg <text>', 'an argument of --command, repeatable', gather(String))
    .option('--shell', 'let a shell read --command')
    .option('--segmenter <id>', 'the engine (default: the one of the earlier masks)')
    .option('--save', 'keep these rules and targets in watch.json')
    .action(async (site: string, options: WatchCommandOptions) => {
      const targets = targetsOf(options)
      if (options.once === true) {
        const summary = await poll(site, options, targets, terminal)
        requireHandedOver(summary)
        printJson(terminal, summary)
        return
      }
      for (;;) {
        await pollOrNote(site, options, targets, terminal)
        await sleep(options.every ?? DEFAULT_EVERY_MS, terminal.signal)
      }
    })

function poll(
  site: string,
  options: WatchCommandOptions,
  targets: Partial<WatchTargets>,
  terminal: Terminal,
): Promise<WatchSummary> {
  return withSite(site, async (folder) => {
    const { signal } = terminal
    const secret = process.env[SECRET]
    const summary = await terminal.follow(
      watch(folder, {
        segmenterOf: async (id) =>
          (await chooseSegmenter(options.segmenter ?? id, signal)).segmenter,
        rules: options.rule,
        targets,
        confirmFrames: options.confirm,
        save: options.save,
        deliver: secret ? { secret } : {},
        signal,
      }),
    )
    for (const { rule, words } of summary.events) terminal.print(`${rule}: ${words}`)
    return summary
  })
}

/** What a later poll may find mended does not end the watch. */
const PASSING = new Set(['network', 'archive', 'site-locked', 'disk'])

async function pollOrNote(
  site: string,
  options: WatchCommandOptions,
  targets: Partial<WatchTargets>,
  terminal: Terminal,
): Promise<void> {
  try {
    printJson(terminal, await poll(site, options, targets, terminal))
  } catch (error) {
    if (!(error instanceof ScarlineError) || !PASSING.has(error.code)) throw error
    terminal.note(`warning: ${errorLine(error)}`)
  }
}

function requireHandedOver(summary: WatchSummary): void {
  const { failures, pending } = summary
  if (pending === 0) return
  throw new ScarlineError(
    `${pending} event${pending === 1 ? '' : 's'} could not be handed over: ${failures.join('; ')}`,
    {
      code: 'network',
      hint: 'They are kept in watch.json and handed over with the next poll.',
      details: { ...summary },
    },
  )
}

function targetsOf({ webhook, command, arg, shell }: WatchCommandOptions): Partial<WatchTargets> {
  if (command === undefined && (arg !== undefined || shell === true)) {
    throw new ScarlineError('got --arg or --shell without --command, expected a program', {
      code: 'usage',
    })
  }
  return {
    ...(webhook === undefined ? {} : { webhook: requireWebhook(webhook) }),
    ...(command === undefined
      ? {}
      : { command: { program: command, args: arg ?? [], shell: shell === true } }),
  }
}

function checkedRule(text: string): string {
  parseWatchRule(text)
  return text
}

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
const DEFAULT_EVERY_MS = 6 * 3_600_000
/** Longer waits overflow the timer. */
const LONGEST_MS = 24 * 86_400_000

function parseDuration(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text.trim()) ?? []
  const ms = Number(number) * (UNITS_MS[unit] ?? NaN)
  if (ms >= 1000 && ms <= LONGEST_MS) return ms
  throw new ScarlineError(`got --every "${text}", expected a time such as 30m, 6h or 1d`, {
    code: 'usage',
  })
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
