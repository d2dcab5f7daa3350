import { doctor, formatDoctor } from '@scarline/core'
import { modelChecks } from '../../models/doctor-models.ts'
import { userModelFolder } from '../user-model-folder.ts'
import { type DefineCommand, printJson } from './define.ts'

export const define: DefineCommand = (command, terminal) =>
  command
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
