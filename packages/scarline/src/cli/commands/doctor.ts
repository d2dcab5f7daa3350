import { doctor } from '@scarline/core'
import { type AddCommand, printJson } from './define.ts'

export const addDoctor: AddCommand = (program, terminal) =>
  program
    .command('doctor')
    .description("what works on this machine and how to mend what doesn't")
    .option('--network', 'also try the default archive')
    .action(async (options: { network?: boolean }) => {
      const report = await doctor({ network: options.network === true, signal: terminal.signal })
      for (const check of report.checks) {
        terminal.print(`${check.ok ? 'ok  ' : 'FAIL'}  ${check.name.padEnd(18)} ${check.detail}`)
        if (!check.ok && check.mend) terminal.print(`      ${check.mend}`)
      }
      printJson(terminal, report)
    })
