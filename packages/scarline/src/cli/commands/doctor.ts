import { doctor, formatDoctor } from '@scarline/core'
import { modelChecks } from '../../models/doctor-models.ts'
import { userModelFolder } from '../user-model-folder.ts'
import { type AddCommand, printJson } from './define.ts'

export const addDoctor: AddCommand = (program, terminal) =>
  program
    .command('doctor')
    .description("what works on this machine and how to mend what doesn't")
    .option('--network', 'also try the default archive')
    .action(async (options: { network?: boolean }) => {
      const report = await doctor({
        network: options.network === true,
        more: modelChecks(userModelFolder()),
        signal: terminal.signal,
      })
      terminal.print(formatDoctor(report))
      printJson(terminal, report)
    })
