import { isOutlineFolder } from '@scarline/core'
import { runOutlineReport } from '../../report/outlines/run-outline-report.ts'
import { runReport } from '../../report/run-report.ts'
import { type DefineCommand, printJson, withSite } from './define.ts'

export const define: DefineCommand = (command, terminal) =>
  command.action(async (site: string) => {
    if (await isOutlineFolder(site)) {
      printJson(terminal, await terminal.follow(runOutlineReport(site)))
      return
    }
    const summary = await withSite(site, (folder) =>
      terminal.follow(runReport(folder, { signal: terminal.signal })),
    )
    printJson(terminal, summary)
  })
