import { ScarlineError, type SimulatedScenario, simulate } from '@scarline/core'
import { parseInteger, parseNumber } from '../coordinates.ts'
import { type DefineCommand, printJson } from './define.ts'

interface SimulateOptions {
  scenario: string
  seed: number
  sizeM?: number
  scenes?: number
  from?: string
  to?: string
}

const SCENARIOS: readonly SimulatedScenario[] = ['baige', 'sela']

function scenarioOf(name: string): SimulatedScenario {
  const scenario = SCENARIOS.find((one) => one === name)
  if (scenario) return scenario
  throw new ScarlineError(`got --scenario ${name}, expected ${SCENARIOS.join(' or ')}`, {
    code: 'usage',
  })
}

export const define: DefineCommand = (command, terminal) =>
  command
    .option('--scenario <name>', `what happens: ${SCENARIOS.join(', ')}`, 'baige')
    .option('--seed <n>', 'another valley, another history', parseInteger('--seed', 0, 2 ** 31), 1)
    .option(
      '--size-m <m>',
      'edge of the site, a multiple of 20',
      parseNumber('--size-m', 600, 6000),
    )
    .option('--scenes <n>', 'how many acquisitions', parseInteger('--scenes', 4, 1000))
    .option('--from <date>', 'first day, YYYY-MM-DD')
    .option('--to <date>', 'last day, YYYY-MM-DD')
    .action(async (dir: string, options: SimulateOptions) => {
      const summary = await terminal.follow(
        simulate(dir, {
          scenario: scenarioOf(options.scenario),
          seed: options.seed,
          signal: terminal.signal,
          ...(options.sizeM === undefined ? {} : { sizeM: options.sizeM }),
          ...(options.scenes === undefined ? {} : { sceneCount: options.scenes }),
          ...(options.from === undefined ? {} : { from: options.from }),
          ...(options.to === undefined ? {} : { to: options.to }),
        }),
      )
      printJson(terminal, summary)
    })
