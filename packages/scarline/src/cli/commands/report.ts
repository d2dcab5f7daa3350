import { runReport } from '../../report/run-report.ts'
import { type DefineCommand, printJson, withSite } from './define.ts'

export const define: DefineCommand = (command, terminal) =>
  command.action(async (site: string) => {
    const summary = await withSite(site, (folder) =>
      terminal.follow(runReport(folder, { signal: terminal.signal })),
    )
    printJson(terminal, summary)
  })
